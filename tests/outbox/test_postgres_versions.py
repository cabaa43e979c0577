"""Outboxes in PostgreSQL that other versions of lunogram have created, or use at the same time."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from lunogram import Event, Lunogram
from lunogram.operations import (
    ADD_ORGANIZATION_USER,
    DELETE_USER,
    POST_USER_EVENTS,
    UPSERT_ORGANIZATION,
    UPSERT_USER,
)
from lunogram.outbox import Outbox, OutboxError
from lunogram.outbox.postgres import PostgresStore, sql_of_tables
from lunogram.outbox.store import Entry, Limits
from lunogram.testing import Sandbox
from tests.support import services

FIXTURES = sorted(Path(__file__).parent.joinpath("fixtures").glob("postgres_*.sql"))
NEWEST = 3
NO_LIMITS = Limits()

# The statement by which programs of schema 1 queue.
INSERT_1 = """
    INSERT INTO lunogram_outbox.entries (partition, call, body, queued_at)
    SELECT * FROM unnest(
        %(partitions)b::smallint[], %(calls)b::json[], %(bodies)b::bytea[],
        %(times)b::double precision[]
    )"""


@pytest.fixture
def url() -> Iterator[str]:
    with services.database() as url:
        yield url


@pytest.fixture
def admin(url: str) -> Iterator[Any]:
    """Somebody with all rights."""
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def load(admin: Any, fixture: Path = FIXTURES[0]) -> None:
    """Put an outbox of another version into the database."""
    admin.execute(fixture.read_text())


def version_of(admin: Any) -> int:
    """The number of the schema."""
    return int(admin.execute("SELECT version FROM lunogram_outbox.version").fetchone()[0])


def columns_of(admin: Any) -> set[tuple[str, str]]:
    """The columns of all tables."""
    return {
        *admin.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'lunogram_outbox'"
        )
    }


def queue_as_schema_1(connection: Any, name: str, who: str = "user_9") -> None:
    """Queue an event as a program of schema 1 does."""
    entry = Entry("POST", "/users/events", "", None, (f"user:default:{who}",), 1.5)
    facts = ("method", "path", "query", "subjects", "trace")
    body = {"name": name, "data": {}, "identifier": [{"external_id": who}]}
    values = {
        "partitions": [entry.partition],
        "calls": [json.dumps({fact: getattr(entry, fact) for fact in facts})],
        "bodies": [json.dumps(body).encode()],
        "times": [entry.queued_at],
    }
    connection.execute(INSERT_1, values)


def wait_until(condition: Callable[[], object]) -> None:
    """Wait for something that happens soon."""
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("it did not happen")


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_each_schema_so_far_is_upgraded_and_emptied(
    fixture: Path, url: str, admin: Any, client: Lunogram, project: Sandbox
) -> None:
    load(admin, fixture)
    with Outbox(url) as outbox:
        assert version_of(admin) == NEWEST
        assert (outbox.stats().pending, outbox.stats().dead, outbox.stats().refused) == (6, 1, 2)
        assert outbox._store.checkpoint("import users 1") == '{"rows": 5}'
        assert outbox._store.verify() == []
        entries = outbox._store.pending(None)
        assert [entry.operation for entry in entries] == [
            UPSERT_USER, POST_USER_EVENTS, POST_USER_EVENTS,
            UPSERT_ORGANIZATION, ADD_ORGANIZATION_USER, DELETE_USER,
        ]  # fmt: skip
        assert outbox.retry("all") == 1
        for user in ("user_1", "user_2", "user_3", "user_4"):  # an entry deletes the third
            client.user.upsert(user)
        with outbox.relay(client):
            assert outbox.flush(30).pending == 0
        assert outbox.stats().delivered == 7
    names = [event.name for event in project.events() if event.cause == "sent"]
    assert sorted(names) == ["dead", "order.completed", "order.completed"]
    assert project.user("user_1").email == "ada@example.com"


def test_a_fixture_of_each_schema_is_there() -> None:
    numbers = [int(path.stem.rpartition("_")[2]) for path in FIXTURES]
    assert numbers == [*range(1, NEWEST)]


def test_an_upgrade_leads_to_the_same_tables_as_a_new_beginning(url: str, admin: Any) -> None:
    load(admin)
    PostgresStore(url).close()
    upgraded = columns_of(admin)
    admin.execute("DROP SCHEMA lunogram_outbox CASCADE")
    PostgresStore(url).close()
    assert (columns_of(admin), version_of(admin)) == (upgraded, NEWEST)


def test_an_old_producer_beside_a_new_relay(
    url: str, admin: Any, client: Lunogram, project: Sandbox
) -> None:
    load(admin)
    for user in ("user_1", "user_2", "user_3", "user_4", "user_9"):  # the third is deleted
        client.user.upsert(user)
    with psycopg.connect(url, autocommit=True) as old:
        for number in range(10):  # so often that the statement is prepared
            queue_as_schema_1(old, f"before {number}")
        with Outbox(url) as outbox, outbox.relay(client):
            assert outbox.flush(30).pending == 0
            queue_as_schema_1(old, "after")
            outbox.user.events.post(Event("new", "user_9"))
            assert outbox.flush(30).pending == 0
            assert outbox.stats().dead == 1  # the one of the fixture
    sent = [event for event in project.events(user="user_9") if event.cause == "sent"]
    names = [event.name for event in sent]
    assert names == [*(f"before {number}" for number in range(10)), "after", "new"]


# -- the name of the operation ---------------------------------------------------------------------


def test_the_name_of_the_operation_is_kept(url: str, admin: Any) -> None:
    with Outbox(url) as outbox:
        outbox.user.upsert("user_1")
        outbox.user.events.post(Event("seen", "user_1"))
        names = ["upsert_user", "post_user_events"]
        assert [entry.name for entry in outbox._store.pending(None)] == names
        outbox.bury([1, 2])
        assert [letter.entry.name for letter in outbox.dead_letters()] == names
        outbox.retry("all")
        assert [entry.name for entry in outbox._store.pending(None)] == names
    found = admin.execute("SELECT operation::text FROM lunogram_outbox.entries ORDER BY sequence")
    assert [row[0] for row in found] == [f'"{name}"' for name in names]


# -- migrations ------------------------------------------------------------------------------------

# The first table has its column, and the second does not come: the migration hangs in its middle.
HOLD = """
    CREATE FUNCTION hold() RETURNS event_trigger LANGUAGE plpgsql
        SET lock_timeout = 0 AS 'BEGIN PERFORM pg_advisory_xact_lock(4711); END';
    CREATE EVENT TRIGGER hold ON ddl_command_end WHEN TAG IN ('ALTER TABLE')
        EXECUTE FUNCTION hold();"""
OPEN = "import sys; from lunogram.outbox import Outbox; Outbox(sys.argv[1]).close()"
SESSIONS = """
    SELECT wait_event FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'lunogram'"""


def test_a_process_killed_in_the_middle_of_a_migration(url: str, admin: Any) -> None:
    load(admin)
    before = columns_of(admin)
    admin.execute(HOLD)
    admin.execute("SELECT pg_advisory_lock(4711)")
    with subprocess.Popen([sys.executable, "-c", OPEN, url]) as process:
        wait_until(lambda: ("advisory",) in admin.execute(SESSIONS).fetchall())
        process.kill()
    admin.execute("SELECT pg_advisory_unlock(4711)")
    wait_until(lambda: not admin.execute(SESSIONS).fetchall())
    assert (columns_of(admin), version_of(admin)) == (before, 1)
    queue_as_schema_1(admin, "meanwhile")

    admin.execute("DROP EVENT TRIGGER hold")
    with Outbox(url) as outbox:
        assert (version_of(admin), outbox.stats().pending) == (NEWEST, 7)
        assert outbox._store.verify() == []


def test_many_processes_upgrade_at_once(url: str, admin: Any) -> None:
    load(admin)
    processes = [subprocess.Popen([sys.executable, "-c", OPEN, url]) for _ in range(4)]
    assert [process.wait() for process in processes] == [0] * 4
    assert version_of(admin) == NEWEST


def test_a_migration_does_not_make_those_who_queue_wait(url: str, admin: Any) -> None:
    load(admin)
    with psycopg.connect(url) as long:  # a transaction that is open for hours
        queue_as_schema_1(long, "long")
        with pytest.raises(OutboxError, match="other transactions kept it locked"):
            PostgresStore(url, patience=300)
        queue_as_schema_1(admin, "meanwhile")
    PostgresStore(url).close()
    assert version_of(admin) == NEWEST


def test_a_newer_schema_that_this_version_can_use(url: str, admin: Any) -> None:
    PostgresStore(url).close()
    admin.execute("ALTER TABLE lunogram_outbox.entries ADD COLUMN more text NOT NULL DEFAULT ''")
    admin.execute(f"UPDATE lunogram_outbox.version SET version = 99, oldest_reader = {NEWEST}")
    with Outbox(url) as outbox:
        outbox.user.upsert("user_1")
        assert outbox.bury([1]) == 1
        assert outbox.retry("all") == 1
        assert outbox._store.verify() == []
    assert version_of(admin) == 99


def test_a_newer_schema_that_it_cannot_use(url: str, admin: Any) -> None:
    PostgresStore(url).close()
    admin.execute("UPDATE lunogram_outbox.version SET version = 99, oldest_reader = 98")
    with pytest.raises(OutboxError, match="upgrade lunogram in the programs that queue and relay"):
        PostgresStore(url)


def test_a_role_that_may_not_upgrade(url: str, admin: Any) -> None:
    load(admin)
    name = f"role_{url.rpartition('_')[2]}"
    admin.execute(f"CREATE ROLE {name} LOGIN")
    try:
        admin.execute(f"GRANT USAGE ON SCHEMA lunogram_outbox TO {name}")
        admin.execute(f"GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA lunogram_outbox TO {name}")
        theirs = url.replace("postgres@", f"{name}@")
        with pytest.raises(OutboxError, match="no right to upgrade the outbox's tables"):
            PostgresStore(theirs)
        admin.execute(sql_of_tables(after=1))
        store = PostgresStore(theirs)
        assert store.add([Entry("POST", "/users", "", b"{}", (), 1.5)], NO_LIMITS)
        store.close()
    finally:
        admin.execute(f"DROP OWNED BY {name}")
        admin.execute(f"DROP ROLE {name}")
