"""The page's queries. Each response is bounded: 100 rows, and no more than half a megabyte.

Lists are `{"results": […], "next": n}`, where `next` is omitted at the end and else goes into the
next query, as `before` (a number) or, for what belongs to a subject, `offset`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any

from msgspec import Meta, Struct

from lunogram.sandbox.clock import format_time, parse_time
from lunogram.sandbox.context import Request
from lunogram.sandbox.customerio import page as customerio
from lunogram.sandbox.hosts import is_private
from lunogram.sandbox.inspection_api import KIND
from lunogram.sandbox.page.calls import logged
from lunogram.sandbox.page.rows import (
    ROWS,
    RowsQuery,
    fitting,
    row_values,
    rows_response,
)
from lunogram.sandbox.page.summaries import event_summary
from lunogram.sandbox.problems import not_found
from lunogram.sandbox.request_parser import json_text, read_query
from lunogram.sandbox.responses import Response, as_json
from lunogram.sandbox.schemas import Channel, Moment, Offset, Text
from lunogram.sandbox.store import LARGEST, Row

_PROJECTS = 100
_LONGEST_NAME = 100
_STEPS = 160
"""The maximum number of time steps in a plot."""

_BELONGINGS = {
    "identifiers": "page_identifiers",
    "memberships": "page_memberships",
    "members": "page_members",
    "devices": "page_devices",
    "inbox": "page_inbox",
    "schedules": "page_schedules",
}
_CHARACTERS = ((19, 1), (18, 10), (16, 60), (15, 600), (13, 3600), (10, 86_400), (7, 2_678_400))
"""The resolutions of a plot: the number of characters of a time that are kept, and the seconds."""


class PageQuery(RowsQuery):
    """The query of a list: filters and a page."""

    offset: Offset = 0
    kind: Annotated[str, Meta(pattern=KIND)] = "user"
    search: str | None = None
    name: str | None = None
    subject: str | None = None
    cause_id: str | None = None
    since: Moment | None = None
    until: Moment | None = None
    apart: str = ""
    call: Offset = 0


class SchedulesQuery(Struct):
    """The query of schedules: those ahead, or those that fire no more; and a page."""

    over: bool = False
    search: str = ""
    before: Offset = 0
    """How many come before the page: schedules have no numbers."""


class MessagesQuery(RowsQuery):
    """The query of messages: filters and a page."""

    status: Annotated[str, Meta(pattern=r"^(unread|read|archived|planned|expired)\Z")] | None = None
    channel: Channel | None = None
    search: str = ""


class IdQuery(Struct):
    """The query of one row."""

    id: Text


class BelongingsQuery(Struct):
    """The query of what belongs to a subject."""

    id: Text
    what: Annotated[str, Meta(pattern=rf"^({'|'.join(_BELONGINGS)})\Z")]
    offset: Offset = 0


def projects(request: Request) -> Response:
    """`GET …/projects`: the projects with the most recent activity, and how to begin one."""
    recent = json_text(request.sandbox.request_log.recent())
    rows = request.store.all("page_projects", {"limit": _PROJECTS, "recent": recent})
    named = {project.id: name for name, project in request.sandbox.projects.items()}
    found = [row_values(row) | _about_project(request, row, named) for row in rows]
    return as_json(200, {"results": found, "variables": request.sandbox.keys.variables()})


def counts(request: Request) -> Response:
    """`GET …/counts`: the number of rows of each kind."""
    row = request.store.one("page_counts", {"project_id": request.project.id})
    found: dict[str, Any] = row_values(row) if row else {}
    found["calls"] = len(request.sandbox.request_log.calls(request.project.id))
    if there := customerio.counts(request):
        found["customerio"] = there
    return as_json(200, found)


def subjects(request: Request) -> Response:
    """`GET …/subjects`: users or organizations, all or those in which `search` is found."""
    query = read_query(request.query, PageQuery)
    wanted = {"kind": query.kind, "search": query.search or None}
    return rows_response(request, "page_subjects", query, wanted)


def subject(request: Request) -> Response:
    """`GET …/subject`: one user or organization."""
    return _one(request, "page_subject", "user")


def belongings(request: Request) -> Response:
    """`GET …/belongings`: what belongs to a user or an organization."""
    query = read_query(request.query, BelongingsQuery)
    # The query below selects by the id alone, so the subject's project is checked first.
    key = {"id": query.id, "project_id": request.project.id}
    if request.store.one("page_subject", key) is None:
        raise not_found("user")
    sql = _BELONGINGS[query.what]
    offset = min(query.offset, LARGEST)
    found = request.store.part(sql, key, ROWS + 1, offset)
    rows, _, more = fitting(map(row_values, found))
    value = {"results": rows, "total": request.store.count(sql, key)}
    return as_json(200, value | ({"next": offset + len(rows)} if more else {}))


def events(request: Request) -> Response:
    """`GET …/timeline`: events, by `subject`, `cause_id`, `call`, or `name` and time."""
    query = read_query(request.query, PageQuery)
    wanted = _span(request, query) | {"subject": query.subject, "cause_id": query.cause_id}
    if query.call:
        wanted |= _part_of(logged(request, query.call).events, query)
    callers = request.sandbox.request_log.event_calls(request.project.id)
    summary = partial(event_summary, callers=callers)
    return rows_response(request, _events_sql(query), query, wanted, summary)


def names(request: Request) -> Response:
    """`GET …/names`: the names of events, with the number of each."""
    query = read_query(request.query, PageQuery)
    rows = request.store.part("page_names", _span(request, query), ROWS, 0)
    return as_json(200, {"results": fitting(map(row_values, rows))[0]})


def plot(request: Request) -> Response:
    """`GET …/plot`: the number of events of each name in each step of time.

    `name` selects one name; otherwise `apart` has the names to count separately, one on each
    line, and the others are counted together, without a name.
    """
    query = read_query(request.query, PageQuery)
    wanted = _span(request, query)
    span = request.store.one("page_span", wanted)
    if span is None or span["first_at"] is None:
        return as_json(200, {"seconds": 1, "steps": []})
    begin, end = wanted["since"] or span["first_at"], wanted["until"] or span["last_at"]
    characters, seconds = _resolution(begin, end)
    rows = request.store.all("page_plot", wanted | {"characters": characters})
    apart = query.apart.split("\n")
    value = {"since": begin, "until": end, "seconds": seconds, "steps": _steps(rows, apart)}
    return as_json(200, value)


def schedules(request: Request) -> Response:
    """`GET …/schedules-ahead`: the schedules of a project, those that fire next first."""
    query = read_query(request.query, SchedulesQuery)
    sql = "page_schedules_over" if query.over else "page_schedules_ahead"
    wanted = {"project_id": request.project.id, "search": query.search or None}
    offset = min(query.before, LARGEST)
    found = request.store.part(sql, wanted, ROWS + 1, offset)
    rows, _, more = fitting(map(row_values, found))
    return as_json(200, {"results": rows} | ({"next": offset + len(rows)} if more else {}))


def messages(request: Request) -> Response:
    """`GET …/messages`: the messages of all inboxes."""
    query = read_query(request.query, MessagesQuery)
    wanted = {
        "status": query.status,
        "channel": query.channel,
        "search": query.search or None,
        "now": request.now,
    }
    return rows_response(request, "page_messages", query, wanted)


def lost(request: Request) -> Response:
    """`GET …/lost`: what the platform accepts and loses."""
    return rows_response(request, "page_lost", read_query(request.query, PageQuery), {})


def broadcasts(request: Request) -> Response:
    """`GET …/broadcasts`: events for all that match, with the number of matches."""
    return rows_response(request, "page_broadcasts", read_query(request.query, PageQuery), {})


def broadcast(request: Request) -> Response:
    """`GET …/broadcast`: one broadcast."""
    return _one(request, "page_broadcast", "broadcast")


def _about_project(request: Request, row: Row, named: Mapping[str, str]) -> dict[str, Any]:
    calls = request.sandbox.request_log.calls(row["id"])
    last = {"last_call_at": calls[-1].at} if calls else {}
    shown = named.get(row["id"]) or _full_key(request, row["id"]) or row["key"]
    return {"shown": shown[:_LONGEST_NAME], "calls": len(calls)} | last


def _full_key(request: Request, project_id: str) -> str | None:
    """Return the key of a project, if only this computer can see it."""
    sandbox = request.sandbox
    return sandbox.keys.used.get(project_id) if is_private(sandbox) else None


def _one(request: Request, sql: str, what: str) -> Response:
    key = {"id": read_query(request.query, IdQuery).id, "project_id": request.project.id}
    row = request.store.one(sql, key)
    if row is None:
        raise not_found(what)
    return as_json(200, row_values(row))


def _events_sql(query: PageQuery) -> str:
    if query.call:
        return "page_events_of_call"
    if query.subject is not None:
        return "page_events_of_subject"
    if query.cause_id is not None:
        return "page_events_of_cause"
    return "page_events" if query.name is None else "page_events_of_name"


def _part_of(numbers: range, query: PageQuery) -> dict[str, int]:
    """Return the numbers of the next page of a call's events, which go on after `before`."""
    last = numbers.stop - 1
    return {"after": query.before if query.before <= last else numbers.start - 1, "last": last}


def _span(request: Request, query: PageQuery) -> dict[str, Any]:
    return {
        "project_id": request.project.id,
        "name": query.name,
        "since": query.since and format_time(query.since),
        "until": query.until and format_time(query.until),
    }


def _resolution(begin: str, end: str) -> tuple[int, int]:
    """Return the finest resolution with few enough steps."""
    length = (parse_time(end) - parse_time(begin)).total_seconds()
    for characters, seconds in _CHARACTERS:
        if length / seconds < _STEPS:
            return characters, seconds
    return 4, 31_622_400


def _steps(rows: Iterable[Row], apart: Sequence[str]) -> list[list[Any]]:
    steps: dict[tuple[str, str], int] = {}
    for row in rows:
        column = (row["step"], row["name"] if row["name"] in apart else "")
        steps[column] = steps.get(column, 0) + row["events"]
    return [[step, name, events] for (step, name), events in steps.items()]
