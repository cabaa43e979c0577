# Derived by `make generate` from lunogram/_async/visitor.py; never edited by hand.
"""Visitors: the resources of the client with the identifiers of a visitor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from uuid import UUID

from .._tracebacks import ShortTracebacks
from ..identifiers import Identifiers
from ..models import Data, DeviceOS, Event, ScheduledAccepted, User
from ..visitor import VisitorIdentity
from .organization import Organizations
from .resources import Events, Schedule
from .sender import Send
from .user import Devices, Users

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta


class Visitor(ShortTracebacks):
    """A visitor: a user who may not be identified yet.

        visitor = client.visitor(anonymous_id=cookie)
        visitor.user.events.post(Event("page.viewed", data={"path": "/pricing"}))
        visitor.user.upsert("user_123", email="ada@example.com")

    Attributes:
        user: The visitor as a user; identifiers may be omitted.
        organization: The organizations, as on the client.
    """

    def __init__(self, send: Send, anonymous_id: str | None, external_id: str | None) -> None:
        self._identity = VisitorIdentity(anonymous_id, external_id)
        self.user = VisitorUser(send, self._identity)
        self.organization = Organizations(send)

    @property
    def anonymous_id(self) -> str:
        """The visitor's id in the source ``anonymous``, to be stored in a cookie."""
        return self._identity.anonymous_id

    @property
    def external_id(self) -> str | None:
        """The id in the source ``default``, or None until upsert or delete is called with one."""
        return self._identity.external_id


class VisitorUser(ShortTracebacks):
    """The visitor as a user.

    Attributes:
        events: The events of the visitor.
        schedule: The schedules of the visitor.
        devices: The devices of the visitor, for push messages.
    """

    def __init__(self, send: Send, identity: VisitorIdentity) -> None:
        self._users = Users(send)
        self._identity = identity
        self.events = VisitorEvents(self._users.events, identity)
        self.schedule = VisitorSchedule(self._users.schedule, identity)
        self.devices = VisitorDevices(self._users.devices, identity)

    def upsert(
        self,
        identifier: Identifiers | None = None,
        *,
        email: str | None = None,
        phone: str | None = None,
        timezone: str | tzinfo | None = None,
        locale: str | None = None,
        data: Data | None = None,
    ) -> User:
        """Create or update the visitor's user; an identifier of source ``default`` is remembered.

        Args:
            identifier: Identifiers that are added to those of the visitor.
            email: The email address.
            phone: The phone number in E.164 format, such as ``"+31612345678"``.
            timezone: The IANA time zone, such as ``"Europe/London"``, or a ``ZoneInfo``.
            locale: The BCP 47 language tag, such as ``"nl-NL"``.
            data: All other data of the user, a JSON object.

        Returns:
            The user as it is stored now.

        Raises:
            ValidationError: If an argument is invalid; ``field`` is its path.
            ConflictError: If the identifiers most likely belong to different users.
            LunogramError: If there is no response, or another error response.

        Source: POST /client/users, with the identifiers of the JavaScript SDK.
        """
        identifiers = self._identity.with_own(identifier)
        self._identity.learn(identifier)
        return self._users.upsert(
            identifiers, email=email, phone=phone, timezone=timezone, locale=locale, data=data
        )

    def delete(self, identifier: Identifiers | None = None) -> None:
        """Delete the visitor's user; an identifier of source ``default`` is remembered.

        Args:
            identifier: Identifiers that are added to those of the visitor.

        Raises:
            ValidationError: If the identifier is invalid.
            NotFoundError: If the user does not exist.
            LunogramError: If there is no response, or another error response.

        Source: DELETE /client/users, with the identifiers of the JavaScript SDK.
        """
        identifiers = self._identity.with_own(identifier)
        self._identity.learn(identifier)
        return self._users.delete(identifiers)


class VisitorEvents(ShortTracebacks):
    """The events of the visitor."""

    def __init__(self, events: Events, identity: VisitorIdentity) -> None:
        self._events = events
        self._identity = identity

    def post(self, events: Event | Mapping[str, Any] | Iterable[Event | Mapping[str, Any]]) -> None:
        """Record one or more events. Those with neither identifier nor match are the visitor's.

        Args:
            events: An `Event`, a mapping with the names of its fields, or a list of those.

        Raises:
            ValidationError: If an event is invalid; ``field`` is the path, such as
                ``events[3].data.total``.
            LunogramError: If there is no response, or another error response.

        Source: POST /client/users/events, with the identifiers of the JavaScript SDK.
        """
        return self._events.post(self._identity.sign(events))


class VisitorSchedule(ShortTracebacks):
    """The schedules of the visitor."""

    def __init__(self, schedule: Schedule, identity: VisitorIdentity) -> None:
        self._schedule = schedule
        self._identity = identity

    def upsert(
        self,
        name: str,
        identifier: Identifiers | None = None,
        *,
        scheduled_at: datetime | str | None = None,
        start_at: datetime | str | None = None,
        interval: timedelta | relativedelta | str | None = None,
        data: Data | None = None,
        id: UUID | str | None = None,
    ) -> ScheduledAccepted:
        """Create or replace the schedule of a name, which records the event ``scheduled.NAME``.

        Args:
            name: The name of the schedule, such as ``"trial.end"``.
            identifier: Another user; default the visitor.
            scheduled_at: The time at which it fires, or first fires if it recurs: an aware
                datetime or its ISO 8601 text. Required without an interval.
            start_at: The start of a recurring schedule, an aware datetime or its ISO 8601 text;
                default now.
            interval: The interval of a recurring schedule: a timedelta, a dateutil relativedelta,
                or text in the syntax of PostgreSQL (``"7 days"``, ``"1 month"``, ``"P7D"``).
            data: The data of each of its events, a JSON object.
            id: The id of the schedule, a UUID; for several schedules of one name. Default: one
                that is derived from the project, the first identifier and the name, so that a
                second upsert replaces the first. Older servers, which are used without
                ``project_id``, ignore it.

        Returns:
            The schedule as accepted.

        Raises:
            ValidationError: If an argument is invalid, or there is neither ``scheduled_at`` nor
                ``interval``.
            LunogramError: If there is no response, or another error response.

        Source: POST /client/users/scheduled, with the identifiers of the JavaScript SDK.
        """
        return self._schedule.upsert(
            name,
            self._identity.own_unless(identifier),
            scheduled_at=scheduled_at,
            start_at=start_at,
            interval=interval,
            data=data,
            id=id,
        )

    def delete(
        self,
        name: str | None = None,
        identifier: Identifiers | None = None,
        *,
        id: UUID | str | None = None,
    ) -> None:
        """Delete schedules, and cancel the journeys that wait for them.

        Args:
            name: The name of the schedules: all of that name are deleted.
            identifier: Another user; default the visitor.
            id: The id of one schedule, a UUID, instead of a name.

        Raises:
            ValidationError: If an argument is invalid, or there is not exactly one of ``name`` and
                ``id``.
            NotFoundError: If the user or the schedule does not exist.
            LunogramError: If there is no response, or another error response.

        Source: DELETE /client/users/scheduled, with the identifiers of the JavaScript SDK.
        """
        return self._schedule.delete(name, self._identity.own_unless(identifier), id=id)


class VisitorDevices(ShortTracebacks):
    """The devices of the visitor, for push messages."""

    def __init__(self, devices: Devices, identity: VisitorIdentity) -> None:
        self._devices = devices
        self._identity = identity

    def register(
        self,
        device_id: str,
        *,
        identifier: Identifiers | None = None,
        os: DeviceOS | None = None,
        token: str | None = None,
        subscription: Mapping[str, Any] | None = None,
        os_version: str | None = None,
        model: str | None = None,
        app_version: str | None = None,
        data: Data | None = None,
    ) -> None:
        """Register a device, or update the device with the same id.

        Args:
            device_id: The id of the device in your system.
            identifier: Another user; default the visitor.
            os: The operating system: ``"ios"``, ``"android"`` or ``"web"``. Required with a
                token; default ``"web"`` with a subscription.
            token: The push token of Firebase or Apple. Pass either this or ``subscription``.
            subscription: The JSON of the browser's ``PushSubscription``: ``endpoint``, ``keys``
                with ``p256dh`` and ``auth``, and ``expirationTime`` in milliseconds since 1970.
            os_version: The version of the operating system, such as ``"18.1"``.
            model: The model of the device, such as ``"iPhone17,1"``.
            app_version: The version of your app, such as ``"2.4.0"``.
            data: All other data of the device, a JSON object.

        Raises:
            ValidationError: If an argument is invalid, or there is not exactly one of ``token``
                and ``subscription``.
            NotFoundError: If the user does not exist.
            LunogramError: If there is no response, or another error response.

        Source: POST /client/users/devices, with the identifiers of the JavaScript SDK.
        """
        return self._devices.register(
            self._identity.own_unless(identifier),
            device_id,
            os=os,
            token=token,
            subscription=subscription,
            os_version=os_version,
            model=model,
            app_version=app_version,
            data=data,
        )
