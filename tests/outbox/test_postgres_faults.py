"""Connections that are cut where it hurts, and servers that go away and come back."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from lunogram import Event, Lunogram
from lunogram.outbox import Outbox, OutboxError
from lunogram.outbox.owner import new_owner
from lunogram.outbox.postgres import PostgresStore
from lunogram.outbox.store import ALL_PARTITIONS, Capacity, Checkpoint, Entry, Limits, Outcomes
from lunogram.testing import Sandbox
from tests.support import services
from tests.support.cluster import Cluster
from tests.support.forked_client import fork
from tests.support.known_users import upsert_users
from tests.support.proxy import Proxy, Unheard, Unsent

from .stores import PostgresKind

# From Python 3.12 on, a fork while threads run is warned of. It is what some tests are about.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

LONG = 3600.0
NO_LIMITS = Limits()
FAULTS = pytest.mark.parametrize("fault", [Unsent, Unheard])


@pytest.fixture
def direct() -> Iterator[str]:
    kind = PostgresKind()
    url = kind.make()
    yield url
    kind.destroy(url)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy(5432) as proxy:
        yield proxy


@pytest.fixture
def url(direct: str, proxy: Proxy) -> str:
    """The way to the outbox through the proxy."""
    return direct.replace(":5432", f":{proxy.port}")


@pytest.fixture
def store(url: str) -> Iterator[PostgresStore]:
    store = PostgresStore(url)
    yield store
    store.close()


def entry(subject: object = "u") -> Entry:
    """Something to queue."""
    return Entry("POST", "/users/events", "", b"{}", (f"user:default:{subject}",), 1.5)


def terminate(name: str) -> None:
    """End sessions by the name of their application, as an administrator may."""
    services.run_in_postgres(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = %s",
        name,
    )


# -- a connection that is cut ----------------------------------------------------------------------


def test_sessions_that_were_ended_while_nothing_happened(direct: str) -> None:
    name = f"app_{direct.rpartition('_')[2]}"
    store, owner = PostgresStore(f"{direct}&application_name={name}"), new_owner()
    terminate(name)
    store.add([entry(), entry()], NO_LIMITS)
    terminate(name)
    given = store.lease(owner, LONG, Capacity(5)).entries
    assert [each.sequence for each in given] == [1, 2]
    terminate(name)
    store.settle(Outcomes(delivered=given[:1], failed=given[1:]))
    terminate(name)
    assert [each.attempts for each in store.pending(None)] == [1]
    terminate(name)
    store.release(owner)
    assert store.stats().delivered == 1
    store.close()


def test_a_session_that_is_ended_while_it_queues(direct: str) -> None:
    name = f"app_{direct.rpartition('_')[2]}"
    store = PostgresStore(f"{direct}&application_name={name}", patience=20)
    thread = threading.Thread(target=store.add, args=([entry()], NO_LIMITS))
    with services.postgres() as admin, admin.transaction():
        table = f"{direct.rpartition('=')[2]}.entries"
        admin.execute(f"LOCK TABLE {table}".encode())
        thread.start()
        waiting = "SELECT FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
        while admin.execute(waiting, [table]).fetchone() is None:
            time.sleep(0.01)
        terminate(name)
    thread.join()
    assert store.stats().pending == 1
    store.close()


@pytest.mark.parametrize(("fault", "expected"), [(Unsent, {1}), (Unheard, {1, 2})])
def test_queueing_is_never_lost(
    store: PostgresStore, proxy: Proxy, fault: type[Unsent | Unheard], expected: set[int]
) -> None:
    proxy.plan(fault(b"INSERT INTO"))
    assert store.add([entry()], NO_LIMITS)
    assert proxy.has_struck
    assert store.stats().pending in expected


@FAULTS
def test_with_a_bookmark_it_is_never_queued_twice(
    store: PostgresStore, proxy: Proxy, fault: type[Unsent | Unheard]
) -> None:
    proxy.plan(fault(b"COMMIT"))
    with pytest.raises(OutboxError, match="can't be used"):
        store.add([entry()], NO_LIMITS, Checkpoint("import", "1"))
    assert proxy.has_struck
    if not store.checkpoint("import"):  # what an import does when it goes on
        store.add([entry()], NO_LIMITS, Checkpoint("import", "1"))
    assert store.stats().pending == 1
    assert store.checkpoint("import") == "1"


@FAULTS
@pytest.mark.parametrize("word", [b"COMMIT", b"SET taken_by", b"SET owner", b"BEGIN"])
def test_what_is_leased_comes_once(
    store: PostgresStore, proxy: Proxy, fault: type[Unsent | Unheard], word: bytes
) -> None:
    store.add([entry()] * 10, NO_LIMITS)
    owner = new_owner()
    proxy.plan(fault(word))
    first = store.lease(owner, LONG, Capacity(4))
    assert proxy.has_struck
    proxy.plan(fault(b"COMMIT"))
    second = store.lease(owner, LONG, Capacity(4, empty_handed=False))
    assert proxy.has_struck
    assert second.kept == ALL_PARTITIONS
    assert [each.sequence for each in first.entries + second.entries] == [*range(1, 9)]
    assert {each.crashes for each in first.entries + second.entries} == {0}


def test_a_lease_that_was_lost_with_the_server(store: PostgresStore, proxy: Proxy) -> None:
    store.add([entry()] * 10, NO_LIMITS)
    owner = new_owner()
    held = store.lease(owner, LONG, Capacity(2)).entries
    for _ in range(2):
        proxy.plan(Unheard(b"COMMIT"), vanish=True)
        with pytest.raises(OutboxError, match="can't be used"):
            store.lease(owner, LONG, Capacity(3, empty_handed=False))
        proxy.listen()
    lease = store.lease(owner, LONG, Capacity(50, empty_handed=False))
    assert lease.kept == ALL_PARTITIONS
    assert [each.sequence for each in held + lease.entries] == [*range(1, 11)]


@FAULTS
def test_what_is_settled_is_counted_once(
    store: PostgresStore, proxy: Proxy, fault: type[Unsent | Unheard]
) -> None:
    store.add([entry()] * 4, NO_LIMITS)
    given = store.lease(new_owner(), LONG, Capacity(4)).entries
    proxy.plan(fault(b"COMMIT"))
    store.settle(Outcomes(delivered=given[:3]))
    assert proxy.has_struck
    assert (store.stats().delivered, store.stats().pending) == (3, 1)


# -- a server that is away -------------------------------------------------------------------------


def test_a_server_that_goes_and_comes_back(store: PostgresStore, proxy: Proxy) -> None:
    store.add([entry()], NO_LIMITS)
    for _ in range(2):
        proxy.vanish()
        for use in (store.stats, lambda: store.add([entry()], NO_LIMITS), store.newest):
            with pytest.raises(OutboxError, match=r"can't be used: .*refused"):
                use()
        proxy.listen()
        assert store.stats().pending == 1


def test_others_who_keep_it_locked(direct: str) -> None:
    store = PostgresStore(direct, patience=0.2)
    with services.postgres() as admin, admin.transaction():
        admin.execute(f"LOCK TABLE {direct.rpartition('=')[2]}.entries".encode())
        with pytest.raises(OutboxError, match="it took longer than it may"):
            store.add([entry()], NO_LIMITS)
    store.add([entry()], NO_LIMITS)
    assert store.stats().pending == 1
    store.close()


def came(project: Sandbox) -> list[int]:
    """The numbers of the events, in the order in which each came first."""
    return list(dict.fromkeys(event.data["n"] for event in project.events(name="it.happened")))


@pytest.mark.usefixtures("impatient")
def test_a_relay_whose_connections_are_cut(
    direct: str, url: str, proxy: Proxy, client: Lunogram, project: Sandbox
) -> None:
    upsert_users(project, ["user_1"])
    with Outbox(url) as outbox, Outbox(direct) as other, outbox.relay(client, batch=7):
        for number in range(200):
            other.user.events.post(Event("it.happened", "user_1", data={"n": number}))
            if number % 20 == 0:
                proxy.vanish()
                proxy.listen()
        assert other.flush(30).pending == 0
    assert came(project) == list(range(200))


def queue_whatever_happens(url: str, count: int) -> None:
    """Queue events, each until that has worked."""
    with Outbox(url) as outbox:
        for number in range(count):
            while True:
                try:
                    outbox.user.events.post(Event("it.happened", "u", data={"n": number}))
                except OutboxError:
                    time.sleep(0.01)
                else:
                    break
            time.sleep(0.005)


def test_a_server_that_crashes(project: Sandbox) -> None:
    upsert_users(project, ["u"])
    with Cluster() as cluster:
        with Outbox(cluster.url):
            child = fork(lambda: queue_whatever_happens(cluster.url, 300))
        program = [sys.executable, "-m", "lunogram.cli", "relay", cluster.url, "--batch", "10"]
        relay = subprocess.Popen(
            program, stdout=subprocess.PIPE, text=True, env={**os.environ, **project.environ}
        )
        for _ in range(2):
            seen = len(came(project))
            while len(came(project)) < seen + 30:
                time.sleep(0.02)
            cluster.crash()
        assert os.waitpid(child, 0)[1] == 0
        with Outbox(cluster.url) as outbox:
            assert outbox.flush(60).pending == 0
            assert outbox.stats().dead == 0
        relay.terminate()
        said = relay.communicate(timeout=20)[0]
    assert relay.returncode == 0, said
    assert came(project) == list(range(300))
    sent = len(project.events(name="it.happened"))
    print(f"2 crashes: 300 queued, 0 lost, {sent - 300} duplicates")
