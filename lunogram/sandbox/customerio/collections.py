"""Collections: data that messages may use, as items or as a URL where they are."""

from __future__ import annotations

from lunogram.sandbox.answers import Answer, as_json, shown
from lunogram.sandbox.context import Request
from lunogram.sandbox.customerio.bodies import Collection
from lunogram.sandbox.customerio.segments import numbered
from lunogram.sandbox.decoding import read_body, stored
from lunogram.sandbox.problems import bad_request, not_found


def create(request: Request) -> Answer:
    """`POST /v1/api/collections`."""
    values = _values(request)
    with request.store.writing():
        request.store.run("cio_insert_collection", values)
        row = request.store.one("cio_last_collection", {"project_id": request.project.id})
    assert row
    return _answer(request, row["number"])


def update(request: Request) -> Answer:
    """`PUT /v1/api/collections/{id}`: the contents are replaced as a whole."""
    number = numbered(request.path["id"], "collection")
    values = _values(request) | {"number": number}
    with request.store.writing():
        if not request.store.run("cio_update_collection", values):
            raise not_found("collection")
    return _answer(request, number)


def _values(request: Request) -> dict[str, object]:
    body = read_body(request.body, Collection)
    if (body.data is None) == (body.url is None):
        raise bad_request("exactly one of data and url is required")
    return {
        "project_id": request.project.id,
        "name": body.name,
        "data": None if body.data is None else stored(body.data),
        "url": body.url,
        "now": request.now,
    }


def _answer(request: Request, number: int) -> Answer:
    row = request.store.one("cio_collection", {"project_id": request.project.id, "number": number})
    assert row
    return as_json(200, {"collection": shown(row)})
