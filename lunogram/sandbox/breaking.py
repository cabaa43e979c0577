"""The test API's faults: breaking a project on purpose, and mending it."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from lunogram.sandbox.answers import Answer, as_json, page
from lunogram.sandbox.bodies import Offset
from lunogram.sandbox.context import Request
from lunogram.sandbox.decoding import read_body, read_query
from lunogram.sandbox.faults import UnreadableFault, understand
from lunogram.sandbox.problems import invalid_body


class Page(Struct):
    """Which faults to show."""

    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    offset: Offset = 0


def list_faults(request: Request) -> Answer:
    """`GET /sandbox/faults`: those that are on, in the order in which they were set."""
    query = read_query(request.query, Page)
    faults = [each.shown() for each in request.sandbox.faults.of(request.project.id)]
    results = faults[query.offset : query.offset + query.limit]
    return page(results, len(faults), query.limit, query.offset)


def add(request: Request) -> Answer:
    """`POST /sandbox/faults`."""
    try:
        fault = understand(read_body(request.body, dict[str, Any]))
    except UnreadableFault as error:
        raise invalid_body(str(error)) from error
    active = request.sandbox.faults.add(request.project.id, fault)
    return as_json(201, active.shown())


def remove_all(request: Request) -> Answer:
    """`DELETE /sandbox/faults`."""
    request.sandbox.faults.remove_all(request.project.id)
    return Answer(204)
