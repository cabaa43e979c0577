"""The schemas of Customer.io's request bodies and queries.

As in Lunogram's own, unknown fields are ignored, and null counts as omitted.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct, field

from lunogram.sandbox.schemas import Json, Text

PLATFORM = r"^(ios|android)\Z"
ID_TYPE = r"^(id|email|cio_id)\Z"

PATTERNS = {
    PLATFORM: "one of ios, android",
    ID_TYPE: "one of id, email, cio_id",
}
"""The patterns in words, for error messages."""

Seconds = int | float
"""A time in epoch seconds."""
Platform = Annotated[str, Meta(pattern=PLATFORM)]


class Event(Struct):
    """An event of a person, or a view of a page or screen."""

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
    """The body of `PUT …/devices`."""

    device: Device


class CustomDevice(Struct):
    """The device in the body of a push message."""

    token: Text
    platform: Platform
    last_used: Seconds | None = None
    attributes: Json | None = None


class Merge(Struct):
    """The body of a merge: the person who stays, and the one who is merged."""

    primary: Json
    secondary: Json


class Members(Struct):
    """The body of a change to a segment."""

    ids: Annotated[list[str], Meta(min_length=1, max_length=1000)]


class MembersQuery(Struct):
    """The query of a change to a segment: the kind of identifier in `ids`."""

    id_type: Annotated[str, Meta(pattern=ID_TYPE)] = "id"


class Batch(Struct):
    """The body of a batch."""

    batch: list[Json]


class Message(Struct):
    """A transactional message; its content is stored as sent."""

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
    """The trigger of a broadcast: its data, and its audience unless that is the broadcast's own."""

    data: Json | None = None
    recipients: Json | None = None
    ids: list[str | int] | None = None
    emails: list[str] | None = None
    per_user_data: list[Json] | None = None
    data_file_url: str | None = None


class Collection(Struct):
    """A collection: its items, or their URL."""

    name: Text
    data: list[Json] | None = None
    url: Text | None = None
