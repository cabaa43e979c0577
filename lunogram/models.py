"""The models of requests (events, messages) and of responses (users, organizations, inboxes, …).

Reprs omit personal data and secrets. A field that a response omits is None, and a field that this
version of the package does not know is kept in ``extra``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, Literal, TypeAlias, TypeVar
from uuid import UUID

import attrs

from ._response_model import ResponseModel, extra_field, list_field, optional_field, required_field
from .attempt_traces import Timings
from .identifiers import Identifier, Identifiers

T = TypeVar("T")

MessageSource: TypeAlias = Literal["inbox", "campaign", "broadcast", "journey"]
Channel: TypeAlias = Literal["email", "sms", "push", "inbox"]
"""The channel that a message is sent on."""

InboxStatus: TypeAlias = Literal["unread", "read", "archived"]
"""The status of a message in an inbox."""

DeviceOS: TypeAlias = Literal["web", "ios", "android"]
"""The operating system of a device; ``"web"`` for a browser."""

Data: TypeAlias = Any
"""A JSON object: a mapping with str keys, an instance of an attrs or dataclass class, a model of
pydantic or a struct of msgspec.

Its values may also be aware datetimes, dates, UUIDs, Decimals and Enum members, and what numpy and
pandas have for them.
"""


@attrs.frozen
class Event:
    """An event of a user or an organization.

    Attributes:
        name: The name of the event, such as ``"order.completed"``. Names that begin with
            ``user.``, ``organization.``, ``list.``, ``link.`` or ``scheduled.`` are reserved for
            the platform.
        identifier: The user or organization of the event: ``"user_123"``,
            ``("stripe", "cus_1")``, an `ExternalID`, or a list of several identifiers of it. Pass
            either this or ``match``.
        match: A filter: the event is recorded for every user or organization whose data contains
            these values, as PostgreSQL's ``@>`` defines it. Pass either this or ``identifier``.
        data: The data of the event, a JSON object.
    """

    name: str
    identifier: Identifiers | None = attrs.field(default=None, repr=False)
    match: Data | None = attrs.field(default=None, kw_only=True, repr=False)
    data: Data | None = attrs.field(default=None, kw_only=True, repr=False)


@attrs.frozen
class Message:
    """A message to the inbox of a user or an organization.

    Attributes:
        identifier: The id of the message in your system. It makes the message idempotent: a
            second one to the same recipient and channel is not shown.
        target: The recipient: a user or an organization, by one or more identifiers.
        channel: The channel: ``"inbox"``, ``"email"``, ``"sms"`` or ``"push"``.
        content: The content, a JSON object in the format of the channel.
        data: Data for the program that shows the message, a JSON object.
        tags: The tags to filter messages by.
        priority: The priority, from 1 (highest) to 5; default 3.
        source: The part of the platform that it is shown as coming from: ``"inbox"``,
            ``"campaign"``, ``"broadcast"`` or ``"journey"``. The server drops messages with any
            other source.
        scheduled_at: The time to show the message, an aware datetime or its ISO 8601 text;
            default now.
        expires_at: The time to stop showing the message, an aware datetime or its ISO 8601 text.
        sender_identity_id: The sender identity, a UUID. Required for email and SMS; the server
            drops messages on other channels that have one.
        campaign_id: The campaign of the message, a UUID.
        broadcast_id: The broadcast of the message, a UUID.
    """

    identifier: Identifier = attrs.field(repr=False)
    target: Identifiers = attrs.field(repr=False)
    channel: Channel = attrs.field(default="inbox", kw_only=True)
    content: Data | None = attrs.field(default=None, kw_only=True, repr=False)
    data: Data | None = attrs.field(default=None, kw_only=True, repr=False)
    tags: Sequence[str] | None = attrs.field(default=None, kw_only=True)
    priority: int | None = attrs.field(default=None, kw_only=True)
    source: MessageSource | None = attrs.field(default=None, kw_only=True)
    scheduled_at: datetime | str | None = attrs.field(default=None, kw_only=True)
    expires_at: datetime | str | None = attrs.field(default=None, kw_only=True)
    sender_identity_id: UUID | str | None = attrs.field(default=None, kw_only=True)
    campaign_id: UUID | str | None = attrs.field(default=None, kw_only=True)
    broadcast_id: UUID | str | None = attrs.field(default=None, kw_only=True)


@attrs.frozen(kw_only=True)
class KnownExternalID(ResponseModel):
    """An identifier as the platform stores it.

    Attributes:
        id: The platform's id of the identifier.
        source: The system that the external id comes from, such as ``"default"``.
        external_id: The id in that system.
        metadata: The JSON object that is stored with the identifier, or None.
        created_at: The time of its creation, an aware datetime.
        updated_at: The time of its last change, an aware datetime.
        extra: The fields that this version of the package does not know.
    """

    id: UUID = required_field(UUID)
    source: str = required_field(str, shown=True)
    external_id: str = required_field(str)
    metadata: dict[str, Any] | None = optional_field(dict)
    created_at: datetime = required_field(datetime)
    updated_at: datetime = required_field(datetime)
    extra: dict[str, Any] = extra_field()


@attrs.frozen(kw_only=True)
class User(ResponseModel):
    """A user as the platform stores it.

    Attributes:
        id: The platform's id of the user.
        project_id: The id of the project.
        identifier: All identifiers of the user.
        email: The email address, or None.
        phone: The phone number in E.164 format, such as ``"+31612345678"``, or None.
        timezone: The IANA time zone, such as ``"Europe/London"``, or None.
        locale: The BCP 47 language tag, such as ``"nl-NL"``, or None.
        data: All other data of the user, a JSON object.
        has_push_device: Whether the user has a device that receives push messages.
        version: The number of the current version; each change increments it.
        created_at: The time of the user's creation, an aware datetime.
        updated_at: The time of the user's last change, an aware datetime.
        extra: The fields that this version of the package does not know.
    """

    id: UUID = required_field(UUID, shown=True)
    project_id: UUID = required_field(UUID)
    identifier: list[KnownExternalID] = list_field(KnownExternalID)
    email: str | None = optional_field(str)
    phone: str | None = optional_field(str)
    timezone: str | None = optional_field(str)
    locale: str | None = optional_field(str)
    data: dict[str, Any] = required_field(dict)
    has_push_device: bool = required_field(bool)
    version: int = required_field(int, shown=True)
    created_at: datetime = required_field(datetime)
    updated_at: datetime = required_field(datetime)
    extra: dict[str, Any] = extra_field()


@attrs.frozen(kw_only=True)
class Organization(ResponseModel):
    """An organization as the platform stores it.

    Attributes:
        id: The platform's id of the organization.
        project_id: The id of the project.
        identifier: All identifiers of the organization.
        name: The display name, or None.
        data: All other data of the organization, a JSON object.
        version: The number of the current version; each change increments it.
        created_at: The time of the organization's creation, an aware datetime.
        updated_at: The time of the organization's last change, an aware datetime.
        extra: The fields that this version of the package does not know.
    """

    id: UUID = required_field(UUID, shown=True)
    project_id: UUID = required_field(UUID)
    identifier: list[KnownExternalID] = list_field(KnownExternalID)
    name: str | None = optional_field(str)
    data: dict[str, Any] = required_field(dict)
    version: int = required_field(int, shown=True)
    created_at: datetime = required_field(datetime)
    updated_at: datetime = required_field(datetime)
    extra: dict[str, Any] = extra_field()


@attrs.frozen(kw_only=True)
class ScheduledAccepted(ResponseModel):
    """A schedule that the platform has accepted.

    Attributes:
        id: The id of the schedule.
        name: The name of the schedule. It fires as the event ``scheduled.NAME``.
        scheduled_at: The time at which it fires, or first fires if it recurs, an aware datetime.
        data: The data of each of its events, a JSON object, or None.
        extra: The fields that this version of the package does not know.
    """

    id: UUID = required_field(UUID, shown=True)
    name: str = required_field(str, shown=True)
    scheduled_at: datetime = required_field(datetime, shown=True)
    data: dict[str, Any] | None = optional_field(dict)
    extra: dict[str, Any] = extra_field()


@attrs.frozen(kw_only=True)
class InboxMessage(ResponseModel):
    """A message in an inbox.

    Attributes:
        id: The platform's id of the message, which `mark_read` and `mark_archived` take.
        project_id: The id of the project.
        user_id: The platform's id of the user who receives it, or None.
        organization_id: The platform's id of the organization that receives it, or None.
        external_id: The id of the message in the sender's system, or None.
        channel: The channel: ``"inbox"``, ``"email"``, ``"sms"``, ``"push"``, or a newer one.
        content: The content, a JSON object in the format of the channel.
        data: Data for the program that shows the message, a JSON object.
        tags: The tags of the message.
        priority: The priority, from 1 (highest) to 5.
        source: The part of the platform that sent the message, or None.
        scheduled_at: The time at which it is shown, an aware datetime.
        expires_at: The time at which it stops being shown, an aware datetime, or None.
        read_at: The time at which it was marked as read, an aware datetime, or None.
        archived_at: The time at which it was archived, an aware datetime, or None.
        sent_at: The time at which it was sent on its channel, an aware datetime, or None.
        sender_identity_id: The sender identity, or None.
        campaign_id: The id of the campaign, or None.
        broadcast_id: The id of the broadcast, or None.
        created_at: The time at which it was accepted, an aware datetime.
        updated_at: The time of its last change, an aware datetime.
        extra: The fields that this version of the package does not know.
    """

    id: UUID = required_field(UUID, shown=True)
    project_id: UUID = required_field(UUID)
    user_id: UUID | None = optional_field(UUID)
    organization_id: UUID | None = optional_field(UUID)
    external_id: str | None = optional_field(str)
    channel: str = required_field(str, shown=True)
    content: dict[str, Any] = required_field(dict)
    data: dict[str, Any] = required_field(dict)
    tags: list[str] = list_field(str)
    priority: int = required_field(int, shown=True)
    source: str | None = optional_field(str)
    scheduled_at: datetime = required_field(datetime)
    expires_at: datetime | None = optional_field(datetime)
    read_at: datetime | None = optional_field(datetime)
    archived_at: datetime | None = optional_field(datetime)
    sent_at: datetime | None = optional_field(datetime)
    sender_identity_id: UUID | None = optional_field(UUID)
    campaign_id: UUID | None = optional_field(UUID)
    broadcast_id: UUID | None = optional_field(UUID)
    created_at: datetime = required_field(datetime)
    updated_at: datetime = required_field(datetime)
    extra: dict[str, Any] = extra_field()


@attrs.frozen(kw_only=True)
class InboxPage(ResponseModel):
    """A page of an inbox, with the latest ``scheduled_at`` first.

    Attributes:
        results: The messages of this page.
        total: The number of messages on all pages.
        limit: The maximum number of messages on a page.
        offset: The number of messages before this page.
        extra: The fields that this version of the package does not know.
    """

    results: list[InboxMessage] = list_field(InboxMessage)
    total: int = required_field(int, shown=True)
    limit: int = required_field(int, shown=True)
    offset: int = required_field(int, shown=True)
    extra: dict[str, Any] = extra_field()


@attrs.frozen(kw_only=True)
class InboxCount(ResponseModel):
    """The numbers of messages in an inbox.

    Attributes:
        unread: The number of unread messages.
        total: The number of messages, without archived ones.
        extra: The fields that this version of the package does not know.
    """

    unread: int = required_field(int, shown=True)
    total: int = required_field(int, shown=True)
    extra: dict[str, Any] = extra_field()


@attrs.frozen(kw_only=True)
class Session(ResponseModel):
    """A session: a token with which the program of a user calls the API.

    Attributes:
        token: The bearer token, a secret.
        expires_at: The time at which the token expires, an aware datetime.
        extra: The fields that this version of the package does not know.
    """

    token: str = required_field(str)
    expires_at: datetime = required_field(datetime, shown=True)
    extra: dict[str, Any] = extra_field()


@attrs.frozen(kw_only=True)
class Ping:
    """The result of a ping: whether the server responds and accepts the API key.

    A ping is true if ``ok`` is, and its str is ``message``.

    Attributes:
        ok: Whether the server responds and accepts the API key.
        message: The result for people: the cause of a failure, and what to check.
    """

    ok: bool
    message: str

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        return self.message


@attrs.frozen(kw_only=True)
class RawResponse(Generic[T]):
    """A successful response with its status and headers, and the parsed result.

    Attributes:
        status_code: The HTTP status, 2xx.
        headers: The headers of the response, with lower-case names.
        elapsed: The seconds from the first attempt to the complete response.
        attempts: The number of times that the request was sent.
        timings: The durations of the last attempt.
        body: The body of the response, decompressed.
        parsed: The result: what the method of the client returns.
    """

    status_code: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    elapsed: float
    attempts: int
    timings: Timings = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)
    parsed: T = attrs.field(repr=False)
