"""Every call of the API once, as data: arguments in, a request and the type of its answer out.

A call is checked when it is made, and knows nothing of how it is sent: the sync client, the async
client, the outbox and whatever else sends take the same calls. Nothing here does any I/O.

Methods, paths and the fields of bodies come from the generated client, so from openapi.yaml; a
test sees to it that those of events, which are put together by hand, are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from enum import Enum
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import attrs
import lunogram_api.models as api

from . import values, wire
from .errors import ValidationError, without_names
from .identifiers import Identifiers, external_id
from .models import (
    Channel,
    Data,
    DeviceOS,
    Event,
    InboxCount,
    InboxPage,
    InboxStatus,
    Message,
    Organization,
    ScheduledAccepted,
    Session,
    User,
)
from .wire import if_given

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta

T = TypeVar("T")

Endpoint = Callable[..., dict[str, Any]]
"""A generated endpoint's own account of its request."""


class Repeat(Enum):
    """What may be done when a request was sent and no answer came.

    Attributes:
        SAFE: Sending it again changes nothing.
        EVENTS: Sending it again may record events twice, as the API's own promise, at least
            once, allows.
        NEVER: Sending it again does something new.
    """

    SAFE = "safe"
    EVENTS = "events"
    NEVER = "never"


def repeat_of(path: str) -> Repeat:
    """What may be done when the answer to a request for this path is lost.

    Args:
        path: The path below the path family, such as ``"/users/events"``.
    """
    if path.endswith("/events"):
        return Repeat.EVENTS
    return Repeat.NEVER if path.endswith("/sessions") else Repeat.SAFE


@attrs.frozen
class Call(Generic[T]):
    """One call of the API, checked, and copied from what the caller gave.

    Attributes:
        method: The HTTP method.
        path: The path below the path family, such as ``"/users"``.
        query: The encoded query, or nothing. It may be personal.
        json: The body as JSON can hold it, or None. It may be personal.
        parse: Turns the JSON of a success into what the caller gets; None if the success says
            it all.
        repeat: What may be done when the answer is lost.
    """

    method: str
    path: str = attrs.field(repr=lambda path: repr(without_names(path)))
    query: str = attrs.field(repr=False)
    json: Any = attrs.field(repr=False)
    parse: Callable[[Any], T] | None = attrs.field(repr=False)
    repeat: Repeat = attrs.field(
        default=attrs.Factory(lambda call: repeat_of(call.path), takes_self=True), repr=False
    )

    @property
    def body(self) -> bytes | None:
        """The encoded JSON body, or None; encoded each time, so take it once."""
        return None if self.json is None else values.encode(self.json)


def call_of(request: Mapping[str, Any], parse: Callable[[Any], T] | None = None) -> Call[T]:
    """The call that a generated endpoint describes.

    Args:
        request: Its account of the request.
        parse: As for `Call`.
    """
    query = request.get("params")
    return Call(
        request["method"].upper(),
        request["url"],
        urlencode(query) if query else "",
        request.get("json"),
        parse,
    )


class _Model(Protocol):
    """A generated model."""

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """From the JSON of an answer."""
        ...


M = TypeVar("M", bound=_Model)


def answer(model: type[M], from_api: Callable[[M], T]) -> Callable[[Any], T]:
    """What turns JSON into the raw client's model, and that into ours.

    Args:
        model: The raw client's.
        from_api: Turns it into ours.
    """
    return lambda answer: from_api(model.from_dict(answer))


@cache
def _account(endpoint: str) -> Endpoint:
    account: Endpoint = import_module(f"lunogram_api.api.{endpoint}")._get_kwargs
    return account


def _endpoint(name: str) -> Endpoint:
    """A generated endpoint, imported when it is first used: each brings models of its own."""

    def describe(*in_path: Any, **given: Any) -> dict[str, Any]:
        """The endpoint's account of a request."""
        return _account(name)(*in_path, **given)

    return describe


@attrs.frozen
class Subject:
    """Users or organizations: the endpoints of what both can do."""

    delete: Endpoint
    post_events: Endpoint
    upsert_schedule: Endpoint
    delete_schedule: Endpoint
    send_inbox: Endpoint
    list_inbox: Endpoint
    count_inbox: Endpoint
    mark_read: Endpoint
    mark_archived: Endpoint


USER = Subject(
    delete=_endpoint("users.delete_user"),
    post_events=_endpoint("users.post_user_events"),
    upsert_schedule=_endpoint("users.upsert_user_schedule"),
    delete_schedule=_endpoint("users.delete_user_schedule"),
    send_inbox=_endpoint("users.send_user_inbox_messages"),
    list_inbox=_endpoint("users.list_user_inbox"),
    count_inbox=_endpoint("users.count_user_inbox"),
    mark_read=_endpoint("users.mark_user_inbox_read"),
    mark_archived=_endpoint("users.mark_user_inbox_archived"),
)

ORGANIZATION = Subject(
    delete=_endpoint("organizations.delete_organization"),
    post_events=_endpoint("organizations.post_organization_events"),
    upsert_schedule=_endpoint("organizations.upsert_organization_schedule"),
    delete_schedule=_endpoint("organizations.delete_organization_schedule"),
    send_inbox=_endpoint("organizations.send_organization_inbox_messages"),
    list_inbox=_endpoint("organizations.list_organization_inbox"),
    count_inbox=_endpoint("organizations.count_organization_inbox"),
    mark_read=_endpoint("organizations.mark_organization_inbox_read"),
    mark_archived=_endpoint("organizations.mark_organization_inbox_archived"),
)

_upsert_user = _endpoint("users.upsert_user")
_register_device = _endpoint("users.register_device")
_upsert_organization = _endpoint("organizations.upsert_organization")
_add_user = _endpoint("organizations.add_organization_user")
_remove_user = _endpoint("organizations.remove_organization_user")
_vapid_public_key = _endpoint("push.get_vapid_public_key")
_create_session = _endpoint("sessions.create_session")


# -- users and organizations alike ----------------------------------------------------------------


def delete(subject: Subject, identifier: Identifiers) -> Call[None]:
    """Delete a user, or an organization with its memberships."""
    return call_of(subject.delete(body=wire.subject(identifier, "identifier")))


def post_events(
    subject: Subject, events: Event | Mapping[str, Any] | Iterable[Event | Mapping[str, Any]]
) -> Call[None]:
    """Record events."""
    return call_of(subject.post_events(body=[]) | {"json": wire.events(events)})


def upsert_schedule(
    subject: Subject,
    name: str,
    identifier: Identifiers,
    *,
    scheduled_at: datetime | str | None,
    start_at: datetime | str | None,
    interval: timedelta | relativedelta | str | None,
    data: Data | None,
    id: UUID | str | None,
) -> Call[ScheduledAccepted]:
    """Create or replace a schedule."""
    from . import intervals  # of which dateutil is a part, and most programs need none

    if scheduled_at is None and interval is None:
        raise ValidationError.at(
            "scheduled_at", "is missing; a schedule needs a time, or an interval to recur at"
        )
    body = api.ScheduleUpsert(
        values.text(name, "name"),
        wire.names(identifier, "identifier"),
        scheduled_at=if_given(values.moment, scheduled_at, "scheduled_at"),
        start_at=if_given(values.moment, start_at, "start_at"),
        interval=if_given(intervals.interval, interval, "interval"),
        data=if_given(values.json_object, data, "data"),
        id=if_given(wire.uuid, id, "id"),
    )
    return call_of(
        subject.upsert_schedule(body=body),
        answer(api.ScheduledAccepted, ScheduledAccepted.from_api),
    )


def delete_schedule(subject: Subject, name: str, identifier: Identifiers) -> Call[None]:
    """Delete every instance of a schedule."""
    body = api.ScheduleDelete(values.text(name, "name"), wire.names(identifier, "identifier"))
    return call_of(subject.delete_schedule(body=body))


def send_messages(
    subject: Subject, messages: Message | Mapping[str, Any] | Iterable[Message | Mapping[str, Any]]
) -> Call[None]:
    """Send messages to inboxes."""
    return call_of(subject.send_inbox(body=wire.messages(messages)))


def list_inbox(
    subject: Subject,
    identifier: Identifiers,
    *,
    channel: Channel,
    status: InboxStatus | None,
    tags: Sequence[str] | None,
    source: str | None,
    priority: int | None,
    limit: int | None,
    offset: int | None,
) -> Call[InboxPage]:
    """One page of an inbox."""
    owner = external_id(identifier)
    request = subject.list_inbox(
        source=owner.source,
        external_id=owner.external_id,
        channel=wire.channel(channel, "channel"),
        status=if_given(wire.inbox_status, status, "status"),
        tags=if_given(wire.comma_separated, tags, "tags"),
        message_source=if_given(values.text, source, "source"),
        priority=if_given(wire.priority, priority, "priority"),
        limit=if_given(wire.limit, limit, "limit"),
        offset=if_given(wire.offset, offset, "offset"),
    )
    return call_of(request, answer(api.InboxPage, InboxPage.from_api))


def at_offset(page: Call[InboxPage], offset: int) -> Call[InboxPage]:
    """The same page of an inbox, further on."""
    skipped = urlencode({"offset": wire.offset(offset, "offset")})
    return attrs.evolve(page, query=f"{page.query}&{skipped}")


def count_inbox(subject: Subject, identifier: Identifiers, *, channel: Channel) -> Call[InboxCount]:
    """How full an inbox is."""
    owner = external_id(identifier)
    request = subject.count_inbox(
        source=owner.source,
        external_id=owner.external_id,
        channel=wire.channel(channel, "channel"),
    )
    return call_of(request, answer(api.InboxCount, InboxCount.from_api))


def mark_read(
    subject: Subject, identifier: Identifiers, message_id: UUID | str | Iterable[UUID | str]
) -> Call[None]:
    """Mark messages in one inbox as read."""
    return call_of(subject.mark_read(body=wire.marks(identifier, message_id)))


def mark_archived(
    subject: Subject, identifier: Identifiers, message_id: UUID | str | Iterable[UUID | str]
) -> Call[None]:
    """Archive messages in one inbox."""
    return call_of(subject.mark_archived(body=wire.marks(identifier, message_id)))


# -- users ----------------------------------------------------------------------------------------


def upsert_user(
    identifier: Identifiers,
    *,
    email: str | None,
    phone: str | None,
    timezone: str | tzinfo | None,
    locale: str | None,
    data: Data | None,
) -> Call[User]:
    """Create or update a user."""
    body = api.UserUpsert(
        wire.names(identifier, "identifier"),
        email=if_given(values.email, email, "email"),
        phone=if_given(values.phone, phone, "phone"),
        timezone=if_given(values.timezone, timezone, "timezone"),
        locale=if_given(values.locale, locale, "locale"),
        data=if_given(values.json_object, data, "data"),
    )
    return call_of(_upsert_user(body=body), answer(api.User, User.from_api))


def register_device(
    identifier: Identifiers,
    device_id: str,
    *,
    os: DeviceOS | None,
    token: str | None,
    subscription: Mapping[str, Any] | None,
    os_version: str | None,
    model: str | None,
    app_version: str | None,
    data: Data | None,
) -> Call[None]:
    """Register a device of a user for push messages."""
    body = api.DeviceRegistration(
        wire.names(identifier, "identifier"),
        values.text(device_id, "device_id"),
        wire.device_config(os, token, subscription),
        os=if_given(wire.device_os, os, "os"),
        os_version=if_given(values.text, os_version, "os_version"),
        model=if_given(values.text, model, "model"),
        app_version=if_given(values.text, app_version, "app_version"),
        data=if_given(values.json_object, data, "data"),
    )
    return call_of(_register_device(body=body))


# -- organizations --------------------------------------------------------------------------------


def upsert_organization(
    identifier: Identifiers, *, name: str | None, data: Data | None
) -> Call[Organization]:
    """Create or update an organization."""
    body = api.OrganizationUpsert(
        wire.names(identifier, "identifier"),
        name=if_given(values.text, name, "name"),
        data=if_given(values.json_object, data, "data"),
    )
    return call_of(
        _upsert_organization(body=body),
        answer(api.Organization, Organization.from_api),
    )


def add_user(organization: Identifiers, user: Identifiers, *, data: Data | None) -> Call[None]:
    """Make a user a member of an organization."""
    body = api.MemberAdd(
        wire.subject(organization, "organization"),
        wire.subject(user, "user"),
        data=if_given(values.json_object, data, "data"),
    )
    return call_of(_add_user(body=body))


def remove_user(organization: Identifiers, user: Identifiers) -> Call[None]:
    """End a membership."""
    body = api.MemberRemove(wire.subject(organization, "organization"), wire.subject(user, "user"))
    return call_of(_remove_user(body=body))


# -- push and sessions ----------------------------------------------------------------------------


def vapid_public_key() -> Call[str]:
    """The project's public key for web push."""
    return call_of(_vapid_public_key(), _vapid_text)


def _vapid_text(answer: Any) -> str:
    key = api.VapidPublicKey.from_dict(answer).public_key
    if not isinstance(key, str):
        raise TypeError("public_key is not text")
    return key


def create_session(auth_method_id: UUID | str, user_id: str) -> Call[Session]:
    """Mint a session token for a user."""
    request = _create_session(
        wire.uuid(auth_method_id, "auth_method_id"),
        body=api.SessionCreate(values.text(user_id, "user_id")),
    )
    return call_of(request, answer(api.Session, Session.from_api))
