"""The sandbox as an ASGI application: the table of paths."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from lunogram.sandbox import (
    breaking,
    devices,
    events,
    inbox,
    looking,
    members,
    moving,
    schedules,
    sessions,
    subjects,
)
from lunogram.sandbox.answers import Answer
from lunogram.sandbox.context import Operation, Sandbox
from lunogram.sandbox.customerio.apis import hosts
from lunogram.sandbox.customerio.credentials import Credentials
from lunogram.sandbox.customerio.looking import TEST_API as CUSTOMERIO_TEST_API
from lunogram.sandbox.endpoint import Endpoint, refusal, respond
from lunogram.sandbox.page.routes import routes as page_routes
from lunogram.sandbox.problems import not_found

Paths = Mapping[str, Mapping[str, Operation]]


def _user(operation: Callable[..., Answer]) -> Operation:
    return partial(operation, kind=subjects.USER)


def _organization(operation: Callable[..., Answer]) -> Operation:
    return partial(operation, kind=subjects.ORGANIZATION)


def _rows(query: str) -> Operation:
    return partial(looking.list_rows, sql=query)


FAMILIES = ("/api/client", "/api/client/projects/{project_id}")
"""Where the API is found: the project taken from the key, or named in the path."""

API: Paths = {
    "/users": {"POST": subjects.upsert_user, "DELETE": _user(subjects.delete)},
    "/users/events": {"POST": events.post_for_users},
    "/users/scheduled": {"POST": _user(schedules.upsert), "DELETE": _user(schedules.delete)},
    "/users/devices": {"POST": devices.register},
    "/users/inbox": {"POST": _user(inbox.send), "GET": _user(inbox.list_messages)},
    "/users/inbox/count": {"GET": _user(inbox.count)},
    "/users/inbox/read": {"POST": _user(inbox.mark_read)},
    "/users/inbox/archived": {"POST": _user(inbox.mark_archived)},
    "/organizations": {
        "POST": subjects.upsert_organization,
        "DELETE": _organization(subjects.delete),
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
    "/sandbox/users": {"GET": _user(looking.list_subjects)},
    "/sandbox/user": {"GET": _user(looking.one_subject)},
    "/sandbox/organizations": {"GET": _organization(looking.list_subjects)},
    "/sandbox/organization": {"GET": _organization(looking.one_subject)},
    "/sandbox/members": {"GET": _rows("look_at_members")},
    "/sandbox/events": {"GET": _rows("look_at_events")},
    "/sandbox/schedules": {"GET": _rows("look_at_schedules")},
    "/sandbox/inbox": {"GET": _rows("look_at_inbox")},
    "/sandbox/devices": {"GET": _rows("look_at_devices")},
    "/sandbox/calls": {"GET": looking.list_calls},
    "/sandbox/reset": {"POST": looking.reset},
    "/sandbox/clock": {"GET": moving.show, "POST": moving.move},
    "/sandbox/faults": {
        "GET": breaking.list_faults,
        "POST": breaking.add,
        "DELETE": breaking.remove_all,
    },
    **CUSTOMERIO_TEST_API,
}


def application(sandbox: Sandbox, customerio: Credentials | None = None) -> ASGIApp:
    """Build the application; with credentials for it, Customer.io's APIs are part of it."""
    routes = [
        Route(f"{family}{path}", Endpoint(sandbox, operations))
        for family in FAMILIES
        for path, operations in API.items()
    ]
    routes += [
        Route(path, Endpoint(sandbox, operations, journal=False))
        for path, operations in TEST_API.items()
    ]
    routes.append(Route("/sandbox/health", _Health()))
    routes += page_routes(sandbox, TEST_API)
    router = Router(routes, redirect_slashes=False, default=_unknown_path)
    return hosts(sandbox, customerio, router) if customerio else router


class _Health:
    """A class, because Starlette takes a function for something else."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await respond(send, looking.health())


async def _unknown_path(_scope: Scope, _receive: Receive, send: Send) -> None:
    await respond(send, refusal(not_found("path")))
