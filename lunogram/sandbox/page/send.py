"""The API for the page: a call that is sent from there, with the project's id instead of its key.

Everything else is as for a client: the call is checked, logged, and hit by faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from lunogram.sandbox.api_endpoint import ApiEndpoint
from lunogram.sandbox.context import Handler, Request, Sandbox
from lunogram.sandbox.endpoint import problem_response, respond
from lunogram.sandbox.keys import Access, Project
from lunogram.sandbox.problems import Problem
from lunogram.sandbox.responses import Response, as_json

PREFIX = "/sandbox/page/send/{project_id}"
ProjectOf = Callable[[Sandbox, str], Project]


def send_routes(
    sandbox: Sandbox,
    api: Mapping[str, Mapping[str, Handler]],
    project_of: ProjectOf,
    guard: Callable[[ASGIApp], ASGIApp],
) -> Iterator[Route]:
    """Yield a route for each path of the API."""
    for path, handlers in api.items():
        yield Route(f"{PREFIX}{path}", guard(_FromPage(sandbox, path, handlers, project_of)))


class _FromPage(ApiEndpoint):
    """One path of the API, of the project that the page names."""

    def __init__(
        self,
        sandbox: Sandbox,
        path: str,
        handlers: Mapping[str, Handler],
        project_of: ProjectOf,
    ) -> None:
        super().__init__(sandbox, path, handlers)
        self._project_of = project_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Process a request as one to the API's own path."""
        given = scope["path_params"]["project_id"]
        try:
            project_id = self._project_of(self._sandbox, given).id
        except Problem as problem:
            await respond(send, problem_response(problem))
            return
        below = scope["path"].removeprefix(PREFIX.format(project_id=given))
        path = f"/api/client/projects/{project_id}{below}"
        parameters = scope["path_params"] | {"project_id": project_id}
        api_scope = {**scope, "path": path, "path_params": parameters}
        await super().__call__(api_scope, receive, send)

    def _access(self, scope: Scope) -> Access:
        return Access(self._project_of(self._sandbox, scope["path_params"]["project_id"]))


def start(request: Request) -> Response:
    """`POST …/start`: create the project of the key that the sandbox prints, to send calls to."""
    project = request.sandbox.keys.first()
    request.sandbox.ensure_project(project)
    return as_json(200, {"id": project.id})
