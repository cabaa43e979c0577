"""Many calls at once, other people's transactions, full outboxes in coroutines, and flushing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lunogram import ConfigurationError, Event, Lunogram, ValidationError, calls
from lunogram.outbox import (
    Checkpoint,
    Entry,
    Outbox,
    OutboxError,
    OutboxFullError,
    ReadNotSupportedError,
)
from lunogram.outbox.flush import FlushResult
from lunogram.outbox.sqlite import SQLiteStore
from lunogram.outbox.store import Limits, Outcomes, Stats, Store
from tests.support.relays import post, replace_store


def upsert(name: str) -> calls.Call[Any]:
    """A call."""
    return calls.upsert_user(name, email=None, phone=None, timezone=None, locale=None, data=None)


def test_calls_are_queued_with_a_bookmark(outbox: Outbox) -> None:
    events = calls.post_events(calls.USER, [Event("a", "u"), Event("b", "u")])
    outbox.queue_calls([upsert("u"), events], Checkpoint("people.csv", "17"))
    assert [entry.path for entry in outbox.pending(9)] == ["/users", *["/users/events"] * 2]
    assert outbox.checkpoint("people.csv") == "17"


def test_nothing_but_a_bookmark(outbox: Outbox) -> None:
    outbox.queue_calls([], Checkpoint("people.csv", "17"))
    assert outbox.checkpoint("people.csv") == "17"
    assert outbox.stats().queued == 0


@pytest.mark.parametrize("when_full", ["raise", "block", "drop"])
def test_without_room_there_is_no_call_and_no_bookmark(url: str, when_full: Any) -> None:
    with Outbox(url, limit=2, when_full=when_full, block_timeout=0.05) as outbox:
        try:
            outbox.queue_calls([upsert(name) for name in "abc"], Checkpoint("people.csv", "3"))
        except OutboxFullError:
            assert when_full != "drop"
        stats = outbox.stats()
        assert (stats.queued, stats.refused) == (0, 3 if when_full == "drop" else 0)
        assert outbox.checkpoint("people.csv") == ""


def test_a_coroutine_is_not_blocked(url: str) -> None:
    async def fill(outbox: Outbox) -> None:
        outbox.user.upsert("a")
        with pytest.raises(OutboxFullError):
            outbox.user.upsert("b")

    # It would be the longest test of all if it blocked.
    with Outbox(url, limit=1, when_full="block", block_timeout=100_000) as outbox:
        asyncio.run(fill(outbox))


# -- in a transaction -----------------------------------------------------------------------------


def test_only_a_database_can_take_part_in_a_transaction(outbox: Outbox) -> None:
    with pytest.raises(ConfigurationError, match="only an outbox in PostgreSQL"):
        outbox.using(object())


class Transactional(SQLiteStore):
    """A store that takes part in transactions, as far as that can be without a database."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.taken: list[tuple[object, Entry, Limits]] = []

    def add_using(self, connection: object, entries: Sequence[Entry], limits: Limits) -> bool:
        """As `TransactionalStore.add_using`."""
        self.taken += [(connection, entry, limits) for entry in entries]
        return len(self.taken) < 3

    def statement(self, entries: Sequence[Entry], limits: Limits) -> None:
        """As `TransactionalStore.statement`, which only async connections need."""
        raise NotImplementedError

    def added(self, entries: Sequence[Entry], count: int) -> None:
        """As `TransactionalStore.added`, which only async connections need."""
        raise NotImplementedError


def test_the_connection_is_handed_on_with_the_same_checks(url: str) -> None:
    store = Transactional(Path(url.removeprefix("sqlite:///")))
    with closing(Outbox(url, limit=5)) as outbox, closing(outbox._store):
        replace_store(outbox, store)
        connection = object()
        writes = outbox.using(connection)
        writes.user.events.post([Event("a", "u"), Event("b", "u")])
        assert [(on, limits) for on, _, limits in store.taken] == [(connection, Limits(5))] * 2
        with pytest.raises(ValidationError):
            writes.user.upsert("u", email="no address")
        with pytest.raises(OutboxFullError):
            writes.user.upsert("u")
        with pytest.raises(ReadNotSupportedError):
            _ = writes.user.inbox.page  # type: ignore[attr-defined]
        assert outbox.stats().queued == 0


# -- flushing -------------------------------------------------------------------------------------


def test_flush_counts_what_newer_calls_have_overtaken(outbox: Outbox) -> None:
    post(outbox, *"abc")
    store, stopping = outbox._store, threading.Event()

    def deliver_others() -> None:
        """Queue more, and deliver that and one of the first, but not the rest."""
        while not stopping.wait(0.02):
            post(outbox, *"xyz")
            newer = [entry for entry in store.pending(None) if entry.sequence != 2]
            store.settle(Outcomes(delivered=newer[1:]))

    thread = threading.Thread(target=deliver_others)
    thread.start()
    result = outbox.flush(0.5)
    stopping.set()
    thread.join()
    assert result == FlushResult(delivered=1, pending=2, dead=0)


class Hanging:
    """A store whose numbers take for ever."""

    def __init__(self, store: Store, answers: int) -> None:
        self._store = store
        self._answers = answers
        self.goes_on = threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def stats(self) -> Stats:
        """As `Store.stats`."""
        return self._store.stats()

    def waits(self, up_to: int) -> bool:
        """As `Store.waits`."""
        self._answers -= 1
        if self._answers < 0:
            self.goes_on.wait()
        return self._store.waits(up_to)

    def newest(self) -> int:
        """As `Store.newest`."""
        self._answers -= 1
        if self._answers < 0:
            self.goes_on.wait()
        return self._store.newest()


@pytest.mark.slow
def test_flush_comes_back_from_a_store_that_hangs(outbox: Outbox) -> None:
    post(outbox, "a", "b")
    store, hanging = outbox._store, Hanging(outbox._store, answers=3)
    replace_store(outbox, hanging)
    assert outbox.flush(0.1) == FlushResult(delivered=0, pending=2, dead=0)
    hanging.goes_on.set()
    silent = Hanging(store, answers=0)
    replace_store(outbox, silent)
    with pytest.raises(OutboxError, match="did not respond in time"):
        outbox.flush(0.1)
    silent.goes_on.set()


def test_flush_says_what_is_wrong(url: str) -> None:
    outbox = Outbox(url)
    outbox.close()
    with pytest.raises(OutboxError, match="it is closed"):
        outbox.flush()


def test_options_of_the_relay_pass_through_the_client(
    client: Lunogram, url: str, project: Any
) -> None:
    died: list[object] = []
    project.fault("reject", event="bad")
    with Outbox(url, client=client, concurrency=4, rate=1000, on_dead_letter=died.append) as outbox:
        post(outbox, "bad")
        assert outbox.flush(20).pending == 0
        assert outbox.stats().dead == 1
    assert len(died) == 1
