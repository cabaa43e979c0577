"""Broadcasts that the App API triggers. They are stored and not sent."""

from __future__ import annotations

from lunogram.sandbox.context import Request
from lunogram.sandbox.customerio.schemas import Trigger
from lunogram.sandbox.customerio.segments import numbered
from lunogram.sandbox.problems import bad_request
from lunogram.sandbox.request_parser import json_text, read_body, read_json
from lunogram.sandbox.responses import Response, as_json

_AUDIENCES = ("recipients", "ids", "emails", "per_user_data", "data_file_url")


def trigger(request: Request) -> Response:
    """`POST /v1/campaigns/{broadcast_id}/triggers`: its `id` counts the triggers of a broadcast."""
    broadcast_id = numbered(request.path["broadcast_id"], "broadcast")
    _check(read_body(request.body, Trigger))
    key = {"project_id": request.project.id, "broadcast_id": broadcast_id}
    values = key | {"request": json_text(read_json(request.body)), "now": request.now}
    with request.store.writing():
        request.store.run("cio_insert_broadcast", values)
        row = request.store.one("cio_last_trigger", key)
    assert row
    return as_json(200, {"id": row["id"]})


def _check(body: Trigger) -> None:
    given = [name for name in _AUDIENCES if getattr(body, name) is not None]
    if len(given) > 1:
        raise bad_request(f"{given[1]}: cannot be given together with {given[0]}")
