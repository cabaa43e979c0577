"""The test API's clock: what time it is in a project, and another time for it."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from lunogram.sandbox.answers import Answer, as_json
from lunogram.sandbox.bodies import Moment
from lunogram.sandbox.clock import read, written
from lunogram.sandbox.context import Request
from lunogram.sandbox.decoding import read_body
from lunogram.sandbox.intervals import UnreadableInterval
from lunogram.sandbox.occurrences import known_interval
from lunogram.sandbox.problems import bad_request

_LAST = datetime(9999, 1, 1, tzinfo=UTC)
"""The last moment that can be moved to, with a year to go on from there."""


class Move(Struct):
    """Where to move the time: exactly one of the three."""

    advance: str | None = None
    set: Moment | None = None
    resume: bool | None = None


def show(request: Request) -> Answer:
    """`GET /sandbox/clock`."""
    return as_json(200, _time(request))


def move(request: Request) -> Answer:
    """`POST /sandbox/clock`: all that would have fired on the way fires, in order."""
    body = read_body(request.body, Move)
    if sum([body.advance is not None, body.set is not None, body.resume is not None]) != 1:
        detail = "exactly one of advance, set and resume is required"
        raise bad_request(detail)
    if body.resume is not None:
        fired = _resume(request, resume=body.resume)
    else:
        fired = _go_to(request, body.set or _later(request, body.advance or ""))
    return as_json(200, _time(request) | {"fired": fired})


def _time(request: Request) -> dict[str, object]:
    clock, project_id = request.sandbox.clock, request.project.id
    return {"now": written(clock.now(project_id)), "moved": bool(clock.ahead(project_id))}


def _resume(request: Request, *, resume: bool) -> int:
    if not resume:
        detail = "resume: must be true"
        raise bad_request(detail)
    return request.sandbox.firing.resume(request.project.id)


def _later(request: Request, interval: str) -> datetime:
    try:
        return known_interval(interval).after(read(request.now))
    except UnreadableInterval as error:
        detail = f"advance: {interval[:100]!r} is not an interval, such as '7 days'"
        raise bad_request(detail) from error
    except OverflowError as error:
        raise _too_far() from error


def _go_to(request: Request, moment: datetime) -> int:
    now = read(request.now)
    if moment < now:
        detail = (
            f"the time is {request.now} and does not go back to {written(moment)}; "
            "only resume does, to the real time"
        )
        raise bad_request(detail)
    if moment > _LAST:
        raise _too_far()
    ahead = request.sandbox.clock.ahead(request.project.id) + (moment - now)
    return request.sandbox.firing.move(request.project.id, moment, ahead)


def _too_far() -> Exception:
    return bad_request(f"the time cannot be moved beyond {written(_LAST)}")
