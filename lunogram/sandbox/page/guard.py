"""Who is let in to the page: browsers at this sandbox's own address, and the page itself."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lunogram.sandbox.context import Sandbox
from lunogram.sandbox.endpoint import refusal, respond
from lunogram.sandbox.problems import Problem, forbidden

_READING = frozenset({"GET", "HEAD"})
_CUSTOM = b"x-lunogram-page"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = [
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
]


class Guard:
    """An application that only the sandbox's own page can use."""

    def __init__(self, sandbox: Sandbox, app: ASGIApp) -> None:
        """Guard `app`."""
        self._sandbox = sandbox
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or refuse it."""

        async def strict(message: Message) -> None:
            """Send on, with the headers that keep the page strict."""
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        try:
            self._check(scope)
        except Problem as problem:
            await respond(strict, refusal(problem))
        else:
            await self._app(scope, receive, strict)

    def _check(self, scope: Scope) -> None:
        headers = dict(scope["headers"])
        # A site can give its own name this machine's address, and its scripts may then read what
        # is answered. The name in Host gives them away.
        if not self._is_own(_name(headers.get(b"host", b"")), scope):
            raise forbidden("the page is only shown at the sandbox's own address")
        # No other site's script can add a header without being allowed to, which nobody is.
        if scope["method"] not in _READING and _CUSTOM not in headers:
            raise forbidden("only the sandbox's own page may do this")

    def _is_own(self, name: str, scope: Scope) -> bool:
        address = (scope.get("server") or ("", None))[0]
        return bool(name) and (name in {address, self._sandbox.host.lower()} or _is_loopback(name))


def _name(host: bytes) -> str:
    """Return the name in a Host header, without port and brackets."""
    try:
        return urlsplit(f"//{host.decode('latin-1')}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
