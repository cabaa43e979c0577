"""Transactional messages, which are kept and go nowhere."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Sequence
from secrets import token_urlsafe

from lunogram.sandbox.answers import Answer, as_json
from lunogram.sandbox.clock import read
from lunogram.sandbox.context import Operation, Request
from lunogram.sandbox.customerio import devices, people
from lunogram.sandbox.customerio.bodies import CustomDevice, Device, Message
from lunogram.sandbox.decoding import read_body, read_json, stored
from lunogram.sandbox.problems import bad_request

KINDS = ("email", "push", "sms", "inbox_message", "in_app")
"""What can be sent."""

_WITHOUT_TEMPLATE = ("to", "identifiers", "from", "subject", "body")


def sending(kind: str) -> Operation:
    """Make the operation `POST /v1/send/{kind}`."""

    def send(request: Request) -> Answer:
        """Keep a message, and say under which id and since when."""
        message = read_body(request.body, Message)
        _check(message, kind)
        queued_at = int(read(request.now).timestamp())
        with request.store.writing():
            delivery_id = _keep(request, message, kind, queued_at)
        return as_json(200, {"delivery_id": delivery_id, "queued_at": queued_at})

    return send


def _keep(request: Request, message: Message, kind: str, queued_at: int) -> str:
    number = people.find_or_create(request, people.in_body(message.identifiers, "identifiers"))
    if number is not None and message.custom_device:
        devices.keep(request, number, _device(message.custom_device))
    values = {
        "project_id": request.project.id,
        "delivery_id": token_urlsafe(18),
        "kind": kind,
        "number": number,
        "request": stored(read_json(request.body)),
        "queued_at": queued_at,
        "now": request.now,
    }
    request.store.run("cio_insert_delivery", values)
    return str(values["delivery_id"])


def _check(message: Message, kind: str) -> None:
    for field in _needed(message, kind):
        name = "from_" if field == "from" else field
        if getattr(message, name) in (None, "", {}):
            raise bad_request(f"{field}: is required")
    people.in_body(message.identifiers, "identifiers")
    for name, content in (message.attachments or {}).items():
        _check_attachment(name, content)


def _needed(message: Message, kind: str) -> Sequence[str]:
    if kind != "email":
        return ("transactional_message_id", "identifiers")
    return ("to", "identifiers") if message.transactional_message_id else _WITHOUT_TEMPLATE


def _check_attachment(name: str, content: str) -> None:
    try:
        b64decode(content, validate=True)
    except (BadBase64, ValueError) as error:
        raise bad_request(f"attachments.{name}: must be encoded in base64") from error


def _device(custom: CustomDevice) -> Device:
    return Device(custom.token, custom.platform, custom.last_used, custom.attributes)
