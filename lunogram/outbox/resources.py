# Derived by `make generate` from lunogram/_async; never edited by hand.
"""The resources of an outbox: the writes of the client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from uuid import UUID

from lunogram import calls
from lunogram._tracebacks import ShortTracebacks
from lunogram.identifiers import Identifiers
from lunogram.models import Data, DeviceOS, Event, Message
from lunogram.outbox.queue import Put

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta


class EventsQueue(ShortTracebacks):
    """The events of users or organizations."""

    def __init__(self, send: Put, resource: calls.Resource) -> None:
        self._send = send
        self._resource = resource

    def post(self, events: Event | Mapping[str, Any] | Iterable[Event | Mapping[str, Any]]) -> None:
        """Record any number of events.

        They are sent in order, in batches of up to 500 events and 1 MB. If one event of a list is
        invalid, nothing is sent; a generator is read, and checked, while its batches are sent. If
        a batch fails, those before it are delivered: ``error.delivered`` is the number of their
        events. Without any events, nothing happens; with ``strict``, that is an error. A batch
        whose response was lost is sent again, so each event is recorded at least once, and
        possibly twice; ``retry_lost_events=False`` turns that off.

            outbox.user.events.post([Event("order.completed", "user_123", data={"total": 9})])

        The call is checked and written to the outbox before this method returns; a relay delivers it.
        A call that the server rejects becomes a dead letter.

        Args:
            events: An `Event`, a mapping with the names of its fields, or an iterable of those.
                Each has either an identifier, or a match for all whose data contains it. The server
                drops an event for a user or an organization that it does not have: upsert it
                first, or use ``ensure_users``.

        Raises:
            ValidationError: If an event is invalid; ``field`` is the path, such as
                ``events[3].data.total``.
            OutboxFullError: If the outbox has reached its limits, and is not configured to wait.
            OutboxError: If the call can't be written, for example because the disk is full.

        Source: POST /client/users/events, POST /client/organizations/events.
        """
        self._send(calls.post_events(self._resource, events))


class ScheduleQueue(ShortTracebacks):
    """The schedules of users or organizations, which record events once or recurrently."""

    def __init__(self, send: Put, resource: calls.Resource) -> None:
        self._send = send
        self._resource = resource

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
        """Create or replace a schedule, which records the event ``scheduled.NAME``.

        Fields that are omitted keep their value, except ``data``, which is replaced. To make a
        recurring schedule fire once, delete it first.

            outbox.user.schedule.upsert("trial.end", "user_123", scheduled_at=in_two_weeks)

        The call is checked and written to the outbox before this method returns; a relay delivers it.
        A call that the server rejects becomes a dead letter.

        Args:
            name: The name of the schedule, such as ``"trial.end"``.
            identifier: The user or organization: an id, ``(source, id)``, an `ExternalID`, or a
                list of several identifiers of it. It has to exist: the server drops a schedule
                for an unknown user.
            scheduled_at: The time at which it fires, or first fires if it recurs: an aware
                datetime or its ISO 8601 text. Required, and in the future, without an interval.
            start_at: The start of a recurring schedule, an aware datetime or its ISO 8601 text;
                default now. It fires at ``start_at`` plus each multiple of the interval.
            interval: The interval of a recurring schedule: a timedelta, a dateutil relativedelta
                (months stay months), or text in the syntax of PostgreSQL (``"7 days"``,
                ``"1 month"``, ``"P7D"``).
            data: The data of each of its events, a JSON object.
            id: The id of the schedule, a UUID; for several schedules of one name. Default: one
                that is derived from the project, the first identifier and the name, so that a
                second upsert replaces the first. Older servers, which are used without
                ``project_id``, know no ids.

        Raises:
            ValidationError: If an argument is invalid, there is neither ``scheduled_at`` nor
                ``interval``, or a schedule that fires once is in the past.
            OutboxFullError: If the outbox has reached its limits, and is not configured to wait.
            OutboxError: If the call can't be written, for example because the disk is full.

        Source: POST /client/users/scheduled, POST /client/organizations/scheduled.
        """
        self._send(
            calls.upsert_schedule(
                self._resource,
                name,
                identifier,
                scheduled_at=scheduled_at,
                start_at=start_at,
                interval=interval,
                data=data,
                id=id,
            )
        )

    def delete(
        self,
        name: str | None = None,
        identifier: Identifiers | None = None,
        *,
        id: UUID | str | None = None,
    ) -> None:
        """Delete schedules, and cancel the journeys that wait for them.

            outbox.user.schedule.delete("trial.end", "user_123")

        The call is checked and written to the outbox before this method returns; a relay delivers it.
        A call that the server rejects becomes a dead letter.

        Args:
            name: The name of the schedules: all of that name are deleted.
            identifier: The user or organization: an id, ``(source, id)``, an `ExternalID`, or a
                list of several identifiers of it.
            id: The id of one schedule, a UUID, instead of a name.

        Raises:
            ValidationError: If an argument is invalid, or there is not exactly one of ``name`` and
                ``id``.
            OutboxFullError: If the outbox has reached its limits, and is not configured to wait.
            OutboxError: If the call can't be written, for example because the disk is full.

        Source: DELETE /client/users/scheduled, DELETE /client/organizations/scheduled.
        """
        self._send(calls.delete_schedule(self._resource, name, identifier, id=id))


class InboxQueue(ShortTracebacks):
    """The inboxes of users or organizations."""

    def __init__(self, send: Put, resource: calls.Resource) -> None:
        self._send = send
        self._resource = resource

    def send(
        self, messages: Message | Mapping[str, Any] | Iterable[Message | Mapping[str, Any]]
    ) -> None:
        """Send any number of messages.

        They are sent in order, in batches of up to 100 messages and 1 MB, as events are. The
        identifier of a message makes it idempotent for each recipient and channel: a message
        that is sent again is not shown twice.

            shipped = Message("order_456_shipped", "user_123", content={"title": "Shipped"})
            outbox.user.inbox.send(shipped)

        The call is checked and written to the outbox before this method returns; a relay delivers it.
        A call that the server rejects becomes a dead letter.

        Args:
            messages: A `Message`, a mapping with the names of its fields, or an iterable of those.

        Raises:
            ValidationError: If a message is invalid; ``field`` is the path, such as
                ``messages[3].content``.
            OutboxFullError: If the outbox has reached its limits, and is not configured to wait.
            OutboxError: If the call can't be written, for example because the disk is full.

        Source: POST /client/users/inbox, POST /client/organizations/inbox.
        """
        self._send(calls.send_messages(self._resource, messages))

    def mark_read(
        self, identifier: Identifiers, message_id: UUID | str | Iterable[UUID | str]
    ) -> None:
        """Mark 1 to 100 messages as read.

        The call is checked and written to the outbox before this method returns; a relay delivers it.
        A call that the server rejects becomes a dead letter.

        Args:
            identifier: The user or organization: an id, ``(source, id)``, an `ExternalID`, or a
                list of several identifiers of it.
            message_id: The ``id`` of an `InboxMessage`, a UUID, or a list of several.

        Raises:
            ValidationError: If an id is not a UUID, or there are more than 100.
            OutboxFullError: If the outbox has reached its limits, and is not configured to wait.
            OutboxError: If the call can't be written, for example because the disk is full.

        Source: POST /client/users/inbox/read, POST /client/organizations/inbox/read.
        """
        self._send(calls.mark_read(self._resource, identifier, message_id))

    def mark_archived(
        self, identifier: Identifiers, message_id: UUID | str | Iterable[UUID | str]
    ) -> None:
        """Archive 1 to 100 messages.

        The call is checked and written to the outbox before this method returns; a relay delivers it.
        A call that the server rejects becomes a dead letter.

        Args:
            identifier: The user or organization: an id, ``(source, id)``, an `ExternalID`, or a
                list of several identifiers of it.
            message_id: The ``id`` of an `InboxMessage`, a UUID, or a list of several.

        Raises:
            ValidationError: If an id is not a UUID, or there are more than 100.
            OutboxFullError: If the outbox has reached its limits, and is not configured to wait.
            OutboxError: If the call can't be written, for example because the disk is full.

        Source: POST /client/users/inbox/archived, POST /client/organizations/inbox/archived.
        """
        self._send(calls.mark_archived(self._resource, identifier, message_id))


class UsersQueue(ShortTracebacks):
    """The users of a project.

    Attributes:
        events: The events of users.
        schedule: The schedules of users.
        devices: The devices of users, for push messages.
        inbox: The inboxes of users.
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

        Any of the identifiers finds the user, and new ones are added. A field that is omitted or
        None stays unchanged; ``data`` is merged key by key at its top level.

            outbox.user.upsert("user_123", email="ada@example.com", data={"plan": "pro"})

        The call is checked and written to the outbox before this method returns; a relay delivers it.
        A call that the server rejects becomes a dead letter.

        Args:
            identifier: ``"user_123"``, ``("stripe", "cus_1")``, an `ExternalID`, or a list of
                several identifiers of the user.
            email: The email address.
            phone: The phone number in E.164 format, such as ``"+31612345678"``.
            timezone: The IANA time zone, such as ``"Europe/London"``, or a ``ZoneInfo``.
            locale: The BCP 47 language tag, such as ``"nl-NL"``.
            data: All other data of the user, a JSON object.

        Raises:
            ValidationError: If an argument is invalid; ``field`` is its path.
            OutboxFullError: If the outbox has reached its limits, and is not configured to wait.
            OutboxError: If the call can't be written, for example because the disk is full.

        Source: POST /client/users.
        """
        self._send(
            calls.upsert_user(
                identifier, email=email, phone=phone, timezone=timezone, locale=locale, data=data
            )
        )

    def delete(self, identifier: Identifiers) -> None:
        """Delete a user.

        The call is checked and written to the outbox before this method returns; a relay delivers it.
        A call that the server rejects becomes a dead letter.

        Args:
            identifier: ``"user_123"``, ``("stripe", "cus_1")``, an `ExternalID`, or a list of
                several identifiers of the user.

        Raises:
            ValidationError: If the identifier is invalid.
            OutboxFullError: If the outbox has reached its limits, and is not configured to wait.
            OutboxError: If the call can't be written, for example because the disk is full.

        Source: DELETE /client/users.
        """
        self._send(calls.delete(calls.USER, identifier))


class DevicesQueue(ShortTracebacks):
    """The devices of users, for push messages."""

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
        """Register a device, or update the device with the same id.

            outbox.user.devices.register("user_123", "phone_1", os="ios", token="…")

        The call is checked and written to the outbox before this method returns; a relay delivers it.
        A call that the server rejects becomes a dead letter.

        Args:
            identifier: The identifier of an existing user, or a list of several.
            device_id: The id of the device in your system.
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
            OutboxFullError: If the outbox has reached its limits, and is not configured to wait.
            OutboxError: If the call can't be written, for example because the disk is full.

        Source: POST /client/users/devices.
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


class OrganizationsQueue(ShortTracebacks):
    """The organizations of a project: companies or teams, and their members.

    Attributes:
        events: The events of organizations.
        schedule: The schedules of organizations.
        inbox: The inboxes of organizations.
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

        A field that is omitted or None stays unchanged; ``data`` is merged key by key at its top
        level.

            outbox.organization.upsert("org_1", name="Acme", data={"plan": "enterprise"})

        The call is checked and written to the outbox before this method returns; a relay delivers it.
        A call that the server rejects becomes a dead letter.

        Args:
            identifier: ``"org_1"``, ``("stripe", "cus_9")``, an `ExternalID`, or a list of
                several identifiers of the organization.
            name: The display name.
            data: All other data of the organization, a JSON object.

        Raises:
            ValidationError: If an argument is invalid; ``field`` is its path.
            OutboxFullError: If the outbox has reached its limits, and is not configured to wait.
            OutboxError: If the call can't be written, for example because the disk is full.

        Source: POST /client/organizations.
        """
        self._send(calls.upsert_organization(identifier, name=name, data=data))

    def delete(self, identifier: Identifiers) -> None:
        """Delete an organization and its memberships, but not its members.

        The call is checked and written to the outbox before this method returns; a relay delivers it.
        A call that the server rejects becomes a dead letter.

        Args:
            identifier: ``"org_1"``, ``("stripe", "cus_9")``, an `ExternalID`, or a list of
                several identifiers of the organization.

        Raises:
            ValidationError: If the identifier is invalid.
            OutboxFullError: If the outbox has reached its limits, and is not configured to wait.
            OutboxError: If the call can't be written, for example because the disk is full.

        Source: DELETE /client/organizations.
        """
        self._send(calls.delete(calls.ORGANIZATION, identifier))

    def add_user(
        self, organization: Identifiers, user: Identifiers, *, data: Data | None = None
    ) -> None:
        """Add a user to an organization, or update the membership.

            outbox.organization.add_user("org_1", "user_123", data={"role": "admin"})

        The call is checked and written to the outbox before this method returns; a relay delivers it.
        A call that the server rejects becomes a dead letter.

        Args:
            organization: The identifier of an existing organization, or a list of several.
            user: The identifier of an existing user, or a list of several.
            data: The data of the membership, a JSON object, such as the role. It is merged key by
                key.

        Raises:
            ValidationError: If an argument is invalid; ``field`` is its path.
            OutboxFullError: If the outbox has reached its limits, and is not configured to wait.
            OutboxError: If the call can't be written, for example because the disk is full.

        Source: POST /client/organizations/users.
        """
        self._send(calls.add_user(organization, user, data=data))

    def remove_user(self, organization: Identifiers, user: Identifiers) -> None:
        """Remove a user from an organization.

        The call is checked and written to the outbox before this method returns; a relay delivers it.
        A call that the server rejects becomes a dead letter.

        Args:
            organization: The identifier of the organization, or a list of several.
            user: The identifier of the user, or a list of several.

        Raises:
            ValidationError: If an identifier is invalid.
            OutboxFullError: If the outbox has reached its limits, and is not configured to wait.
            OutboxError: If the call can't be written, for example because the disk is full.

        Source: DELETE /client/organizations/users.
        """
        self._send(calls.remove_user(organization, user))
