"""The test API's fault endpoints: list, set and end the faults of a project."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from lunogram.sandbox.context import Request
from lunogram.sandbox.faults import InvalidFault, parse_fault
from lunogram.sandbox.problems import invalid_body
from lunogram.sandbox.request_parser import read_body, read_query
from lunogram.sandbox.responses import Response, as_json, page
from lunogram.sandbox.schemas import Offset


class FaultsQuery(Struct):
    """The query of `GET /sandbox/faults`."""

    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    offset: Offset = 0


def list_faults(request: Request) -> Response:
    """`GET /sandbox/faults`: the active faults, in the order they were set."""
    query = read_query(request.query, FaultsQuery)
    faults = [each.as_json() for each in request.sandbox.faults.of(request.project.id)]
    results = faults[query.offset : query.offset + query.limit]
    return page(results, len(faults), query.limit, query.offset)


def add(request: Request) -> Response:
    """`POST /sandbox/faults`: set a fault."""
    try:
        fault = parse_fault(read_body(request.body, dict[str, Any]))
    except InvalidFault as error:
        raise invalid_body(str(error)) from error
    active = request.sandbox.faults.add(request.project.id, fault)
    return as_json(201, active.as_json())


def remove_all(request: Request) -> Response:
    """`DELETE /sandbox/faults`: end all faults."""
    request.sandbox.faults.remove_all(request.project.id)
    return Response(204)
