"""Models of what a sandbox holds, and of what a recording has recorded.

Unlike the models of the clients, these show all they hold in their reprs: test data is made up,
and a failed assertion should show it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias, TypeVar, cast
from uuid import UUID

import attrs

from .._response_model import extra_field
from ..identifiers import DEFAULT_SOURCE, ExternalID

T = TypeVar("T")

SubjectKind: TypeAlias = Literal["user", "organization"]
"""The kind of a subject."""

Cause: TypeAlias = Literal["sent", "matched", "recorded", "fired"]
"""The cause of an event."""


def read(kind: Callable[..., T], row: Mapping[str, Any]) -> T:
    """A model from the JSON of the test API.

    Args:
        kind: Which model.
        row: The JSON. Unknown fields go to the model's `extra`.
    """
    fields = attrs.fields_dict(cast("type[Any]", kind))
    extra = {name: value for name, value in row.items() if name not in fields}
    known = {name: value for name, value in row.items() if name in fields}
    return kind(**known, extra=extra)


def names(rows: Iterable[Mapping[str, Any]]) -> list[ExternalID]:
    """Identifiers from their JSON.

    Args:
        rows: Objects with ``external_id``, and ``source`` unless it is the default.
    """
    return [ExternalID(row["external_id"], row.get("source") or DEFAULT_SOURCE) for row in rows]


def _json(text: str) -> Any:
    """A body: its JSON, or its text if it is not JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return text or None


def time_field() -> Any:
    """The attrs field of a time, aware."""
    return attrs.field(converter=datetime.fromisoformat, repr=str)


def _optional_time() -> Any:
    read = attrs.converters.optional(datetime.fromisoformat)
    return attrs.field(default=None, converter=read, repr=str)


def _id() -> Any:
    return attrs.field(converter=UUID, repr=False)


def _optional_id() -> Any:
    return attrs.field(default=None, converter=attrs.converters.optional(UUID), repr=False)


def display_name(name: ExternalID) -> str:
    """An identifier for display: ``user_123``, or ``stripe:cus_1``.

    Args:
        name: The identifier.
    """
    is_default = name.source == DEFAULT_SOURCE
    return name.external_id if is_default else f"{name.source}:{name.external_id}"


def _shown(identifier: list[ExternalID]) -> str:
    # An ExternalID's own repr omits the id.
    return f"[{', '.join(map(display_name, identifier))}]"


def _identifiers() -> Any:
    return attrs.field(converter=names, repr=_shown)


@attrs.frozen(kw_only=True)
class SandboxEvent:
    """An event in a sandbox.

    Attributes:
        number: The sequence number, in order of arrival.
        id: Its id.
        name: The event's name.
        data: The event's data.
        cause: ``"sent"``, ``"matched"`` by a broadcast, ``"recorded"`` by the platform itself, or
            ``"fired"`` by a schedule.
        cause_id: The id of the broadcast or the schedule, or None.
        user_id: The platform's id of the user of the event, or None.
        organization_id: The platform's id of the organization of the event, or None.
        identifier: Every identifier of that user or organization.
        member_id: For events about a membership: the platform's id of the user, or None.
        created_at: When it came, aware.
        extra: Fields that are unknown to this version.
    """

    number: int = attrs.field(repr=False)
    id: UUID = _id()
    name: str
    data: dict[str, Any]
    cause: Cause
    cause_id: UUID | None = _optional_id()
    user_id: UUID | None = _optional_id()
    organization_id: UUID | None = _optional_id()
    identifier: list[ExternalID] = _identifiers()
    member_id: UUID | None = _optional_id()
    created_at: datetime = time_field()
    extra: dict[str, Any] = extra_field()

    @property
    def kind(self) -> SubjectKind:
        """The kind of the subject: ``"user"`` or ``"organization"``."""
        return "organization" if self.organization_id else "user"


@attrs.frozen(kw_only=True)
class SandboxMember:
    """A membership in a sandbox.

    Attributes:
        organization_id: The platform's id of the organization.
        organization_identifier: Every identifier of the organization.
        user_id: The platform's id of the user.
        user_identifier: Every identifier of the user.
        data: The data of the membership.
        version: Counts the changes.
        created_at: When the user became a member, aware.
        updated_at: When the membership last changed, aware.
        extra: Fields that are unknown to this version.
    """

    organization_id: UUID = _id()
    organization_identifier: list[ExternalID] = _identifiers()
    user_id: UUID = _id()
    user_identifier: list[ExternalID] = _identifiers()
    data: dict[str, Any]
    version: int
    created_at: datetime = time_field()
    updated_at: datetime = time_field()
    extra: dict[str, Any] = extra_field()


@attrs.frozen(kw_only=True)
class SandboxSchedule:
    """A schedule in a sandbox.

    Attributes:
        id: Its id.
        name: Its name. It fires as the event ``scheduled.NAME``.
        user_id: The platform's id of the user it is for, or None.
        organization_id: The platform's id of the organization it is for, or None.
        identifier: Every identifier of that user or organization.
        scheduled_at: When it fires, as sent, aware, or None.
        start_at: When it begins to recur, as sent, aware, or None.
        interval: After which time it recurs, as sent, or None.
        occurrence: Which occurrence is next, from 0.
        next_at: When it fires next, aware, or None if it won't again.
        data: The data of each of its events.
        created_at: When it was made, aware.
        updated_at: When it last changed, aware.
        extra: Fields that are unknown to this version.
    """

    id: UUID = _id()
    name: str
    user_id: UUID | None = _optional_id()
    organization_id: UUID | None = _optional_id()
    identifier: list[ExternalID] = _identifiers()
    scheduled_at: datetime | None = _optional_time()
    start_at: datetime | None = _optional_time()
    interval: str | None = None
    occurrence: int
    next_at: datetime | None = _optional_time()
    data: dict[str, Any]
    created_at: datetime = time_field()
    updated_at: datetime = time_field()
    extra: dict[str, Any] = extra_field()


@attrs.frozen(kw_only=True)
class SandboxMessage:
    """A message in an inbox of a sandbox, shown or not.

    Attributes:
        id: The platform's own id.
        user_id: The platform's id of the user it is for, or None.
        organization_id: The platform's id of the organization it is for, or None.
        identifier: Every identifier of that user or organization.
        id_source: Which system the message's own id comes from.
        external_id: The message's own id in that system.
        channel: ``"inbox"``, ``"email"``, ``"sms"`` or ``"push"``.
        sender_identity_id: Who it comes from, or None.
        campaign_id: The campaign it belongs to, or None.
        broadcast_id: The broadcast it belongs to, or None.
        content: What it says.
        data: Anything for the program that shows it.
        tags: Words to find it by.
        priority: From 1, the most urgent, to 5.
        source: Which part of the application sent it, or None.
        scheduled_at: When it is shown, aware.
        expires_at: When it stops being shown, aware, or None.
        read_at: When it was read, aware, or None.
        archived_at: When it was archived, aware, or None.
        sent_at: When it left on its channel, aware, or None.
        created_at: When it came, aware.
        updated_at: When it last changed, aware.
        extra: Fields that are unknown to this version.
    """

    id: UUID = _id()
    user_id: UUID | None = _optional_id()
    organization_id: UUID | None = _optional_id()
    identifier: list[ExternalID] = _identifiers()
    id_source: str
    external_id: str
    channel: str
    sender_identity_id: UUID | None = _optional_id()
    campaign_id: UUID | None = _optional_id()
    broadcast_id: UUID | None = _optional_id()
    content: dict[str, Any]
    data: dict[str, Any]
    tags: list[str]
    priority: int
    source: str | None = None
    scheduled_at: datetime = time_field()
    expires_at: datetime | None = _optional_time()
    read_at: datetime | None = _optional_time()
    archived_at: datetime | None = _optional_time()
    sent_at: datetime | None = _optional_time()
    created_at: datetime = time_field()
    updated_at: datetime = time_field()
    extra: dict[str, Any] = extra_field()


@attrs.frozen(kw_only=True)
class SandboxDevice:
    """A device in a sandbox.

    Attributes:
        id: The platform's own id.
        user_id: The platform's id of the user.
        identifier: Every identifier of the user.
        device_id: The application's id of the device.
        os: ``"ios"``, ``"android"``, ``"web"`` or None.
        os_version: Such as ``"18.1"``, or None.
        model: Such as ``"iPhone17,1"``, or None.
        app_version: Such as ``"2.4.0"``, or None.
        data: Anything else about the device.
        config: How a push message reaches it: a token, or a browser's subscription.
        created_at: When it was registered, aware.
        updated_at: When it last changed, aware.
        extra: Fields that are unknown to this version.
    """

    id: UUID = _id()
    user_id: UUID = _id()
    identifier: list[ExternalID] = _identifiers()
    device_id: str
    os: str | None = None
    os_version: str | None = None
    model: str | None = None
    app_version: str | None = None
    data: dict[str, Any]
    config: dict[str, Any]
    created_at: datetime = time_field()
    updated_at: datetime = time_field()
    extra: dict[str, Any] = extra_field()


@attrs.frozen(kw_only=True)
class SandboxCall:
    """A request to a sandbox, and its response.

    Attributes:
        number: The sequence number, in order of arrival.
        at: When it came, aware.
        method: The HTTP method.
        path: The path, from ``/api`` on.
        query: Encoded, or empty.
        request: The JSON that was sent, or its text if it isn't JSON or was too long to be kept
            complete, or None.
        request_bytes: The size of the request body.
        status: The HTTP status of the response, or ``"reset"`` where a fault cut the connection.
        response: The JSON of the response, or its text, or None.
        response_bytes: The size of the response body.
        milliseconds: How long the call took.
        notes: Why something in the call was lost, or why it failed, where the response does not
            say so.
        extra: Fields that are unknown to this version.
    """

    number: int = attrs.field(repr=False)
    at: datetime = time_field()
    method: str
    path: str
    query: str
    request: Any = attrs.field(converter=_json)
    request_bytes: int = attrs.field(repr=False)
    status: int | str
    response: Any = attrs.field(converter=_json)
    response_bytes: int = attrs.field(repr=False)
    milliseconds: float = attrs.field(repr=False)
    notes: list[str] = attrs.field(factory=list)
    extra: dict[str, Any] = extra_field()

    @property
    def rejected(self) -> bool:
        """Whether the response was an error."""
        return isinstance(self.status, int) and self.status >= 400


@attrs.frozen(kw_only=True)
class SandboxLoss:
    """Something that a sandbox has accepted, as Lunogram does, and lost.

    Attributes:
        number: The sequence number, in order of arrival.
        what: ``"event"``, ``"schedule"`` or ``"message"``.
        kind: ``"user"`` or ``"organization"``.
        name: The name of the event or the schedule, or the external id of the message.
        identifier: The identifiers that were sent; empty for an event with ``match``.
        data: Its data.
        reason: Why it is lost, and what to do about it.
        waits: Whether a user who is upserted now still gets it.
        created_at: When it came, aware.
        extra: Fields that are unknown to this version.
    """

    number: int = attrs.field(repr=False)
    what: Literal["event", "schedule", "message"]
    kind: SubjectKind
    name: str
    identifier: list[ExternalID] = _identifiers()
    data: dict[str, Any]
    reason: str
    waits: bool
    created_at: datetime = time_field()
    extra: dict[str, Any] = extra_field()


@attrs.frozen(kw_only=True)
class RecordedLoss:
    """A recorded event, schedule or message that a Lunogram server would lose.

    Attributes:
        what: ``"event"``, ``"schedule"`` or ``"message"``.
        kind: ``"user"`` or ``"organization"``.
        name: The name of the event or the schedule, or the external id of the message.
        identifier: The identifiers that would have been sent.
        reason: Why it would be lost, and what to do about it.
    """

    what: Literal["event", "schedule", "message"]
    kind: SubjectKind
    name: str
    identifier: list[ExternalID] = attrs.field(repr=_shown)
    reason: str


@attrs.frozen(kw_only=True)
class SandboxTime:
    """The time in a sandbox.

    Attributes:
        now: Its time, aware.
        moved: Whether it differs from the computer's time.
        fired: How many events fired when it was moved.
        extra: Fields that are unknown to this version.
    """

    now: datetime = time_field()
    moved: bool = False
    fired: int = 0
    extra: dict[str, Any] = extra_field()


@attrs.frozen(kw_only=True)
class SandboxFault:
    """A fault of a sandbox.

    Attributes:
        id: Its id.
        kind: The kind of fault.
        seed: The seed of `share`: the same seed hits the same calls.
        hits: How many calls it has hit.
        extra: Its other options.
    """

    id: UUID = _id()
    kind: str
    seed: int
    hits: int
    extra: dict[str, Any] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class RecordedCall:
    """A call that was recorded and not sent.

    Attributes:
        name: The method of the client, such as ``"user.upsert"`` or ``"user.events.post"``.
        method: The HTTP method.
        path: The path below the path family, such as ``"/users"``.
        query: The query parameters.
        body: The JSON that would have been sent, or None.
    """

    name: str
    method: str
    path: str
    query: dict[str, str]
    body: Any


@attrs.frozen(kw_only=True)
class RecordedEvent:
    """An event that was recorded and not sent.

    Attributes:
        name: The event's name.
        kind: The kind of the subject: ``"user"`` or ``"organization"``.
        identifier: The identifiers it was sent with, none for a broadcast.
        match: What the data of the recipients of a broadcast contains, or None.
        data: The event's data.
    """

    name: str
    kind: SubjectKind
    identifier: list[ExternalID] = _identifiers()
    match: dict[str, Any] | None = None
    data: dict[str, Any]
