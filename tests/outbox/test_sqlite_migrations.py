"""From schema to schema: files of an outbox and of a sandbox that older and newer versions made."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs
import pytest

import lunogram.outbox.sqlite.schema
import lunogram.sandbox.store
from lunogram import Lunogram
from lunogram._migrations import Migration
from lunogram.outbox import Outbox, OutboxError
from lunogram.outbox.sqlite.store import SQLiteStore
from lunogram.sandbox.store import Store, StoreError
from lunogram.testing import Sandbox
from tests.outbox.sqlite_fixtures import KEY, OUTBOXES, SANDBOXES, path_of, use_outbox
from tests.support.commands import run
from tests.support.forked_client import fork
from tests.support.sandbox_process import SandboxProcess
from tests.support.traps import set_trap

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


@attrs.frozen
class Kind:
    """A kind of file.

    Attributes:
        name: As the fixtures are called.
        module: Where its migrations are.
        migrations: All there are.
        open_and_close: What a program does with such a file.
        error: What it raises.
        table: One with a row in it.
    """

    name: str
    module: Any
    migrations: tuple[Migration, ...]
    open_and_close: Callable[[Path], None]
    error: type[Exception]
    table: str

    @property
    def newest(self) -> int:
        """The number of the newest schema."""
        return self.migrations[-1].number

    def next(self, *, oldest_reader: int, sql: str | None = None) -> Migration:
        """A migration of the version to come."""
        default = (
            f"ALTER TABLE {self.table} ADD COLUMN color TEXT NOT NULL DEFAULT 'red';\n"
            f"UPDATE {self.table} SET color = 'blue';\n"
            "CREATE TABLE colors (name TEXT);\n"
        )
        return Migration(self.newest + 1, oldest_reader, sql or default)

    def use(self, monkeypatch: pytest.MonkeyPatch, *more: Migration) -> None:
        """Make this process one of the version to come."""
        monkeypatch.setattr(self.module, "MIGRATIONS", (*self.migrations, *more))


def open_outbox(file: Path) -> None:
    SQLiteStore(file).close()


def open_sandbox(file: Path) -> None:
    Store(file).close()


OUTBOX = Kind(
    "outbox", lunogram.outbox.sqlite.schema, OUTBOXES, open_outbox, OutboxError, "entries"
)
SANDBOX = Kind("sandbox", lunogram.sandbox.store, SANDBOXES, open_sandbox, StoreError, "projects")
KINDS = [OUTBOX, SANDBOX]
NEXT_OUTBOX = OUTBOX.next(
    oldest_reader=1,
    sql="ALTER TABLE entries ADD COLUMN color TEXT NOT NULL DEFAULT 'red';\n"
    "ALTER TABLE dead_letters ADD COLUMN color TEXT NOT NULL DEFAULT 'red';\n"
    "ALTER TABLE lease ADD COLUMN color TEXT NOT NULL DEFAULT 'red';\n"
    "ALTER TABLE totals ADD COLUMN painted INTEGER NOT NULL DEFAULT 0;\n"
    "ALTER TABLE checkpoints ADD COLUMN color TEXT NOT NULL DEFAULT 'red';\n",
)
SCHEMAS = [(kind, each.number) for kind in KINDS for each in kind.migrations]

each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
each_schema = pytest.mark.parametrize(
    ("kind", "number"), SCHEMAS, ids=[f"{kind.name}-{number}" for kind, number in SCHEMAS]
)


def made_by(kind: Kind, number: int, file: Path) -> Path:
    """A file that a schema left."""
    shutil.copy(path_of(kind.name, number), file)
    return file


def schema_of(file: Path) -> tuple[int, int, list[tuple[str, str]]]:
    """The oldest reader, the number, and everything that is in the schema."""
    with closing(sqlite3.connect(file)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        names = connection.execute("SELECT type, name FROM sqlite_master ORDER BY name").fetchall()
        tables = [name for kind, name in names if kind == "table"]
        columns = [
            (name, column[1])
            for name in tables
            for column in connection.execute(f"PRAGMA table_info({name})")
        ]
    oldest_reader, number = divmod(version, 1000)
    return oldest_reader, number, names + columns


def delete(file: Path) -> None:
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()


# -- older files ----------------------------------------------------------------------------------


@each_kind
def test_migrations_are_numbered_and_each_has_a_fixture(kind: Kind) -> None:
    assert [each.number for each in kind.migrations] == [*range(1, kind.newest + 1)]
    assert all(1 <= each.oldest_reader <= each.number for each in kind.migrations)
    assert all(path_of(kind.name, each.number).exists() for each in kind.migrations)


@each_schema
def test_the_schema_of_an_older_file_becomes_that_of_a_new_one(
    kind: Kind, number: int, file: Path
) -> None:
    new = file.with_name("new.db")
    kind.open_and_close(new)
    old = made_by(kind, number, file)
    assert schema_of(old)[1] == number
    kind.open_and_close(old)
    assert schema_of(old) == schema_of(new)


@pytest.mark.parametrize("number", [each.number for each in OUTBOXES])
def test_a_relay_empties_an_outbox_of_an_older_version(
    number: int, file: Path, url: str, client: Lunogram, project: Sandbox
) -> None:
    made_by(OUTBOX, number, file)
    with Outbox(url) as outbox:
        assert [entry.sequence for entry in outbox._store.pending(None)] == [2, 3, 4, 5]
        assert outbox._store.checkpoint("people") == "3"
        (letter,) = outbox.dead_letters()
        assert (letter.entry.sequence, letter.status, letter.problem, letter.died_at) == (
            1, 422, "the email is invalid", 2.0,
        )  # fmt: skip
        has_names = number >= 2
        assert letter.entry.name == ("upsert_user" if has_names else "")
        assert [entry.name for entry in outbox._store.pending(None)] == [
            name if has_names else ""
            for name in (
                "upsert_user",
                "post_user_events",
                "post_user_events",
                "upsert_organization",
            )
        ]
        assert outbox.retry("all") == 1
        assert outbox._store.verify() == []
        with outbox.relay(client):
            assert outbox.flush(20).dead == 0
        assert outbox.stats().delivered == 5
    assert {user.email for user in project.users()} == {"ada@example.com", None}
    names = [event.name for event in project.events() if event.name.startswith("order.")]
    assert names == ["order.completed", "order.paid"]


@pytest.mark.parametrize("number", [each.number for each in SANDBOXES])
def test_a_sandbox_goes_on_in_a_file_of_an_older_version(number: int, file: Path) -> None:
    made_by(SANDBOX, number, file)
    with SandboxProcess("--db", str(file)) as sandbox:
        project = Sandbox.connect(sandbox.base_url, api_key=KEY)
        assert project.count("users") == 2
        with Lunogram(KEY, base_url=sandbox.base_url) as client:
            client.user.upsert("user_3")
        assert project.count("users") == 3


@pytest.mark.parametrize("number", [each.number for each in OUTBOXES])
def test_an_older_file_is_repaired(number: int, file: Path, url: str) -> None:
    made_by(OUTBOX, number, file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE entries SET subjects = '[' WHERE sequence = 3")
    assert run("outbox", "repair", url).exit_code == 1  # an entry is lost
    with Outbox(url) as outbox:
        assert [entry.sequence for entry in outbox._store.pending(None)] == [2, 4, 5]
        assert outbox.stats().dead == 1
        assert outbox._store.verify() == []


# -- whole or not at all --------------------------------------------------------------------------


@each_kind
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_process_is_killed_at_any_statement_of_a_migration(
    kind: Kind, moment: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind.use(monkeypatch, kind.next(oldest_reader=kind.newest))
    kind.open_and_close(made_by(kind, 1, file))
    before, after = schema_of(path_of(kind.name, 1)), schema_of(file)
    seen = []
    for number in range(1, 100):
        delete(file)
        made_by(kind, 1, file)

        def child() -> None:
            set_trap(f"{moment} statement", number, "sqlite")  # noqa: B023
            kind.open_and_close(file)

        ended = os.waitstatus_to_exitcode(os.waitpid(fork(child), 0)[1])
        seen.append(schema_of(file))
        kind.open_and_close(file)
        assert schema_of(file) == after
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
    in_between = seen.count(before)
    assert in_between > 5
    assert seen == [before] * in_between + [after] * (len(seen) - in_between)


@each_kind
def test_a_migration_that_fails_changes_nothing(
    kind: Kind, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = "CREATE TABLE colors (name TEXT);\nINSERT INTO colours VALUES ('red');\n"
    kind.use(monkeypatch, kind.next(oldest_reader=kind.newest, sql=wrong))
    before = schema_of(made_by(kind, 1, file))
    with pytest.raises(kind.error, match="no such table: colours"):
        kind.open_and_close(file)
    assert schema_of(file) == before
    kind.use(monkeypatch)
    kind.open_and_close(file)


@each_kind
def test_many_processes_open_an_older_file_at_once(
    kind: Kind, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind.use(monkeypatch, kind.next(oldest_reader=kind.newest))
    made_by(kind, 1, file)
    children = [fork(lambda: kind.open_and_close(file)) for _ in range(8)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 8
    assert schema_of(file)[1] == kind.newest + 1


# -- newer files ----------------------------------------------------------------------------------


@each_kind
def test_a_file_that_only_newer_versions_can_use(
    kind: Kind, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind.use(monkeypatch, kind.next(oldest_reader=kind.newest + 1))
    kind.open_and_close(file)
    before = schema_of(file)
    kind.use(monkeypatch)
    with pytest.raises(
        kind.error, match="made by a newer version of lunogram; update lunogram to use it"
    ):
        kind.open_and_close(file)
    assert schema_of(file) == before


@each_kind
def test_a_newer_file_that_this_version_can_use(
    kind: Kind, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind.use(monkeypatch, kind.next(oldest_reader=1))
    kind.open_and_close(file)
    before = schema_of(file)
    kind.use(monkeypatch)
    kind.open_and_close(file)
    assert schema_of(file) == before


def test_a_newer_outbox_is_used_like_any_other(
    file: Path, url: str, client: Lunogram, project: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    OUTBOX.use(monkeypatch, NEXT_OUTBOX)
    open_outbox(file)
    OUTBOX.use(monkeypatch)
    use_outbox(file)
    with Outbox(url) as outbox:
        assert outbox.retry("all") == 1
        assert outbox._store.verify() == []
        with outbox.relay(client):
            assert outbox.flush(20).dead == 0
        assert outbox.stats().delivered == 5
    assert project.count("users") == 2
    assert schema_of(file)[1] == OUTBOX.newest + 1


def test_a_producer_goes_on_while_a_newer_relay_upgrades_its_file(
    file: Path, url: str, client: Lunogram, project: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Outbox(url) as producer:
        producer.user.upsert("user_1")
        OUTBOX.use(monkeypatch, NEXT_OUTBOX)
        with Outbox(url) as outbox:
            OUTBOX.use(monkeypatch)
            producer.user.upsert("user_2")
            with Outbox(url) as another:
                another.user.upsert("user_3")
            with outbox.relay(client):
                assert outbox.flush(20).pending == 0
    assert project.count("users") == 3
    assert schema_of(file)[1] == OUTBOX.newest + 1


def test_a_newer_file_is_left_to_newer_versions_to_repair(
    file: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    OUTBOX.use(monkeypatch, OUTBOX.next(oldest_reader=1))
    open_outbox(file)
    OUTBOX.use(monkeypatch)
    command = [sys.executable, "-m", "lunogram.cli", "outbox", "repair", url]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "made by a newer version of lunogram; update lunogram" in result.stderr
