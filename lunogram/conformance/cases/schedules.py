"""Schedules: what is accepted, replaced and deleted.

That they fire cannot be seen over the Client API.
"""

from __future__ import annotations

from typing import Any

from lunogram.conformance.case import EMPTY, Answer, Case, case, delete, post, problem, subject
from lunogram.conformance.cases.kinds import KINDS, Kind
from lunogram.conformance.matching import UUID, Exactly, Instant, Other

_SINGLE = "`scheduled_at` alone: single."
_RECURRING = (
    "`interval`: recurring, from `start_at`, or from now; the accepted answer's scheduled_at is "
    "then scheduled_at or start_at."
)
_NEITHER = "scheduled_at is required for single schedules"
_ONE_OF_A_NAME = (
    "One schedule of a name for each user or organization; a second upsert of that name replaces "
    "it. Newer servers also take `id`: an id updates that one, none makes another."
)
_DELETE = "delete schedule: 200 empty; 404."
_INTERVALS = ("24h", "7 days", "1 month", "P7D", "1 year 2 mons")
_HOUR = 3600
_LATER, _LATER_STILL = "{+30 days}", "{+60 days}"


def _schedule(who: str, **parts: Any) -> dict[str, Any]:
    return subject(who, name="{schedule}", **parts)


def _accepted(kind: Kind) -> list[Case]:
    path, known = f"{kind.path}/scheduled", post(kind.path, subject(kind.id))
    timings: dict[str, tuple[dict[str, Any], Instant]] = {
        "from start_at": ({"start_at": _LATER}, Instant(_LATER)),
        "first at scheduled_at": (
            {"start_at": _LATER, "scheduled_at": _LATER_STILL},
            Instant(_LATER_STILL),
        ),
        "from now": ({}, Instant("{now}", _HOUR)),
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
                Answer(202, {**single, "data": Exactly(data)}),
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
                    Answer(202, {"id": UUID, "name": "{schedule}", "scheduled_at": time}),
                ),
            )
            for what, (timing, time) in timings.items()
        ),
        case(
            f"an interval of {kind.one} is written as PostgreSQL reads it",
            f"interval is what PostgreSQL reads as an interval: {', '.join(_INTERVALS)}.",
            known,
            *(post(path, _schedule(kind.id, interval=each), Answer(202)) for each in _INTERVALS),
        ),
    ]


def _refused(kind: Kind) -> list[Case]:
    path, known = f"{kind.path}/scheduled", post(kind.path, subject(kind.id))
    return [
        case(
            f"a schedule of {kind.one} with neither scheduled_at nor interval is refused",
            f'Neither: 400 "{_NEITHER}".',
            known,
            post(path, _schedule(kind.id), problem(400, _NEITHER)),
            post(path, _schedule(kind.id, start_at=_LATER), problem(400, _NEITHER)),
        ),
        case(
            f"a schedule of {kind.one} with an unreadable interval is refused",
            'A bad interval: 400 "invalid interval".',
            known,
            post(path, _schedule(kind.id, interval="soon"), problem(400, "invalid interval")),
        ),
        case(
            f"a schedule of {kind.one} without a name is refused",
            "upsert schedule: name, identifier.",
            known,
            post(path, subject(kind.id, scheduled_at=_LATER), problem(400)),
        ),
    ]


def _replaced(kind: Kind) -> list[Case]:
    path, known = f"{kind.path}/scheduled", post(kind.path, subject(kind.id))
    return [
        case(
            f"a schedule of {kind.one} is replaced by the next of its name",
            _ONE_OF_A_NAME,
            known,
            post(path, _schedule(kind.id, interval="7 days")).keeping(id="id"),
            post(
                path,
                _schedule(kind.id, scheduled_at=_LATER),
                Answer(
                    202,
                    {"id": "{id}", "scheduled_at": Instant(_LATER)},
                    note="the schedule is replaced by name, as the documents say",
                ),
                Answer(
                    202,
                    {"id": Other("{id}"), "scheduled_at": Instant(_LATER)},
                    note="without an id it is another schedule, as on newer servers",
                ),
            ),
        ),
        case(
            f"a schedule of {kind.one} is updated by its id",
            _ONE_OF_A_NAME,
            known,
            post(path, _schedule(kind.id, interval="7 days")).keeping(id="id"),
            post(
                path,
                _schedule(kind.id, scheduled_at=_LATER, id="{id}"),
                Answer(202, {"id": "{id}", "scheduled_at": Instant(_LATER)}),
            ),
        ),
    ]


def _deleted(kind: Kind) -> list[Case]:
    path, known = f"{kind.path}/scheduled", post(kind.path, subject(kind.id))
    upsert = post(path, _schedule(kind.id, scheduled_at=_LATER))
    done, gone = Answer(200, EMPTY), problem(404, "schedule not found")
    return [
        case(
            f"a schedule of {kind.one} is deleted once, and then not found",
            _DELETE,
            known,
            upsert,
            delete(path, _schedule(kind.id), done).patiently(),
            delete(path, _schedule(kind.id), gone),
        ),
        case(
            f"deleting a schedule of {kind.one} takes all of its name",
            "One schedule of a name for each user or organization.",
            known,
            upsert,
            post(path, _schedule(kind.id, interval="1 month")),
            delete(path, _schedule(kind.id), done).patiently(),
            delete(path, _schedule(kind.id), gone),
        ),
        case(
            f"a schedule of {kind.one} that nobody knows is not found",
            _DELETE,
            delete(path, _schedule("{nobody}"), problem(404, f"{kind.word} not found")),
        ),
        case(
            f"a schedule of {kind.one} is not that of another with the same name",
            "One schedule of a name for each user or organization.",
            known,
            post(kind.path, subject(kind.other)),
            upsert,
            delete(path, _schedule(kind.other), gone),
        ),
        case(
            f"a yearly anniversary starts for {kind.one} when it is created",
            "A yearly `anniversary` schedule starts for every user and organization.",
            known,
            delete(path, subject(kind.id, name="anniversary"), done).patiently(),
        ),
    ]


_WHOSE = [
    case(
        "a schedule of a user whom nobody knows is accepted",
        "upsert user schedule: 202 ScheduledAccepted, and no 404.",
        post("/users/scheduled", _schedule("{user}", scheduled_at=_LATER), Answer(202)),
    ),
    case(
        "a schedule of an organization that nobody knows is refused",
        "upsert organization schedule: 202; 404 organization.",
        post(
            "/organizations/scheduled",
            _schedule("{org}", scheduled_at=_LATER),
            problem(404, "organization not found"),
        ),
    ),
]

CASES = [
    *(
        each
        for kind in KINDS
        for part in (_accepted, _refused, _replaced, _deleted)
        for each in part(kind)
    ),
    *_WHOSE,
]
