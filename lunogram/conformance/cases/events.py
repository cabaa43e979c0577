"""Events: sent to one, or to all that match.

The effect of an event can't be read over the Client API, except a user that it creates. No `match`
here is one that other subjects' data could contain: a broadcast would reach them.
"""

from __future__ import annotations

from typing import Any

from lunogram.conformance.case import (
    EMPTY,
    Case,
    ExpectedResponse,
    case,
    delete,
    get,
    named,
    post,
    problem,
    subject,
)
from lunogram.conformance.cases.subject_kinds import KINDS, Kind

_ONE_OF = "Exactly one of `identifier` and `match`."
_CHECKED = "The server validates each request before it does anything."
_WHOLE = "A malformed batch is rejected as a whole."
_LOST = "An event for identifiers that nobody has is accepted and lost: no user is created."
_LOOK_UP = "Events only look up: they never create a user and never add identifiers."
_DROPPED = "An event for an organization that does not exist is accepted and lost."
_ACCEPTED = ExpectedResponse(202, EMPTY)


def _event(**parts: Any) -> dict[str, Any]:
    return {"name": "conformance.checked", "data": {"n": 1}, **parts}


def _inbox_of(name: str, response: ExpectedResponse) -> Any:
    """Ask whether there is such a user, without creating one."""
    source, _, external_id = name.rpartition(":")
    query = {"source": source or "default", "external_id": external_id, "channel": "inbox"}
    return get("/users/inbox/count", query, response)


def _accepted(kind: Kind) -> list[Case]:
    path, known = f"{kind.path}/events", post(kind.path, subject(kind.id))
    one = _event(identifier=named(kind.id))
    return [
        case(
            f"events of {kind.one} are accepted, one or several",
            f"post {kind.word} events: 202. 202 responses have an empty body.",
            known,
            post(path, [one], _ACCEPTED),
            post(path, [one] * 25, _ACCEPTED),
        ),
        case(
            f"an event for every {kind.word} that matches is accepted",
            "{name, identifier? xor match?, data}.",
            post(path, [_event(match={"conformance": kind.id})], _ACCEPTED),
        ),
    ]


def _refused(kind: Kind) -> list[Case]:
    path, who = f"{kind.path}/events", named(kind.id)
    both = "match and identifier are mutually exclusive"
    neither = "one of match or identifier is required"
    match = {"conformance": kind.id}
    malformed: tuple[object, ...] = (
        [],
        _event(identifier=who),
        [{"data": {}, "identifier": who}],
        [_event(identifier=[{"source": "default"}])],
        [_event(identifier=who, data=[1])],
    )
    return [
        case(
            f"an event of {kind.one} with identifier and match is rejected",
            f'{_ONE_OF} Both: 400 "{both}".',
            post(path, [_event(identifier=who, match=match)], problem(400, both)),
        ),
        case(
            f"an event of {kind.one} with neither identifier nor match is rejected",
            f'{_ONE_OF} Neither: 400 "{neither}".',
            post(path, [_event()], problem(400, neither)),
        ),
        case(
            f"events of {kind.one} that are malformed are rejected",
            f"array, 1 or more, of {{name, identifier? xor match?, data}}. {_CHECKED}",
            *(post(path, body, problem(400)) for body in malformed),
        ),
    ]


_OF_USERS = [
    case(
        "an event of a user needs data",
        "post user events: {name, identifier? xor match?, data}.",
        post("/users/events", [{"name": "x", "identifier": named("{user}")}], problem(400)),
    ),
    case(
        "an event for an unknown user is accepted, and creates no user",
        _LOST,
        post("/users/events", [_event(identifier=named("{user}"))], _ACCEPTED),
        _inbox_of("{user}", problem(404, "user not found")),
    ),
    case(
        "an event adds no identifiers to the user",
        _LOOK_UP,
        post("/users", subject("{user}")),
        post("/users/events", [_event(identifier=named("{user}", "anonymous:{user}.a"))]),
        _inbox_of("anonymous:{user}.a", problem(404, "user not found")),
    ),
    case(
        "an event for the identifiers of two users is accepted, and joins nobody",
        "An event whose identifiers belong to two users is accepted and lost.",
        post("/users", subject("{user}")).keeping(id="id"),
        post("/users", subject("{other}")).keeping(other_id="id"),
        post("/users/events", [_event(identifier=named("{user}", "{other}"))], _ACCEPTED),
        post("/users", subject("{user}"), ExpectedResponse(200, {"id": "{id}"})),
        post("/users", subject("{other}"), ExpectedResponse(200, {"id": "{other_id}"})),
    ),
    case(
        "an event keeps the user who is there already",
        "Look-up: any pair that matches finds the subject.",
        post("/users", subject("{user}", data={"plan": "pro"})).keeping(id="id"),
        post("/users/events", [_event(identifier=named("{user}"))], _ACCEPTED),
        post(
            "/users",
            subject("{user}"),
            ExpectedResponse(200, {"id": "{id}", "data": {"plan": "pro"}}),
        ),
    ),
    case(
        "a malformed event rejects its whole batch",
        _WHOLE,
        post(
            "/users/events",
            [_event(identifier=named("{user}")), _event(identifier=[{"external_id": ""}])],
            problem(400),
        ),
        _inbox_of("{user}", problem(404, "user not found")),
    ),
]

_OF_ORGANIZATIONS = [
    case(
        "an event of an organization needs no data",
        "post organization events: {name, identifier? xor match?, data?}.",
        post("/organizations", subject("{org}")),
        post("/organizations/events", [{"name": "x", "identifier": named("{org}")}], _ACCEPTED),
    ),
    case(
        "an event for an unknown organization is accepted and dropped",
        _DROPPED,
        post("/organizations/events", [_event(identifier=named("{org}"))], _ACCEPTED),
        delete("/organizations", subject("{org}"), problem(404, "organization not found")),
    ),
    case(
        "an event for an unknown organization does not stop those after it",
        "post organization events: 202 (an unknown organization is skipped).",
        post("/organizations", subject("{org}")),
        post(
            "/organizations/events",
            [_event(identifier=named("{unknown}")), _event(identifier=named("{org}"))],
            _ACCEPTED,
        ),
    ),
]

CASES = [
    *(each for kind in KINDS for part in (_accepted, _refused) for each in part(kind)),
    *_OF_USERS,
    *_OF_ORGANIZATIONS,
]
