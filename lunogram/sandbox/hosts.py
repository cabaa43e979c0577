"""The host names of the sandbox that browsers may use, in the Host and Origin headers."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from lunogram.sandbox.context import Sandbox
from lunogram.sandbox.endpoint import problem_response, respond
from lunogram.sandbox.problems import Problem, forbidden

_API = "/api/"
"""The prefix of the API's paths. Its keys decide themselves whether browsers may send them."""


class HostGuard:
    """An ASGI middleware that rejects requests to other host names than the sandbox's own.

    A site can resolve its own name to this machine's address (DNS rebinding). To the browser,
    what the sandbox responds is then the site's. The name in Host gives it away, and so does the
    name in Origin of the forms that a site submits here.
    """

    def __init__(self, sandbox: Sandbox, app: ASGIApp) -> None:
        self._sandbox = sandbox
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward a request, or reject it."""
        try:
            self._check(scope, dict(scope["headers"]))
        except Problem as problem:
            await respond(send, problem_response(problem))
        else:
            await self._app(scope, receive, send)

    def _check(self, scope: Scope, headers: Mapping[bytes, bytes]) -> None:
        host = headers.get(b"host", b"").decode("latin-1")
        if not self._is_own(host_name(f"//{host}"), scope):
            raise forbidden(
                "the Host header names another host; to reach the sandbox by this name, start it "
                "with --allow-host NAME"
            )
        origin = headers.get(b"origin")
        if origin is None or scope["path"].startswith(_API):
            return
        if not self._is_own(host_name(origin.decode("latin-1")), scope):
            raise forbidden("pages of other sites may not send this")

    def _is_own(self, name: str, scope: Scope) -> bool:
        address = (scope.get("server") or ("", None))[0]
        known = {address, self._sandbox.host.lower(), *self._sandbox.allowed_hosts}
        return bool(name) and (name in known or _is_loopback(name))


def host_name(url: str) -> str:
    """Return the host of a URL, without port and brackets, or an empty string."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_private(sandbox: Sandbox) -> bool:
    """Return whether a sandbox is for this computer only."""
    return _is_loopback(sandbox.host) and not sandbox.allowed_hosts


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
