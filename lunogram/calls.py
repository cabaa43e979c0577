"""Calls of the API, as data: a checked request, and the parser of its response.

One function for each operation checks its arguments and returns a `Call`. The sync client, the
async client and the outbox send the same calls. Nothing here does any I/O.

Methods, paths and the fields of bodies come from the generated client, and so from openapi.yaml.
The bodies of events are built by hand; a test compares them with those of the generated client.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast
from urllib.parse import urlencode
from uuid import UUID

import attrs
import lunogram_api.models as api

from . import request_bodies, user_attributes, values
from .call_warnings import CallWarning, warnings_of
from .errors import ValidationError
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
from .operation import Operation, Repeat
from .operations import OPERATIONS
from .request_bodies import optional

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

Endpoint = Callable[..., dict[str, Any]]
"""A generated function that describes the request of an endpoint: method, URL, query, body."""


@attrs.frozen
class Call(Generic[T]):
    """A call of the API, with checked and copied arguments.

    Attributes:
        operation: The operation of the API.
        path: The path below the base path, such as ``"/users"``. It may be personal.
        query: The encoded query, or an empty string. It may be personal.
        json: The JSON body, or None. It may be personal.
        parse: A function that converts the JSON of a successful response to the result; None if
            there is no result.
        repeat: Whether the request may be sent again after a lost response; by default as the
            operation declares.
        warnings: Warnings about fields that the server changes or claims.
        start: The index of the first item of this batch among all items of the method call.
        rest: The calls of the batches that follow, created while they are read.
    """

    operation: Operation = attrs.field(repr=lambda operation: operation.name)
    path: str = attrs.field(repr=False)
    query: str = attrs.field(repr=False)
    json: Any = attrs.field(repr=False)
    parse: Callable[[Any], T] | None = attrs.field(default=None, repr=False)
    repeat: Repeat = attrs.field(
        default=attrs.Factory(lambda call: call.operation.repeat, takes_self=True), repr=False
    )
    warnings: tuple[CallWarning, ...] = attrs.field(default=(), kw_only=True, repr=False, eq=False)
    start: int = attrs.field(default=0, kw_only=True, repr=False, eq=False)
    rest: Iterable[Call[T]] = attrs.field(default=(), kw_only=True, repr=False, eq=False)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to send: a batch without items."""
        return type(self.json) is list and not self.json

    def batches(self) -> Iterator[Call[T]]:
        """This call without the rest, then the rest."""
        yield attrs.evolve(self, rest=())
        yield from self.rest

    @property
    def body(self) -> bytes | None:
        """The encoded JSON body, or None. It is encoded on each access."""
        return None if self.json is None else values.encode(self.json)


def call_of(
    request: Mapping[str, Any], parse: Callable[[Any], T] | None = None, *, start: int = 0
) -> Call[T]:
    """The call of a request that a generated endpoint describes.

    Args:
        request: The description of the request: method, URL, query, body.
        parse: A function that converts the JSON of a successful response to the result, or None.
        start: The index of the first item of a batch among all items of the method call.
    """
    method, path, query = request["method"].upper(), request["url"], request.get("params")
    operation, json = OPERATIONS.of(method, path), request.get("json")
    return Call(
        operation,
        path,
        urlencode(query) if query else "",
        json,
        parse,
        warnings=warnings_of(operation, json, start),
        start=start,
    )


class CallFactory(Protocol):
    """A function that returns calls of some operations."""

    operations: tuple[str, ...]


def makes_calls_of(*operations: str) -> Callable[[F], F]:
    """A decorator that sets the operations of a function's calls, for the derived classes.

    Args:
        operations: The names of the operations.
    """

    def note(function: F) -> F:
        cast("CallFactory", function).operations = operations
        return function

    return note


@cache
def _describe(endpoint: str) -> Endpoint:
    describe: Endpoint = import_module(f"lunogram_api.api.{endpoint}")._get_kwargs
    return describe


def _endpoint(name: str) -> Endpoint:
    """A generated endpoint, imported on first use, because each imports models of its own."""

    def describe(*path_parameters: Any, **arguments: Any) -> dict[str, Any]:
        return _describe(name)(*path_parameters, **arguments)

    return describe


@attrs.frozen
class Resource:
    """The endpoints that users and organizations have in common, for one of the two."""

    delete: Endpoint
    post_events: Endpoint
    upsert_schedule: Endpoint
    delete_schedule: Endpoint
    send_inbox: Endpoint
    list_inbox: Endpoint
    count_inbox: Endpoint
    mark_read: Endpoint
    mark_archived: Endpoint


USER = Resource(
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

ORGANIZATION = Resource(
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


@makes_calls_of("delete_user", "delete_organization")
def delete(resource: Resource, identifier: Identifiers) -> Call[None]:
    """Delete a user, or an organization with its memberships."""
    return call_of(resource.delete(body=request_bodies.subject_ref(identifier, "identifier")))


@makes_calls_of("post_user_events", "post_organization_events")
def post_events(
    resource: Resource, events: Event | Mapping[str, Any] | Iterable[Event | Mapping[str, Any]]
) -> Call[None]:
    """Record events: a call for each batch, of which the first has the others as its ``rest``."""
    from ._batches import MOST_EVENTS, call_in_batches

    def create(items: list[Any], start: int) -> Call[None]:
        request = resource.post_events(body=[])
        return call_of(request | {"json": request_bodies.events(items, start)}, start=start)

    return call_in_batches(events, "events", Event, MOST_EVENTS, create)


@makes_calls_of("upsert_user_schedule", "upsert_organization_schedule")
def upsert_schedule(
    resource: Resource,
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
    from . import intervals  # imports dateutil, which most programs do not need

    if scheduled_at is None and interval is None:
        raise ValidationError.at("scheduled_at", "is missing; it is required without an interval")
    body = api.ScheduleUpsert(
        values.text(name, "name"),
        request_bodies.identifiers(identifier, "identifier"),
        scheduled_at=optional(
            request_bodies.future_moment if interval is None else values.moment,
            scheduled_at,
            "scheduled_at",
        ),
        start_at=optional(values.moment, start_at, "start_at"),
        interval=optional(intervals.interval, interval, "interval"),
        data=optional(values.json_object, data, "data"),
        id=optional(request_bodies.uuid, id, "id"),
    )
    return call_of(resource.upsert_schedule(body=body), ScheduledAccepted.from_json)


@makes_calls_of("delete_user_schedule", "delete_organization_schedule")
def delete_schedule(
    resource: Resource,
    name: str | None,
    identifier: Identifiers | None,
    *,
    id: UUID | str | None,
) -> Call[None]:
    """Delete the schedules of a name, or the schedule of an id."""
    if (name is None) == (id is None):
        raise ValidationError.at("name", "pass exactly one of name and id")
    body = api.ScheduleDelete(
        request_bodies.identifiers(identifier, "identifier"),
        name=optional(values.text, name, "name"),
        id=optional(request_bodies.uuid, id, "id"),
    )
    return call_of(resource.delete_schedule(body=body))


@makes_calls_of("send_user_inbox_messages", "send_organization_inbox_messages")
def send_messages(
    resource: Resource,
    messages: Message | Mapping[str, Any] | Iterable[Message | Mapping[str, Any]],
) -> Call[None]:
    """Send messages to inboxes: a call for each batch, as for events."""
    from ._batches import MOST_MESSAGES, call_in_batches

    def create(items: list[Any], start: int) -> Call[None]:
        body = request_bodies.messages(items, start)
        return call_of(resource.send_inbox(body=body), start=start)

    return call_in_batches(messages, "messages", Message, MOST_MESSAGES, create)


@makes_calls_of("list_user_inbox", "list_organization_inbox")
def list_inbox(
    resource: Resource,
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
    """Fetch one page of an inbox."""
    owner = external_id(identifier)
    request = resource.list_inbox(
        source=owner.source,
        external_id=owner.external_id,
        channel=request_bodies.channel(channel, "channel"),
        status=optional(request_bodies.inbox_status, status, "status"),
        tags=optional(request_bodies.comma_separated, tags, "tags"),
        message_source=optional(values.text, source, "source"),
        priority=optional(request_bodies.priority, priority, "priority"),
        limit=optional(request_bodies.limit, limit, "limit"),
        offset=optional(request_bodies.offset, offset, "offset"),
    )
    return call_of(request, InboxPage.from_json)


def at_offset(page: Call[InboxPage], offset: int) -> Call[InboxPage]:
    """A call for the page of an inbox that begins at an offset."""
    parameter = urlencode({"offset": request_bodies.offset(offset, "offset")})
    return attrs.evolve(page, query=f"{page.query}&{parameter}")


@makes_calls_of("count_user_inbox", "count_organization_inbox")
def count_inbox(
    resource: Resource, identifier: Identifiers, *, channel: Channel
) -> Call[InboxCount]:
    """Count the messages of an inbox."""
    owner = external_id(identifier)
    request = resource.count_inbox(
        source=owner.source,
        external_id=owner.external_id,
        channel=request_bodies.channel(channel, "channel"),
    )
    return call_of(request, InboxCount.from_json)


@makes_calls_of("mark_user_inbox_read", "mark_organization_inbox_read")
def mark_read(
    resource: Resource, identifier: Identifiers, message_id: UUID | str | Iterable[UUID | str]
) -> Call[None]:
    """Mark messages in one inbox as read."""
    return call_of(resource.mark_read(body=request_bodies.inbox_marks(identifier, message_id)))


@makes_calls_of("mark_user_inbox_archived", "mark_organization_inbox_archived")
def mark_archived(
    resource: Resource, identifier: Identifiers, message_id: UUID | str | Iterable[UUID | str]
) -> Call[None]:
    """Archive messages in one inbox."""
    return call_of(resource.mark_archived(body=request_bodies.inbox_marks(identifier, message_id)))


# -- users ----------------------------------------------------------------------------------------


@makes_calls_of("upsert_user")
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
        request_bodies.identifiers(identifier, "identifier"),
        email=optional(user_attributes.email, email, "email"),
        phone=optional(user_attributes.phone, phone, "phone"),
        timezone=optional(user_attributes.timezone, timezone, "timezone"),
        locale=optional(user_attributes.locale, locale, "locale"),
        data=optional(values.json_object, data, "data"),
    )
    return call_of(_upsert_user(body=body), User.from_json)


@makes_calls_of("register_device")
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
    owner = request_bodies.identifiers(identifier, "identifier")
    checked_id = values.text(device_id, "device_id")
    config = request_bodies.device_config(os, token, subscription)
    body = api.DeviceRegistration(
        owner,
        checked_id,
        request_bodies.device_os("web" if os is None and subscription else os, "os"),
        config,
        os_version=optional(values.text, os_version, "os_version"),
        model=optional(values.text, model, "model"),
        app_version=optional(values.text, app_version, "app_version"),
        data=optional(values.json_object, data, "data"),
    )
    return call_of(_register_device(body=body))


# -- organizations --------------------------------------------------------------------------------


@makes_calls_of("upsert_organization")
def upsert_organization(
    identifier: Identifiers, *, name: str | None, data: Data | None
) -> Call[Organization]:
    """Create or update an organization."""
    body = api.OrganizationUpsert(
        request_bodies.identifiers(identifier, "identifier"),
        name=optional(values.short_text, name, "name"),
        data=optional(values.json_object, data, "data"),
    )
    return call_of(_upsert_organization(body=body), Organization.from_json)


@makes_calls_of("add_organization_user")
def add_user(organization: Identifiers, user: Identifiers, *, data: Data | None) -> Call[None]:
    """Add a user to an organization, or update the membership."""
    body = api.MemberAdd(
        request_bodies.subject_ref(organization, "organization"),
        request_bodies.subject_ref(user, "user"),
        data=optional(values.json_object, data, "data"),
    )
    return call_of(_add_user(body=body))


@makes_calls_of("remove_organization_user")
def remove_user(organization: Identifiers, user: Identifiers) -> Call[None]:
    """Remove a user from an organization."""
    body = api.MemberRemove(
        request_bodies.subject_ref(organization, "organization"),
        request_bodies.subject_ref(user, "user"),
    )
    return call_of(_remove_user(body=body))


# -- push and sessions ----------------------------------------------------------------------------


@makes_calls_of("get_vapid_public_key")
def vapid_public_key() -> Call[str]:
    """Fetch the public VAPID key of the project, for web push."""
    return call_of(_vapid_public_key(), _vapid_text)


def _vapid_text(value: Any) -> str:
    key = api.VapidPublicKey.from_dict(value).public_key
    if not isinstance(key, str):
        raise TypeError("public_key is not text")
    return key


@makes_calls_of("create_session")
def create_session(auth_method_id: UUID | str, user_id: str) -> Call[Session]:
    """Create a session token for a user."""
    request = _create_session(
        request_bodies.uuid(auth_method_id, "auth_method_id"),
        body=api.SessionCreate(values.text(user_id, "user_id")),
    )
    return call_of(request, Session.from_json)
