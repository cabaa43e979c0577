# Derived by `make generate` from lunogram/_async; never edited by hand.
"""The resources of `client.with_raw_response`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from uuid import UUID

from lunogram import calls
from lunogram._async.sender import AsyncRawSend
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


class AsyncEventsWithRawResponse:
    """Events: what a user or an organization did.

    As `AsyncEvents`, with the whole response around the answer.
    """

    def __init__(self, send: AsyncRawSend, subject: calls.Subject) -> None:
        self._send = send
        self._subject = subject

    async def post(
        self, events: Event | Mapping[str, Any] | Iterable[Event | Mapping[str, Any]]
    ) -> RawResponse[None]:
        """Record one or more events.

        As `AsyncEvents.post`, with the whole response around the answer.
        """
        return await self._send(calls.post_events(self._subject, events))


class AsyncScheduleWithRawResponse:
    """Schedules: events that the platform sends by itself, once or again and again.

    As `AsyncSchedule`, with the whole response around the answer.
    """

    def __init__(self, send: AsyncRawSend, subject: calls.Subject) -> None:
        self._send = send
        self._subject = subject

    async def upsert(
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
        """Plan the event ``scheduled.NAME``, in place of the schedule of that name before it.

        As `AsyncSchedule.upsert`, with the whole response around the answer.
        """
        return await self._send(
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

    async def delete(self, name: str, identifier: Identifiers) -> RawResponse[None]:
        """Delete every instance of a schedule, and cancel the journeys that wait for it.

        As `AsyncSchedule.delete`, with the whole response around the answer.
        """
        return await self._send(calls.delete_schedule(self._subject, name, identifier))


class AsyncInboxWithRawResponse:
    """The inbox: messages to show, and what became of them.

    As `AsyncInbox`, with the whole response around the answer.
    """

    def __init__(self, send: AsyncRawSend, subject: calls.Subject) -> None:
        self._send = send
        self._subject = subject

    async def send(
        self, messages: Message | Mapping[str, Any] | Iterable[Message | Mapping[str, Any]]
    ) -> RawResponse[None]:
        """Send 1 to 100 messages.

        As `AsyncInbox.send`, with the whole response around the answer.
        """
        return await self._send(calls.send_messages(self._subject, messages))

    async def page(
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
        """One page of messages, newest scheduled first.

        As `AsyncInbox.page`, with the whole response around the answer.
        """
        return await self._send(
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

    async def count(
        self, identifier: Identifiers, *, channel: Channel = "inbox"
    ) -> RawResponse[InboxCount]:
        """How many messages there are, and how many of them nobody has read.

        As `AsyncInbox.count`, with the whole response around the answer.
        """
        return await self._send(calls.count_inbox(self._subject, identifier, channel=channel))

    async def mark_read(
        self, identifier: Identifiers, message_id: UUID | str | Iterable[UUID | str]
    ) -> RawResponse[None]:
        """Mark 1 to 100 messages as read.

        As `AsyncInbox.mark_read`, with the whole response around the answer.
        """
        return await self._send(calls.mark_read(self._subject, identifier, message_id))

    async def mark_archived(
        self, identifier: Identifiers, message_id: UUID | str | Iterable[UUID | str]
    ) -> RawResponse[None]:
        """Archive 1 to 100 messages.

        As `AsyncInbox.mark_archived`, with the whole response around the answer.
        """
        return await self._send(calls.mark_archived(self._subject, identifier, message_id))


class AsyncUsersWithRawResponse:
    """Users.

    As `AsyncUsers`, with the whole response around the answer.
    """

    def __init__(self, send: AsyncRawSend) -> None:
        self._send = send
        self.events = AsyncEventsWithRawResponse(send, calls.USER)
        self.schedule = AsyncScheduleWithRawResponse(send, calls.USER)
        self.devices = AsyncDevicesWithRawResponse(send)
        self.inbox = AsyncInboxWithRawResponse(send, calls.USER)

    async def upsert(
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

        As `AsyncUsers.upsert`, with the whole response around the answer.
        """
        return await self._send(
            calls.upsert_user(
                identifier, email=email, phone=phone, timezone=timezone, locale=locale, data=data
            )
        )

    async def delete(self, identifier: Identifiers) -> RawResponse[None]:
        """Delete a user.

        As `AsyncUsers.delete`, with the whole response around the answer.
        """
        return await self._send(calls.delete(calls.USER, identifier))


class AsyncDevicesWithRawResponse:
    """Devices: where push messages reach a user.

    As `AsyncDevices`, with the whole response around the answer.
    """

    def __init__(self, send: AsyncRawSend) -> None:
        self._send = send

    async def register(
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
        """Register a device, or update the one of the same id.

        As `AsyncDevices.register`, with the whole response around the answer.
        """
        return await self._send(
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


class AsyncOrganizationsWithRawResponse:
    """Organizations.

    As `AsyncOrganizations`, with the whole response around the answer.
    """

    def __init__(self, send: AsyncRawSend) -> None:
        self._send = send
        self.events = AsyncEventsWithRawResponse(send, calls.ORGANIZATION)
        self.schedule = AsyncScheduleWithRawResponse(send, calls.ORGANIZATION)
        self.inbox = AsyncInboxWithRawResponse(send, calls.ORGANIZATION)

    async def upsert(
        self, identifier: Identifiers, *, name: str | None = None, data: Data | None = None
    ) -> RawResponse[Organization]:
        """Create or update an organization.

        As `AsyncOrganizations.upsert`, with the whole response around the answer.
        """
        return await self._send(calls.upsert_organization(identifier, name=name, data=data))

    async def delete(self, identifier: Identifiers) -> RawResponse[None]:
        """Delete an organization and its memberships. Its members stay.

        As `AsyncOrganizations.delete`, with the whole response around the answer.
        """
        return await self._send(calls.delete(calls.ORGANIZATION, identifier))

    async def add_user(
        self, organization: Identifiers, user: Identifiers, *, data: Data | None = None
    ) -> RawResponse[None]:
        """Make a user a member, or update the membership.

        As `AsyncOrganizations.add_user`, with the whole response around the answer.
        """
        return await self._send(calls.add_user(organization, user, data=data))

    async def remove_user(self, organization: Identifiers, user: Identifiers) -> RawResponse[None]:
        """End a membership.

        As `AsyncOrganizations.remove_user`, with the whole response around the answer.
        """
        return await self._send(calls.remove_user(organization, user))


class AsyncPushWithRawResponse:
    """Web push.

    As `AsyncPush`, with the whole response around the answer.
    """

    def __init__(self, send: AsyncRawSend) -> None:
        self._send = send

    async def vapid_public_key(self) -> RawResponse[str]:
        """The project's public key, which a browser takes as ``applicationServerKey``.

        As `AsyncPush.vapid_public_key`, with the whole response around the answer.
        """
        return await self._send(calls.vapid_public_key())


class AsyncSessionsWithRawResponse:
    """Sessions.

    As `AsyncSessions`, with the whole response around the answer.
    """

    def __init__(self, send: AsyncRawSend) -> None:
        self._send = send

    async def create(self, auth_method_id: UUID | str, user_id: str) -> RawResponse[Session]:
        """Mint a token for a user. It takes a server key.

        As `AsyncSessions.create`, with the whole response around the answer.
        """
        return await self._send(calls.create_session(auth_method_id, user_id))
