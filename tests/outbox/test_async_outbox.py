"""The outbox in an event loop: it does what `Outbox` does, and never blocks the loop."""

from __future__ import annotations

import asyncio
import inspect
import os
import sqlite3
import subprocess
import sys
import threading
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import pytest
import trio

from lunogram import (
    ConfigurationError,
    Event,
    Lunogram,
    LunogramWarning,
    ValidationError,
    calls,
)
from lunogram.outbox import (
    AsyncOutbox,
    Checkpoint,
    Outbox,
    OutboxError,
    OutboxFullError,
    ReadNotSupportedError,
)
from lunogram.outbox.polling import wait_until_async
from lunogram.testing import Sandbox
from tests.outbox.stores import KINDS, StoreKind
from tests.support.known_users import upsert_users

from .test_queueing import WRITES, methods

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    return "asyncio", {"use_uvloop": request.param == "uvloop"}


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def shared_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where an outbox can be, in each kind of store."""
    kind: StoreKind = request.param
    url = kind.make()
    yield url
    kind.destroy(url)


@pytest.fixture
async def box(url: str) -> AsyncIterator[AsyncOutbox]:
    """An outbox in a file."""
    async with AsyncOutbox(url) as box:
        yield box


async def names(box: AsyncOutbox) -> str:
    """The names of the events that are pending, in order."""
    pending = await box.pending()
    return "".join((each.body or b"").partition(b'"name":"')[2][:1].decode() for each in pending)


def post(box: AsyncOutbox, name: str) -> Any:
    """Queue an event."""
    return box.user.events.post(Event(name, "user_1"))


async def eventually(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something is so."""
    assert await wait_until_async(20, is_so)


async def is_parked(box: AsyncOutbox) -> bool:
    """Whether one call is parked, and all others are delivered or dead."""
    stats = await box.stats()
    return stats.parked == stats.pending == 1


async def no_flush_runs() -> bool:
    return not any(thread.name == "lunogram-flush" for thread in threading.enumerate())


def sizes(file: Path) -> list[int]:
    """The size of the file of an outbox, if there is one."""
    return [file.stat().st_size] if file.exists() else []


# -- in all stores ---------------------------------------------------------------------------------


async def test_calls_are_queued_and_delivered(
    shared_url: str, client: Lunogram, project: Sandbox
) -> None:
    upsert_users(project, ["user_1"])
    project.fault("reject", event="bad")
    async with AsyncOutbox(shared_url, client=client) as box:
        for name in ("a", "bad", "b"):
            await post(box, name)
        await box.user.upsert("user_1", email="ada@example.com")
        assert (await box.flush(20)).pending == 0
        stats = await box.stats()
        assert (stats.delivered, stats.dead) == (3, 1)
        assert box.own_relay is not None
        assert "ada" not in repr(box)
    assert [each.name for each in project.events() if each.cause == "sent"] == ["a", "b"]
    assert project.user("user_1").email == "ada@example.com"


async def test_dead_letters_and_parked_calls(
    shared_url: str, client: Lunogram, project: Sandbox
) -> None:
    upsert_users(project, ["user_1"])
    project.fault("reject", event="bad")
    project.fault("error", status=500, path="/organizations")
    async with AsyncOutbox(shared_url) as box:
        await post(box, "bad")
        await box.organization.upsert("org_1")
        await post(box, "good")
        with Outbox(shared_url) as outbox, outbox.relay(client):
            await eventually(partial(is_parked, box))
        [parked] = await box.parked()
        assert parked.entry.subjects == ("organization:default:org_1",)
        assert await box.retry_parked("user:default:user_1") == 0
        assert await box.bury_parked("organization:default:org_1") == 1
        assert len(await box.dead_letters()) == 2
        assert await box.drop("all", older_than=3600) == 0
        assert await box.forget("organization:default:org_1") == 1
        assert await box.retry("all") == 1
        [entry] = await box.pending()
        assert await box.bury([entry.sequence]) == 1
        assert await box.drop("all") == 1
        stats = await box.stats()
        assert (stats.pending, stats.dead, stats.dropped) == (0, 0, 2)


async def test_calls_of_many_tasks_are_in_the_order_in_which_they_were_made(
    shared_url: str,
) -> None:
    async with AsyncOutbox(shared_url) as box:
        await asyncio.gather(*(post(box, name) for name in "abcdefghij"))
        assert await names(box) == "abcdefghij"


async def test_calls_in_one_transaction_with_a_checkpoint(shared_url: str) -> None:
    async with AsyncOutbox(shared_url) as box:
        new = [calls.delete(calls.USER, name) for name in ("user_1", "user_2")]
        await box.queue_calls(new, Checkpoint("import", "2"))
        assert await box.checkpoint("import") == "2"
        assert len(await box.pending(limit=1)) == 1


async def test_an_outbox_opens_with_its_first_call(shared_url: str) -> None:
    box = AsyncOutbox(shared_url)
    assert box.own_relay is None
    await asyncio.gather(post(box, "a"), post(box, "b"))
    assert await names(box) == "ab"
    await box.aclose()
    await box.aclose()
    for call in (post(box, "c"), box.stats(), box.flush()):
        with pytest.raises(OutboxError, match="it is closed; open another"):
            await call
    with Outbox(shared_url) as outbox:
        assert outbox.url == box.url
        assert outbox.stats().pending == 2


async def test_one_that_was_never_used_is_closed(file: Path, url: str) -> None:
    await AsyncOutbox(url).aclose()
    assert not sizes(file)


# -- the same as Outbox ----------------------------------------------------------------------------


SAME = ("queue_calls", "flush", "stats", "pending", "parked", "dead_letters", "checkpoint", "bury",
        "bury_parked", "retry_parked", "retry", "drop", "forget")  # fmt: skip


async def test_it_has_the_methods_of_an_outbox(box: AsyncOutbox, outbox: Outbox) -> None:
    ours, theirs = methods(box), methods(outbox)
    assert ours.keys() == theirs.keys()
    for owner, found in ((AsyncOutbox, ours), (Outbox, theirs)):
        found |= {name: getattr(owner, name) for name in SAME}
    for name, method in ours.items():
        assert inspect.iscoroutinefunction(method), name
        assert inspect.signature(method) == inspect.signature(theirs[name]), name


async def test_each_write_is_queued_as_by_an_outbox(box: AsyncOutbox, outbox: Outbox) -> None:
    for _, call in WRITES:
        await call(box)
    for _, call in WRITES:
        call(outbox)
    pending = [(each.name, each.path, each.body) for each in outbox.pending()]
    assert pending[: len(pending) // 2] == pending[len(pending) // 2 :]


async def test_what_it_lacks(box: AsyncOutbox) -> None:
    lacking: Any = box
    with pytest.raises(ReadNotSupportedError, match="use the client"):
        _ = lacking.push
    with pytest.raises(ReadNotSupportedError, match="use the client"):
        _ = lacking.user.inbox.count
    with pytest.raises(AttributeError):
        _ = lacking.nonsense
    with pytest.raises(ConfigurationError, match="this is the class"):
        await AsyncOutbox.user.upsert("user_1")
    stand_in: Any = create_autospec(AsyncOutbox, instance=True)
    await stand_in.user.upsert("user_1")


async def test_invalid_arguments_are_rejected_before_anything_is_opened(
    file: Path, url: str
) -> None:
    box = AsyncOutbox(url, strict=True)
    with pytest.raises(ValidationError, match=r"events\[0\]\.data\.at") as caught:
        await box.user.events.post(Event("a", "user_1", data={"at": object()}))
    assert Path(caught.traceback[-1].path).name == "_tracebacks.py"
    assert not sizes(file)
    with pytest.raises(ValidationError, match=r"belong to the platform's own events"):
        await post(box, "user.created")
    await box.aclose()


async def test_warnings_are_at_the_line_of_the_caller(
    box: AsyncOutbox, anyio_backend: tuple[str, dict[str, bool]]
) -> None:
    data = {f"loop_{anyio_backend[1]}": 2**53 + 1}  # of each path, one is issued
    with warnings.catch_warnings(record=True) as issued:
        warnings.simplefilter("always")
        await box.user.events.post(Event("a", "user_1", data=data))
    [warning] = issued
    assert warning.category is LunogramWarning
    assert warning.filename == __file__


@pytest.mark.parametrize(
    ("where", "options"),
    [
        ("mysql://x", {}),
        ("postgresql://user@[::1/test", {}),
        ("nats://127.0.0.1", {}),
        ("sqlite:///x.db", {"limit": -1}),
        ("sqlite:///x.db", {"concurrency": 2}),
        ("sqlite:///x.db", {"flush_timeout": -1}),
    ],
)
def test_invalid_options(where: str, options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        AsyncOutbox(where, **options)


async def test_ensured_users(url: str) -> None:
    async with AsyncOutbox(url, ensure_users=True) as box:
        await post(box, "a")
        await post(box, "b")
        queued = [entry.name for entry in await box.pending()]
    assert queued == ["upsert_user", "post_user_events", "post_user_events"]


# -- limits ----------------------------------------------------------------------------------------


async def test_a_full_outbox(url: str) -> None:
    async with AsyncOutbox(url, limit=1) as box:
        await post(box, "a")
        with pytest.raises(OutboxFullError):
            await post(box, "b")
    async with AsyncOutbox(url, limit=1, when_full="drop") as box:
        await post(box, "c")
        assert (await box.stats()).refused == 1


async def test_calls_wait_for_room_while_the_loop_goes_on(url: str) -> None:
    async with AsyncOutbox(url, limit=1, when_full="block", block_timeout=60) as box:
        await post(box, "a")
        waiting = [asyncio.create_task(post(box, name)) for name in "bc"]
        await asyncio.sleep(0.1)
        assert not any(task.done() for task in waiting)
        waiting[1].cancel()
        assert await box.bury([(await box.pending())[0].sequence]) == 1
        await waiting[0]
        assert await names(box) == "b"
        with pytest.raises(asyncio.CancelledError):
            await waiting[1]


async def test_waiting_for_room_ends(url: str) -> None:
    async with AsyncOutbox(url, limit=0, when_full="block", block_timeout=0.01) as box:
        with pytest.raises(OutboxFullError):
            await post(box, "a")


# -- the loop is never blocked ---------------------------------------------------------------------


@pytest.fixture
def locked(file: Path, url: str) -> Iterator[sqlite3.Connection]:
    """A connection, as of another process, that keeps the file of an outbox locked."""
    Outbox(url).close()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


async def test_the_loop_goes_on_while_another_process_keeps_the_file_locked(
    url: str, locked: sqlite3.Connection
) -> None:
    async with AsyncOutbox(url, lock_timeout=60) as box:
        queueing = asyncio.create_task(post(box, "a"))
        for _ in range(100):
            await asyncio.sleep(0.002)
        assert not queueing.done()
        assert (await box.stats()).pending == 0  # reading does not wait for who queues
        locked.execute("COMMIT")
        await queueing
        assert await names(box) == "a"


async def test_opening_does_not_block_the_loop(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    may_open = threading.Event()

    def slowly(*arguments: Any, **options: Any) -> Outbox:
        may_open.wait()
        return Outbox(*arguments, **options)

    monkeypatch.setattr("lunogram.outbox.async_outbox.Outbox", slowly)
    box = AsyncOutbox(url)
    queueing = asyncio.create_task(post(box, "a"))
    await asyncio.sleep(0.05)
    may_open.set()
    await queueing
    await box.aclose()


async def test_a_flush_holds_up_nothing_and_ends_when_it_is_cancelled(box: AsyncOutbox) -> None:
    await post(box, "a")
    flushes = [asyncio.create_task(box.flush(3600)) for _ in range(5)]
    await asyncio.sleep(0.05)
    await post(box, "b")
    for flush in flushes:
        flush.cancel()
    await asyncio.wait(flushes)
    assert all(flush.cancelled() for flush in flushes)
    await eventually(no_flush_runs)


# -- cancellation ----------------------------------------------------------------------------------


async def test_a_cancelled_call_that_waits_is_not_queued(
    url: str, locked: sqlite3.Connection
) -> None:
    async with AsyncOutbox(url, lock_timeout=60) as box:
        first = asyncio.create_task(post(box, "a"))
        await asyncio.sleep(0.05)
        second = asyncio.create_task(post(box, "b"))
        await asyncio.sleep(0.05)
        for task in (first, second):
            task.cancel()
        await asyncio.wait([first, second])
        locked.execute("COMMIT")
        await post(box, "c")
        assert await names(box) == "ac"  # the first had begun


async def test_a_batch_is_queued_as_a_whole_or_not_at_all(shared_url: str) -> None:
    async with AsyncOutbox(shared_url) as box:
        done = 0
        for step in range(40):
            task = asyncio.create_task(box.user.events.post([Event("e", "user_1")] * 20))
            await asyncio.sleep(0 if step % 2 else 0.001)
            task.cancel()
            await asyncio.wait([task])
            done += not task.cancelled()
        await post(box, "z")
        pending = (await box.stats()).pending - 1
        assert pending % 20 == 0
        assert 20 * done <= pending <= 20 * 40


# -- loops, forks, other libraries -----------------------------------------------------------------


def test_several_event_loops(shared_url: str) -> None:
    box = AsyncOutbox(shared_url)
    for name in "ab":
        asyncio.run(post(box, name))
    assert asyncio.run(names(box)) == "ab"
    asyncio.run(box.aclose())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_fork(shared_url: str) -> None:
    box = AsyncOutbox(shared_url)
    asyncio.run(post(box, "a"))
    child = os.fork()
    if not child:
        status = 1
        try:
            asyncio.run(post(box, "b"))
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    assert asyncio.run(names(box)) == "ab"
    asyncio.run(box.aclose())


def test_trio(url: str) -> None:
    box = AsyncOutbox(url)
    for work in (partial(post, box, "a"), box.stats):
        with pytest.raises(ConfigurationError, match="async clients need asyncio, and not trio"):
            trio.run(work)


def test_the_end_of_a_program_delivers_what_is_queued(url: str, project: Sandbox) -> None:
    upsert_users(project, ["user_1"])
    program = [sys.executable, "-W", "error", "-c", PROGRAM]
    subprocess.run([*program, url, project.base_url, project.api_key], check=True)
    assert [each.name for each in project.events() if each.cause == "sent"] == ["a"]


PROGRAM = """
import asyncio, sys
from lunogram import AsyncLunogram, Event
from lunogram.outbox import AsyncOutbox

async def main(url, base_url, key):
    box = AsyncOutbox(url, client=AsyncLunogram(key, base_url=base_url))
    await box.user.events.post(Event("a", "user_1"))

asyncio.run(main(*sys.argv[1:]))
"""
