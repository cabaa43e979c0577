# Derived by `make generate` from lunogram/_async; never edited by hand.
"""The resources of an outbox: the writes of the client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from uuid import UUID

from lunogram import calls
from lunogram.identifiers import Identifiers
from lunogram.models import Data, DeviceOS, Event, Message
from lunogram.outbox.queueing import Put

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta


class EventsQueue:
    """Events: what a user or an organization did.

    As `Events`; returns as soon as it is on disk.
    """

    def __init__(self, send: Put, subject: calls.Subject) -> None:
        self._send = send
        self._subject = subject

    def post(self, events: Event | Mapping[str, Any] | Iterable[Event | Mapping[str, Any]]) -> None:
        """Record one or more events.

        As `Events.post`; returns as soon as it is on disk.
        """
        self._send(calls.post_events(self._subject, events))


class ScheduleQueue:
    """Schedules: events that the platform sends by itself, once or again and again.

    As `Schedule`; returns as soon as it is on disk.
    """

    def __init__(self, send: Put, subject: calls.Subject) -> None:
        self._send = send
        self._subject = subject

    def upsert(
        self,
        name: str,
        identifier: Identifiers,
        *,
        scheduled_at: datetime | str | None = None,
        start_at: datetime | str | None = None,
        interval: timedelta | relativedelta | str | None = None,
        data: Data | None = None,
        id: UUID | str | None = None,
    ) -> None:
        """Plan the event ``scheduled.NAME``, in place of the schedule of that name before it.

        As `Schedule.upsert`; returns as soon as it is on disk.
        """
        self._send(
            calls.upsert_schedule(
                self._subject,
                name,
                identifier,
                scheduled_at=scheduled_at,
                start_at=start_at,
                interval=interval,
                data=data,
                id=id,
            )
        )

    def delete(self, name: str, identifier: Identifiers) -> None:
        """Delete every instance of a schedule, and cancel the journeys that wait for it.

        As `Schedule.delete`; returns as soon as it is on disk.
        """
        self._send(calls.delete_schedule(self._subject, name, identifier))


class InboxQueue:
    """The inbox: messages to show, and what became of them.

    As `Inbox`; returns as soon as it is on disk.
    """

    def __init__(self, send: Put, subject: calls.Subject) -> None:
        self._send = send
        self._subject = subject

    def send(
        self, messages: Message | Mapping[str, Any] | Iterable[Message | Mapping[str, Any]]
    ) -> None:
        """Send 1 to 100 messages.

        As `Inbox.send`; returns as soon as it is on disk.
        """
        self._send(calls.send_messages(self._subject, messages))

    def mark_read(
        self, identifier: Identifiers, message_id: UUID | str | Iterable[UUID | str]
    ) -> None:
        """Mark 1 to 100 messages as read.

        As `Inbox.mark_read`; returns as soon as it is on disk.
        """
        self._send(calls.mark_read(self._subject, identifier, message_id))

    def mark_archived(
        self, identifier: Identifiers, message_id: UUID | str | Iterable[UUID | str]
    ) -> None:
        """Archive 1 to 100 messages.

        As `Inbox.mark_archived`; returns as soon as it is on disk.
        """
        self._send(calls.mark_archived(self._subject, identifier, message_id))


class UsersQueue:
    """Users.

    As `Users`; returns as soon as it is on disk.
    """

    def __init__(self, send: Put) -> None:
        self._send = send
        self.events = EventsQueue(send, calls.USER)
        self.schedule = ScheduleQueue(send, calls.USER)
        self.devices = DevicesQueue(send)
        self.inbox = InboxQueue(send, calls.USER)

    def upsert(
        self,
        identifier: Identifiers,
        *,
        email: str | None = None,
        phone: str | None = None,
        timezone: str | tzinfo | None = None,
        locale: str | None = None,
        data: Data | None = None,
    ) -> None:
        """Create or update a user.

        As `Users.upsert`; returns as soon as it is on disk.
        """
        self._send(
            calls.upsert_user(
                identifier, email=email, phone=phone, timezone=timezone, locale=locale, data=data
            )
        )

    def delete(self, identifier: Identifiers) -> None:
        """Delete a user.

        As `Users.delete`; returns as soon as it is on disk.
        """
        self._send(calls.delete(calls.USER, identifier))


class DevicesQueue:
    """Devices: where push messages reach a user.

    As `Devices`; returns as soon as it is on disk.
    """

    def __init__(self, send: Put) -> None:
        self._send = send

    def register(
        self,
        identifier: Identifiers,
        device_id: str,
        *,
        os: DeviceOS | None = None,
        token: str | None = None,
        subscription: Mapping[str, Any] | None = None,
        os_version: str | None = None,
        model: str | None = None,
        app_version: str | None = None,
        data: Data | None = None,
    ) -> None:
        """Register a device, or update the one of the same id.

        As `Devices.register`; returns as soon as it is on disk.
        """
        self._send(
            calls.register_device(
                identifier,
                device_id,
                os=os,
                token=token,
                subscription=subscription,
                os_version=os_version,
                model=model,
                app_version=app_version,
                data=data,
            )
        )


class OrganizationsQueue:
    """Organizations.

    As `Organizations`; returns as soon as it is on disk.
    """

    def __init__(self, send: Put) -> None:
        self._send = send
        self.events = EventsQueue(send, calls.ORGANIZATION)
        self.schedule = ScheduleQueue(send, calls.ORGANIZATION)
        self.inbox = InboxQueue(send, calls.ORGANIZATION)

    def upsert(
        self, identifier: Identifiers, *, name: str | None = None, data: Data | None = None
    ) -> None:
        """Create or update an organization.

        As `Organizations.upsert`; returns as soon as it is on disk.
        """
        self._send(calls.upsert_organization(identifier, name=name, data=data))

    def delete(self, identifier: Identifiers) -> None:
        """Delete an organization and its memberships. Its members stay.

        As `Organizations.delete`; returns as soon as it is on disk.
        """
        self._send(calls.delete(calls.ORGANIZATION, identifier))

    def add_user(
        self, organization: Identifiers, user: Identifiers, *, data: Data | None = None
    ) -> None:
        """Make a user a member, or update the membership.

        As `Organizations.add_user`; returns as soon as it is on disk.
        """
        self._send(calls.add_user(organization, user, data=data))

    def remove_user(self, organization: Identifiers, user: Identifiers) -> None:
        """End a membership.

        As `Organizations.remove_user`; returns as soon as it is on disk.
        """
        self._send(calls.remove_user(organization, user))
