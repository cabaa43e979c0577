"""The clients that the tests of sending use, and one call of each kind."""

from __future__ import annotations

from typing import Any

from lunogram import AsyncLunogram, Event
from tests.support.faulty_server import FaultyServer
from tests.support.private_data import AUTH_METHOD, EMAIL, KEY, PERSON


def client_of(server: FaultyServer | str, **options: Any) -> AsyncLunogram:
    """A client of a server, or of a base URL. It does not try again unless it is told to."""
    base_url = server if isinstance(server, str) else server.base_url
    return AsyncLunogram(KEY, base_url=base_url, **{"max_retries": 0, **options})


async def upsert(client: AsyncLunogram) -> object:
    """Can be repeated."""
    return await client.user.upsert(PERSON, email=EMAIL)


async def delete(client: AsyncLunogram) -> None:
    """Can be repeated."""
    await client.user.delete(PERSON)


async def post_events(client: AsyncLunogram) -> None:
    """Can be repeated, if it does not matter that events may be recorded twice."""
    await client.user.events.post(Event("order.completed", PERSON, data={"email": EMAIL}))


async def create_session(client: AsyncLunogram) -> object:
    """Can't be repeated: each makes a token of its own."""
    return await client.sessions.create(AUTH_METHOD, PERSON)


async def count_inbox(client: AsyncLunogram) -> object:
    """Can be repeated, and has the person in its query."""
    return await client.user.inbox.count(PERSON)
