# Derived by `make generate` from lunogram/_async/raw_response.py; never edited by hand.
"""The resources of `client.with_raw_response`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from uuid import UUID

from lunogram import calls
from lunogram._sync.sender import RawSend
from lunogram._tracebacks import ShortTracebacks
from lunogram.identifiers import Identifiers
from lunogram.models import (
    Channel,
    Data,
    DeviceOS,
    Event,
    InboxCount,
    InboxPage,
    InboxStatus,
    Message,
    Organization,
    RawResponse,
    ScheduledAccepted,
    Session,
    User,
)

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta


class EventsWithRawResponse(ShortTracebacks):
    """The events of users or organizations."""

    def __init__(self, send: RawSend, resource: calls.Resource) -> None:
        self._send = send
        self._resource = resource

    def post(
        self, events: Event | Mapping[str, Any] | Iterable[Event | Mapping[str, Any]]
    ) -> RawResponse[None]:
        """Record any number of events.

        They are sent in order, in batches of up to 500 events and 1 MB. If one event of a list is
        invalid, nothing is sent; a generator is read, and checked, while its batches are sent. If
        a batch fails, those before it are delivered: ``error.delivered`` is the number of their
        events. Without any events, nothing happens; with ``strict``, that is an error. A batch
        whose response was lost is sent again, so each event is recorded at least once, and
        possibly twice; ``retry_lost_events=False`` turns that off.

            client.with_raw_response.user.events.post([Event("order.completed", "user_123", data={"total": 9})])

        Args:
            events: An `Event`, a mapping with the names of its fields, or an iterable of those.
                Each has either an identifier, or a match for all whose data contains it. The server
                drops an event for a user or an organization that it does not have: upsert it
                first, or use ``ensure_users``.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If an event is invalid; ``field`` is the path, such as
                ``events[3].data.total``.
            LunogramError: If there is no response, or another error response.

        Source: POST /client/users/events, POST /client/organizations/events.
        """
        return self._send(calls.post_events(self._resource, events))


class ScheduleWithRawResponse(ShortTracebacks):
    """The schedules of users or organizations, which record events once or recurrently."""

    def __init__(self, send: RawSend, resource: calls.Resource) -> None:
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
    ) -> RawResponse[ScheduledAccepted]:
        """Create or replace a schedule, which records the event ``scheduled.NAME``.

        Fields that are omitted keep their value, except ``data``, which is replaced. To make a
        recurring schedule fire once, delete it first.

            client.with_raw_response.user.schedule.upsert("trial.end", "user_123", scheduled_at=in_two_weeks)

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

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            The schedule as accepted.

        Raises:
            ValidationError: If an argument is invalid, there is neither ``scheduled_at`` nor
                ``interval``, or a schedule that fires once is in the past.
            ConfigurationError: If there is an ``id``, and the client has no ``project_id``.
            NotFoundError: If the organization does not exist.
            LunogramError: If there is no response, or another error response.

        Source: POST /client/users/scheduled, POST /client/organizations/scheduled.
        """
        return self._send(
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
    ) -> RawResponse[None]:
        """Delete schedules, and cancel the journeys that wait for them.

            client.with_raw_response.user.schedule.delete("trial.end", "user_123")

        Args:
            name: The name of the schedules: all of that name are deleted.
            identifier: The user or organization: an id, ``(source, id)``, an `ExternalID`, or a
                list of several identifiers of it.
            id: The id of one schedule, a UUID, instead of a name.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If an argument is invalid, or there is not exactly one of ``name`` and
                ``id``.
            NotFoundError: If the user, the organization or the schedule does not exist.
            ConfigurationError: If it is deleted by id, and the client has no ``project_id``.
            LunogramError: If there is no response, or another error response.

        Source: DELETE /client/users/scheduled, DELETE /client/organizations/scheduled.
        """
        return self._send(calls.delete_schedule(self._resource, name, identifier, id=id))


class InboxWithRawResponse(ShortTracebacks):
    """The inboxes of users or organizations."""

    def __init__(self, send: RawSend, resource: calls.Resource) -> None:
        self._send = send
        self._resource = resource

    def send(
        self, messages: Message | Mapping[str, Any] | Iterable[Message | Mapping[str, Any]]
    ) -> RawResponse[None]:
        """Send any number of messages.

        They are sent in order, in batches of up to 100 messages and 1 MB, as events are. The
        identifier of a message makes it idempotent for each recipient and channel: a message
        that is sent again is not shown twice.

            shipped = Message("order_456_shipped", "user_123", content={"title": "Shipped"})
            client.with_raw_response.user.inbox.send(shipped)

        Args:
            messages: A `Message`, a mapping with the names of its fields, or an iterable of those.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If a message is invalid; ``field`` is the path, such as
                ``messages[3].content``.
            LunogramError: If there is no response, or another error response.

        Source: POST /client/users/inbox, POST /client/organizations/inbox.
        """
        return self._send(calls.send_messages(self._resource, messages))

    def page(
        self,
        identifier: Identifiers,
        *,
        channel: Channel = "inbox",
        status: InboxStatus | None = None,
        tags: Sequence[str] | None = None,
        source: str | None = None,
        priority: int | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> RawResponse[InboxPage]:
        """Fetch one page of messages, with the latest ``scheduled_at`` first.

        Messages that are scheduled for later or have expired are omitted.

        Args:
            identifier: The user or organization, by one identifier: an id, ``(source, id)`` or an
                `ExternalID`.
            channel: The channel: ``"inbox"``, ``"email"``, ``"sms"`` or ``"push"``.
            status: Only messages with this status: ``"unread"``, ``"read"`` or ``"archived"``;
                default all but archived ones.
            tags: Only messages with all of these tags.
            source: Only messages with this source.
            priority: Only messages with this priority, 1 to 5.
            limit: The maximum number of messages on the page, 1 to 100; default 20.
            offset: The number of messages to skip; default 0.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            The page, with the latest ``scheduled_at`` first.

        Raises:
            NotFoundError: If the user or organization does not exist.
            LunogramError: If there is no response, or another error response.

        Source: GET /client/users/inbox, GET /client/organizations/inbox.
        """
        return self._send(
            calls.list_inbox(
                self._resource,
                identifier,
                channel=channel,
                status=status,
                tags=tags,
                source=source,
                priority=priority,
                limit=limit,
                offset=offset,
            )
        )

    def count(
        self, identifier: Identifiers, *, channel: Channel = "inbox"
    ) -> RawResponse[InboxCount]:
        """Count the messages of an inbox, and the unread ones among them.

        Args:
            identifier: The user or organization, by one identifier: an id, ``(source, id)`` or an
                `ExternalID`.
            channel: The channel: ``"inbox"``, ``"email"``, ``"sms"`` or ``"push"``.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            NotFoundError: If the user or organization does not exist.
            LunogramError: If there is no response, or another error response.

        Source: GET /client/users/inbox/count, GET /client/organizations/inbox/count.
        """
        return self._send(calls.count_inbox(self._resource, identifier, channel=channel))

    def mark_read(
        self, identifier: Identifiers, message_id: UUID | str | Iterable[UUID | str]
    ) -> RawResponse[None]:
        """Mark 1 to 100 messages as read.

        Args:
            identifier: The user or organization: an id, ``(source, id)``, an `ExternalID`, or a
                list of several identifiers of it.
            message_id: The ``id`` of an `InboxMessage`, a UUID, or a list of several.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If an id is not a UUID, or there are more than 100.
            LunogramError: If there is no response, or another error response.

        Source: POST /client/users/inbox/read, POST /client/organizations/inbox/read.
        """
        return self._send(calls.mark_read(self._resource, identifier, message_id))

    def mark_archived(
        self, identifier: Identifiers, message_id: UUID | str | Iterable[UUID | str]
    ) -> RawResponse[None]:
        """Archive 1 to 100 messages.

        Args:
            identifier: The user or organization: an id, ``(source, id)``, an `ExternalID`, or a
                list of several identifiers of it.
            message_id: The ``id`` of an `InboxMessage`, a UUID, or a list of several.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If an id is not a UUID, or there are more than 100.
            LunogramError: If there is no response, or another error response.

        Source: POST /client/users/inbox/archived, POST /client/organizations/inbox/archived.
        """
        return self._send(calls.mark_archived(self._resource, identifier, message_id))


class UsersWithRawResponse(ShortTracebacks):
    """The users of a project.

    Attributes:
        events: The events of users.
        schedule: The schedules of users.
        devices: The devices of users, for push messages.
        inbox: The inboxes of users.
    """

    def __init__(self, send: RawSend) -> None:
        self._send = send
        self.events = EventsWithRawResponse(send, calls.USER)
        self.schedule = ScheduleWithRawResponse(send, calls.USER)
        self.devices = DevicesWithRawResponse(send)
        self.inbox = InboxWithRawResponse(send, calls.USER)

    def upsert(
        self,
        identifier: Identifiers,
        *,
        email: str | None = None,
        phone: str | None = None,
        timezone: str | tzinfo | None = None,
        locale: str | None = None,
        data: Data | None = None,
    ) -> RawResponse[User]:
        """Create or update a user.

        Any of the identifiers finds the user, and new ones are added. A field that is omitted or
        None stays unchanged; ``data`` is merged key by key at its top level.

            client.with_raw_response.user.upsert("user_123", email="ada@example.com", data={"plan": "pro"})

        Args:
            identifier: ``"user_123"``, ``("stripe", "cus_1")``, an `ExternalID`, or a list of
                several identifiers of the user.
            email: The email address.
            phone: The phone number in E.164 format, such as ``"+31612345678"``.
            timezone: The IANA time zone, such as ``"Europe/London"``, or a ``ZoneInfo``.
            locale: The BCP 47 language tag, such as ``"nl-NL"``.
            data: All other data of the user, a JSON object.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            The user as it is stored now.

        Raises:
            ValidationError: If an argument is invalid; ``field`` is its path.
            ConflictError: If the identifiers most likely belong to different users.
            LunogramError: If there is no response, or another error response.

        Source: POST /client/users.
        """
        return self._send(
            calls.upsert_user(
                identifier, email=email, phone=phone, timezone=timezone, locale=locale, data=data
            )
        )

    def delete(self, identifier: Identifiers) -> RawResponse[None]:
        """Delete a user.

        Args:
            identifier: ``"user_123"``, ``("stripe", "cus_1")``, an `ExternalID`, or a list of
                several identifiers of the user.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If the identifier is invalid.
            NotFoundError: If the user does not exist.
            LunogramError: If there is no response, or another error response.

        Source: DELETE /client/users.
        """
        return self._send(calls.delete(calls.USER, identifier))


class DevicesWithRawResponse(ShortTracebacks):
    """The devices of users, for push messages."""

    def __init__(self, send: RawSend) -> None:
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
    ) -> RawResponse[None]:
        """Register a device, or update the device with the same id.

            client.with_raw_response.user.devices.register("user_123", "phone_1", os="ios", token="…")

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

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If an argument is invalid, or there is not exactly one of ``token``
                and ``subscription``.
            NotFoundError: If the user does not exist.
            LunogramError: If there is no response, or another error response.

        Source: POST /client/users/devices.
        """
        return self._send(
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


class OrganizationsWithRawResponse(ShortTracebacks):
    """The organizations of a project: companies or teams, and their members.

    Attributes:
        events: The events of organizations.
        schedule: The schedules of organizations.
        inbox: The inboxes of organizations.
    """

    def __init__(self, send: RawSend) -> None:
        self._send = send
        self.events = EventsWithRawResponse(send, calls.ORGANIZATION)
        self.schedule = ScheduleWithRawResponse(send, calls.ORGANIZATION)
        self.inbox = InboxWithRawResponse(send, calls.ORGANIZATION)

    def upsert(
        self, identifier: Identifiers, *, name: str | None = None, data: Data | None = None
    ) -> RawResponse[Organization]:
        """Create or update an organization.

        A field that is omitted or None stays unchanged; ``data`` is merged key by key at its top
        level.

            client.with_raw_response.organization.upsert("org_1", name="Acme", data={"plan": "enterprise"})

        Args:
            identifier: ``"org_1"``, ``("stripe", "cus_9")``, an `ExternalID`, or a list of
                several identifiers of the organization.
            name: The display name.
            data: All other data of the organization, a JSON object.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            The organization as it is stored now.

        Raises:
            ValidationError: If an argument is invalid; ``field`` is its path.
            ConflictError: If the identifiers most likely belong to different organizations.
            LunogramError: If there is no response, or another error response.

        Source: POST /client/organizations.
        """
        return self._send(calls.upsert_organization(identifier, name=name, data=data))

    def delete(self, identifier: Identifiers) -> RawResponse[None]:
        """Delete an organization and its memberships, but not its members.

        Args:
            identifier: ``"org_1"``, ``("stripe", "cus_9")``, an `ExternalID`, or a list of
                several identifiers of the organization.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If the identifier is invalid.
            NotFoundError: If there is no such organization.
            LunogramError: If there is no response, or another error response.

        Source: DELETE /client/organizations.
        """
        return self._send(calls.delete(calls.ORGANIZATION, identifier))

    def add_user(
        self, organization: Identifiers, user: Identifiers, *, data: Data | None = None
    ) -> RawResponse[None]:
        """Add a user to an organization, or update the membership.

            client.with_raw_response.organization.add_user("org_1", "user_123", data={"role": "admin"})

        Args:
            organization: The identifier of an existing organization, or a list of several.
            user: The identifier of an existing user, or a list of several.
            data: The data of the membership, a JSON object, such as the role. It is merged key by
                key.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If an argument is invalid; ``field`` is its path.
            NotFoundError: If the organization or the user does not exist.
            LunogramError: If there is no response, or another error response.

        Source: POST /client/organizations/users.
        """
        return self._send(calls.add_user(organization, user, data=data))

    def remove_user(self, organization: Identifiers, user: Identifiers) -> RawResponse[None]:
        """Remove a user from an organization.

        Args:
            organization: The identifier of the organization, or a list of several.
            user: The identifier of the user, or a list of several.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If an identifier is invalid.
            NotFoundError: If the organization, the user or the membership does not exist.
            LunogramError: If there is no response, or another error response.

        Source: DELETE /client/organizations/users.
        """
        return self._send(calls.remove_user(organization, user))


class PushWithRawResponse(ShortTracebacks):
    """Web push: the key that browsers subscribe with."""

    def __init__(self, send: RawSend) -> None:
        self._send = send

    def vapid_public_key(self) -> RawResponse[str]:
        """Fetch the project's public VAPID key, the ``applicationServerKey`` of browsers.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            The key in base64url.

        Raises:
            NotFoundError: If the project has no key.
            LunogramError: If there is no response, or another error response.

        Source: GET /client/push/vapid.
        """
        return self._send(calls.vapid_public_key())


class SessionsWithRawResponse(ShortTracebacks):
    """The sessions of users: tokens with which their programs call the API."""

    def __init__(self, send: RawSend) -> None:
        self._send = send

    def create(self, auth_method_id: UUID | str, user_id: str) -> RawResponse[Session]:
        """Create a session token, with which a program of an end user calls the API.

        The token acts on the user's own data only, whatever identifiers are sent with it: on that
        of the user with the identifier ``("session:AUTH_METHOD_ID", user_id)``. Upsert a user
        with that identifier too, so that the session finds it.

        The request is not retried after a lost response, because each one creates a token.

        Args:
            auth_method_id: The session auth method, which defines the permissions; a UUID.
            user_id: The user's external id, in the source ``session:AUTH_METHOD_ID``. It is not
                looked up.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            The token, a secret, and the time at which it expires.

        Raises:
            ValidationError: If an argument is invalid; ``field`` is its path.
            ForbiddenError: If the key is a session token itself.
            NotFoundError: If the auth method does not exist.
            LunogramError: If there is no response, or another error response.

        Source: POST /client/auth-methods/{auth_method_id}/sessions.
        """
        return self._send(calls.create_session(auth_method_id, user_id))
