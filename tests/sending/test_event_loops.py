"""One AsyncLunogram in several event loops, one after the other and at the same time."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import weakref
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

import pytest
import uvloop

from lunogram import AsyncLunogram, ClientClosedError
from tests.support.faults import Fault
from tests.support.faulty_server import AnsweringServer, FaultyServer, Seen
from tests.support.private_data import KEY, user

Run: TypeAlias = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture(params=[asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    """Runs a coroutine in an event loop of its own: asyncio's, or that of many servers."""
    chosen: Run = request.param
    return chosen


async def use(client: AsyncLunogram, times: int = 3) -> list[int]:
    users = [await client.user.upsert("user_123") for _ in range(times)]
    return [user.version for user in users]


async def use_and_close(client: AsyncLunogram) -> list[int]:
    async with client:
        return await use(client)


def test_one_loop_after_the_other(server: FaultyServer, run: Run) -> None:
    client = AsyncLunogram(KEY, base_url=server.base_url)
    assert run(use(client)) == [3, 3, 3]
    assert run(use(client)) == [3, 3, 3]
    assert run(use_and_close(client)) == [3, 3, 3]
    with pytest.raises(ClientClosedError):
        run(use(client))
    gc.collect()
    assert len(server.connections) == 3


def test_two_loops_at_the_same_time(server: FaultyServer, run: Run) -> None:
    client = AsyncLunogram(KEY, base_url=server.base_url)
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(run, use(client, 20)) for _ in range(2)]
        assert [run.result() for run in runs] == [[3] * 20] * 2
    run(client.aclose())
    gc.collect()
    assert len(server.connections) == 2


def test_many_tasks_at_the_same_time(server: FaultyServer, run: Run) -> None:
    async def gather() -> list[list[int]]:
        async with AsyncLunogram(KEY, base_url=server.base_url) as client:
            return await asyncio.gather(*(use(client) for _ in range(20)))

    assert run(gather()) == [[3, 3, 3]] * 20


def test_more_tasks_than_connections(server: FaultyServer, run: Run) -> None:
    async def gather() -> list[list[int]]:
        async with AsyncLunogram(KEY, base_url=server.base_url) as client:
            return await asyncio.gather(*(use(client, 1) for _ in range(150)))

    assert run(gather()) == [[3]] * 150
    assert len(server.connections) <= 100


def test_connections_that_are_not_needed_are_closed(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setattr("lunogram._http.limits.IDLE_SECONDS", 0.2)

    async def many_and_then_one() -> None:
        async with AsyncLunogram(KEY, base_url=server.base_url) as client:
            await asyncio.gather(*(use(client, 2) for _ in range(5)))
            while server.open_connections > 1:
                await use(client, 1)
                await asyncio.sleep(0.01)

    run(asyncio.wait_for(many_and_then_one(), 30))


def wait_until_hung_up(server: FaultyServer) -> None:
    while server.open_connections:
        time.sleep(0.01)


def test_connection_in_use_is_closed_when_its_request_is_done(run: Run) -> None:
    arrived, resume = threading.Event(), threading.Event()

    def answer_late(_seen: Seen) -> Fault:
        arrived.set()
        resume.wait()
        return user()

    async def close_meanwhile(server: FaultyServer) -> None:
        client = AsyncLunogram(KEY, base_url=server.base_url)
        task = asyncio.create_task(use(client, 1))
        await asyncio.to_thread(arrived.wait)
        await client.aclose()
        resume.set()
        assert await task == [3]
        await asyncio.to_thread(wait_until_hung_up, server)

    with AnsweringServer(answer_late) as server:
        run(asyncio.wait_for(close_meanwhile(server), 30))


def test_task_that_is_cancelled_leaves_the_client_whole(server: FaultyServer, run: Run) -> None:
    async def cancel() -> list[int]:
        async with AsyncLunogram(KEY, base_url=server.base_url) as client:
            await use(client, 1)
            for _ in range(5):
                task = asyncio.create_task(use(client, 1))
                await asyncio.sleep(0)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            return await use(client)

    assert run(cancel()) == [3, 3, 3]


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # of asyncio, for a loop that nobody closed
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_event_loop_that_is_dropped_is_not_kept(server: FaultyServer) -> None:
    # uvloop's own handles keep one that has open connections.
    client = AsyncLunogram(KEY, base_url=server.base_url)
    loop = asyncio.new_event_loop()
    for _ in range(3):
        assert loop.run_until_complete(use(client, 1)) == [3]
    assert len(server.connections) == 1
    dropped = weakref.ref(loop)
    del loop
    for _ in range(3):
        gc.collect()
    assert dropped() is None
    wait_until_hung_up(server)
