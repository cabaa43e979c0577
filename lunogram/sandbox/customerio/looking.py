"""The test API's part of Customer.io: what the local one holds, by the project's Lunogram key.

Lists are answered as the others under /sandbox are.

| path | what |
|---|---|
| GET /sandbox/customerio/people | people with attributes and segments, by `person` |
| GET /sandbox/customerio/events | events, by `person` and `name` |
| GET /sandbox/customerio/devices | devices, by `person` |
| GET /sandbox/customerio/deliveries | transactional messages, by `person` and `name`, the kind |
| GET /sandbox/customerio/broadcasts | broadcasts that were triggered |
| GET /sandbox/customerio/collections | collections, by `name` |
| GET /sandbox/customerio/suppressed | identifiers that are suppressed |

`person` is an identifier as the Track API has it in its paths: an id, an email address, or
Customer.io's own with ``cio_`` before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated

from msgspec import Meta, Struct

from lunogram.sandbox.answers import Answer, page, shown
from lunogram.sandbox.bodies import Offset
from lunogram.sandbox.context import Operation, Request
from lunogram.sandbox.customerio import people
from lunogram.sandbox.decoding import read_query

_NOBODY = -1
"""A number that no person has."""


class Query(Struct):
    """What to look at."""

    person: str | None = None
    name: str | None = None
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    offset: Offset = 0


def _list(request: Request, sql: str) -> Answer:
    query = read_query(request.query, Query)
    wanted = {
        "project_id": request.project.id,
        "name": query.name,
        "number": None if query.person is None else _number(request, query.person),
    }
    rows = request.store.part(sql, wanted, query.limit, query.offset)
    total = request.store.count(sql, wanted)
    return page([shown(row) for row in rows], total, query.limit, query.offset)


def _number(request: Request, identifier: str) -> int:
    person = people.find(request, people.named(identifier))
    return person["number"] if person else _NOBODY


_LISTS = {
    "people": "cio_look_at_people",
    "events": "cio_look_at_events",
    "devices": "cio_look_at_devices",
    "deliveries": "cio_look_at_deliveries",
    "broadcasts": "cio_look_at_broadcasts",
    "collections": "cio_look_at_collections",
    "suppressed": "cio_look_at_suppressed",
}

TEST_API: Mapping[str, Mapping[str, Operation]] = {
    f"/sandbox/customerio/{what}": {"GET": partial(_list, sql=sql)} for what, sql in _LISTS.items()
}
