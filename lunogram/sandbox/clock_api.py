"""The test API's clock endpoints: read and move a project's time."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from lunogram.sandbox.clock import format_time, parse_time
from lunogram.sandbox.context import Request
from lunogram.sandbox.intervals import InvalidInterval
from lunogram.sandbox.occurrences import parsed_interval
from lunogram.sandbox.problems import bad_request
from lunogram.sandbox.request_parser import read_body
from lunogram.sandbox.responses import Response, as_json
from lunogram.sandbox.schemas import Moment

_LAST = datetime(9999, 1, 1, tzinfo=UTC)
"""The latest time that the clock can be moved to, a year before the last that there is."""


class ClockChange(Struct):
    """The body of `POST /sandbox/clock`: exactly one of the three."""

    advance: str | None = None
    set: Moment | None = None
    resume: bool | None = None


def show(request: Request) -> Response:
    """`GET /sandbox/clock`."""
    return as_json(200, _time(request))


def move(request: Request) -> Response:
    """`POST /sandbox/clock`: all schedules that are due until then fire, in order."""
    body = read_body(request.body, ClockChange)
    if sum([body.advance is not None, body.set is not None, body.resume is not None]) != 1:
        detail = "exactly one of advance, set and resume is required"
        raise bad_request(detail)
    if body.resume is not None:
        fired = _resume(request, resume=body.resume)
    else:
        fired = _move_to(request, body.set or _later(request, body.advance or ""))
    return as_json(200, _time(request) | {"fired": fired})


def _time(request: Request) -> dict[str, object]:
    clock, project_id = request.sandbox.clock, request.project.id
    return {"now": format_time(clock.now(project_id)), "moved": bool(clock.ahead(project_id))}


def _resume(request: Request, *, resume: bool) -> int:
    if not resume:
        detail = "resume: must be true"
        raise bad_request(detail)
    return request.sandbox.scheduler.resume(request.project.id)


def _later(request: Request, interval: str) -> datetime:
    try:
        return parsed_interval(interval).after(parse_time(request.now))
    except InvalidInterval as error:
        detail = f"advance: {interval[:100]!r} is not an interval, such as '7 days'"
        raise bad_request(detail) from error
    except OverflowError as error:
        raise _too_far() from error


def _move_to(request: Request, moment: datetime) -> int:
    now = parse_time(request.now)
    if moment < now:
        detail = (
            f"the time is {request.now} and does not go back to {format_time(moment)}; "
            "only resume does, to the real time"
        )
        raise bad_request(detail)
    if moment > _LAST:
        raise _too_far()
    ahead = request.sandbox.clock.ahead(request.project.id) + (moment - now)
    return request.sandbox.scheduler.move(request.project.id, moment, ahead)


def _too_far() -> Exception:
    return bad_request(f"the time cannot be moved beyond {format_time(_LAST)}")
