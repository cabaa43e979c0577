"""What goes in (events, messages) and what comes out (users, organizations, schedules, inboxes).

Personal data and secrets stay out of every repr. A field that an answer leaves out is None here,
and a field that this version does not know is kept in ``extra``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar
from uuid import UUID

import attrs
from attrs.validators import deep_iterable, instance_of, optional
from lunogram_api.types import Unset

from .identifiers import Identifier, Identifiers

if TYPE_CHECKING:
    import lunogram_api.models as api

T = TypeVar("T")

Channel: TypeAlias = Literal["email", "sms", "push", "inbox"]
"""The way a message takes."""

InboxStatus: TypeAlias = Literal["unread", "read", "archived"]
"""What became of a message."""

DeviceOS: TypeAlias = Literal["web", "ios", "android"]
"""What a device runs."""

Data: TypeAlias = Any
"""An object of JSON: a mapping with text as keys, or an attrs or dataclass instance. Values may be
Python's own: datetimes with a zone, dates, UUIDs, Decimals, Enums."""


@attrs.frozen
class Event:
    """Something that a user or an organization did.

    Attributes:
        name: What happened, such as ``"order.completed"``. Names that begin with ``user.``,
            ``organization.``, ``list.``, ``link.`` or ``scheduled.`` are the platform's own.
        identifier: Whose event it is: ``"user_123"``, ``("stripe", "cus_1")``, an `ExternalID`,
            or a list of several names of the same subject. Either this or ``match``.
        match: The event goes to everybody whose data contains these values, in the sense of
            PostgreSQL's ``@>``. Either this or ``identifier``.
        data: What there is to say about it.
    """

    name: str
    identifier: Identifiers | None = attrs.field(default=None, repr=False)
    match: Data | None = attrs.field(default=None, kw_only=True, repr=False)
    data: Data | None = attrs.field(default=None, kw_only=True, repr=False)


@attrs.frozen
class Message:
    """A message for the inbox of a user or an organization.

    Attributes:
        identifier: The message's own id in your system. It makes the message idempotent: sent
            again to the same recipient and channel, it is not shown twice.
        target: Whom it is for.
        channel: ``"inbox"``, ``"email"``, ``"sms"`` or ``"push"``.
        content: What it says, in the form that the channel asks for.
        data: Anything for the program that shows it.
        tags: Words to find it by.
        priority: From 1, the most urgent, to 5. The platform takes 3 if left out.
        source: Which part of your application sends it.
        scheduled_at: When to show it, an aware datetime. Now, if left out.
        expires_at: When to stop showing it, an aware datetime.
        sender_identity_id: Who it comes from, a UUID. Emails and text messages need one.
        campaign_id: The campaign it belongs to, a UUID.
        broadcast_id: The broadcast it belongs to, a UUID.
    """

    identifier: Identifier = attrs.field(repr=False)
    target: Identifiers = attrs.field(repr=False)
    channel: Channel = attrs.field(default="inbox", kw_only=True)
    content: Data | None = attrs.field(default=None, kw_only=True, repr=False)
    data: Data | None = attrs.field(default=None, kw_only=True, repr=False)
    tags: Sequence[str] | None = attrs.field(default=None, kw_only=True)
    priority: int | None = attrs.field(default=None, kw_only=True)
    source: str | None = attrs.field(default=None, kw_only=True)
    scheduled_at: datetime | str | None = attrs.field(default=None, kw_only=True)
    expires_at: datetime | str | None = attrs.field(default=None, kw_only=True)
    sender_identity_id: UUID | str | None = attrs.field(default=None, kw_only=True)
    campaign_id: UUID | str | None = attrs.field(default=None, kw_only=True)
    broadcast_id: UUID | str | None = attrs.field(default=None, kw_only=True)


def _required(kind: type[Any], *, shown: bool = False) -> Any:
    """A field that every answer has; one of another type is not the API's answer."""
    return attrs.field(validator=instance_of(kind), converter=_converter(kind), repr=shown)


def _optional(kind: type[Any], *, shown: bool = False) -> Any:
    validator = optional(instance_of(kind))
    return attrs.field(validator=validator, converter=_converter(kind), repr=shown)


def _converter(kind: type[Any]) -> Callable[[Any], Any] | None:
    return _aware if kind is datetime else None


def _aware(value: Any) -> Any:
    """A time without a zone is in UTC, so that all times can be compared."""
    without_zone = isinstance(value, datetime) and value.utcoffset() is None
    return value.replace(tzinfo=UTC) if without_zone else value


def _list_of(kind: type[Any]) -> Any:
    return attrs.field(validator=deep_iterable(instance_of(kind), instance_of(list)), repr=False)


def _extra() -> Any:
    return attrs.field(factory=dict, repr=False)


def _given(value: T | Unset | None) -> T | None:
    """None for what an answer leaves out; only the raw client knows UNSET."""
    return None if isinstance(value, Unset) else value


@attrs.frozen(kw_only=True)
class KnownExternalID:
    """An identifier as the platform keeps it.

    Attributes:
        id: The identifier's own id.
        source: Which system the external id comes from.
        external_id: The id in that system.
        metadata: What is kept with it, or None.
        created_at: When it was first seen, aware.
        updated_at: When it last changed, aware.
        extra: Fields that this version does not know.
    """

    id: UUID = _required(UUID)
    source: str = _required(str, shown=True)
    external_id: str = _required(str)
    metadata: dict[str, Any] | None = _optional(dict)
    created_at: datetime = _required(datetime)
    updated_at: datetime = _required(datetime)
    extra: dict[str, Any] = _extra()

    @classmethod
    def from_api(cls, raw: api.KnownExternalID) -> KnownExternalID:
        """From the raw client's model."""
        return cls(
            id=raw.id,
            source=raw.source,
            external_id=raw.external_id,
            metadata=_given(raw.metadata),
            created_at=raw.created_at,
            updated_at=raw.updated_at,
            extra=raw.additional_properties,
        )


@attrs.frozen(kw_only=True)
class User:
    """A user as the platform keeps it.

    Attributes:
        id: The platform's own id.
        project_id: The project the user belongs to.
        identifier: Every identifier the user is known by.
        email: The address that emails go to, or None.
        phone: The number that text messages go to, in E.164, or None.
        timezone: The IANA name of the time zone, or None.
        locale: The BCP 47 tag of language and region, or None.
        data: Everything else that was sent, as it was sent.
        has_push_device: Whether a push message can reach the user.
        version: Counts the changes.
        created_at: When the user was created, aware.
        updated_at: When the user last changed, aware.
        extra: Fields that this version does not know.
    """

    id: UUID = _required(UUID, shown=True)
    project_id: UUID = _required(UUID)
    identifier: list[KnownExternalID] = _list_of(KnownExternalID)
    email: str | None = _optional(str)
    phone: str | None = _optional(str)
    timezone: str | None = _optional(str)
    locale: str | None = _optional(str)
    data: dict[str, Any] = _required(dict)
    has_push_device: bool = _required(bool)
    version: int = _required(int, shown=True)
    created_at: datetime = _required(datetime)
    updated_at: datetime = _required(datetime)
    extra: dict[str, Any] = _extra()

    @classmethod
    def from_api(cls, raw: api.User) -> User:
        """From the raw client's model."""
        return cls(
            id=raw.id,
            project_id=raw.project_id,
            identifier=[KnownExternalID.from_api(item) for item in raw.identifier],
            email=_given(raw.email),
            phone=_given(raw.phone),
            timezone=_given(raw.timezone),
            locale=_given(raw.locale),
            data=raw.data,
            has_push_device=raw.has_push_device,
            version=raw.version,
            created_at=raw.created_at,
            updated_at=raw.updated_at,
            extra=raw.additional_properties,
        )


@attrs.frozen(kw_only=True)
class Organization:
    """An organization as the platform keeps it.

    Attributes:
        id: The platform's own id.
        project_id: The project the organization belongs to.
        identifier: Every identifier the organization is known by.
        name: What people call it, or None.
        data: Everything else that was sent, as it was sent.
        version: Counts the changes.
        created_at: When the organization was created, aware.
        updated_at: When the organization last changed, aware.
        extra: Fields that this version does not know.
    """

    id: UUID = _required(UUID, shown=True)
    project_id: UUID = _required(UUID)
    identifier: list[KnownExternalID] = _list_of(KnownExternalID)
    name: str | None = _optional(str)
    data: dict[str, Any] = _required(dict)
    version: int = _required(int, shown=True)
    created_at: datetime = _required(datetime)
    updated_at: datetime = _required(datetime)
    extra: dict[str, Any] = _extra()

    @classmethod
    def from_api(cls, raw: api.Organization) -> Organization:
        """From the raw client's model."""
        return cls(
            id=raw.id,
            project_id=raw.project_id,
            identifier=[KnownExternalID.from_api(item) for item in raw.identifier],
            name=_given(raw.name),
            data=raw.data,
            version=raw.version,
            created_at=raw.created_at,
            updated_at=raw.updated_at,
            extra=raw.additional_properties,
        )


@attrs.frozen(kw_only=True)
class ScheduledAccepted:
    """A schedule that was accepted.

    Attributes:
        id: The schedule's id.
        name: Its name. It fires as the event ``scheduled.NAME``.
        scheduled_at: When it fires, or when a recurring one starts, aware.
        data: What each of its events carries, or None.
        extra: Fields that this version does not know.
    """

    id: UUID = _required(UUID, shown=True)
    name: str = _required(str, shown=True)
    scheduled_at: datetime = _required(datetime, shown=True)
    data: dict[str, Any] | None = _optional(dict)
    extra: dict[str, Any] = _extra()

    @classmethod
    def from_api(cls, raw: api.ScheduledAccepted) -> ScheduledAccepted:
        """From the raw client's model."""
        return cls(
            id=raw.id,
            name=raw.name,
            scheduled_at=raw.scheduled_at,
            data=_given(raw.data),
            extra=raw.additional_properties,
        )


@attrs.frozen(kw_only=True)
class InboxMessage:
    """A message in an inbox.

    Attributes:
        id: The platform's own id of the message; what marks it as read or archived.
        project_id: The project it belongs to.
        user_id: The platform's id of the user it is for, or None.
        organization_id: The platform's id of the organization it is for, or None.
        external_id: The id its sender gave it, or None.
        channel: ``"inbox"``, ``"email"``, ``"sms"``, ``"push"``, or one this version doesn't know.
        content: What it says.
        data: Anything for the program that shows it.
        tags: Words to find it by.
        priority: From 1, the most urgent, to 5.
        source: Which part of the application sent it, or None.
        scheduled_at: When it was, or will be, shown, aware.
        expires_at: When it stops being shown, aware, or None.
        read_at: When it was read, aware, or None.
        archived_at: When it was archived, aware, or None.
        sent_at: When it left on its channel, aware, or None.
        sender_identity_id: Who it comes from, or None.
        campaign_id: The campaign it belongs to, or None.
        broadcast_id: The broadcast it belongs to, or None.
        created_at: When it was accepted, aware.
        updated_at: When it last changed, aware.
        extra: Fields that this version does not know.
    """

    id: UUID = _required(UUID, shown=True)
    project_id: UUID = _required(UUID)
    user_id: UUID | None = _optional(UUID)
    organization_id: UUID | None = _optional(UUID)
    external_id: str | None = _optional(str)
    channel: str = _required(str, shown=True)
    content: dict[str, Any] = _required(dict)
    data: dict[str, Any] = _required(dict)
    tags: list[str] = _list_of(str)
    priority: int = _required(int, shown=True)
    source: str | None = _optional(str)
    scheduled_at: datetime = _required(datetime)
    expires_at: datetime | None = _optional(datetime)
    read_at: datetime | None = _optional(datetime)
    archived_at: datetime | None = _optional(datetime)
    sent_at: datetime | None = _optional(datetime)
    sender_identity_id: UUID | None = _optional(UUID)
    campaign_id: UUID | None = _optional(UUID)
    broadcast_id: UUID | None = _optional(UUID)
    created_at: datetime = _required(datetime)
    updated_at: datetime = _required(datetime)
    extra: dict[str, Any] = _extra()

    @classmethod
    def from_api(cls, raw: api.InboxMessage) -> InboxMessage:
        """From the raw client's model."""
        return cls(
            id=raw.id,
            project_id=raw.project_id,
            user_id=_given(raw.user_id),
            organization_id=_given(raw.organization_id),
            external_id=_given(raw.external_id),
            channel=raw.channel,
            content=raw.content,
            data=raw.data,
            tags=raw.tags,
            priority=raw.priority,
            source=_given(raw.source),
            scheduled_at=raw.scheduled_at,
            expires_at=_given(raw.expires_at),
            read_at=_given(raw.read_at),
            archived_at=_given(raw.archived_at),
            sent_at=_given(raw.sent_at),
            sender_identity_id=_given(raw.sender_identity_id),
            campaign_id=_given(raw.campaign_id),
            broadcast_id=_given(raw.broadcast_id),
            created_at=raw.created_at,
            updated_at=raw.updated_at,
            extra=raw.additional_properties,
        )


@attrs.frozen(kw_only=True)
class InboxPage:
    """Part of an inbox, newest scheduled first.

    Attributes:
        results: The messages of this page.
        total: How many there are on all pages.
        limit: How many a page holds at the most.
        offset: How many came before this page.
    """

    results: list[InboxMessage] = _list_of(InboxMessage)
    total: int = _required(int, shown=True)
    limit: int = _required(int, shown=True)
    offset: int = _required(int, shown=True)

    @classmethod
    def from_api(cls, raw: api.InboxPage) -> InboxPage:
        """From the raw client's model."""
        return cls(
            results=[InboxMessage.from_api(item) for item in raw.results],
            total=raw.total,
            limit=raw.limit,
            offset=raw.offset,
        )


@attrs.frozen(kw_only=True)
class InboxCount:
    """How full an inbox is.

    Attributes:
        unread: Messages nobody has read.
        total: Messages that are shown; archived ones are left out.
    """

    unread: int = _required(int, shown=True)
    total: int = _required(int, shown=True)

    @classmethod
    def from_api(cls, raw: api.InboxCount) -> InboxCount:
        """From the raw client's model."""
        return cls(unread=raw.unread, total=raw.total)


@attrs.frozen(kw_only=True)
class Session:
    """A token with which a user's own program may call the API.

    Attributes:
        token: To be sent as a bearer token. It is a secret.
        expires_at: When it stops being accepted, aware.
    """

    token: str = _required(str)
    expires_at: datetime = _required(datetime, shown=True)

    @classmethod
    def from_api(cls, raw: api.Session) -> Session:
        """From the raw client's model."""
        return cls(token=raw.token, expires_at=raw.expires_at)


@attrs.frozen(kw_only=True)
class Ping:
    """Whether the client reaches Lunogram with its key. It is true if it does.

    Attributes:
        ok: Whether it does.
        message: What was found, and what to do about it, in words for a person.
    """

    ok: bool
    message: str

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        return self.message


@attrs.frozen(kw_only=True)
class RawResponse(Generic[T]):
    """An answer with what came around it.

    Attributes:
        status_code: The HTTP status, 2xx.
        headers: The answer's headers, with lower-case names.
        elapsed: Seconds from the first attempt to the complete answer.
        attempts: How many times the request was sent.
        parsed: What the method itself would have returned.
    """

    status_code: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    elapsed: float
    attempts: int
    parsed: T = attrs.field(repr=False)
