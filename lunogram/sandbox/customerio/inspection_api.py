"""The test API of the local Customer.io, which takes the project's Lunogram key.

Lists have the same form as the others under /sandbox.

| path | what |
|---|---|
| GET /sandbox/customerio/people | people with attributes and segments, by `person` |
| GET /sandbox/customerio/events | events, by `person` and `name` |
| GET /sandbox/customerio/devices | devices, by `person` |
| GET /sandbox/customerio/deliveries | transactional messages, by `person` and `name`, the kind |
| GET /sandbox/customerio/broadcasts | broadcasts that were triggered |
| GET /sandbox/customerio/collections | collections, by `name` |
| GET /sandbox/customerio/suppressed | identifiers that are suppressed |

`person` is an identifier as in the Track API's paths: an id, an email address, or
Customer.io's own with ``cio_`` before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated

from msgspec import Meta, Struct

from lunogram.sandbox.context import Handler, Request
from lunogram.sandbox.customerio import people
from lunogram.sandbox.request_parser import read_query
from lunogram.sandbox.responses import Response, page, shown
from lunogram.sandbox.schemas import Offset

_NO_PERSON = -1
"""A number that no person has."""


class InspectionQuery(Struct):
    """The query of a list: filters and a page."""

    person: str | None = None
    name: str | None = None
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    offset: Offset = 0


def _list(request: Request, sql: str) -> Response:
    query = read_query(request.query, InspectionQuery)
    wanted = {
        "project_id": request.project.id,
        "name": query.name,
        "number": None if query.person is None else _number(request, query.person),
    }
    rows = request.store.part(sql, wanted, query.limit, query.offset)
    total = request.store.count(sql, wanted)
    return page([shown(row) for row in rows], total, query.limit, query.offset)


def _number(request: Request, identifier: str) -> int:
    person = people.find(request, people.parse_identifier(identifier))
    return person["number"] if person else _NO_PERSON


_LISTS = {
    "people": "cio_inspect_people",
    "events": "cio_inspect_events",
    "devices": "cio_inspect_devices",
    "deliveries": "cio_inspect_deliveries",
    "broadcasts": "cio_inspect_broadcasts",
    "collections": "cio_inspect_collections",
    "suppressed": "cio_inspect_suppressed",
}

TEST_API: Mapping[str, Mapping[str, Handler]] = {
    f"/sandbox/customerio/{what}": {"GET": partial(_list, sql=sql)} for what, sql in _LISTS.items()
}
