"""The page's routes: its files, its queries, the stream, and the test API."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from urllib.parse import parse_qs

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from lunogram.sandbox.context import Handler, Sandbox
from lunogram.sandbox.customerio.page import QUERIES as CUSTOMERIO_QUERIES
from lunogram.sandbox.endpoint import Endpoint, problem_response, respond
from lunogram.sandbox.hosts import is_private
from lunogram.sandbox.keys import Access, Project
from lunogram.sandbox.keys import project_of as project_of_key
from lunogram.sandbox.page import calls, queries
from lunogram.sandbox.page.guard import Guard
from lunogram.sandbox.page.send import send_routes, start
from lunogram.sandbox.problems import method_not_allowed, not_found
from lunogram.sandbox.stream import Stream

_PREFIX = "/sandbox/page"
_TYPES = {
    "css": b"text/css; charset=utf-8",
    "html": b"text/html; charset=utf-8",
    "js": b"text/javascript; charset=utf-8",
    "svg": b"image/svg+xml",
}
_INDEX = "index.html"

Paths = Mapping[str, Mapping[str, Handler]]

_QUERIES: Mapping[str, Handler] = {
    "counts": queries.counts,
    "calls": calls.calls,
    "call": calls.call,
    "choices": calls.choices,
    "subjects": queries.subjects,
    "subject": queries.subject,
    "timeline": queries.events,
    "names": queries.names,
    "plot": queries.plot,
    "broadcasts": queries.broadcasts,
    "losses": queries.lost,
    "broadcast": queries.broadcast,
    "belongings": queries.belongings,
    "schedules-ahead": queries.schedules,
    "messages": queries.messages,
    **CUSTOMERIO_QUERIES,
}


def routes(sandbox: Sandbox, api: Paths, test_api: Paths) -> list[Route]:
    """Return the page's routes; those of both APIs take a project's id instead of its key."""
    found = [
        Route("/", Guard(_Files())),
        Route(f"{_PREFIX}/static/{{name}}", Guard(_Files())),
        Route(f"{_PREFIX}/stream", Guard(Stream(sandbox, project_named))),
        Route(f"{_PREFIX}/projects", Guard(_Anywhere(sandbox, _get(queries.projects)))),
        Route(f"{_PREFIX}/start", Guard(_Anywhere(sandbox, {"POST": start}))),
        *send_routes(sandbox, api, project_of, Guard),
    ]
    asked = {f"{_PREFIX}/{name}": _get(handler) for name, handler in _QUERIES.items()}
    same = {path.replace("/sandbox", _PREFIX, 1): methods for path, methods in test_api.items()}
    for path, handlers in (same | asked).items():
        found.append(Route(path, Guard(_ByID(sandbox, handlers))))
    return found


def project_named(sandbox: Sandbox, scope: Scope) -> Project:
    """Return the project of the query parameter `project`."""
    given = parse_qs(scope["query_string"].decode("latin-1")).get("project", [""])
    return project_of(sandbox, given[0])


def project_of(sandbox: Sandbox, name: str) -> Project:
    """Return the project of an id, a name or, on loopback, a key."""
    ids = [name]
    if name in sandbox.projects:
        ids.append(sandbox.projects[name].id)
    if is_private(sandbox):
        ids.append(project_of_key(name).id)
    found = (sandbox.store.one("page_project", {"id": each}) for each in ids)
    row = next(filter(None, found), None)
    if row is None:
        raise not_found("project")
    return Project(row["id"], row["key"])


def _get(handler: Handler) -> Mapping[str, Handler]:
    return {"GET": handler}


class _ByID(Endpoint):
    """An endpoint that takes a project's id."""

    def __init__(self, sandbox: Sandbox, handlers: Mapping[str, Handler]) -> None:
        """Serve `handlers`, without logging: the page is no client of the API."""
        super().__init__(sandbox, handlers, recorded=False)

    def _access(self, scope: Scope) -> Access:
        return Access(project_named(self._sandbox, scope))


class _Anywhere(_ByID):
    """An endpoint without a project."""

    def _access(self, scope: Scope) -> Access:  # noqa: ARG002 - it is overridden
        return Access(Project("", ""))


class _Files:
    """The page's files."""

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["method"] not in {"GET", "HEAD"}:
            await respond(send, problem_response(method_not_allowed(scope["method"])))
            return
        name = scope["path_params"].get("name", _INDEX)
        content = _files().get(name)
        if content is None:
            await respond(send, problem_response(not_found("file")))
            return
        headers = [
            (b"content-type", _TYPES[name.rpartition(".")[2]]),
            (b"content-length", b"%d" % len(content)),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})


@cache
def _files() -> Mapping[str, bytes]:
    folder = resources.files("lunogram.sandbox.page").joinpath("static")
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
