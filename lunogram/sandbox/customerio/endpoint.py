"""How a request to Customer.io is found its path, and taken through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import unquote

from msgspec import Struct
from starlette.types import ASGIApp, Receive, Scope, Send

from lunogram.sandbox.answers import Answer, as_json
from lunogram.sandbox.context import Operation, Sandbox
from lunogram.sandbox.decoding import read_json
from lunogram.sandbox.endpoint import Endpoint, respond
from lunogram.sandbox.faults import Damage
from lunogram.sandbox.keys import Project
from lunogram.sandbox.problems import Problem, not_found

PREFIX = "/customerio"
"""What the paths of all three hosts begin with."""

Shape = Callable[[int, str], object]
"""How an API says that it refuses: a status and a sentence become its JSON."""
Paths = Mapping[str, Mapping[str, Operation]]
Admit = Callable[[Mapping[bytes, bytes]], Project]


class Family(Struct):
    """Paths with the same way to refuse."""

    paths: Paths
    shape: Shape
    unauthorized: str
    """What is said to credentials that are not let in."""


class Api(Struct):
    """What stands for one of Customer.io's hosts."""

    prefix: str
    """What comes before the paths that the host has."""
    admit: Admit
    families: Sequence[Family]


class _Route(NamedTuple):
    pattern: Sequence[str]
    endpoint: ASGIApp


class Hosts:
    """Customer.io's hosts as an ASGI application; all other paths are `otherwise`'s."""

    def __init__(self, sandbox: Sandbox, apis: Sequence[Api], otherwise: ASGIApp) -> None:
        """Serve `apis`."""
        self._otherwise = otherwise
        self._apis = {api.prefix: _routes(sandbox, api) for api in apis}
        self._unknown = {api.prefix: _refused(api.families[0], not_found("path")) for api in apis}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request to its path."""
        prefix, below = _parted(scope)
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
    """One path of a host: its own credentials, and its own words for refusals."""

    def __init__(
        self,
        sandbox: Sandbox,
        operations: Mapping[str, Operation],
        admit: Admit,
        family: Family,
    ) -> None:
        """Serve `operations`, by method."""
        super().__init__(sandbox, operations)
        self._admit = admit
        self._family = family

    def _project(self, scope: Scope) -> Project:
        project = self._admit(dict(scope["headers"]))
        self._sandbox.know(project)
        return project

    def _written(self, problem: Problem) -> Answer:
        return _refused(self._family, problem)

    async def _break(self, scope: Scope, project: Project, body: bytes) -> Damage:
        damage = await super()._break(scope, project, body)
        fault = damage.effect.answer
        if fault and fault.content_type == b"application/json" and fault.body:
            detail = read_json(fault.body)["detail"]
            said = as_json(fault.status, self._family.shape(fault.status, detail))
            said.headers = fault.headers
            damage.effect.answer = said
        return damage


def _routes(sandbox: Sandbox, api: Api) -> list[_Route]:
    return [
        _Route(path.split("/")[1:], HostEndpoint(sandbox, operations, api.admit, family))
        for family in api.families
        for path, operations in family.paths.items()
    ]


def _refused(family: Family, problem: Problem) -> Answer:
    detail = problem.detail
    if problem.status == HTTPStatus.UNAUTHORIZED:
        detail = family.unauthorized
    return as_json(problem.status, family.shape(problem.status, detail))


def _parted(scope: Scope) -> tuple[str, Sequence[str]]:
    """Part a path into the prefix of a host and what is below.

    It is parted as it was sent: an id may have a slash in it, which is encoded.
    """
    parts = scope["raw_path"].decode("latin-1").split("/")
    return "/".join(parts[:3]), [unquote(part) for part in parts[3:]]


def _match(pattern: Sequence[str], parts: Sequence[str]) -> dict[str, str] | None:
    """Return what stands in the places of a pattern, None if the path is another."""
    if len(pattern) != len(parts):
        return None
    found = {}
    for wanted, part in zip(pattern, parts, strict=True):
        if wanted.startswith("{"):
            found[wanted[1:-1]] = part
        elif wanted != part:
            return None
    return found
