"""Transactional messages. They are stored and not sent."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Sequence
from secrets import token_urlsafe

from lunogram.sandbox.clock import parse_time
from lunogram.sandbox.context import Handler, Request
from lunogram.sandbox.customerio import devices, people
from lunogram.sandbox.customerio.schemas import CustomDevice, Device, Message
from lunogram.sandbox.problems import bad_request
from lunogram.sandbox.request_parser import json_text, read_body, read_json
from lunogram.sandbox.responses import Response, as_json

KINDS = ("email", "push", "sms", "inbox_message", "in_app", "whatsapp")
"""The kinds of messages."""

_WITHOUT_TEMPLATE = ("to", "identifiers", "from", "subject", "body")


def sending(kind: str) -> Handler:
    """Return the handler `POST /v1/send/{kind}`."""

    def send(request: Request) -> Response:
        message = read_body(request.body, Message)
        _check(message, kind)
        queued_at = int(parse_time(request.now).timestamp())
        with request.store.writing():
            delivery_id = _keep(request, message, kind, queued_at)
        return as_json(200, {"delivery_id": delivery_id, "queued_at": queued_at})

    return send


def _keep(request: Request, message: Message, kind: str, queued_at: int) -> str:
    number = people.find_or_create(
        request, people.body_identifier(message.identifiers, "identifiers")
    )
    if number is not None and message.custom_device:
        devices.keep(request, number, _device(message.custom_device))
    values = {
        "project_id": request.project.id,
        "delivery_id": token_urlsafe(18),
        "kind": kind,
        "number": number,
        "request": json_text(read_json(request.body)),
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
    people.body_identifier(message.identifiers, "identifiers")
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
