"""The page's security: its response headers, and a request header that only its scripts send."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lunogram.sandbox.endpoint import problem_response, respond
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
    """An ASGI middleware that lets only the sandbox's own page in."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward a request, or reject it."""

        async def strict(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        try:
            _check(scope)
        except Problem as problem:
            await respond(strict, problem_response(problem))
        else:
            await self._app(scope, receive, strict)


def _check(scope: Scope) -> None:
    headers = dict(scope["headers"])
    # Scripts of other sites can add a header only with permission, which is never given.
    if scope["method"] not in _READING and _CUSTOM not in headers:
        raise forbidden("only the sandbox's own page may do this")
