"""Collections: data for messages, as items or as a URL."""

from __future__ import annotations

from lunogram.sandbox.context import Request
from lunogram.sandbox.customerio.schemas import Collection
from lunogram.sandbox.customerio.segments import numbered
from lunogram.sandbox.problems import bad_request, not_found
from lunogram.sandbox.request_parser import json_text, read_body
from lunogram.sandbox.responses import Response, as_json, shown


def create(request: Request) -> Response:
    """`POST /v1/api/collections`."""
    values = _values(request)
    with request.store.writing():
        request.store.run("cio_insert_collection", values)
        row = request.store.one("cio_last_collection", {"project_id": request.project.id})
    assert row
    return _response(request, row["number"])


def update(request: Request) -> Response:
    """`PUT /v1/api/collections/{id}`: replace the content."""
    number = numbered(request.path["id"], "collection")
    values = _values(request) | {"number": number}
    with request.store.writing():
        if not request.store.run("cio_update_collection", values):
            raise not_found("collection")
    return _response(request, number)


def _values(request: Request) -> dict[str, object]:
    body = read_body(request.body, Collection)
    if (body.data is None) == (body.url is None):
        raise bad_request("exactly one of data and url is required")
    return {
        "project_id": request.project.id,
        "name": body.name,
        "data": None if body.data is None else json_text(body.data),
        "url": body.url,
        "now": request.now,
    }


def _response(request: Request, number: int) -> Response:
    row = request.store.one("cio_collection", {"project_id": request.project.id, "number": number})
    assert row
    return as_json(200, {"collection": shown(row)})
