"""What may be asked of Customer.io: the request bodies and queries, field by field.

As in Lunogram's own, unknown fields are ignored, and what is null counts as left out.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct, field

from lunogram.sandbox.bodies import Json, Text

PLATFORM = r"^(ios|android)\Z"
ID_TYPE = r"^(id|email|cio_id)\Z"

PATTERNS = {
    PLATFORM: "one of ios, android",
    ID_TYPE: "one of id, email, cio_id",
}
"""The patterns in words."""

Seconds = int | float
"""A time in epoch seconds."""
Platform = Annotated[str, Meta(pattern=PLATFORM)]


class Event(Struct):
    """Something a person did, or a page or screen that was seen."""

    name: str = ""
    data: Any = None
    id: str | None = None
    timestamp: Seconds | None = None
    type: str | None = None
    anonymous_id: str | None = None


class Device(Struct):
    """A device that takes push messages."""

    id: Text
    platform: Platform
    last_used: Seconds | None = None
    attributes: Json | None = None


class DeviceBody(Struct):
    """The device of `PUT …/devices`."""

    device: Device


class CustomDevice(Struct):
    """The device that a push message brings with it."""

    token: Text
    platform: Platform
    last_used: Seconds | None = None
    attributes: Json | None = None


class Merge(Struct):
    """Who stays, and who is merged into that person."""

    primary: Json
    secondary: Json


class Members(Struct):
    """Whom to add to a segment, or to remove from it."""

    ids: Annotated[list[str], Meta(min_length=1, max_length=1000)]


class MembersQuery(Struct):
    """What kind of identifier `ids` has."""

    id_type: Annotated[str, Meta(pattern=ID_TYPE)] = "id"


class Batch(Struct):
    """Several operations."""

    batch: list[Json]


class Message(Struct):
    """A transactional message; what it says is kept as it was sent."""

    identifiers: Json | None = None
    transactional_message_id: str | int | None = None
    to: str | None = None
    from_: str | None = field(default=None, name="from")
    subject: str | None = None
    body: str | None = None
    message_data: Json | None = None
    headers: Json | None = None
    attachments: dict[str, str] | None = None
    send_at: Seconds | None = None
    custom_device: CustomDevice | None = None


class Trigger(Struct):
    """A broadcast: what it says, and to whom unless to all of its own audience."""

    data: Json | None = None
    recipients: Json | None = None
    ids: list[str | int] | None = None
    emails: list[str] | None = None
    per_user_data: list[Json] | None = None
    data_file_url: str | None = None


class Collection(Struct):
    """A collection: its items, or where they are."""

    name: Text
    data: list[Json] | None = None
    url: Text | None = None
