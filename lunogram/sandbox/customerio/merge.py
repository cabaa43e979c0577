"""Merges: two people become one."""

from __future__ import annotations

from lunogram.sandbox.context import Request
from lunogram.sandbox.customerio import people
from lunogram.sandbox.customerio.schemas import Merge
from lunogram.sandbox.request_parser import json_text, read_body, read_json
from lunogram.sandbox.responses import Response
from lunogram.sandbox.schemas import Json
from lunogram.sandbox.store import Row


def merge_customers(request: Request) -> Response:
    """`POST /api/v1/merge_customers`."""
    body = read_body(request.body, Merge)
    with request.store.writing():
        merge(request, body.primary, body.secondary)
    return people.done()


def merge(request: Request, primary: Json, secondary: Json) -> None:
    """Merge the secondary into the primary; if either does not exist, nothing happens."""
    names = (
        people.body_identifier(primary, "primary"),
        people.body_identifier(secondary, "secondary"),
    )
    stays, goes = (people.find(request, name) for name in names)
    if stays is None or goes is None or stays["number"] == goes["number"]:
        return
    pair = {"primary": stays["number"], "secondary": goes["number"]}
    request.store.run("cio_move_events", pair)
    request.store.run("cio_move_devices", pair)
    request.store.run("cio_move_segments", pair)
    request.store.run("cio_move_deliveries", pair)
    request.store.run("cio_delete_person", {"number": goes["number"]})
    _fill(request, stays, goes)


def _fill(request: Request, stays: Row, goes: Row) -> None:
    """Copy the attributes that the primary lacks, and the identifiers, which are free by now."""
    theirs, ours = read_json(goes["attributes"]), read_json(stays["attributes"])
    ours_set = {name: value for name, value in ours.items() if value not in (None, "")}
    number = {"number": stays["number"]}
    changes = {"attributes": json_text(ours | theirs | ours_set), "now": request.now}
    request.store.run("cio_update_person", number | changes)
    if stays["id"] is None and goes["id"] is not None:
        request.store.run("cio_set_id", number | {"value": goes["id"]})
    if stays["email"] is None and goes["email"] is not None:
        request.store.run("cio_set_email", number | {"value": goes["email"]})
