# Derived by `make generate` from lunogram/_async/subjects.py; never edited by hand.
"""What users and organizations have in common: events, schedules, an inbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from .. import calls
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


class Events:
    """Events: what a user or an organization did."""

    def __init__(self, send: Send, subject: calls.Subject) -> None:
        self._send = send
        self._subject = subject

    def post(self, events: Event | Mapping[str, Any] | Iterable[Event | Mapping[str, Any]]) -> None:
        """Record one or more events.

        The API refuses an array whole if one event is malformed, and so does this method, before
        anything is sent. An array whose answer was lost is sent again, so that each event is
        recorded at least once, and perhaps twice; ``retry_lost_events=False`` turns that off.

            client.user.events.post([Event("order.completed", "user_123", data={"total": 9})])

        Args:
            events: An `Event`, a dict with the wire's names, or a list of those. Each has an
                identifier, or a match that addresses everybody whose data contains it. A user
                whom nobody knows is created; an unknown organization's event is dropped.

        Raises:
            ValidationError: If an event can't be right; ``field`` names the place, such as
                ``events[3].data.total``.
            LunogramError: As for every call.

        Source: POST /client/users/events, POST /client/organizations/events.
        """
        return self._send(calls.post_events(self._subject, events))


class Schedule:
    """Schedules: events that the platform sends by itself, once or again and again."""

    def __init__(self, send: Send, subject: calls.Subject) -> None:
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
    ) -> ScheduledAccepted:
        """Plan the event ``scheduled.NAME``, in place of the schedule of that name before it.

            client.user.schedule.upsert("trial.end", "user_123", scheduled_at=in_two_weeks)

        Args:
            name: The schedule's name, such as ``"trial.end"``.
            identifier: Whose schedule it is. A user whom nobody knows is created; an organization
                has to exist.
            scheduled_at: When it fires, or fires first: an aware datetime or its ISO 8601 text.
                Required without an interval.
            start_at: From when a recurring schedule counts; without scheduled_at it fires first
                one interval later. Now, if left out.
            interval: How often it recurs: a timedelta, a dateutil relativedelta (months stay
                months), or text as PostgreSQL reads it (``"7 days"``, ``"1 month"``, ``"P7D"``).
            data: What each of its events carries.
            id: On newer servers, the schedule to update; without it they make another.

        Returns:
            The schedule as accepted.

        Raises:
            ValidationError: If a value can't be right, or there is neither a time nor an interval.
            NotFoundError: If no organization has the identifier.
            LunogramError: As for every call.

        Source: POST /client/users/scheduled, POST /client/organizations/scheduled.
        """
        return self._send(
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

        Args:
            name: The schedule's name.
            identifier: Whose schedule it is.

        Raises:
            NotFoundError: If nobody has the identifier, or they have no such schedule.
            LunogramError: As for every call.

        Source: DELETE /client/users/scheduled, DELETE /client/organizations/scheduled.
        """
        return self._send(calls.delete_schedule(self._subject, name, identifier))


class Inbox:
    """The inbox: messages to show, and what became of them."""

    def __init__(self, send: Send, subject: calls.Subject) -> None:
        self._send = send
        self._subject = subject

    def send(
        self, messages: Message | Mapping[str, Any] | Iterable[Message | Mapping[str, Any]]
    ) -> None:
        """Send 1 to 100 messages.

        A message's own identifier makes it idempotent for each recipient and channel: to send it
        again is harmless.

            shipped = Message("order_456_shipped", "user_123", content={"title": "Shipped"})
            client.user.inbox.send(shipped)

        Args:
            messages: A `Message`, a dict with the wire's names, or a list of those.

        Raises:
            ValidationError: If a message can't be right; ``field`` names the place.
            LunogramError: As for every call.

        Source: POST /client/users/inbox, POST /client/organizations/inbox.
        """
        return self._send(calls.send_messages(self._subject, messages))

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
        """One page of messages, newest scheduled first.

        Messages that are scheduled for later or have expired are not shown.

        Args:
            identifier: Whose inbox it is; one name.
            channel: ``"inbox"``, ``"email"``, ``"sms"`` or ``"push"``.
            status: ``"unread"``, ``"read"`` or ``"archived"``. Without it, all but archived ones.
            tags: Only messages with all of these.
            source: Only messages with this source.
            priority: Only messages of this priority, 1 to 5.
            limit: How many messages the page holds at the most, 1 to 100. The API takes 20.
            offset: How many messages to skip.

        Raises:
            NotFoundError: If nobody has the identifier.
            LunogramError: As for every call.

        Source: GET /client/users/inbox, GET /client/organizations/inbox.
        """
        return self._send(
            calls.list_inbox(
                self._subject,
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
        """All messages, fetched page by page while they are iterated over.

            for message in client.user.inbox.list("user_123", status="unread"):
                print(message.content)

        Args:
            identifier: Whose inbox it is; one name.
            channel: ``"inbox"``, ``"email"``, ``"sms"`` or ``"push"``.
            status: ``"unread"``, ``"read"`` or ``"archived"``. Without it, all but archived ones.
            tags: Only messages with all of these.
            source: Only messages with this source.
            priority: Only messages of this priority, 1 to 5.
            limit: How many messages to fetch at a time, 1 to 100. The API takes 20.

        Returns:
            An iterable of messages; its ``pages()`` iterates over pages, its ``page()`` gives one.

        Raises:
            ValidationError: If an argument can't be right. Nothing is sent until the first page.

        Source: GET /client/users/inbox, GET /client/organizations/inbox.
        """
        first = calls.list_inbox(
            self._subject,
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
        """How many messages there are, and how many of them nobody has read.

        Args:
            identifier: Whose inbox it is; one name.
            channel: ``"inbox"``, ``"email"``, ``"sms"`` or ``"push"``.

        Raises:
            NotFoundError: If nobody has the identifier.
            LunogramError: As for every call.

        Source: GET /client/users/inbox/count, GET /client/organizations/inbox/count.
        """
        return self._send(calls.count_inbox(self._subject, identifier, channel=channel))

    def mark_read(
        self, identifier: Identifiers, message_id: UUID | str | Iterable[UUID | str]
    ) -> None:
        """Mark 1 to 100 messages as read.

        Args:
            identifier: Whose inbox it is.
            message_id: The ``id`` of a listed message, or a list of several.

        Raises:
            ValidationError: If one is not a UUID, or there are more than 100.
            LunogramError: As for every call.

        Source: POST /client/users/inbox/read, POST /client/organizations/inbox/read.
        """
        return self._send(calls.mark_read(self._subject, identifier, message_id))

    def mark_archived(
        self, identifier: Identifiers, message_id: UUID | str | Iterable[UUID | str]
    ) -> None:
        """Archive 1 to 100 messages.

        Args:
            identifier: Whose inbox it is.
            message_id: The ``id`` of a listed message, or a list of several.

        Raises:
            ValidationError: If one is not a UUID, or there are more than 100.
            LunogramError: As for every call.

        Source: POST /client/users/inbox/archived, POST /client/organizations/inbox/archived.
        """
        return self._send(calls.mark_archived(self._subject, identifier, message_id))
