"""Devices that take push messages."""

from __future__ import annotations

from lunogram.sandbox.context import Request
from lunogram.sandbox.customerio import people
from lunogram.sandbox.customerio.schemas import Device, DeviceBody
from lunogram.sandbox.request_parser import json_text, read_body, read_json
from lunogram.sandbox.responses import Response
from lunogram.sandbox.schemas import Json

_FIELDS = frozenset({*Device.__struct_fields__, "token"})


def put(request: Request) -> Response:
    """`PUT /api/v1/customers/{id}/devices`: add a device, or update it."""
    device = read_body(request.body, DeviceBody).device
    add_flat_attributes(device, read_json(request.body)["device"])
    with request.store.writing():
        number = people.find_or_create(request, people.path_identifier(request))
        if number is not None:
            keep(request, number, device)
    return people.done()


def delete(request: Request) -> Response:
    """`DELETE /api/v1/customers/{id}/devices/{device_id}`."""
    with request.store.writing():
        if person := people.find(request, people.path_identifier(request)):
            forget(request, person["number"], request.path["device_id"])
    return people.done()


def add_flat_attributes(device: Device, sent: Json) -> None:
    """Add the attributes that were sent beside the fields, as some of Customer.io's clients do."""
    flat = {name: value for name, value in sent.items() if name not in _FIELDS}
    device.attributes = flat | (device.attributes or {})


def keep(request: Request, number: int, device: Device) -> None:
    """Store a person's device."""
    values = {
        "project_id": request.project.id,
        "number": number,
        "device_id": device.id,
        "platform": device.platform,
        "last_used": None if device.last_used is None else int(device.last_used),
        "attributes": json_text(device.attributes or {}),
        "now": request.now,
    }
    request.store.run("cio_upsert_device", values)


def forget(request: Request, number: int, device_id: str) -> None:
    """Delete a person's device."""
    request.store.run("cio_delete_device", {"number": number, "device_id": device_id})
