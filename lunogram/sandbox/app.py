"""The sandbox as an ASGI application, with its table of routes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from lunogram.sandbox import (
    clock_api,
    devices,
    document,
    events,
    faults_api,
    inbox,
    inspection_api,
    members,
    schedules,
    sessions,
    subjects,
)
from lunogram.sandbox.api_endpoint import ApiEndpoint
from lunogram.sandbox.context import Handler, Sandbox
from lunogram.sandbox.customerio.apis import hosts
from lunogram.sandbox.customerio.credentials import Credentials
from lunogram.sandbox.customerio.inspection_api import TEST_API as CUSTOMERIO_TEST_API
from lunogram.sandbox.endpoint import Endpoint, problem_response, respond
from lunogram.sandbox.hosts import HostGuard
from lunogram.sandbox.identities import ORGANIZATION, USER
from lunogram.sandbox.page.routes import routes as page_routes
from lunogram.sandbox.path_families import PREFIXES
from lunogram.sandbox.problems import not_found
from lunogram.sandbox.responses import Response

Paths = Mapping[str, Mapping[str, Handler]]


def _user(handler: Callable[..., Response]) -> Handler:
    return partial(handler, kind=USER)


def _organization(handler: Callable[..., Response]) -> Handler:
    return partial(handler, kind=ORGANIZATION)


def _rows(query: str) -> Handler:
    return partial(inspection_api.list_rows, sql=query)


_OWN = ("/sandbox", "/customerio")
"""The paths that a Lunogram server does not have."""

_CONSOLE = Response(
    200,
    b"""<!doctype html>
<title>Lunogram sandbox</title>
<p>The API has no such path. A Lunogram server shows its console here.</p>
""",
    content_type=b"text/html; charset=utf-8",
)
"""The page of every unknown path, where Lunogram serves its console: a wrong URL, with 200."""

API: Paths = {
    "/users": {"POST": subjects.upsert_user, "DELETE": subjects.delete_user},
    "/users/events": {"POST": events.post_for_users},
    "/users/scheduled": {"POST": _user(schedules.upsert), "DELETE": _user(schedules.delete)},
    "/users/devices": {"POST": devices.register},
    "/users/inbox": {"POST": _user(inbox.send), "GET": _user(inbox.list_messages)},
    "/users/inbox/count": {"GET": _user(inbox.count)},
    "/users/inbox/read": {"POST": _user(inbox.mark_read)},
    "/users/inbox/archived": {"POST": _user(inbox.mark_archived)},
    "/organizations": {
        "POST": subjects.upsert_organization,
        "DELETE": subjects.delete_organization,
    },
    "/organizations/users": {"POST": members.add, "DELETE": members.remove},
    "/organizations/events": {"POST": events.post_for_organizations},
    "/organizations/scheduled": {
        "POST": _organization(schedules.upsert),
        "DELETE": _organization(schedules.delete),
    },
    "/organizations/inbox": {
        "POST": _organization(inbox.send),
        "GET": _organization(inbox.list_messages),
    },
    "/organizations/inbox/count": {"GET": _organization(inbox.count)},
    "/organizations/inbox/read": {"POST": _organization(inbox.mark_read)},
    "/organizations/inbox/archived": {"POST": _organization(inbox.mark_archived)},
    "/push/vapid": {"GET": devices.vapid_key},
    "/auth-methods/{auth_method_id}/sessions": {"POST": sessions.create},
}

TEST_API: Paths = {
    "/sandbox/users": {"GET": _user(inspection_api.list_subjects)},
    "/sandbox/user": {"GET": _user(inspection_api.one_subject)},
    "/sandbox/organizations": {"GET": _organization(inspection_api.list_subjects)},
    "/sandbox/organization": {"GET": _organization(inspection_api.one_subject)},
    "/sandbox/members": {"GET": _rows("inspect_members")},
    "/sandbox/events": {"GET": _rows("inspect_events")},
    "/sandbox/schedules": {"GET": _rows("inspect_schedules")},
    "/sandbox/inbox": {"GET": _rows("inspect_inbox")},
    "/sandbox/devices": {"GET": _rows("inspect_devices")},
    "/sandbox/lost": {"GET": _rows("inspect_lost")},
    "/sandbox/project": {"GET": inspection_api.show_project},
    "/sandbox/calls": {"GET": inspection_api.list_calls},
    "/sandbox/reset": {"POST": inspection_api.reset},
    "/sandbox/clock": {"GET": clock_api.show, "POST": clock_api.move},
    "/sandbox/faults": {
        "GET": faults_api.list_faults,
        "POST": faults_api.add,
        "DELETE": faults_api.remove_all,
    },
    **CUSTOMERIO_TEST_API,
}


def application(sandbox: Sandbox, customerio: Credentials | None = None) -> ASGIApp:
    """Build the ASGI application; `customerio` adds Customer.io's APIs with these credentials."""
    routes = [
        Route(f"{prefix}{path}", ApiEndpoint(sandbox, path, handlers))
        for prefix in PREFIXES
        for path, handlers in API.items()
    ]
    routes += [
        Route(path, Endpoint(sandbox, handlers, recorded=False))
        for path, handlers in TEST_API.items()
    ]
    routes.append(Route("/sandbox/health", _Health()))
    routes.append(Route(document.PATH, document.Document(sandbox)))
    routes += page_routes(sandbox, API, TEST_API)
    router = Router(routes, redirect_slashes=False, default=_unknown_path)
    app = hosts(sandbox, customerio, router) if customerio else router
    return HostGuard(sandbox, app)


class _Health:
    """The health endpoint: a class, because Starlette wraps functions."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await respond(send, inspection_api.health())


async def _unknown_path(scope: Scope, _receive: Receive, send: Send) -> None:
    is_own = scope["path"].startswith(_OWN)
    await respond(send, problem_response(not_found("path")) if is_own else _CONSOLE)
