"""Schedules: what is accepted, replaced and deleted.

That they fire cannot be seen over the Client API.
"""

from __future__ import annotations

from typing import Any

from lunogram.conformance.case import (
    EMPTY,
    Case,
    ExpectedResponse,
    Step,
    case,
    delete,
    post,
    problem,
    subject,
)
from lunogram.conformance.cases.subject_kinds import KINDS, Kind
from lunogram.conformance.matchers import UUID, Exactly, Instant, Other

_SINGLE = "`scheduled_at` alone: single."
_RECURRING = (
    "`interval`: recurring; first at scheduled_at, or else at start_at (or now) + interval. "
    "ScheduledAccepted: scheduled_at."
)
_NEITHER = "scheduled_at is required for single schedules"
_DELETE = (
    "By name it is 404 only if the project has no schedule definition of that name; a subject "
    "without one: 200."
)
_INTERVALS = ("24h", "7 days", "1 month", "P7D", "1 year 2 mons")
_MORE = "Without `id`, today every POST adds another."
_LOOK_UP = "Events, schedules and everything else only look up: they never add identifiers."
_OWN_ID = "5b0c6f0a-8d36-4d7e-9a3c-2f1e7c9b4d11"
_DONE, _GONE = ExpectedResponse(200, EMPTY), problem(404, "scheduled instance not found")
_HOUR = 3600
_WITH_OFFSET = "2099-06-01T09:00:00+02:00"
_LATER, _LATER_STILL = "{+30 days}", "{+60 days}"


def _schedule(who: str, **parts: Any) -> dict[str, Any]:
    return subject(who, name="{schedule}", **parts)


def _accepted(kind: Kind) -> list[Case]:
    path, known = f"{kind.path}/scheduled", post(kind.path, subject(kind.id))
    timings: dict[str, tuple[dict[str, Any], Instant]] = {
        "from start_at": ({"start_at": _LATER}, Instant("{+37 days}")),
        "first at scheduled_at": (
            {"start_at": _LATER, "scheduled_at": _LATER_STILL},
            Instant(_LATER_STILL),
        ),
        "from now": ({}, Instant("{+7 days}", _HOUR)),
    }
    data = {"plan": {"a": 1}}
    single = {"id": UUID, "name": "{schedule}", "scheduled_at": Instant(_LATER)}
    return [
        case(
            f"a single schedule of {kind.one} is accepted",
            f"{_SINGLE} ScheduledAccepted: id, name, scheduled_at, data?.",
            known,
            post(
                path,
                _schedule(kind.id, scheduled_at=_LATER, data=data),
                ExpectedResponse(202, {**single, "data": Exactly(data)}),
            ),
        ),
        case(
            f"the time of {kind.one}'s schedule is returned as it was given",
            "ScheduledAccepted: scheduled_at (as given, offset kept), data (null when absent).",
            known,
            post(
                path,
                _schedule(kind.id, scheduled_at=_WITH_OFFSET),
                ExpectedResponse(202, {"scheduled_at": _WITH_OFFSET, "data": None}),
            ),
        ),
        *(
            case(
                f"a recurring schedule of {kind.one} is accepted, {what}",
                _RECURRING,
                known,
                post(
                    path,
                    _schedule(kind.id, interval="7 days", **timing),
                    ExpectedResponse(202, {"id": UUID, "name": "{schedule}", "scheduled_at": time}),
                ),
            )
            for what, (timing, time) in timings.items()
        ),
        case(
            f"an interval of {kind.one} is written as PostgreSQL reads it",
            f"interval is what PostgreSQL reads as an interval: {', '.join(_INTERVALS)}.",
            known,
            *(
                post(path, _schedule(kind.id, interval=each), ExpectedResponse(202))
                for each in _INTERVALS
            ),
        ),
    ]


def _refused(kind: Kind) -> list[Case]:
    path, known = f"{kind.path}/scheduled", post(kind.path, subject(kind.id))
    return [
        case(
            f"a schedule of {kind.one} with neither scheduled_at nor interval is rejected",
            f'Neither: 400 "{_NEITHER}".',
            known,
            post(path, _schedule(kind.id), problem(400, _NEITHER)),
            post(path, _schedule(kind.id, start_at=_LATER), problem(400, _NEITHER)),
        ),
        case(
            f"a schedule of {kind.one} with an invalid interval is rejected",
            'A bad interval: 400 "invalid interval".',
            known,
            post(path, _schedule(kind.id, interval="soon"), problem(400, "invalid interval")),
        ),
        case(
            f"a schedule of {kind.one} without a name is rejected",
            "upsert schedule: name, identifier.",
            known,
            post(path, subject(kind.id, scheduled_at=_LATER), problem(400)),
        ),
    ]


def _deleted(kind: Kind) -> list[Case]:
    path, known = f"{kind.path}/scheduled", post(kind.path, subject(kind.id))
    upsert = post(path, _schedule(kind.id, scheduled_at=_LATER))
    done, gone = ExpectedResponse(200, EMPTY), problem(404, "schedule not found")
    return [
        case(
            f"a schedule of {kind.one} is deleted, also again",
            _DELETE,
            known,
            upsert,
            delete(path, _schedule(kind.id), done).eventually(),
            delete(path, _schedule(kind.id), done),
        ),
        case(
            f"deleting a schedule of {kind.one} takes all of its name",
            "One schedule of a name for each user or organization.",
            known,
            upsert,
            post(path, _schedule(kind.id, interval="1 month")),
            delete(path, _schedule(kind.id), done).eventually(),
        ),
        case(
            f"a schedule that no subject has is not found for {kind.one}",
            _DELETE,
            known,
            delete(path, _schedule(kind.id), gone),
        ),
        case(
            f"a schedule of {kind.one} that does not exist is not found",
            _DELETE,
            delete(path, _schedule("{unknown}"), problem(404, f"{kind.word} not found")),
        ),
        case(
            f"a schedule of {kind.one} is not that of another with the same name",
            "One schedule of a name for each user or organization.",
            known,
            post(kind.path, subject(kind.other)),
            upsert,
            delete(path, _schedule(kind.other), done).eventually(),
        ),
        case(
            f"a yearly anniversary starts for {kind.one} when it is created",
            "A yearly `anniversary` schedule starts for every user and organization (not verified "
            "in today's source).",
            known,
            delete(
                path,
                subject(kind.id, name="anniversary"),
                done,
                problem(404, "schedule not found", "servers that start no anniversaries"),
            ).eventually(),
        ),
    ]


def _by_id(kind: Kind) -> list[Case]:
    """Today's schedules: any number of a name, each with an id."""
    path, known = f"{kind.path}/scheduled", post(kind.path, subject(kind.id)).under("project")
    upsert = post(path, _schedule(kind.id, scheduled_at=_LATER)).under("project")
    return [
        case(
            f"a schedule of {kind.one} without an id is one more",
            _MORE,
            known,
            upsert.keeping(first="id"),
            upsert.keeping(second="id"),
            _deleted_by_id(kind, "{first}", _DONE).eventually(),
            _deleted_by_id(kind, "{first}", _GONE),
            _deleted_by_id(kind, "{second}", _DONE).eventually(),
        ),
        case(
            f"a schedule of {kind.one} is created with an id of the caller's making",
            "With an id of your own making: it updates if it exists, and is created if not.",
            known,
            post(
                path,
                _schedule(kind.id, scheduled_at=_LATER, id=_OWN_ID),
                ExpectedResponse(202, {"id": _OWN_ID}),
            ).under("project"),
            _deleted_by_id(kind, _OWN_ID, _DONE).eventually(),
        ),
        case(
            f"a schedule of {kind.one} is updated by its id",
            "With `id`: fields left out keep their value.",
            known,
            post(path, _schedule(kind.id, interval="7 days")).under("project").keeping(id="id"),
            post(
                path,
                _schedule(kind.id, scheduled_at=_LATER, id="{id}"),
                ExpectedResponse(202, {"id": "{id}", "scheduled_at": Instant(_LATER)}),
            ).under("project"),
        ),
        case(
            f"a schedule of {kind.one} is deleted by id or by name",
            'Neither: 400 "either id or name is required".',
            known,
            delete(path, subject(kind.id), problem(400, "either id or name is required")).under(
                "project"
            ),
        ),
    ]


def _deleted_by_id(kind: Kind, schedule_id: str, response: ExpectedResponse) -> Step:
    body = subject(kind.id, id=schedule_id)
    return delete(f"{kind.path}/scheduled", body, response).under("project")


def _lost(kind: Kind) -> list[Case]:
    path, known = f"{kind.path}/scheduled", post(kind.path, subject(kind.id)).under("project")
    upsert = post(path, _schedule(kind.id, scheduled_at=_LATER)).under("project")
    return [
        case(
            f"an id of another {kind.word}'s schedule, or of another name, is accepted and lost",
            "A schedule with an `id` that belongs to another subject, or to another name: lost.",
            known,
            post(kind.path, subject(kind.other)).under("project"),
            upsert.keeping(id="id"),
            post(
                path, _schedule(kind.other, interval="7 days", id="{id}"), ExpectedResponse(202)
            ).under("project"),
            post(
                path,
                subject(kind.id, name="{schedule}.other", interval="7 days", id="{id}"),
                ExpectedResponse(202),
            ).under("project"),
            delete(path, subject(kind.other, id="{id}"), _GONE).under("project"),
            _deleted_by_id(kind, "{id}", _DONE).eventually(),
        ),
    ]


def _by_name(kind: Kind) -> list[Case]:
    """The schedules of older servers: one of a name."""
    path = f"{kind.path}/scheduled"
    return [
        case(
            f"a schedule of {kind.one} replaces that of its name, on older servers",
            "Documents: one of a name for each subject, replaced.",
            post(kind.path, subject(kind.id)).under("key"),
            post(path, _schedule(kind.id, interval="7 days")).under("key").keeping(id="id"),
            post(
                path,
                _schedule(kind.id, scheduled_at=_LATER),
                ExpectedResponse(202, {"id": "{id}"}),
                ExpectedResponse(
                    202,
                    {"id": Other("{id}")},
                    note="today's schedules, on the paths of older servers",
                ),
            ).under("key"),
        ),
    ]


_WHOSE = [
    case(
        "a single schedule in the past is accepted",
        "A single schedule whose time is past: 202, and it never fires.",
        post("/users", subject("{user}")),
        post(
            "/users/scheduled", _schedule("{user}", scheduled_at="{-1 day}"), ExpectedResponse(202)
        ),
    ),
    case(
        "a schedule of an unknown user is accepted, and creates no user",
        "A user schedule for identifiers that nobody has: 202, and lost. No user is created.",
        post("/users/scheduled", _schedule("{user}", scheduled_at=_LATER), ExpectedResponse(202)),
        delete("/users", subject("{user}"), problem(404, "user not found")),
    ),
    case(
        "a schedule for the identifiers of two users is accepted, and joins nobody",
        "An event or user schedule whose identifiers belong to two users: the same.",
        post("/users", subject("{user}")).keeping(id="id"),
        post("/users", subject("{other}")).keeping(other_id="id"),
        post(
            "/users/scheduled",
            {**_schedule("{user}", scheduled_at=_LATER), **subject("{user}", "{other}")},
            ExpectedResponse(202),
        ),
        post("/users", subject("{user}"), ExpectedResponse(200, {"id": "{id}"})),
        post("/users", subject("{other}"), ExpectedResponse(200, {"id": "{other_id}"})),
    ),
    case(
        "a schedule adds no identifiers to the user",
        _LOOK_UP,
        post("/users", subject("{user}")),
        post(
            "/users/scheduled",
            {**_schedule("{user}", scheduled_at=_LATER), **subject("{user}", "stripe:{user}.a")},
            ExpectedResponse(202),
        ),
        delete("/users", subject("stripe:{user}.a"), problem(404, "user not found")),
    ),
    case(
        "a schedule of an unknown organization is rejected, before its times are checked",
        "upsert organization schedule: 404 organization, which comes before the checks of times.",
        *(
            post(
                "/organizations/scheduled",
                _schedule("{org}", **times),
                problem(404, "organization not found"),
            )
            for times in ({"scheduled_at": _LATER}, {}, {"interval": "soon"})
        ),
    ),
]

CASES = [
    *(
        each
        for kind in KINDS
        for part in (_accepted, _refused, _by_id, _lost, _by_name, _deleted)
        for each in part(kind)
    ),
    *_WHOSE,
]
