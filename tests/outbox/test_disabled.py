"""Async outboxes of clients that are disabled queue nothing, as others."""

from __future__ import annotations

import asyncio
from pathlib import Path

from lunogram import AsyncLunogram, Event
from lunogram.outbox import AsyncOutbox


def test_an_async_outbox_queues_nothing(tmp_path: Path) -> None:
    async def use() -> None:
        client = AsyncLunogram(enabled=False)
        async with AsyncOutbox(f"sqlite:///{tmp_path}/outbox.db", client=client) as outbox:
            await outbox.user.events.post(Event("order.completed", "user_123"))
            assert (outbox.own_relay, (await outbox.stats()).pending) == (None, 0)

    asyncio.run(use())


def test_an_async_outbox_queues_a_list_as_a_whole(tmp_path: Path) -> None:
    async def use() -> None:
        async with AsyncOutbox(f"sqlite:///{tmp_path}/outbox.db") as outbox:
            await outbox.user.events.post(Event("e", str(number)) for number in range(501))
            await outbox.user.events.post([Event("e", str(number)) for number in range(501)])
            assert (await outbox.stats()).pending == 1002

    asyncio.run(use())
