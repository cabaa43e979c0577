"""The schemas of the API's request bodies and queries.

Unknown fields are ignored, as the server does. A null in a field that may be null counts as
omitted. A default stands for "omitted" and is not checked against the constraints.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from lunogram.sandbox.json_numbers import as_doubles

CHANNEL = r"^(email|sms|push|inbox)\Z"
STATUS = r"^(unread|read|archived)\Z"
WHEN = r"^(before|after)\Z"
PATH = r"^(/|\Z)"

PATTERNS = {
    CHANNEL: "one of email, sms, push, inbox",
    STATUS: "one of unread, read, archived",
    WHEN: "one of before, after",
    PATH: "a path that begins with /",
}
"""The patterns in words, for error messages."""

Json = dict[str, Any]
Text = Annotated[str, Meta(min_length=1)]
Moment = Annotated[datetime, Meta(tz=True)]
Channel = Annotated[str, Meta(pattern=CHANNEL)]
Status = Annotated[str, Meta(pattern=STATUS)]
Priority = Annotated[int, Meta(ge=1, le=5)]
Offset = Annotated[int, Meta(ge=0)]


class Stored(Struct):
    """A body whose free-form JSON is stored as the platform does: each number as a double."""

    def __post_init__(self) -> None:
        """Make each number of the free-form fields a double."""
        for name in self.__struct_fields__:
            if name in _FREE_FORM and (value := getattr(self, name)):
                setattr(self, name, as_doubles(value))


_FREE_FORM = frozenset({"data", "match", "metadata"})


class ExternalID(Stored):
    """One identifier of a subject; an empty source is `default`."""

    external_id: Text
    source: str = ""
    metadata: Json | None = None


Identifiers = Annotated[list[ExternalID], Meta(min_length=1)]


class SubjectRef(Struct):
    """The identifiers of a user or an organization."""

    identifier: Identifiers


class UserDelete(Struct):
    """The body of `DELETE /users`."""

    identifier: list[ExternalID] = []


class UserUpsert(Stored):
    """The body of `POST /users`."""

    identifier: list[ExternalID] = []
    email: str | None = None
    phone: str | None = None
    timezone: str | None = None
    locale: str | None = None
    data: Json | None = None


class OrganizationUpsert(Stored):
    """The body of `POST /organizations`."""

    identifier: Identifiers
    name: str | None = None
    data: Json | None = None


class MemberAdd(Stored):
    """The body of `POST /organizations/users`."""

    organization: SubjectRef
    user: SubjectRef
    data: Json | None = None


class MemberRemove(Struct):
    """The body of `DELETE /organizations/users`."""

    organization: SubjectRef
    user: SubjectRef


class UserEvent(Stored):
    """An event of a user, or of all users that match."""

    name: str
    data: Json
    identifier: Identifiers = []
    match: Json | None = None


class OrganizationEvent(Stored):
    """An event of an organization, or of all that match."""

    name: str
    data: Json | None = None
    identifier: Identifiers = []
    match: Json | None = None


class ScheduleUpsert(Stored):
    """The body of an upsert of a schedule."""

    name: str
    identifier: Identifiers
    scheduled_at: Moment | None = None
    start_at: Moment | None = None
    interval: str | None = None
    data: Json | None = None
    id: UUID | None = None


class ScheduleDelete(Struct):
    """The body of a deletion of schedules."""

    identifier: Identifiers
    name: str | None = None
    id: UUID | None = None


class DeviceKeys(Struct):
    """The keys of a web push subscription."""

    p256dh: str = ""
    auth: str = ""


class DeviceConfig(Struct, omit_defaults=True):
    """The address of a device: a token, or a web push subscription."""

    token: str = ""
    endpoint: str = ""
    keys: DeviceKeys | UnsetType = UNSET
    expiration_time: Moment | UnsetType = UNSET


class DeviceRegistration(Struct):
    """The body of `POST /users/devices`."""

    identifier: Identifiers
    device_id: Text
    config: DeviceConfig
    os: str = ""
    os_version: str = ""
    model: str = ""
    app_version: str = ""
    data: Any = None


class InboxMessageSend(Stored):
    """A message in the body of `POST …/inbox`."""

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
    """A mark in the body of `POST …/inbox/read` or `POST …/inbox/archived`."""

    target: Identifiers
    message_id: UUID


class InboxCountQuery(Struct):
    """The query of `GET …/inbox/count`."""

    source: Text
    external_id: Text
    channel: Channel


class InboxQuery(InboxCountQuery):
    """The query of `GET …/inbox`."""

    status: Status | None = None
    tags: Text = ""
    message_source: Text | None = None
    priority: int = 0
    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    offset: Offset = 0


class SessionCreate(Struct):
    """The body of `POST /auth-methods/{auth_method_id}/sessions`."""

    user_id: Text
