"""Merging: two people become one, for good."""

from __future__ import annotations

from lunogram.sandbox.answers import Answer
from lunogram.sandbox.bodies import Json
from lunogram.sandbox.context import Request
from lunogram.sandbox.customerio import people
from lunogram.sandbox.customerio.bodies import Merge
from lunogram.sandbox.decoding import read_body, read_json, stored
from lunogram.sandbox.store import Row


def merge_customers(request: Request) -> Answer:
    """`POST /api/v1/merge_customers`."""
    body = read_body(request.body, Merge)
    with request.store.writing():
        merge(request, body.primary, body.secondary)
    return people.done()


def merge(request: Request, primary: Json, secondary: Json) -> None:
    """Merge the secondary into the primary; if either isn't there, nothing happens."""
    names = people.in_body(primary, "primary"), people.in_body(secondary, "secondary")
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
    """Take over what the primary lacks: attributes, and identifiers, which are free by now."""
    theirs, ours = read_json(goes["attributes"]), read_json(stays["attributes"])
    ours_set = {name: value for name, value in ours.items() if value not in (None, "")}
    number = {"number": stays["number"]}
    changes = {"attributes": stored(ours | theirs | ours_set), "now": request.now}
    request.store.run("cio_update_person", number | changes)
    if stays["id"] is None and goes["id"] is not None:
        request.store.run("cio_set_id", number | {"value": goes["id"]})
    if stays["email"] is None and goes["email"] is not None:
        request.store.run("cio_set_email", number | {"value": goes["email"]})
