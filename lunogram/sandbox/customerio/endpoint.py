"""The routing and processing of requests to Customer.io's hosts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import unquote

from msgspec import Struct
from starlette.types import ASGIApp, Receive, Scope, Send

from lunogram.sandbox.context import Handler, Sandbox
from lunogram.sandbox.endpoint import Endpoint, respond
from lunogram.sandbox.faults import AppliedFault
from lunogram.sandbox.keys import Access, Project
from lunogram.sandbox.problems import Problem, bad_request, not_found
from lunogram.sandbox.request_parser import read_json
from lunogram.sandbox.responses import Response, as_json

PREFIX = "/customerio"
"""The prefix of the paths of all three hosts."""

ErrorFormat = Callable[[int, str], object]
"""The format of an API's errors: from a status and a sentence to its JSON."""
Paths = Mapping[str, Mapping[str, Handler]]
Admit = Callable[[Mapping[bytes, bytes]], Access]


class Family(Struct):
    """Paths with the same format of errors."""

    paths: Paths
    format_error: ErrorFormat
    unauthorized: str
    """The error message for invalid credentials."""


class Api(Struct):
    """One of Customer.io's hosts."""

    prefix: str
    """The prefix that stands for the host."""
    admit: Admit
    families: Sequence[Family]


class _Route(NamedTuple):
    pattern: Sequence[str]
    endpoint: ASGIApp


class Hosts:
    """Customer.io's hosts as an ASGI application; all other paths go to `otherwise`."""

    def __init__(self, sandbox: Sandbox, apis: Sequence[Api], otherwise: ASGIApp) -> None:
        self._otherwise = otherwise
        self._apis = {api.prefix: _routes(sandbox, api) for api in apis}
        self._unknown = {
            api.prefix: _problem_response(api.families[0], not_found("path")) for api in apis
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route a request."""
        prefix, below = _split_path(scope)
        if prefix not in self._apis:
            await self._otherwise(scope, receive, send)
            return
        for pattern, endpoint in self._apis[prefix]:
            found = _match(pattern, below)
            if found is not None:
                scope["path_params"] = found
                await endpoint(scope, receive, send)
                return
        await respond(send, self._unknown[prefix])


class HostEndpoint(Endpoint):
    """One path of a host, with the host's credentials and format of errors."""

    def __init__(
        self,
        sandbox: Sandbox,
        handlers: Mapping[str, Handler],
        admit: Admit,
        family: Family,
    ) -> None:
        super().__init__(sandbox, handlers)
        self._admit = admit
        self._family = family

    def _access(self, scope: Scope) -> Access:
        access = self._admit(dict(scope["headers"]))
        self._sandbox.ensure_project(access.project)
        return access

    def _rejection(self, problem: Problem) -> Response:
        # Lunogram does not explain it, but Customer.io does.
        return super()._rejection(bad_request(problem.why) if problem.why else problem)

    def _format_problem(self, problem: Problem) -> Response:
        return _problem_response(self._family, problem)

    async def _apply_faults(self, scope: Scope, project: Project, body: bytes) -> AppliedFault:
        applied = await super()._apply_faults(scope, project, body)
        fault = applied.effect.response
        if fault and fault.content_type == b"application/json" and fault.body:
            detail = read_json(fault.body)["detail"]
            formatted = as_json(fault.status, self._family.format_error(fault.status, detail))
            formatted.headers = fault.headers
            applied.effect.response = formatted
        return applied


def _routes(sandbox: Sandbox, api: Api) -> list[_Route]:
    return [
        _Route(path.split("/")[1:], HostEndpoint(sandbox, handlers, api.admit, family))
        for family in api.families
        for path, handlers in family.paths.items()
    ]


def _problem_response(family: Family, problem: Problem) -> Response:
    detail = problem.detail
    if problem.status == HTTPStatus.UNAUTHORIZED:
        detail = family.unauthorized
    return as_json(problem.status, family.format_error(problem.status, detail))


def _split_path(scope: Scope) -> tuple[str, Sequence[str]]:
    """Split a path into the prefix of a host and the segments below.

    It is split before it is decoded: an id may have an encoded slash in it.
    """
    parts = scope["raw_path"].decode("latin-1").split("/")
    return "/".join(parts[:3]), [unquote(part) for part in parts[3:]]


def _match(pattern: Sequence[str], parts: Sequence[str]) -> dict[str, str] | None:
    """Return the path parameters, None if the pattern does not match."""
    if len(pattern) != len(parts):
        return None
    found = {}
    for wanted, part in zip(pattern, parts, strict=True):
        if wanted.startswith("{"):
            found[wanted[1:-1]] = part
        elif wanted != part:
            return None
    return found
