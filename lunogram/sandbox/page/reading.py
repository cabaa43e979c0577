"""The page's questions. Each answer is bounded: 100 rows, and no more than fit in half a megabyte.

Lists are answered as `{"results": […], "next": n}`, where `next` is missing at the end and else
goes into the next question, as `before` (a number) or, for what belongs to somebody, `offset`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from msgspec import Meta, Struct

from lunogram.sandbox.answers import Answer, as_json
from lunogram.sandbox.bodies import Moment, Offset, Text
from lunogram.sandbox.clock import read, written
from lunogram.sandbox.context import Request
from lunogram.sandbox.customerio import page as customerio
from lunogram.sandbox.decoding import read_query, stored
from lunogram.sandbox.journal import BODY_KEPT, Call
from lunogram.sandbox.looking import KIND
from lunogram.sandbox.page.python import in_python
from lunogram.sandbox.page.rows import ROWS, Part, fitting, listed, part, row_shown
from lunogram.sandbox.page.telling import is_refused, told
from lunogram.sandbox.problems import not_found
from lunogram.sandbox.store import LARGEST, Row

_PROJECTS = 100
_STEPS = 160
"""How many steps of time a plot has at the most."""

_BELONGINGS = {
    "identifiers": "page_identifiers",
    "memberships": "page_memberships",
    "members": "page_members",
    "devices": "page_devices",
    "inbox": "page_inbox",
    "schedules": "page_schedules",
}
_CHARACTERS = ((19, 1), (18, 10), (16, 60), (15, 600), (13, 3600), (10, 86_400), (7, 2_678_400))
"""How many characters of a time say it to so many seconds."""


class Query(Part):
    """What the page asks for."""

    offset: Offset = 0
    kind: Annotated[str, Meta(pattern=KIND)] = "user"
    search: str | None = None
    name: str | None = None
    subject: str | None = None
    cause_id: str | None = None
    since: Moment | None = None
    until: Moment | None = None
    apart: str = ""
    refused: bool = False


class One(Struct):
    """Which one."""

    id: Text


class OneCall(Struct):
    """Which call."""

    number: Offset


class Belonging(Struct):
    """What of whom."""

    id: Text
    what: Annotated[str, Meta(pattern=rf"^({'|'.join(_BELONGINGS)})\Z")]
    offset: Offset = 0


def projects(request: Request) -> Answer:
    """`GET …/projects`: those in which something happened last."""
    recent = stored(request.sandbox.journal.recent())
    rows = request.store.all("page_projects", {"limit": _PROJECTS, "recent": recent})
    found = [row_shown(row) | _calls_of(request, row["id"]) for row in rows]
    return as_json(200, {"results": found})


def counts(request: Request) -> Answer:
    """`GET …/counts`: how much there is of everything."""
    row = request.store.one("page_counts", {"project_id": request.project.id})
    found: dict[str, Any] = row_shown(row) if row else {}
    found["calls"] = len(request.sandbox.journal.calls(request.project.id))
    if there := customerio.counts(request):
        found["customerio"] = there
    return as_json(200, found)


def calls(request: Request) -> Answer:
    """`GET …/calls`: the last calls, or those that were refused."""
    query = read_query(request.query, Query)
    known = reversed(request.sandbox.journal.calls(request.project.id))
    wanted = (call for call in known if call.number < query.before and _is_wanted(call, query))
    return listed(told(call) for call in wanted)


def call(request: Request) -> Answer:
    """`GET …/call`: a call as it was sent, its answer, and the Python that would send it."""
    number = read_query(request.query, OneCall).number
    for each in request.sandbox.journal.since(request.project.id, number - 1):
        if each.number == number:
            return as_json(200, told(each) | _in_full(each))
    raise not_found("call")


def subjects(request: Request) -> Answer:
    """`GET …/subjects`: users or organizations, all or those in which `search` is found."""
    query = read_query(request.query, Query)
    wanted = {"kind": query.kind, "search": query.search or None}
    return part(request, "page_subjects", query, wanted)


def subject(request: Request) -> Answer:
    """`GET …/subject`: one user or organization."""
    return _one(request, "page_subject", "user")


def belongings(request: Request) -> Answer:
    """`GET …/belongings`: what belongs to a user or an organization."""
    query = read_query(request.query, Belonging)
    # Asked by the id alone, so whose it is comes first.
    key = {"id": query.id, "project_id": request.project.id}
    if request.store.one("page_subject", key) is None:
        raise not_found("user")
    sql = _BELONGINGS[query.what]
    offset = min(query.offset, LARGEST)
    found = request.store.part(sql, key, ROWS + 1, offset)
    rows, _, more = fitting(map(row_shown, found))
    value = {"results": rows, "total": request.store.count(sql, key)}
    return as_json(200, value | ({"next": offset + len(rows)} if more else {}))


def events(request: Request) -> Answer:
    """`GET …/timeline`: events, by `subject`, `cause_id`, or `name` and time."""
    query = read_query(request.query, Query)
    wanted = _span(request, query) | {"subject": query.subject, "cause_id": query.cause_id}
    return part(request, _events_sql(query), query, wanted)


def names(request: Request) -> Answer:
    """`GET …/names`: what events are called, and how many there are of each."""
    query = read_query(request.query, Query)
    rows = request.store.part("page_names", _span(request, query), ROWS, 0)
    return as_json(200, {"results": fitting(map(row_shown, rows))[0]})


def plot(request: Request) -> Answer:
    """`GET …/plot`: how many events of each name there are in each step of time.

    `name` narrows it to one name; else `apart` has the names to tell apart, one on each line,
    and the others are counted together, without a name.
    """
    query = read_query(request.query, Query)
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


def broadcasts(request: Request) -> Answer:
    """`GET …/broadcasts`: events for all that match, with how many did."""
    return part(request, "page_broadcasts", read_query(request.query, Query), {})


def broadcast(request: Request) -> Answer:
    """`GET …/broadcast`: one of them."""
    return _one(request, "page_broadcast", "broadcast")


def _calls_of(request: Request, project_id: str) -> dict[str, Any]:
    calls = request.sandbox.journal.calls(project_id)
    return {"calls": len(calls), "last_call_at": calls[-1].at} if calls else {"calls": 0}


def _is_wanted(call: Call, query: Query) -> bool:
    if query.refused and not is_refused(call):
        return False
    if not query.search:
        return True
    wanted = query.search.lower()
    return any(wanted in text.lower() for text in (call.path, call.query, call.request))


def _in_full(call: Call) -> dict[str, Any]:
    """Show what was sent and answered; a `…_size` says that it was cut, and how long it was."""
    sizes = {"request_size": call.request_bytes, "answer_size": call.answer_bytes}
    cut = {name: size for name, size in sizes.items() if size > BODY_KEPT}
    return cut | {
        "query": call.query[:BODY_KEPT],
        "request": call.request,
        "request_bytes": call.request_bytes,
        "answer": call.answer,
        "answer_bytes": call.answer_bytes,
        "python": in_python(call),
    }


def _one(request: Request, sql: str, what: str) -> Answer:
    key = {"id": read_query(request.query, One).id, "project_id": request.project.id}
    row = request.store.one(sql, key)
    if row is None:
        raise not_found(what)
    return as_json(200, row_shown(row))


def _events_sql(query: Query) -> str:
    if query.subject is not None:
        return "page_events_of_subject"
    if query.cause_id is not None:
        return "page_events_of_cause"
    return "page_events" if query.name is None else "page_events_of_name"


def _span(request: Request, query: Query) -> dict[str, Any]:
    return {
        "project_id": request.project.id,
        "name": query.name,
        "since": query.since and written(query.since),
        "until": query.until and written(query.until),
    }


def _resolution(begin: str, end: str) -> tuple[int, int]:
    """Choose the finest steps of which there are not too many."""
    length = (read(end) - read(begin)).total_seconds()
    for characters, seconds in _CHARACTERS:
        if length / seconds < _STEPS:
            return characters, seconds
    return 4, 31_622_400


def _steps(rows: Iterable[Row], apart: Sequence[str]) -> list[list[Any]]:
    steps: dict[tuple[str, str], int] = {}
    for row in rows:
        place = (row["step"], row["name"] if row["name"] in apart else "")
        steps[place] = steps.get(place, 0) + row["events"]
    return [[step, name, events] for (step, name), events in steps.items()]
