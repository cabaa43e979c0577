"""The page's questions about Customer.io, answered as the others are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from msgspec import Struct

from lunogram.sandbox.answers import Answer, as_json
from lunogram.sandbox.bodies import Offset
from lunogram.sandbox.context import Operation, Request
from lunogram.sandbox.decoding import read_query
from lunogram.sandbox.page.rows import Part, part, row_shown
from lunogram.sandbox.problems import not_found
from lunogram.sandbox.store import LARGEST


class Query(Part):
    """What to list, and of whom: of a person, or of a segment."""

    search: str = ""
    person: Offset | None = None
    segment: Offset = 0


class One(Struct):
    """Which one."""

    number: Offset


def counts(request: Request) -> dict[str, int] | None:
    """Return how much there is of everything; None if it is off, and nothing ever came."""
    row = request.store.one("cio_page_counts", {"project_id": request.project.id})
    found = row_shown(row) if row else {}
    return found if request.sandbox.has_customerio or any(found.values()) else None


def _list(request: Request, sql: str) -> Answer:
    query = read_query(request.query, Query)
    wanted = {
        "search": query.search or None,
        "person": query.person and min(query.person, LARGEST),
        "segment": min(query.segment, LARGEST),
    }
    return part(request, sql, query, wanted)


def _one(request: Request, sql: str) -> Answer:
    number = min(read_query(request.query, One).number, LARGEST)
    row = request.store.one(sql, {"number": number, "project_id": request.project.id})
    if row is None:
        raise not_found("number")
    return as_json(200, row_shown(row))


_LISTS = {
    "people": "cio_page_people",
    "events": "cio_page_events",
    "sends": "cio_page_sends",
    "broadcasts": "cio_page_broadcasts",
    "segments": "cio_page_segments",
    "members": "cio_page_members",
}
_ONES = {"person": "cio_page_person", "send": "cio_page_send"}

# Not under customerio/, where the page finds the test API.
QUESTIONS: Mapping[str, Operation] = {
    **{f"cio/{what}": partial(_list, sql=sql) for what, sql in _LISTS.items()},
    **{f"cio/{what}": partial(_one, sql=sql) for what, sql in _ONES.items()},
}
