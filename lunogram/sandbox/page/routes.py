"""The page's paths: its files, its questions, the stream, and what the test API can do."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from urllib.parse import parse_qs

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from lunogram.sandbox.context import Operation, Sandbox
from lunogram.sandbox.customerio.page import QUESTIONS as CUSTOMERIO_QUESTIONS
from lunogram.sandbox.endpoint import Endpoint, refusal, respond
from lunogram.sandbox.keys import Project
from lunogram.sandbox.page import reading
from lunogram.sandbox.page.guard import Guard
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

_QUESTIONS: Mapping[str, Operation] = {
    "counts": reading.counts,
    "calls": reading.calls,
    "call": reading.call,
    "subjects": reading.subjects,
    "subject": reading.subject,
    "timeline": reading.events,
    "names": reading.names,
    "plot": reading.plot,
    "broadcasts": reading.broadcasts,
    "broadcast": reading.broadcast,
    "belongings": reading.belongings,
    **CUSTOMERIO_QUESTIONS,
}


def routes(sandbox: Sandbox, test_api: Mapping[str, Mapping[str, Operation]]) -> list[Route]:
    """List the page's routes; those of the test API take a project's id instead of its key."""
    found = [
        Route("/", Guard(sandbox, _Files())),
        Route(f"{_PREFIX}/static/{{name}}", Guard(sandbox, _Files())),
        Route(f"{_PREFIX}/stream", Guard(sandbox, Stream(sandbox, project_named))),
        Route(f"{_PREFIX}/projects", Guard(sandbox, _Anywhere(sandbox, _get(reading.projects)))),
    ]
    asked = {f"{_PREFIX}/{name}": _get(operation) for name, operation in _QUESTIONS.items()}
    same = {path.replace("/sandbox", _PREFIX, 1): methods for path, methods in test_api.items()}
    for path, operations in (same | asked).items():
        found.append(Route(path, Guard(sandbox, _ByID(sandbox, operations))))
    return found


def project_named(sandbox: Sandbox, scope: Scope) -> Project:
    """Return the project that `project` in the query names."""
    given = parse_qs(scope["query_string"].decode("latin-1")).get("project", [""])
    row = sandbox.store.one("page_project", {"id": given[0]})
    if row is None:
        raise not_found("project")
    return Project(row["id"], row["key"], server=not row["key"].startswith("pk_"))


def _get(operation: Operation) -> Mapping[str, Operation]:
    return {"GET": operation}


class _ByID(Endpoint):
    """An endpoint that is told the project by its id."""

    def __init__(self, sandbox: Sandbox, operations: Mapping[str, Operation]) -> None:
        """Serve `operations`, and record nothing: the page is no caller of the API."""
        super().__init__(sandbox, operations, journal=False)

    def _project(self, scope: Scope) -> Project:
        return project_named(self._sandbox, scope)


class _Anywhere(_ByID):
    """An endpoint that is about no project in particular."""

    def _project(self, scope: Scope) -> Project:  # noqa: ARG002 - it is overridden
        return Project("", "", server=True)


class _Files:
    """The page itself."""

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer with a file."""
        if scope["method"] not in {"GET", "HEAD"}:
            await respond(send, refusal(method_not_allowed(scope["method"])))
            return
        name = scope["path_params"].get("name", _INDEX)
        content = _files().get(name)
        if content is None:
            await respond(send, refusal(not_found("file")))
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
