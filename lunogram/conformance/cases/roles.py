"""Roles: what a key of today's servers may do, and how the server says what it may not."""

from __future__ import annotations

from lunogram.conformance.case import (
    Case,
    ExpectedResponse,
    Key,
    Step,
    case,
    delete,
    get,
    named,
    post,
    problem,
    subject,
)

_CLIENT = (
    "`client`: write only: users, events, organizations, devices, schedules, inbox create; "
    "deletes users and organizations."
)
_SUPPORT = "`support`: reads."
_EDITOR = "`editor`: also deletes schedules and events."
_EVENTS = (
    "An auth method may carry a list of the event names that it may create: 403 "
    'auth method may not create events "NAME".'
)
_MISSING = 'A right that is missing: 403 {"title": "forbidden", "detail": "missing permission: …"}.'

_INBOX = {"source": "default", "external_id": "{user}", "channel": "inbox"}
_UNLISTED = "conformance.unlisted"
_USER = post("/users", subject("{user}")).under("project")
_EVENT = [{"name": _UNLISTED, "data": {}, "identifier": named("{user}")}]
_SCHEDULE = subject("{user}", name="{schedule}", scheduled_at="{+30 days}")
_DEVICE = subject("{user}", device_id="{user}.device", os="ios", config={"token": "conformance"})
_MESSAGE = {
    "target": named("{user}"),
    "identifier": {"external_id": "{message}"},
    "channel": "inbox",
}
_MARK = {"target": named("{user}"), "message_id": "3a4b5c6d-7e8f-4a9b-8c0d-1e2f3a4b5c6d"}


def _as(key: Key, *steps: Step) -> list[Step]:
    """The steps with another key."""
    return [step.with_key(key).under("project") for step in steps]


def _lacks(permission: str) -> ExpectedResponse:
    return problem(403, f"missing permission: {permission}")


CASES: list[Case] = [
    case(
        "a key of the role client writes",
        _CLIENT,
        *_as(
            "client",
            post("/users", subject("{user}"), ExpectedResponse(200)),
            post("/organizations", subject("{org}"), ExpectedResponse(200)),
            post("/users/events", _EVENT, ExpectedResponse(202)),
            post("/users/scheduled", _SCHEDULE, ExpectedResponse(202)),
            post("/users/devices", _DEVICE, ExpectedResponse(201)),
            post("/users/inbox", [_MESSAGE], ExpectedResponse(202)),
            delete("/organizations", subject("{org}"), ExpectedResponse(204)),
            delete("/users", subject("{user}"), ExpectedResponse(204)),
        ),
    ),
    case(
        "a key of the role client reads and marks nothing, and deletes no schedules",
        f"{_CLIENT} {_MISSING}",
        _USER,
        *_as(
            "client",
            get("/users/inbox", _INBOX, _lacks("read")),
            get("/users/inbox/count", _INBOX, _lacks("read")),
            post("/users/inbox/read", [_MARK], _lacks("update")),
            delete("/users/scheduled", _SCHEDULE, _lacks("delete")),
        ),
    ),
    case(
        "a key of the role support reads",
        _SUPPORT,
        _USER,
        *_as(
            "support",
            get("/users/inbox", _INBOX, ExpectedResponse(200)),
            get("/users/inbox/count", _INBOX, ExpectedResponse(200)),
        ),
    ),
    case(
        "a key of the role support writes nothing",
        f"{_SUPPORT} {_MISSING}",
        _USER,
        *_as(
            "support",
            post("/users", subject("{user}"), _lacks("create")),
            post("/users/events", _EVENT, _lacks("create")),
            delete("/users", subject("{user}"), _lacks("delete")),
        ),
    ),
    case(
        "a key of the role editor deletes schedules",
        _EDITOR,
        _USER,
        post("/users/scheduled", _SCHEDULE, ExpectedResponse(202)).under("project"),
        *_as("editor", delete("/users/scheduled", _SCHEDULE, ExpectedResponse(200)).eventually()),
    ),
    case(
        "an auth method creates events of the names in its list only",
        _EVENTS,
        _USER,
        *_as(
            "limited",
            post(
                "/users/events",
                _EVENT,
                problem(403, f'auth method may not create events "{_UNLISTED}"'),
            ),
        ),
    ),
]
