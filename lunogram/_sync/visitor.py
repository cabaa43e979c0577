# Derived by `make generate` from lunogram/_async/visitor.py; never edited by hand.
"""The visitor's side of the client: the same resources, with identifiers filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ..identifiers import Identifiers
from ..models import Data, DeviceOS, Event, ScheduledAccepted, User
from ..visitor import VisitorIdentity
from .organization import Organizations
from .sender import Send
from .subjects import Events, Schedule
from .user import Devices, Users

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta


class Visitor:
    """Somebody who does things before we know who they are.

        visitor = client.visitor(anonymous_id=cookie)
        visitor.user.events.post(Event("page.viewed", data={"path": "/pricing"}))
        visitor.user.upsert("user_123", email="ada@example.com")

    Attributes:
        user: The visitor as a user; identifiers may be left out.
        organization: Organizations, as on the client.
    """

    def __init__(self, send: Send, anonymous_id: str | None, external_id: str | None) -> None:
        self._identity = VisitorIdentity(anonymous_id, external_id)
        self.user = VisitorUser(send, self._identity)
        self.organization = Organizations(send)

    @property
    def anonymous_id(self) -> str:
        """The visitor's id in the source ``anonymous``; what to keep in a cookie."""
        return self._identity.anonymous_id

    @property
    def external_id(self) -> str | None:
        """The id in the source ``default``, once an upsert or delete has named it."""
        return self._identity.external_id


class VisitorUser:
    """The visitor as a user.

    Attributes:
        events: What they do.
        schedule: What is planned for them.
        devices: Where push messages reach them.
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
            identifier: Names to add to the visitor's own, as for ``client.user.upsert``.
            email: As there.
            phone: As there.
            timezone: As there.
            locale: As there.
            data: As there.

        Raises:
            LunogramError: As there.

        Source: POST /client/users, with the identifiers of the JavaScript SDK.
        """
        names = self._identity.with_own(identifier)
        self._identity.learn(identifier)
        return self._users.upsert(
            names, email=email, phone=phone, timezone=timezone, locale=locale, data=data
        )

    def delete(self, identifier: Identifiers | None = None) -> None:
        """Delete the visitor's user; an identifier of source ``default`` is remembered.

        Args:
            identifier: Names to add to the visitor's own.

        Raises:
            LunogramError: As for ``client.user.delete``.

        Source: DELETE /client/users, with the identifiers of the JavaScript SDK.
        """
        names = self._identity.with_own(identifier)
        self._identity.learn(identifier)
        return self._users.delete(names)


class VisitorEvents:
    """What the visitor does."""

    def __init__(self, events: Events, identity: VisitorIdentity) -> None:
        self._events = events
        self._identity = identity

    def post(self, events: Event | Mapping[str, Any] | Iterable[Event | Mapping[str, Any]]) -> None:
        """Record events. Those with neither identifier nor match are the visitor's.

        Args:
            events: As for ``client.user.events.post``.

        Raises:
            LunogramError: As there.

        Source: POST /client/users/events, with the identifiers of the JavaScript SDK.
        """
        return self._events.post(self._identity.sign(events))


class VisitorSchedule:
    """What is planned for the visitor."""

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
        """Plan the event ``scheduled.NAME``, for the visitor unless somebody else is named.

        Args:
            name: As for ``client.user.schedule.upsert``.
            identifier: Somebody else.
            scheduled_at: As there.
            start_at: As there.
            interval: As there.
            data: As there.
            id: As there.

        Raises:
            LunogramError: As there.

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

    def delete(self, name: str, identifier: Identifiers | None = None) -> None:
        """Delete a schedule, the visitor's unless somebody else is named.

        Args:
            name: The schedule's name.
            identifier: Somebody else.

        Raises:
            LunogramError: As for ``client.user.schedule.delete``.

        Source: DELETE /client/users/scheduled, with the identifiers of the JavaScript SDK.
        """
        return self._schedule.delete(name, self._identity.own_unless(identifier))


class VisitorDevices:
    """Where push messages reach the visitor."""

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
        """Register a device, the visitor's unless somebody else is named.

        Args:
            device_id: As for ``client.user.devices.register``.
            identifier: Somebody else.
            os: As there.
            token: As there.
            subscription: As there.
            os_version: As there.
            model: As there.
            app_version: As there.
            data: As there.

        Raises:
            LunogramError: As there.

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
