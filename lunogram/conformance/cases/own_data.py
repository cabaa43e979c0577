"""Own data: what the token of a session reaches, and what it does not."""

from __future__ import annotations

from typing import Any

from lunogram.conformance.case import (
    EMPTY,
    ExpectedResponse,
    Step,
    case,
    delete,
    get,
    named,
    post,
    problem,
    subject,
)
from lunogram.conformance.matchers import ANYTHING, Unordered

_OWN = "A caller with a session acts on its own data: identifiers it supplies are ignored."
_SUBJECT = "Its subject is the user with the identifier {session:<auth_method_id>, user_id}."
_MATCH = '`match`: 403 "end users may not emit match-based events".'
_ORGANIZATIONS = (
    "Organization calls, but for sending organization inbox messages: 403 "
    '"end users may only access their own data".'
)
_CORS = "Browser programs use session tokens."

_SESSIONS = "/auth-methods/{auth_method}/sessions"
_OWN_NAME = "session:{auth_method}:{user}"

# With a key, so that the user is known to the run, which deletes it at its end.
_USER = post("/users", subject(_OWN_NAME)).keeping(id="id")
_SESSION = post(_SESSIONS, {"user_id": "{user}"}).keeping(session="token")
_ACCEPTED = ExpectedResponse(202, EMPTY)
_THEIRS = problem(403, "end users may only access their own data")
_MEMBER = {"organization": subject("{org}"), "user": subject("{user}")}
_SCHEDULE = subject("{org}", name="{schedule}", scheduled_at="{+30 days}")
_INBOX = {"source": "default", "external_id": "{org}", "channel": "inbox"}
_MARK = {"target": named("{org}"), "message_id": "3a4b5c6d-7e8f-4a9b-8c0d-1e2f3a4b5c6d"}
_MESSAGE = {
    "target": named("{org}"),
    "identifier": {"external_id": "{message}"},
    "channel": "inbox",
}


def _as_user(step: Step, **headers: str) -> Step:
    """The step with the token of the session instead of a key."""
    return step.with_key("none").with_headers(Authorization="Bearer {session}", **headers)


def _event(**parts: Any) -> list[dict[str, Any]]:
    return [{"name": "conformance.checked", "data": {"n": 1}, **parts}]


CASES = [
    case(
        "a session is that of the user with the identifier of its auth method",
        _SUBJECT,
        _USER,
        _SESSION,
        _as_user(
            post(
                "/users",
                subject(_OWN_NAME, data={"n": 1}),
                ExpectedResponse(200, {"id": "{id}", "data": {"n": 1}}),
            )
        ),
    ),
    case(
        "the identifiers that a session sends are ignored",
        _OWN,
        _USER,
        _SESSION,
        post("/users", subject("{other}")),
        _as_user(
            post(
                "/users",
                subject("{other}"),
                ExpectedResponse(
                    200,
                    {
                        "id": "{id}",
                        "identifier": Unordered(
                            ({"source": "session:{auth_method}", "external_id": "{user}"},)
                        ),
                    },
                ),
            )
        ),
    ),
    case(
        "events of a session may omit the identifier",
        _OWN,
        _USER,
        _SESSION,
        _as_user(post("/users/events", _event(), _ACCEPTED)),
    ),
    case(
        "events of a session reach nobody by a match",
        _MATCH,
        _USER,
        _SESSION,
        _as_user(
            post(
                "/users/events",
                _event(match={"conformance": "{user}"}),
                problem(403, "end users may not emit match-based events"),
            )
        ),
    ),
    case(
        "a session reads its own inbox",
        _OWN,
        _USER,
        _SESSION,
        _as_user(
            get(
                "/users/inbox/count",
                {"source": "default", "external_id": "{other}", "channel": "inbox"},
                ExpectedResponse(200, {"unread": 0, "total": 0}),
            )
        ).eventually(),
    ),
    case(
        "a session does not reach organizations",
        _ORGANIZATIONS,
        _USER,
        _SESSION,
        post("/organizations", subject("{org}")),
        *(
            _as_user(step)
            for step in (
                post("/organizations", subject("{org}"), _THEIRS),
                delete("/organizations", subject("{org}"), _THEIRS),
                post("/organizations/users", _MEMBER, _THEIRS),
                delete("/organizations/users", _MEMBER, _THEIRS),
                post("/organizations/events", _event(**subject("{org}")), _THEIRS),
                post("/organizations/scheduled", _SCHEDULE, _THEIRS),
                delete("/organizations/scheduled", _SCHEDULE, _THEIRS),
                get("/organizations/inbox", _INBOX, _THEIRS),
                get("/organizations/inbox/count", _INBOX, _THEIRS),
                post("/organizations/inbox/read", [_MARK], _THEIRS),
                post("/organizations/inbox/archived", [_MARK], _THEIRS),
            )
        ),
    ),
    case(
        "a session sends messages to organizations",
        _ORGANIZATIONS,
        _USER,
        _SESSION,
        post("/organizations", subject("{org}")),
        _as_user(post("/organizations/inbox", [_MESSAGE], _ACCEPTED)),
        get(
            "/organizations/inbox",
            _INBOX,
            ExpectedResponse(200, {"results": [{"external_id": "{message}"}]}),
        ).eventually(),
    ),
    case(
        "a session mints no session",
        'An API key only: 403 "an API key is required to mint sessions".',
        _USER,
        _SESSION,
        _as_user(
            post(
                _SESSIONS,
                {"user_id": "{user}"},
                problem(403, "an API key is required to mint sessions"),
            )
        ),
    ),
    case(
        "a session may be used in a browser",
        _CORS,
        _USER,
        _SESSION,
        _as_user(
            post("/users", subject(_OWN_NAME), ExpectedResponse(200, ANYTHING)),
            Origin="https://shop.example",
        ),
    ),
]
