"""What only a store in PostgreSQL has: a URL of libpq, tables and rights, shares, forks."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from lunogram.errors import ConfigurationError
from lunogram.outbox import OutboxError
from lunogram.outbox.owner import new_owner
from lunogram.outbox.postgres import PostgresStore, sql_of_tables
from lunogram.outbox.store import Capacity, Checkpoint, Entry, Limits, Outcomes
from lunogram.outbox.stores import open_store
from tests.support import services
from tests.support.forked_client import fork

from .stores import PostgresKind

# From Python 3.12 on, a fork while threads run is warned of. It is what some tests are about.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

LONG = 3600.0
NO_LIMITS = Limits()


@pytest.fixture
def url() -> Iterator[str]:
    kind = PostgresKind()
    url = kind.make()
    yield url
    kind.destroy(url)


@pytest.fixture
def store(url: str) -> Iterator[PostgresStore]:
    store = PostgresStore(url)
    yield store
    store.close()


@pytest.fixture
def admin() -> Iterator[Any]:
    """Somebody with all rights."""
    with services.postgres() as connection:
        yield connection


def entry(subject: object = "u") -> Entry:
    """Something to queue."""
    return Entry("POST", "/users/events", "", b"{}", (f"user:default:{subject}",), 1.5)


def schema_of(url: str) -> str:
    """The name of the schema in a URL."""
    return url.rpartition("=")[2]


def insert(schema: str) -> str:
    """What queues an entry behind our back."""
    return f"""INSERT INTO {schema}.entries (partition, call, body, queued_at) VALUES (44, '{{
        "method": "POST", "path": "/users", "query": "", "subjects": [], "trace": ""}}', '1', 1)"""


# -- the URL ---------------------------------------------------------------------------------------


def test_what_is_shown_of_a_url(url: str) -> None:
    secret = url.replace("postgres@", "postgres:s3cret%40pass@") + "&password=other"
    store = PostgresStore(secret.replace("?", "?application_name=shop&"))
    assert store.url == url
    assert "s3cret" not in repr(store._session.place)
    store.close()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:s3cret/word@host/db",
        "postgresql://u:s3cret%zz@host/db",
        "postgresql://u:s3cret@host/db?nonsense=1",
        "postgresql://u:s3cret@host/db?outbox_schema=a-b",
        "postgresql://u:s3cret@host/db?outbox_schema=a;drop",
    ],
)
def test_urls_that_cannot_be_right(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        PostgresStore(url)
    assert "s3cret" not in str(caught.value)
    assert "word" not in str(caught.value).replace("password", "")


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(
        OutboxError, match=r"postgresql://u@127\.0\.0\.1:9/db can't be used: .*refused"
    ) as caught:
        open_store("postgresql://u:s3cret@127.0.0.1:9/db")
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["psycopg", "psycopg.pq"])
def test_without_the_extra(name: str) -> None:
    program = (
        f"import sys; sys.modules[{name!r}] = None\n"
        "from lunogram.outbox import Outbox\n"
        "Outbox('postgresql://u@127.0.0.1/db')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert "ConfigurationError: an outbox in PostgreSQL needs psycopg" in done.stderr
    assert "lunogram[outbox-postgres]" in done.stderr


def test_other_outboxes_do_not_import_psycopg() -> None:
    program = "import sys, lunogram.outbox.outbox; sys.exit('psycopg' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# -- tables and rights -----------------------------------------------------------------------------


def open_and_add(url: str) -> None:
    """Open a store that may not be there yet, and queue something."""
    store = PostgresStore(url, patience=30)
    store.add([entry()], NO_LIMITS)
    store.close()


def test_many_processes_make_the_tables_at_once(url: str) -> None:
    starting = multiprocessing.get_context("fork")
    processes = [starting.Process(target=open_and_add, args=(url,)) for _ in range(8)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 8
    store = PostgresStore(url, create=False)
    assert store.stats().pending == 8
    store.close()


def test_none_is_made_by_looking(url: str) -> None:
    with pytest.raises(OutboxError, match="there is no outbox in the schema outbox_"):
        PostgresStore(url, create=False)


@pytest.mark.usefixtures("store")
def test_tables_of_another_version(url: str, admin: Any) -> None:
    admin.execute(f"UPDATE {schema_of(url)}.version SET version = 99, oldest_reader = 99")
    with pytest.raises(OutboxError, match="was upgraded by a newer version of lunogram"):
        PostgresStore(url)


@pytest.fixture
def role(url: str, admin: Any) -> Iterator[str]:
    """A role that may connect, and nothing else."""
    name = f"role_of_{schema_of(url)}"
    admin.execute(f"CREATE ROLE {name} LOGIN")
    yield name
    admin.execute(f"DROP OWNED BY {name}")
    admin.execute(f"DROP ROLE {name}")


def test_a_role_with_no_more_rights_than_needed(url: str, role: str, admin: Any) -> None:
    name = schema_of(url)
    theirs = url.replace("postgres@", f"{role}@")
    with pytest.raises(OutboxError, match="no right to create the outbox's tables") as caught:
        PostgresStore(theirs)
    assert "administrator has to run" in str(caught.value)

    admin.execute(sql_of_tables(name))
    with pytest.raises(OutboxError, match="the role lacks rights"):
        PostgresStore(theirs)

    admin.execute(f"GRANT USAGE ON SCHEMA {name} TO {role}")
    admin.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {name} TO {role}")
    admin.execute(f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA {name} TO {role}")
    store, owner = PostgresStore(theirs), new_owner()
    store.add([entry(), entry()], NO_LIMITS, Checkpoint("a", "1"))
    given = store.lease(owner, LONG, Capacity(5)).entries
    store.settle(Outcomes(delivered=given[:1]))
    store.release(owner)
    assert (store.newest(), store.stats().pending, store.verify()) == (2, 1, [])
    store.close()


def test_a_role_that_may_only_queue(url: str, role: str, admin: Any) -> None:
    name = schema_of(url)
    admin.execute(sql_of_tables(name))
    admin.execute(f"GRANT USAGE ON SCHEMA {name} TO {role}")
    admin.execute(f"GRANT SELECT ON {name}.version TO {role}")
    admin.execute(f"GRANT INSERT ON {name}.entries TO {role}")
    store = PostgresStore(url.replace("postgres@", f"{role}@"))
    assert store.add([entry()], NO_LIMITS)
    with pytest.raises(OutboxError, match="the role lacks rights"):
        store.stats()
    store.close()


def test_tables_that_vanish(store: PostgresStore, url: str, admin: Any) -> None:
    admin.execute(f"DROP SCHEMA {schema_of(url)} CASCADE")
    with pytest.raises(OutboxError, match="its tables are not in the database"):
        store.add([entry()], NO_LIMITS)


@pytest.mark.parametrize(
    ("durability", "set_up", "expected"),
    [
        ("process", "off", "off"),
        ("process", "on", "on"),
        ("power", "off", "on"),
        ("power", "remote_apply", "remote_apply"),
    ],
)
def test_durability(url: str, durability: Any, set_up: str, expected: str) -> None:
    option = f"&options=-c%20synchronous_commit%3D{set_up}"
    store = PostgresStore(url + option, durability=durability)
    query = "SHOW synchronous_commit"
    assert store._session.run(lambda found: found.execute(query).fetchone()) == (expected,)
    store.close()


def test_what_is_wrong(store: PostgresStore, url: str, admin: Any) -> None:
    name = schema_of(url)
    store.add([entry(), entry(), entry(), entry()], NO_LIMITS)
    admin.execute(f"UPDATE {name}.entries SET partition = 63 WHERE sequence = 1")
    admin.execute(f"UPDATE {name}.entries SET body = '{{' WHERE sequence = 2")
    admin.execute(f"UPDATE {name}.entries SET call = '[]' WHERE sequence = 3")
    admin.execute(f"UPDATE {name}.entries SET taken_by = 'nobody' WHERE sequence = 4")
    admin.execute(f"DELETE FROM {name}.partitions WHERE partition = 5")
    partition = entry().partition
    assert store.verify() == [
        "partition 5 is missing: no relay takes its entries",
        "entry 4: it is leased to a relay that does not exist",
        f"entry 1: it is in partition 63, and belongs in partition {partition}",
        "entry 2: its body is not JSON",
        "entry 3: its call can't be read",
    ]


# -- queueing --------------------------------------------------------------------------------------


def test_a_transaction_that_commits_late(store: PostgresStore, url: str, admin: Any) -> None:
    owner = new_owner()
    with admin.transaction():
        admin.execute(insert(schema_of(url)))
        store.add([entry()], NO_LIMITS)
        first = store.lease(owner, LONG, Capacity(5)).entries
        store.settle(Outcomes(delivered=first))
    assert [each.sequence for each in first] == [2]
    assert [each.sequence for each in store.lease(owner, LONG, Capacity(5)).entries] == [1]


def test_nobody_waits_for_a_transaction_that_takes_long(
    url: str, store: PostgresStore, admin: Any
) -> None:
    impatient = PostgresStore(url, patience=0.5)
    with admin.transaction():
        admin.execute(insert(schema_of(url)))
        impatient.add([entry()], Limits(entries=100))
        given = impatient.lease(new_owner(), LONG, Capacity(5)).entries
        impatient.settle(Outcomes(delivered=given))
        assert len(given) == 1
        assert store.stats().pending == 0
    assert store.stats().pending == 1
    impatient.close()


def test_limits_that_others_fill(store: PostgresStore, url: str) -> None:
    other = PostgresStore(url)
    assert other.add([entry()] * 3, Limits(entries=4))
    assert not store.add([entry()] * 2, Limits(entries=4))
    assert store.add([entry()], Limits(entries=4))
    other.settle(Outcomes(delivered=other.lease(new_owner(), LONG, Capacity(9)).entries))
    assert other.add([entry()] * 4, Limits(entries=4))
    other.close()


def test_a_bookmark_and_its_entries_are_one(store: PostgresStore, url: str, admin: Any) -> None:
    admin.execute(f"ALTER TABLE {schema_of(url)}.checkpoints ADD CHECK (value <> '\"2\"')")
    store.add([entry()], NO_LIMITS, Checkpoint("a", "1"))
    with pytest.raises(OutboxError, match=r"the server rejected it \(CheckViolation, 23514\)"):
        store.add([entry()], NO_LIMITS, Checkpoint("a", "2"))
    assert (store.checkpoint("a"), store.stats().pending) == ("1", 1)


def test_many_large_bodies_are_not_read_at_once(store: PostgresStore) -> None:
    for _ in range(4):
        store.add([attrs.evolve(entry(), body=b"1" * 400_000)] * 5, NO_LIMITS)
    owner = new_owner()
    given = [store.lease(owner, LONG, Capacity(100, 1_000_000)).entries for _ in range(11)]
    assert [len(each) for each in given] == [2] * 10 + [0]


# -- shares ----------------------------------------------------------------------------------------


def partitions_of(store: PostgresStore, owners: list[str], rounds: int = 4) -> list[frozenset[int]]:
    """Which partitions relays have, once they have come to terms."""
    for _ in range(rounds - 1):
        for owner in owners:
            store.lease(owner, LONG, Capacity(0))
    return [store.lease(owner, LONG, Capacity(0)).kept for owner in owners]


def test_relays_come_and_go(store: PostgresStore) -> None:
    owners = [new_owner() for _ in range(5)]
    for count in (1, 2, 3, 5):
        kept = partitions_of(store, owners[:count])
        assert frozenset().union(*kept) == frozenset(range(64))
        assert sum(map(len, kept)) == 64
        assert max(map(len, kept)) == -(-64 // count)
    for owner in owners[1:]:
        store.release(owner)
    assert [len(each) for each in partitions_of(store, owners[:1])] == [64]


def test_more_relays_than_partitions(store: PostgresStore) -> None:
    kept = partitions_of(store, [new_owner() for _ in range(66)])
    assert sorted(map(len, kept)) == [0, 0] + [1] * 64


def test_partitions_are_given_away_when_nothing_of_them_is_on_its_way(store: PostgresStore) -> None:
    store.add([entry(number) for number in range(300)], NO_LIMITS)
    first, second = new_owner(), new_owner()
    held = store.lease(first, LONG, Capacity(300)).entries
    store.add([entry(number) for number in range(300)], NO_LIMITS)
    assert partitions_of(store, [first, second]) == [frozenset(range(64)), frozenset()]
    assert {each.partition for each in store.lease(first, LONG, Capacity(300)).entries} == set(
        range(32)
    )
    store.settle(Outcomes(delivered=[each for each in held if each.partition >= 32]))
    assert partitions_of(store, [first, second]) == [frozenset(range(32)), frozenset(range(32, 64))]
    assert {each.partition for each in store.lease(second, LONG, Capacity(300)).entries} == set(
        range(32, 64)
    )


def test_partitions_in_which_something_waits_are_taken_first(store: PostgresStore) -> None:
    owners = [new_owner() for _ in range(32)]
    kept = partitions_of(store, owners)
    store.add([each for each in map(entry, range(300)) if each.partition in (5, 60)], NO_LIMITS)
    for owner, partitions in zip(owners, kept, strict=True):
        if partitions & {3, 5, 60, 62}:
            store.release(owner)
    (partitions,) = partitions_of(store, [new_owner()])
    assert len(partitions) == 3
    assert partitions >= {5, 60}


def test_a_relay_on_this_machine_whose_process_has_ended(store: PostgresStore, url: str) -> None:
    store.add([entry()], NO_LIMITS)

    def work() -> None:
        assert len(PostgresStore(url).lease(new_owner(), LONG, Capacity(5)).entries) == 1

    assert os.waitpid(fork(work), 0)[1] == 0
    (given,) = store.lease(new_owner(), LONG, Capacity(5)).entries
    assert (given.attempts, given.crashes) == (1, 1)


# -- forks -----------------------------------------------------------------------------------------


def test_forks(store: PostgresStore) -> None:
    def work() -> None:
        for _ in range(20):
            store.add([entry()], NO_LIMITS)
        store.close()

    store.add([entry()], NO_LIMITS)
    backend = "SELECT pg_backend_pid()"
    before = store._session.run(lambda found: found.execute(backend).fetchone())
    children = [fork(work) for _ in range(3)]
    work_of_parent = [store.add([entry()], NO_LIMITS) for _ in range(20)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    assert all(work_of_parent)
    assert store.stats().pending == 81
    # The parent's session went on through all of it.
    assert store._session.run(lambda found: found.execute(backend).fetchone()) == before
