"""The page's queries of calls: the list with its filters, one call, and who is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct

from lunogram.sandbox.call_content import Named
from lunogram.sandbox.context import Request
from lunogram.sandbox.identities import ORGANIZATION, USER
from lunogram.sandbox.page.python import in_python
from lunogram.sandbox.page.requests import in_curl, in_javascript
from lunogram.sandbox.page.rows import RowsQuery, list_response, row_values
from lunogram.sandbox.page.summaries import call_summary, is_rejected, loss_of, warnings_of
from lunogram.sandbox.path_families import below_family
from lunogram.sandbox.problems import not_found
from lunogram.sandbox.request_log import BODY_KEPT, Entry
from lunogram.sandbox.request_parser import json_text, read_query
from lunogram.sandbox.responses import Response, as_json
from lunogram.sandbox.schemas import Offset

_CHOICES = 50
"""The maximum number of choices of a filter."""
_LINKED = 20
"""The maximum number of subjects of a call that are linked."""


class CallsQuery(RowsQuery):
    """The query of calls: filters and a page."""

    status: str = ""
    """A status, a class of statuses such as 4xx, or rejected, lost, warned or reset."""
    path: str = ""
    event: str = ""
    user: str = ""
    search: str = ""


class CallQuery(Struct):
    """The query of one call."""

    number: Offset


def calls(request: Request) -> Response:
    """`GET …/calls`: the last calls, filtered."""
    query = read_query(request.query, CallsQuery)
    known = reversed(request.sandbox.request_log.entries(request.project.id))
    is_wanted = _filter(request, query)
    wanted = (each for each in known if each.call.number < query.before and is_wanted(each))
    return list_response(map(call_summary, wanted), query.limit)


def choices(request: Request) -> Response:
    """`GET …/choices`: the statuses, paths and events of the last calls, to filter by."""
    entries = request.sandbox.request_log.entries(request.project.id)
    found = {
        "statuses": Counter(str(each.call.status) for each in entries),
        "paths": Counter(below_family(each.call.path)[:300] for each in entries),
        "events": Counter(name for each in entries for name in _events(each)),
    }
    return as_json(200, {name: counts.most_common(_CHOICES) for name, counts in found.items()})


def call(request: Request) -> Response:
    """`GET …/call`: a call as it was sent, its response, and the code that would send it."""
    entry = logged(request, read_query(request.query, CallQuery).number)
    return as_json(200, call_summary(entry) | _in_full(entry) | _subjects(request, entry))


def logged(request: Request, number: int) -> Entry:
    """Return a logged call; raise a problem if there is none of this number."""
    for each in request.sandbox.request_log.since(request.project.id, number - 1):
        if each.call.number == number:
            return each
    raise not_found("call")


# -- filters ---------------------------------------------------------------------------------------


def _filter(request: Request, query: CallsQuery) -> Callable[[Entry], bool]:
    users = _identifiers_of(request, query.user)
    search = query.search.lower()

    def is_wanted(entry: Entry) -> bool:
        return (
            (not query.status or _has_status(entry, query.status))
            and (not query.path or below_family(entry.call.path) == query.path)
            and (not query.event or query.event in _events(entry))
            and (not users or any(each.shown in users for each in entry.content.subjects))
            and (not search or _contains(entry, search))
        )

    return is_wanted


def _has_status(entry: Entry, wanted: str) -> bool:
    call = entry.call
    if wanted == "warned":
        return bool(warnings_of(entry))
    if wanted == "rejected":
        return is_rejected(call)
    if wanted == "lost":
        return bool(loss_of(call))
    status = str(call.status)
    return status == wanted or (wanted.endswith("xx") and f"{status[:1]}xx" == wanted)


def _events(entry: Entry) -> Iterable[str]:
    """Return the names of the events in a call that sends some."""
    if not below_family(entry.call.path).endswith("/events"):
        return ()
    return entry.content.names or filter(None, [entry.content.what])


def _identifiers_of(request: Request, user: str) -> set[str]:
    """Return all identifiers of the subjects that have this one."""
    if not user:
        return set()
    found = {user}
    source, _, external_id = user.rpartition(":")
    for kind in (USER, ORGANIZATION):
        for name in ((source or "default", external_id), ("default", user)):
            subject_id = _subject_id(request, Named(kind, *name))
            rows = request.store.all("identifiers_of", {"id": subject_id})
            found |= {Named(kind, row["source"], row["external_id"]).shown for row in rows}
    return found


def _contains(entry: Entry, search: str) -> bool:
    call, content = entry.call, entry.content
    texts = (f"{call.method} {call.path} {call.status}", call.query, call.request)
    return any(search in text.lower() for text in texts) or any(
        search in text.lower()
        for text in (*(content.names or ()), *(each.shown for each in content.subjects))
    )


# -- one call --------------------------------------------------------------------------------------


def _in_full(entry: Entry) -> dict[str, Any]:
    """Return what a call sent and received; a `…_size` is the full size of what was cut."""
    call = entry.call
    sizes = {"request_size": call.request_bytes, "response_size": call.response_bytes}
    cut = {name: size for name, size in sizes.items() if size > BODY_KEPT}
    return cut | {
        "query": call.query[:BODY_KEPT],
        "request": call.request,
        "request_bytes": call.request_bytes,
        "response": call.response,
        "response_bytes": call.response_bytes,
        "python": in_python(call),
        "javascript": in_javascript(call),
        "curl": in_curl(call),
        "all_lost": call.notes[:_LINKED] if loss_of(call) else [],
        "all_warnings": warnings_of(entry),
    }


def _subjects(request: Request, entry: Entry) -> dict[str, Any]:
    """Return the subjects of a call, and how many events it recorded."""
    is_api = entry.call.path.startswith("/api/")
    named = entry.content.subjects if is_api else ()
    rows = [_subject(request, each) for each in named[:_LINKED]]
    linked = {row["subject_id"] or row["identifier"]: row for row in rows}
    events = _recorded(request, entry.events) if entry.events else 0
    return {"linked": list(linked.values()), "named": len(named), "recorded": events}


def _recorded(request: Request, numbers: range) -> int:
    wanted = {
        "project_id": request.project.id,
        "after": numbers.start - 1,
        "last": numbers.stop - 1,
    }
    return request.store.count("page_events_of_call", wanted)


def _subject(request: Request, named: Named) -> dict[str, Any]:
    """Return what a link to a subject needs; of an unknown one, only how it was named."""
    subject_id = _subject_id(request, named)
    row = request.store.one("page_link", {"id": subject_id})
    shown = json_text([{"source": named.source, "external_id": named.external_id}])
    unknown = {"subject_id": None, "kind": named.kind, "identifier": shown}
    return row_values(row) if row else unknown


def _subject_id(request: Request, named: Named) -> str | None:
    wanted = {"project_id": request.project.id, **named._asdict()}
    row = request.store.one("find_identifier", wanted)
    return row["subject_id"] if row else None
