"""What a test sees: what a sandbox holds, and what a recording has heard.

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

from ..identifiers import DEFAULT_SOURCE, ExternalID

T = TypeVar("T")

Kind: TypeAlias = Literal["user", "organization"]
"""Whose something is."""

Cause: TypeAlias = Literal["sent", "matched", "recorded", "fired"]
"""Why an event is there."""


def read(kind: Callable[..., T], row: Mapping[str, Any]) -> T:
    """A model from the JSON of the test API.

    Args:
        kind: Which model.
        row: The JSON. A field that the model does not have goes to its `extra`.
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
    """A body, as JSON if it is."""
    try:
        return json.loads(text)
    except ValueError:
        return text or None


def aware_moment() -> Any:
    """A field that is a time, aware."""
    return attrs.field(converter=datetime.fromisoformat, repr=str)


def _moment_if_any() -> Any:
    read = attrs.converters.optional(datetime.fromisoformat)
    return attrs.field(default=None, converter=read, repr=str)


def _id() -> Any:
    return attrs.field(converter=UUID, repr=False)


def _id_if_any() -> Any:
    return attrs.field(default=None, converter=attrs.converters.optional(UUID), repr=False)


def named(name: ExternalID) -> str:
    """A name as people write it: ``user_123``, or ``stripe:cus_1``.

    Args:
        name: The name.
    """
    is_default = name.source == DEFAULT_SOURCE
    return name.external_id if is_default else f"{name.source}:{name.external_id}"


def _shown(identifier: list[ExternalID]) -> str:
    # An ExternalID's own repr leaves the id out.
    return f"[{', '.join(map(named, identifier))}]"


def _names() -> Any:
    return attrs.field(converter=names, repr=_shown)


def unknown_fields() -> Any:
    """The field for what a version does not know."""
    return attrs.field(factory=dict, repr=False)


@attrs.frozen(kw_only=True)
class SandboxEvent:
    """An event in a sandbox.

    Attributes:
        number: Its place in the order in which events came.
        id: Its id.
        name: What happened.
        data: What there is to say about it.
        cause: ``"sent"``, ``"matched"`` by a broadcast, ``"recorded"`` by the platform itself, or
            ``"fired"`` by a schedule.
        cause_id: The broadcast or the schedule, or None.
        user_id: The platform's id of the user whose event it is, or None.
        organization_id: The platform's id of the organization whose event it is, or None.
        identifier: Every name of that user or organization.
        member_id: For events about a membership: the platform's id of the user, or None.
        created_at: When it came, aware.
        extra: Fields that this version does not know.
    """

    number: int = attrs.field(repr=False)
    id: UUID = _id()
    name: str
    data: dict[str, Any]
    cause: Cause
    cause_id: UUID | None = _id_if_any()
    user_id: UUID | None = _id_if_any()
    organization_id: UUID | None = _id_if_any()
    identifier: list[ExternalID] = _names()
    member_id: UUID | None = _id_if_any()
    created_at: datetime = aware_moment()
    extra: dict[str, Any] = unknown_fields()

    @property
    def kind(self) -> Kind:
        """Whose it is: ``"user"`` or ``"organization"``."""
        return "organization" if self.organization_id else "user"


@attrs.frozen(kw_only=True)
class SandboxMember:
    """A membership in a sandbox.

    Attributes:
        organization_id: The platform's id of the organization.
        organization_identifier: Every name of the organization.
        user_id: The platform's id of the user.
        user_identifier: Every name of the user.
        data: What is true of the user in this organization.
        version: Counts the changes.
        created_at: When the user became a member, aware.
        updated_at: When the membership last changed, aware.
        extra: Fields that this version does not know.
    """

    organization_id: UUID = _id()
    organization_identifier: list[ExternalID] = _names()
    user_id: UUID = _id()
    user_identifier: list[ExternalID] = _names()
    data: dict[str, Any]
    version: int
    created_at: datetime = aware_moment()
    updated_at: datetime = aware_moment()
    extra: dict[str, Any] = unknown_fields()


@attrs.frozen(kw_only=True)
class SandboxSchedule:
    """A schedule in a sandbox.

    Attributes:
        id: Its id.
        name: Its name. It fires as the event ``scheduled.NAME``.
        user_id: The platform's id of the user it is for, or None.
        organization_id: The platform's id of the organization it is for, or None.
        identifier: Every name of that user or organization.
        scheduled_at: When it fires, as sent, aware, or None.
        start_at: When it begins to recur, as sent, aware, or None.
        interval: After which time it recurs, as sent, or None.
        occurrence: Which occurrence is next, from 0.
        next_at: When it fires next, aware, or None if it doesn't any more.
        data: What each of its events carries.
        created_at: When it was made, aware.
        updated_at: When it last changed, aware.
        extra: Fields that this version does not know.
    """

    id: UUID = _id()
    name: str
    user_id: UUID | None = _id_if_any()
    organization_id: UUID | None = _id_if_any()
    identifier: list[ExternalID] = _names()
    scheduled_at: datetime | None = _moment_if_any()
    start_at: datetime | None = _moment_if_any()
    interval: str | None = None
    occurrence: int
    next_at: datetime | None = _moment_if_any()
    data: dict[str, Any]
    created_at: datetime = aware_moment()
    updated_at: datetime = aware_moment()
    extra: dict[str, Any] = unknown_fields()


@attrs.frozen(kw_only=True)
class SandboxMessage:
    """A message in an inbox of a sandbox, shown or not.

    Attributes:
        id: The platform's own id.
        user_id: The platform's id of the user it is for, or None.
        organization_id: The platform's id of the organization it is for, or None.
        identifier: Every name of that user or organization.
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
        extra: Fields that this version does not know.
    """

    id: UUID = _id()
    user_id: UUID | None = _id_if_any()
    organization_id: UUID | None = _id_if_any()
    identifier: list[ExternalID] = _names()
    id_source: str
    external_id: str
    channel: str
    sender_identity_id: UUID | None = _id_if_any()
    campaign_id: UUID | None = _id_if_any()
    broadcast_id: UUID | None = _id_if_any()
    content: dict[str, Any]
    data: dict[str, Any]
    tags: list[str]
    priority: int
    source: str | None = None
    scheduled_at: datetime = aware_moment()
    expires_at: datetime | None = _moment_if_any()
    read_at: datetime | None = _moment_if_any()
    archived_at: datetime | None = _moment_if_any()
    sent_at: datetime | None = _moment_if_any()
    created_at: datetime = aware_moment()
    updated_at: datetime = aware_moment()
    extra: dict[str, Any] = unknown_fields()


@attrs.frozen(kw_only=True)
class SandboxDevice:
    """A device in a sandbox.

    Attributes:
        id: The platform's own id.
        user_id: The platform's id of the user.
        identifier: Every name of the user.
        device_id: The application's id of the device.
        os: ``"ios"``, ``"android"``, ``"web"`` or None.
        os_version: Such as ``"18.1"``, or None.
        model: Such as ``"iPhone17,1"``, or None.
        app_version: Such as ``"2.4.0"``, or None.
        data: Anything else about the device.
        config: How a push message reaches it: a token, or a browser's subscription.
        created_at: When it was registered, aware.
        updated_at: When it last changed, aware.
        extra: Fields that this version does not know.
    """

    id: UUID = _id()
    user_id: UUID = _id()
    identifier: list[ExternalID] = _names()
    device_id: str
    os: str | None = None
    os_version: str | None = None
    model: str | None = None
    app_version: str | None = None
    data: dict[str, Any]
    config: dict[str, Any]
    created_at: datetime = aware_moment()
    updated_at: datetime = aware_moment()
    extra: dict[str, Any] = unknown_fields()


@attrs.frozen(kw_only=True)
class SandboxCall:
    """A request to a sandbox, and its answer.

    Attributes:
        number: Its place in the order in which calls came.
        at: When it came, aware.
        method: The HTTP method.
        path: The path, from ``/api`` on.
        query: Encoded, or empty.
        request: The JSON that was sent, or its text if it isn't JSON or was too long to be kept
            whole, or None.
        request_bytes: How long that was.
        status: The HTTP status of the answer, or ``"reset"`` where a fault cut the connection.
        answer: The JSON that was answered, or its text, or None.
        answer_bytes: How long that was.
        milliseconds: How long the answer took.
        extra: Fields that this version does not know.
    """

    number: int = attrs.field(repr=False)
    at: datetime = aware_moment()
    method: str
    path: str
    query: str
    request: Any = attrs.field(converter=_json)
    request_bytes: int = attrs.field(repr=False)
    status: int | str
    answer: Any = attrs.field(converter=_json)
    answer_bytes: int = attrs.field(repr=False)
    milliseconds: float = attrs.field(repr=False)
    extra: dict[str, Any] = unknown_fields()

    @property
    def refused(self) -> bool:
        """Whether the answer was an error."""
        return isinstance(self.status, int) and self.status >= 400


@attrs.frozen(kw_only=True)
class SandboxTime:
    """What time it is in a sandbox.

    Attributes:
        now: Its time, aware.
        moved: Whether that is another time than the computer's.
        fired: How many events moving it has fired.
        extra: Fields that this version does not know.
    """

    now: datetime = aware_moment()
    moved: bool = False
    fired: int = 0
    extra: dict[str, Any] = unknown_fields()


@attrs.frozen(kw_only=True)
class SandboxFault:
    """Something a sandbox does wrong on purpose.

    Attributes:
        id: Its id.
        kind: Which fault.
        seed: With which the same calls are hit again.
        hits: How many calls it has hit.
        extra: The other options it has.
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
        query: What would have stood in the query.
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
        name: What happened.
        kind: Whose it is: ``"user"`` or ``"organization"``.
        identifier: The names it was sent with, none for a broadcast.
        match: Whom a broadcast goes to, or None.
        data: What there is to say about it.
    """

    name: str
    kind: Kind
    identifier: list[ExternalID] = _names()
    match: dict[str, Any] | None = None
    data: dict[str, Any]
