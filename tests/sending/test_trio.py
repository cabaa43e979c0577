"""Event loops that are not asyncio's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import httpx
import pytest
import trio

from lunogram import AsyncLunogram, ConfigurationError
from lunogram.customerio import AsyncCustomerIO
from tests.sending._async.clients import client_of, upsert
from tests.support.faulty_server import FaultyServer
from tests.support.private_data import assert_clean

Run = Callable[[Callable[[], Awaitable[Any]]], Any]
RUNNERS: dict[str, Run] = {
    "trio": trio.run,
    "anyio": lambda main: anyio.run(main, backend="trio"),
}
each_runner = pytest.mark.parametrize("run", RUNNERS.values(), ids=RUNNERS)


@each_runner
def test_a_client_needs_asyncio(server: FaultyServer, run: Run) -> None:
    async def main() -> None:
        async with client_of(server) as client:
            await upsert(client)

    with pytest.raises(ConfigurationError, match="asyncio") as caught:
        run(main)
    assert_clean(caught.value)
    assert server.attempts == 0


@each_runner
def test_over_a_client_handed_over(server: FaultyServer, run: Run) -> None:
    async def main() -> None:
        async with httpx.AsyncClient(trust_env=False) as http_client:
            await upsert(client_of(server, http_client=http_client))

    with pytest.raises(ConfigurationError, match="asyncio"):
        run(main)


@each_runner
def test_client_of_customerio(run: Run) -> None:
    async def main() -> None:
        async with AsyncCustomerIO("a-site-id", "a-key") as client:
            await client.delete("5")

    with pytest.raises(ConfigurationError, match="asyncio"):
        run(main)


@each_runner
def test_ping_says_so(server: FaultyServer, run: Run) -> None:
    async def main() -> None:
        async with client_of(server) as client:
            result = await client.ping()
            assert not result
            assert "asyncio" in result.message

    run(main)


@each_runner
def test_a_client_that_was_never_used_can_be_closed(run: Run) -> None:
    async def main() -> None:
        async with AsyncLunogram("sk_x"):
            pass

    run(main)
