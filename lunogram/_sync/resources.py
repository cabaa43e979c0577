# Derived by `make generate` from lunogram/_async/resources.py; never edited by hand.
"""The resources that users and organizations have in common: events, schedules, inboxes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from .. import calls
from .._tracebacks import ShortTracebacks
from ..identifiers import Identifiers
from ..models import (
    Channel,
    Data,
    Event,
    InboxCount,
    InboxPage,
    InboxStatus,
    Message,
    ScheduledAccepted,
)
from .pages import InboxPages
from .sender import Send

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta


class Events(ShortTracebacks):
    """The events of users or organizations."""

    def __init__(self, send: Send, resource: calls.Resource) -> None:
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

            client.user.events.post([Event("order.completed", "user_123", data={"total": 9})])

        Args:
            events: An `Event`, a mapping with the names of its fields, or an iterable of those.
                Each has either an identifier, or a match for all whose data contains it. The server
                drops an event for a user or an organization that it does not have: upsert it
                first, or use ``ensure_users``.

        Raises:
            ValidationError: If an event is invalid; ``field`` is the path, such as
                ``events[3].data.total``.
            LunogramError: If there is no response, or another error response.

        Source: POST /client/users/events, POST /client/organizations/events.
        """
        return self._send(calls.post_events(self._resource, events))


class Schedule(ShortTracebacks):
    """The schedules of users or organizations, which record events once or recurrently."""

    def __init__(self, send: Send, resource: calls.Resource) -> None:
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
    ) -> ScheduledAccepted:
        """Create or replace a schedule, which records the event ``scheduled.NAME``.

        Fields that are omitted keep their value, except ``data``, which is replaced. To make a
        recurring schedule fire once, delete it first.

            client.user.schedule.upsert("trial.end", "user_123", scheduled_at=in_two_weeks)

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
    ) -> None:
        """Delete schedules, and cancel the journeys that wait for them.

            client.user.schedule.delete("trial.end", "user_123")

        Args:
            name: The name of the schedules: all of that name are deleted.
            identifier: The user or organization: an id, ``(source, id)``, an `ExternalID`, or a
                list of several identifiers of it.
            id: The id of one schedule, a UUID, instead of a name.

        Raises:
            ValidationError: If an argument is invalid, or there is not exactly one of ``name`` and
                ``id``.
            NotFoundError: If the user, the organization or the schedule does not exist.
            ConfigurationError: If it is deleted by id, and the client has no ``project_id``.
            LunogramError: If there is no response, or another error response.

        Source: DELETE /client/users/scheduled, DELETE /client/organizations/scheduled.
        """
        return self._send(calls.delete_schedule(self._resource, name, identifier, id=id))


class Inbox(ShortTracebacks):
    """The inboxes of users or organizations."""

    def __init__(self, send: Send, resource: calls.Resource) -> None:
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
            client.user.inbox.send(shipped)

        Args:
            messages: A `Message`, a mapping with the names of its fields, or an iterable of those.

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
    ) -> InboxPage:
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

    def list(
        self,
        identifier: Identifiers,
        *,
        channel: Channel = "inbox",
        status: InboxStatus | None = None,
        tags: Sequence[str] | None = None,
        source: str | None = None,
        priority: int | None = None,
        limit: int | None = None,
    ) -> InboxPages:
        """List all messages, fetched page by page during iteration.

            for message in client.user.inbox.list("user_123", status="unread"):
                print(message.content)

        Args:
            identifier: The user or organization, by one identifier: an id, ``(source, id)`` or an
                `ExternalID`.
            channel: The channel: ``"inbox"``, ``"email"``, ``"sms"`` or ``"push"``.
            status: Only messages with this status: ``"unread"``, ``"read"`` or ``"archived"``;
                default all but archived ones.
            tags: Only messages with all of these tags.
            source: Only messages with this source.
            priority: Only messages with this priority, 1 to 5.
            limit: The number of messages to fetch with each request, 1 to 100; default 20.

        Returns:
            An iterable of messages; ``pages()`` iterates over pages, ``page()`` fetches one. No
            request is sent before iteration.

        Raises:
            ValidationError: If an argument is invalid.

        Source: GET /client/users/inbox, GET /client/organizations/inbox.
        """
        first = calls.list_inbox(
            self._resource,
            identifier,
            channel=channel,
            status=status,
            tags=tags,
            source=source,
            priority=priority,
            limit=limit,
            offset=None,
        )
        return InboxPages(self._send, first)

    def count(self, identifier: Identifiers, *, channel: Channel = "inbox") -> InboxCount:
        """Count the messages of an inbox, and the unread ones among them.

        Args:
            identifier: The user or organization, by one identifier: an id, ``(source, id)`` or an
                `ExternalID`.
            channel: The channel: ``"inbox"``, ``"email"``, ``"sms"`` or ``"push"``.

        Raises:
            NotFoundError: If the user or organization does not exist.
            LunogramError: If there is no response, or another error response.

        Source: GET /client/users/inbox/count, GET /client/organizations/inbox/count.
        """
        return self._send(calls.count_inbox(self._resource, identifier, channel=channel))

    def mark_read(
        self, identifier: Identifiers, message_id: UUID | str | Iterable[UUID | str]
    ) -> None:
        """Mark 1 to 100 messages as read.

        Args:
            identifier: The user or organization: an id, ``(source, id)``, an `ExternalID`, or a
                list of several identifiers of it.
            message_id: The ``id`` of an `InboxMessage`, a UUID, or a list of several.

        Raises:
            ValidationError: If an id is not a UUID, or there are more than 100.
            LunogramError: If there is no response, or another error response.

        Source: POST /client/users/inbox/read, POST /client/organizations/inbox/read.
        """
        return self._send(calls.mark_read(self._resource, identifier, message_id))

    def mark_archived(
        self, identifier: Identifiers, message_id: UUID | str | Iterable[UUID | str]
    ) -> None:
        """Archive 1 to 100 messages.

        Args:
            identifier: The user or organization: an id, ``(source, id)``, an `ExternalID`, or a
                list of several identifiers of it.
            message_id: The ``id`` of an `InboxMessage`, a UUID, or a list of several.

        Raises:
            ValidationError: If an id is not a UUID, or there are more than 100.
            LunogramError: If there is no response, or another error response.

        Source: POST /client/users/inbox/archived, POST /client/organizations/inbox/archived.
        """
        return self._send(calls.mark_archived(self._resource, identifier, message_id))
