"""Stores on servers, while a program's tests freeze time or somebody moves the clock."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from freezegun import freeze_time

from lunogram.outbox import Outbox, OutboxError, OutboxFullError
from lunogram.outbox.nats import NATSStore
from lunogram.outbox.owner import new_owner
from lunogram.outbox.store import ALL_PARTITIONS, NO_PARTITIONS, Capacity, Entry, Limits
from lunogram.outbox.stores import open_store
from tests.support import services
from tests.support.nats_server import NATSServer

from .stores import NATSKind, PostgresKind, StoreKind

MOMENTS = ("2001-01-01", "2031-01-01")


@pytest.fixture(params=[PostgresKind(), NATSKind()], ids=lambda kind: kind.name)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    kind: StoreKind = request.param
    url = kind.make()
    yield url
    kind.destroy(url)


def entry() -> Entry:
    """Something to queue."""
    return Entry("POST", "/users", "", b"{}", ("user:default:u",), 1.5)


def test_leases_while_time_is_frozen(url: str) -> None:
    one, other = new_owner(), new_owner()
    with closing(open_store(url)) as store:
        store.add([entry()], Limits())
        assert len(store.lease(one, 3600, Capacity(5)).entries) == 1
        for moment in MOMENTS:
            with freeze_time(moment):
                assert store.lease(one, 3600, Capacity(5)).kept
                assert store.lease(other, 3600, Capacity(5)).entries == ()
                assert store.stats().pending == 1


def test_a_lease_runs_out_while_time_is_frozen(url: str) -> None:
    # Of another machine, so that nobody can see that it is gone.
    gone, other = "elsewhere 1 a", new_owner()
    with closing(open_store(url)) as store, freeze_time("2031-01-01"):
        store.add([entry()], Limits())
        assert len(store.lease(gone, 0.2, Capacity(5)).entries) == 1
        while not (found := store.lease(other, 0.2, Capacity(5)).entries):
            signal.sigtimedwait([], 0.05)  # a pause that nobody freezes
        assert found[0].crashes == 1


def test_a_limit_is_counted_while_time_is_frozen(url: str) -> None:
    with freeze_time("2031-01-01"), Outbox(url, limit=1) as outbox, Outbox(url) as other:
        outbox.user.upsert("u")
        with pytest.raises(OutboxFullError):
            outbox.user.upsert("v")
        other.bury([1])
        while True:
            try:
                outbox.user.upsert("v")
            except OutboxFullError:
                continue
            break


@pytest.mark.slow
def test_a_server_that_hangs_while_time_is_frozen(tmp_path: Path) -> None:
    with (
        NATSServer(tmp_path) as server,
        closing(NATSStore(f"nats://{server.address}/calls", patience=2)) as store,
    ):
        server.stop()
        with freeze_time("2031-01-01"), pytest.raises(OutboxError, match="can't be used"):
            store.stats()
        server.resume()


def test_the_clock_of_the_database_is_put_back() -> None:
    """A lease that was written before seems to last for years."""
    kind = PostgresKind()
    url = kind.make()
    schema = url.rpartition("=")[2]
    with closing(open_store(url)) as store:
        assert store.lease("elsewhere 1 a", 60, Capacity(5)).kept == NO_PARTITIONS
        services.run_in_postgres(f"UPDATE {schema}.relays SET expires_at = '2099-01-01'")
        owner = new_owner()
        store.lease(owner, 60, Capacity(5))
        assert store.lease(owner, 60, Capacity(5)).kept == ALL_PARTITIONS
    kind.destroy(url)
