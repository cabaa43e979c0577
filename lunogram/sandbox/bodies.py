"""What may be asked: the request bodies and queries of the API, field by field.

Unknown fields are ignored, as the server does. A field that may be null counts as left out
when it is null. A default stands for "left out" and is not checked against the constraints.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

EMAIL = r"^[^@\s]+@[^@\s]+\Z"
PHONE = r"^\+[1-9][0-9]{1,14}\Z"
OS = r"^(web|ios|android)\Z"
CHANNEL = r"^(email|sms|push|inbox)\Z"
STATUS = r"^(unread|read|archived)\Z"
WHEN = r"^(before|after)\Z"
PATH = r"^(/|\Z)"

PATTERNS = {
    EMAIL: "an email address",
    PHONE: "a phone number in E.164, such as +31612345678",
    OS: "one of web, ios, android",
    CHANNEL: "one of email, sms, push, inbox",
    STATUS: "one of unread, read, archived",
    WHEN: "one of before, after",
    PATH: "a path that begins with /",
}
"""The patterns in words."""

Json = dict[str, Any]
Text = Annotated[str, Meta(min_length=1)]
Moment = Annotated[datetime, Meta(tz=True)]
Email = Annotated[str, Meta(pattern=EMAIL)]
Phone = Annotated[str, Meta(pattern=PHONE)]
System = Annotated[str, Meta(pattern=OS)]
Channel = Annotated[str, Meta(pattern=CHANNEL)]
Status = Annotated[str, Meta(pattern=STATUS)]
Priority = Annotated[float, Meta(ge=1, le=5, multiple_of=1)]  # To JSON, 3.0 is as whole as 3.
Offset = Annotated[int, Meta(ge=0)]


class ExternalID(Struct):
    """One name of a subject; an empty source is `default`."""

    external_id: Text
    source: str = ""
    metadata: Json | None = None


Identifiers = Annotated[list[ExternalID], Meta(min_length=1)]


class Subject(Struct):
    """A user or an organization, by its identifiers."""

    identifier: Identifiers


class UserUpsert(Struct):
    """A user, with the fields to set."""

    identifier: Identifiers
    email: Email | None = None
    phone: Phone | None = None
    timezone: Text | None = None
    locale: Text | None = None
    data: Json | None = None


class OrganizationUpsert(Struct):
    """An organization, with the fields to set."""

    identifier: Identifiers
    name: str | None = None
    data: Json | None = None


class MemberAdd(Struct):
    """A user to be made a member."""

    organization: Subject
    user: Subject
    data: Json | None = None


class MemberRemove(Struct):
    """A membership to be ended."""

    organization: Subject
    user: Subject


class UserEvent(Struct):
    """Something a user did."""

    name: str
    data: Json
    identifier: Identifiers = []
    match: Json | None = None


class OrganizationEvent(Struct):
    """Something that happened to an organization."""

    name: str
    data: Json | None = None
    identifier: Identifiers = []
    match: Json | None = None


class ScheduleUpsert(Struct):
    """When to fire."""

    name: str
    identifier: Identifiers
    scheduled_at: Moment | None = None
    start_at: Moment | None = None
    interval: str | None = None
    data: Json | None = None
    id: UUID | None = None


class ScheduleDelete(Struct):
    """A schedule to be deleted."""

    name: str
    identifier: Identifiers


class DeviceKeys(Struct):
    """The keys of a web push subscription."""

    p256dh: Text
    auth: Text


class DeviceConfig(Struct, omit_defaults=True):
    """How to reach a device."""

    token: Text = ""
    endpoint: Text = ""
    keys: DeviceKeys | UnsetType = UNSET
    expiration_time: Moment | None = None


class DeviceRegistration(Struct):
    """A device that takes push messages."""

    identifier: Identifiers
    device_id: Text
    config: DeviceConfig
    os: System = ""
    os_version: str = ""
    model: str = ""
    app_version: str = ""
    data: Json | None = None


class InboxMessageSend(Struct):
    """A message to be sent."""

    target: Identifiers
    identifier: ExternalID
    channel: Channel
    sender_identity_id: UUID | None = None
    campaign_id: UUID | None = None
    broadcast_id: UUID | None = None
    content: Json | None = None
    data: Json | None = None
    tags: list[str] = []
    priority: Priority = 3
    source: str | None = None
    scheduled_at: Moment | None = None
    expires_at: Moment | None = None


class InboxMark(Struct):
    """A message that was read or archived."""

    target: Identifiers
    message_id: UUID


class InboxCountQuery(Struct):
    """Whose inbox, and which channel of it."""

    source: str
    external_id: Text
    channel: Channel


class InboxQuery(InboxCountQuery):
    """Which messages of an inbox."""

    status: Status | None = None
    tags: str = ""
    message_source: str | None = None
    priority: Annotated[int, Meta(ge=1, le=5)] | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    offset: Offset = 0


class SessionCreate(Struct):
    """Whose session to mint."""

    user_id: Text
