"""The endpoints of the Client API: who may call them, and from where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from starlette.types import Message, Receive, Scope, Send

from lunogram.operation import Operation
from lunogram.operations import OPERATIONS, SEND_ORGANIZATION_INBOX_MESSAGES
from lunogram.sandbox.context import Handler, Request, Sandbox
from lunogram.sandbox.endpoint import Endpoint, respond, run
from lunogram.sandbox.keys import Access, Project, bearer
from lunogram.sandbox.problems import bad_request, forbidden, unauthorized
from lunogram.sandbox.responses import Response
from lunogram.sandbox.roles import PUBLIC, permission_for, permits
from lunogram.sandbox.session_tokens import is_token

_ANY_ORIGIN = (b"access-control-allow-origin", b"*")
_PREFLIGHT = (
    (b"access-control-allow-methods", b"GET, POST, DELETE, OPTIONS"),
    (b"access-control-allow-headers", b"Authorization, Content-Type"),
    (b"access-control-max-age", b"300"),
)
_JSON = b"application/json"


class ApiEndpoint(Endpoint):
    """One path of the API, in either family: with the project in the path, or of the key."""

    def __init__(self, sandbox: Sandbox, path: str, handlers: Mapping[str, Handler]) -> None:
        """Serve `handlers`, by method, at a path below the family."""
        super().__init__(sandbox, handlers)
        self._operations = {method: OPERATIONS.of(method, path) for method in handlers}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Process a request, or a browser's preflight."""

        async def shared(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], _ANY_ORIGIN]
            await send(message)

        if scope["method"] == "OPTIONS" and _is_preflight(scope):
            await respond(shared, Response(204, headers=_PREFLIGHT))
        else:
            await super().__call__(scope, receive, shared)

    def _access(self, scope: Scope) -> Access:
        headers = dict(scope["headers"])
        credential = bearer(headers)
        if is_token(credential):
            access = self._session(credential)
        else:
            access = self._sandbox.keys.access(headers)
            access = replace(access, events=self._sandbox.event_names.get(credential))
        project_id = scope["path_params"].get("project_id")
        if project_id is None:
            is_known = not self._sandbox.strict
        else:
            is_known = project_id == access.project.id and access.role != PUBLIC
        if not is_known:
            raise unauthorized()
        self._sandbox.ensure_project(access.project)
        return access

    def _session(self, token: str) -> Access:
        claims = self._sandbox.sessions.read(token)
        row = self._sandbox.store.one("page_project", {"id": claims.project_id})
        if row is None or self._sandbox.clock.now(row["id"]).timestamp() >= claims.exp:
            raise unauthorized()
        events = self._sandbox.event_names.get(claims.amid)
        return Access(Project(row["id"], row["key"]), session=claims.user, events=events)

    def _run(self, scope: Scope, handler: Handler, request: Request) -> Response:
        operation, access = self._operations[scope["method"]], request.access
        if access.session and _is_about_others(operation):
            raise forbidden("end users may only access their own data")
        if not permits(access.role, operation):
            raise forbidden(f"missing permission: {permission_for(operation)}")
        if not operation.is_read and not _is_json(scope):
            raise bad_request("the Content-Type must be application/json")
        return run(handler, request)


def _is_about_others(operation: Operation) -> bool:
    """Return whether an operation is about organizations, which no end user has."""
    is_message = operation.name == SEND_ORGANIZATION_INBOX_MESSAGES.name
    return operation.subject in {"organization", "member"} and not is_message


def _is_preflight(scope: Scope) -> bool:
    return b"access-control-request-method" in dict(scope["headers"])


def _is_json(scope: Scope) -> bool:
    content_type: bytes = dict(scope["headers"]).get(b"content-type", b"")
    media_type = content_type.partition(b";")[0]
    return media_type.strip().lower() == _JSON
