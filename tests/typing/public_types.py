"""Types that a user's checker infers from the public API. mypy and pyright read it; none runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import assert_type
from uuid import UUID

from lunogram import (
    AsyncInboxPages,
    AsyncLunogram,
    Event,
    InboxCount,
    InboxMessage,
    InboxPage,
    InboxPages,
    Lunogram,
    LunogramError,
    Message,
    Organization,
    Ping,
    RawResponse,
    RequestInfo,
    ScheduledAccepted,
    Session,
    User,
)
from lunogram.outbox import AsyncOutbox, DeadLetter, FlushResult, Outbox, Relay, Stats
from lunogram.testing import Recording, Sandbox, recording


def sync_client(client: Lunogram) -> None:
    user = client.user.upsert("user_123", data={"plan": "pro"})
    assert_type(user, User)
    assert_type(user.id, UUID)
    assert_type(user.email, str | None)
    assert_type(user.created_at, datetime)
    assert_type(client.user.delete("user_123"), None)
    assert_type(client.user.events.post(Event("a", "user_123")), None)
    assert_type(client.user.schedule.upsert("a", "user_123", interval="1 day"), ScheduledAccepted)
    assert_type(client.user.inbox.send([Message("a", "user_123")]), None)
    assert_type(client.user.inbox.list("user_123"), InboxPages)
    assert_type(client.user.inbox.page("user_123"), InboxPage)
    assert_type(client.user.inbox.count("user_123"), InboxCount)
    assert_type(iter(client.user.inbox.list("user_123")), Iterator[InboxMessage])
    assert_type(client.organization.upsert("org_1", name="Acme"), Organization)
    assert_type(client.organization.add_user("org_1", "user_123"), None)
    assert_type(client.push.vapid_public_key(), str)
    assert_type(client.sessions.create("b6e0f2c8-0000-4000-8000-000000000001", "user_123"), Session)
    assert_type(client.ping(), Ping)
    assert_type(client.with_options(timeout=2), Lunogram)
    with client as opened:
        assert_type(opened, Lunogram)


def raw_responses(client: Lunogram) -> None:
    assert_type(client.with_raw_response.user.upsert("user_123"), RawResponse[User])
    assert_type(client.with_raw_response.user.upsert("user_123").parsed, User)
    assert_type(client.with_raw_response.user.delete("user_123"), RawResponse[None])


async def async_client(client: AsyncLunogram) -> None:
    assert_type(await client.user.upsert("user_123"), User)
    assert_type(await client.user.events.post(Event("a", "user_123")), None)
    assert_type(client.user.inbox.list("user_123"), AsyncInboxPages)
    assert_type(aiter(client.user.inbox.list("user_123")), AsyncIterator[InboxMessage])
    assert_type(await client.with_raw_response.user.upsert("user_123"), RawResponse[User])
    async with client as opened:
        assert_type(opened, AsyncLunogram)


def outbox(box: Outbox, client: Lunogram) -> None:
    assert_type(box.user.upsert("user_123"), None)
    assert_type(box.user.events.post(Event("a", "user_123")), None)
    assert_type(box.flush(timeout=1), FlushResult)
    assert_type(box.stats(), Stats)
    assert_type(box.relay(client), Relay)


async def async_outbox(box: AsyncOutbox) -> None:
    assert_type(await box.user.upsert("user_123"), None)
    assert_type(await box.user.events.post(Event("a", "user_123")), None)
    assert_type(await box.flush(timeout=1), FlushResult)
    assert_type(await box.stats(), Stats)
    assert_type(await box.dead_letters(), list[DeadLetter])
    assert_type(box.own_relay, Relay | None)
    async with box as opened:
        assert_type(opened, AsyncOutbox)


def errors(error: LunogramError) -> None:
    assert_type(error.request, RequestInfo | None)
    assert_type(error.attempts, int)


def tests(sandbox: Sandbox) -> None:
    assert_type(sandbox.user("user_123").email, str | None)
    with recording() as recorded:
        assert_type(recorded, Recording)
