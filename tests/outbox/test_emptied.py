"""Reads whose connection is cut, and tables that somebody empties or drops under a program."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from lunogram import Event, Lunogram
from lunogram.calls import USER, post_events
from lunogram.outbox import Outbox, OutboxError
from lunogram.outbox.owner import new_owner
from lunogram.outbox.postgres import PostgresStore
from lunogram.outbox.store import Capacity, Checkpoint, DeadLetter, Entry, Limits, Outcomes
from tests.support import services
from tests.support.proxy import Proxy, Unheard

from .stores import PostgresKind

EMPTIED = "its tables were emptied, and what waited there is lost"


@pytest.fixture
def url() -> Iterator[str]:
    kind = PostgresKind()
    url = kind.make()
    yield url
    kind.destroy(url)


def entry() -> Entry:
    """Something to queue."""
    return Entry("POST", "/users/events", "", b"{}", ("user:default:u",), 1.5)


READS: dict[str, tuple[bytes, Callable[[PostgresStore], object]]] = {
    "stats": (b"pending_bytes", lambda store: store.stats().pending),
    "list": (b"attempts, crashes", lambda store: len(store.pending(None))),
    "dead letters": (b"died_at", lambda store: len(store.dead_letters(None))),
    "newest": (b"last_value", lambda store: store.newest()),
    "waits": (b"<=", lambda store: store.waits(9)),
    "verify": (b"partition", lambda store: store.verify()),
    "lease": (b"is_due", lambda store: len(store.lease("a 1 b", 60, Capacity(5)).entries)),
}


@pytest.mark.parametrize("read", READS)
def test_a_read_whose_connection_is_cut(url: str, read: str) -> None:
    word, use = READS[read]
    with Proxy(5432) as proxy:
        store = PostgresStore(url.replace(":5432", f":{proxy.port}"))
        store.add([entry()] * 3, Limits())
        store.settle(Outcomes(dead=[DeadLetter(store.pending(1)[0], 400, "no", 2.5)]))
        expected = use(store)
        store.release("a 1 b")
        proxy.plan(Unheard(word))
        assert use(store) == expected
        assert proxy.has_struck
        store.close()


def empty(url: str, *tables: str, restart: bool = False) -> None:
    """Empty tables, as tools for tests do."""
    schema = url.rpartition("=")[2]
    names = ", ".join(f"{schema}.{table}" for table in tables)
    services.run_in_postgres(f"TRUNCATE {names} {'RESTART IDENTITY' if restart else ''} CASCADE")


ALL = ("entries", "dead_letters", "partitions", "counters", "relays", "checkpoints", "version")


def test_tables_that_are_emptied(url: str) -> None:
    store = PostgresStore(url)
    store.add([entry()], Limits())
    empty(url, *ALL)
    with pytest.raises(OutboxError, match=EMPTIED):
        store.stats()
    with pytest.raises(OutboxError, match=EMPTIED):
        store.lease(new_owner(), 60, Capacity(5))
    with pytest.raises(OutboxError, match=EMPTIED):
        Outbox(url)
    assert "partition 0 is missing: no relay takes its entries" in store.verify()
    store.close()


def test_queueing_into_tables_that_are_emptied(url: str) -> None:
    checkpoint = Checkpoint("import", "1")
    with Outbox(url) as outbox:
        outbox.user.upsert("user_1")
        empty(url, *ALL)
        with pytest.raises(OutboxError, match=EMPTIED):
            outbox.user.upsert("user_2")
        with pytest.raises(OutboxError, match=EMPTIED):
            outbox.queue_calls([post_events(USER, [Event("e", "user_2")])], checkpoint)
        assert outbox.pending() == []
        assert outbox.checkpoint("import") == ""


@pytest.mark.parametrize(
    ("tables", "said"), [(("partitions",), EMPTIED), (ALL, EMPTIED), ((), "its tables are not in")]
)
def test_a_relay_whose_tables_are_emptied_or_dropped(
    url: str, client: Lunogram, tables: tuple[str, ...], said: str
) -> None:
    seen = threading.Event()

    def note(error: Exception) -> None:
        """Look for what was expected: a deadlock with the other transaction may be told before."""
        if said in str(error):
            seen.set()

    with Outbox(url) as outbox, outbox.relay(client, on_error=note):
        outbox.user.upsert("u")
        assert outbox.flush(20).pending == 0
        if tables:
            empty(url, *tables)
        else:
            services.run_in_postgres(f"DROP SCHEMA {url.rpartition('=')[2]} CASCADE")
        assert seen.wait(20)


def test_places_that_begin_again(url: str) -> None:
    store = PostgresStore(url)
    for _ in range(2):
        store.add([entry()], Limits())
        store.settle(Outcomes(dead=[DeadLetter(store.pending(1)[0], 400, "no", time.time())]))
        empty(url, "entries", restart=True)
    assert [letter.entry.sequence for letter in store.dead_letters(None)] == [1, 2]
    store.close()
