"""The page's queries about Customer.io."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from msgspec import Struct

from lunogram.sandbox.context import Handler, Request
from lunogram.sandbox.page.rows import RowsQuery, row_values, rows_response
from lunogram.sandbox.problems import not_found
from lunogram.sandbox.request_parser import read_query
from lunogram.sandbox.responses import Response, as_json
from lunogram.sandbox.schemas import Offset
from lunogram.sandbox.store import LARGEST


class PageQuery(RowsQuery):
    """The query of a list: of everything, of a person, or of a segment."""

    search: str = ""
    person: Offset | None = None
    segment: Offset = 0


class NumberQuery(Struct):
    """The query of one row."""

    number: Offset


def counts(request: Request) -> dict[str, int] | None:
    """Return the number of rows of each kind; None if Customer.io is off and there are none."""
    row = request.store.one("cio_page_counts", {"project_id": request.project.id})
    found = row_values(row) if row else {}
    return found if request.sandbox.has_customerio or any(found.values()) else None


def _list(request: Request, sql: str) -> Response:
    query = read_query(request.query, PageQuery)
    wanted = {
        "search": query.search or None,
        "person": query.person and min(query.person, LARGEST),
        "segment": min(query.segment, LARGEST),
    }
    return rows_response(request, sql, query, wanted)


def _one(request: Request, sql: str) -> Response:
    number = min(read_query(request.query, NumberQuery).number, LARGEST)
    row = request.store.one(sql, {"number": number, "project_id": request.project.id})
    if row is None:
        raise not_found("number")
    return as_json(200, row_values(row))


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
QUERIES: Mapping[str, Handler] = {
    **{f"cio/{what}": partial(_list, sql=sql) for what, sql in _LISTS.items()},
    **{f"cio/{what}": partial(_one, sql=sql) for what, sql in _ONES.items()},
}
