"""The SQLite file itself: deleted, replaced, another program's, spoiled while it was made."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from lunogram import Lunogram, _sqlite_file
from lunogram.outbox import Outbox, OutboxError
from lunogram.outbox.owner import new_owner
from lunogram.outbox.polling import wait_until
from lunogram.outbox.sqlite import connection
from lunogram.outbox.sqlite.store import SQLiteStore
from lunogram.outbox.store import Capacity, DeadLetter, Entry, Limits, Outcomes
from lunogram.sandbox.store import Store, StoreError
from lunogram.testing import Sandbox
from tests.support.commands import run
from tests.support.forked_client import fork
from tests.support.traps import set_trap

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

GONE = "lunogram.db can't be used: its file was deleted or replaced while in use"


def entries(*names: str) -> list[Entry]:
    """Entries that tell who they are by their time."""
    return [Entry("POST", "/users", "", b"{}", (name,), float(ord(name))) for name in names]


# -- deleted or replaced --------------------------------------------------------------------------


def delete(file: Path) -> None:
    """As `rm lunogram.db`."""
    file.unlink()


def delete_all(file: Path) -> None:
    """As `rm lunogram.db*`."""
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()


def move_away(file: Path) -> None:
    """As `mv`."""
    file.rename(file.with_name("elsewhere.db"))


def replace(file: Path) -> None:
    """By an outbox in which one entry waits."""
    other = file.with_name("other.db")
    with closing(SQLiteStore(other)) as store:
        store.add(entries("x"), Limits())
    other.replace(file)


FATES = [delete, delete_all, move_away, replace]
USES: dict[str, Callable[[Outbox], object]] = {
    "queueing": lambda outbox: outbox.user.upsert("u"),
    "queueing much": lambda outbox: outbox._store.add(entries("a", "b"), Limits()),
    "stats": lambda outbox: outbox.stats(),
    "dead letters": lambda outbox: outbox.dead_letters(),
    "retry": lambda outbox: outbox.retry("all"),
    "flush": lambda outbox: outbox.flush(0.1),
}


@pytest.mark.parametrize("fate", FATES)
@pytest.mark.parametrize("use", USES)
def test_it_is_noticed_at_once_and_goes_on_in_the_file_that_is_there(
    outbox: Outbox, file: Path, fate: Callable[[Path], None], use: str,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    outbox.user.upsert("before")
    fate(file)
    with pytest.raises(OutboxError, match=GONE):
        USES[use](outbox)
    (record,) = caplog.records
    assert (record.levelno, record.name) == (logging.ERROR, "lunogram.outbox")
    there = 1 if fate is replace else 0
    outbox.user.upsert("after")
    assert outbox.stats().pending == there + 1
    assert outbox._store.verify() == []
    with Outbox(outbox.url) as another:
        assert another.stats().pending == there + 1


def rights(folder: Path) -> set[str]:
    return {stat.filemode(each.stat().st_mode) for each in folder.iterdir()}


@pytest.fixture
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("no_umask")
def test_it_is_replaced_while_it_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log beside the new file is in use: it must not be taken for that of the old one."""
    link, used = tmp_path / "link", tmp_path / "used"
    for folder in (tmp_path / "first", used):
        folder.mkdir()
    link.symlink_to(tmp_path / "first")
    SQLiteStore(link / "outbox.db").close()
    live = SQLiteStore(used / "outbox.db")
    live.add(entries("a"), Limits())

    def replaced(path: Path, timeout: float) -> sqlite3.Connection:
        monkeypatch.undo()
        link.unlink()
        link.symlink_to(used)
        return connection.open_file(path, timeout)

    monkeypatch.setattr(connection, "open_file", replaced)
    with closing(live), closing(SQLiteStore(link / "outbox.db")) as store:
        store.add(entries("b"), Limits())
        live.add(entries("c"), Limits())
    with closing(SQLiteStore(used / "outbox.db")) as store:
        assert store.stats().pending == 3


def test_what_is_made_anew_is_private(outbox: Outbox, file: Path) -> None:
    delete_all(file)
    with pytest.raises(OutboxError):
        outbox.user.upsert("u")
    outbox.user.upsert("u")
    assert len(list(file.parent.iterdir())) == 4
    assert rights(file.parent) == {"-rw-------"}


@pytest.mark.usefixtures("no_umask")
def test_a_file_that_is_gone_when_a_child_opens_it(outbox: Outbox, file: Path) -> None:
    def child() -> None:
        delete_all(file)
        with pytest.raises(OutboxError, match=GONE):
            outbox.user.upsert("u")
        outbox.user.upsert("u")

    assert os.waitpid(fork(child), 0)[1] == 0
    assert rights(file.parent) == {"-rw-------"}


def test_what_was_sent_is_not_taken_for_what_has_its_place_now(file: Path) -> None:
    with closing(SQLiteStore(file)) as store:
        store.add(entries("a", "b", "c"), Limits())
        a, b, c = store.lease(new_owner(), 60, Capacity(3)).entries
        delete(file)
        with closing(SQLiteStore(file)) as another:
            another.add(entries("d", "b", "e", "f"), Limits())
        outcomes = Outcomes([a, b], [c], [DeadLetter(c, 400, "no", 1.0)])
        with pytest.raises(OutboxError, match=GONE):
            store.settle(outcomes)
        store.settle(outcomes)
        assert [entry.subjects for entry in store.pending(None)] == [("d",), ("e",), ("f",)]
        assert [entry.attempts for entry in store.pending(None)] == [0, 0, 0]
        assert store.dead_letters(None) == []
        assert store.verify() == []


def test_a_relay_goes_on_in_the_file_that_is_there(
    outbox: Outbox, file: Path, client: Lunogram, project: Sandbox
) -> None:
    with outbox.relay(client) as relay:
        outbox.user.upsert("before")
        assert outbox.flush(20).pending == 0
        delete_all(file)
        assert wait_until(20, lambda: relay.stats().failures > 0)
        assert GONE in (relay.stats().last_error or "")
        assert wait_until(20, lambda: relay.stats().held == 0 and file.exists())
        outbox.user.upsert("after")
        assert outbox.flush(20).pending == 0
    assert project.count("users") == 2


def test_an_outbox_that_is_only_looked_at_is_not_made_anew(file: Path) -> None:
    SQLiteStore(file).close()
    with closing(SQLiteStore(file, create=False)) as store:
        delete_all(file)
        with pytest.raises(OutboxError, match=GONE):
            store.stats()
        with pytest.raises(OutboxError, match="No such file"):
            store.stats()
    assert list(file.parent.iterdir()) == []


# -- made whole or not at all ---------------------------------------------------------------------


def open_outbox(file: Path) -> None:
    with closing(SQLiteStore(file)) as store:
        store.add(entries("a"), Limits())


def open_sandbox(file: Path) -> None:
    with closing(Store(file)) as store, store.writing():
        store.run("delete_project", {"project": "none", "id": "none"})


OPENINGS = [open_outbox, open_sandbox]


@pytest.mark.parametrize("opening", OPENINGS)
@pytest.mark.parametrize("error", [KeyboardInterrupt, sqlite3.OperationalError])
def test_a_first_opening_that_fails_at_any_statement(
    file: Path, opening: Callable[[Path], None], error: type[BaseException],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    left = 0

    class Failing(sqlite3.Connection):
        def execute(self, sql: str, /, *values: Any) -> sqlite3.Cursor:
            nonlocal left
            left -= 1
            if left == 0:
                raise error("a full disk, or Ctrl-C")
            return super().execute(sql, *values)

    real = sqlite3.connect
    for number in range(1, 100):
        left = number
        monkeypatch.setattr("sqlite3.connect", lambda *a, **k: real(*a, factory=Failing, **k))
        with suppress(error, OutboxError, StoreError):
            opening(file)
        monkeypatch.setattr("sqlite3.connect", real)
        opening(file)
        delete_all(file)
        if left > 0:
            assert number > 15
            return
    raise AssertionError


@pytest.mark.parametrize("opening", OPENINGS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_first_opening_that_is_killed_at_any_statement(
    file: Path, opening: Callable[[Path], None], moment: str
) -> None:
    for number in range(1, 100):

        def child() -> None:
            set_trap(f"{moment} statement", number, "sqlite")  # noqa: B023
            opening(file)

        ended = os.waitstatus_to_exitcode(os.waitpid(fork(child), 0)[1])
        opening(file)
        delete_all(file)
        if ended == 0:
            assert number > 15
            return
        assert ended == -signal.SIGKILL
    raise AssertionError


def test_many_make_it_at_once(file: Path) -> None:
    children = [fork(lambda: open_outbox(file)) for _ in range(8)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 8
    with closing(SQLiteStore(file)) as store:
        assert store.stats().pending == 8


def test_a_process_is_killed_while_it_moves_the_log(file: Path) -> None:
    """The first page says then how many there will be, and they are still in the log."""

    def child() -> None:
        SQLiteStore(file).add(entries("a") * 500, Limits())
        with file.open("r+b") as content:
            content.seek(28)
            content.write((1000).to_bytes(4, "big"))
        os._exit(0)

    os.waitpid(fork(child), 0)
    with closing(SQLiteStore(file)) as store:
        assert store.stats().pending == 500
        assert store.verify() == []


# -- other programs' files ------------------------------------------------------------------------


def made(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def with_tables(file: Path) -> None:
    made(file, "CREATE TABLE orders (id)", "INSERT INTO orders VALUES (1)")


def with_a_log(file: Path) -> None:
    made(file, "PRAGMA journal_mode = WAL", "CREATE TABLE orders (id)")


def with_the_same_version(file: Path) -> None:
    made(file, "CREATE TABLE projects (id)", "PRAGMA user_version = 3")


def with_a_version_only(file: Path) -> None:
    made(file, "PRAGMA user_version = 3")


def with_an_id_only(file: Path) -> None:
    made(file, "PRAGMA application_id = 5")


def with_all_in_its_log(file: Path) -> None:
    """As it is left by a process that was killed."""
    other = file.with_name("copied")
    with closing(sqlite3.connect(other, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE orders (id)")
        for end in ("", "-wal", "-shm"):
            shutil.copy(f"{other}{end}", f"{file}{end}")
    other.unlink()


def a_letter(file: Path) -> None:
    file.write_text("Dear sir or madam, " * 100)


def a_folder(file: Path) -> None:
    file.mkdir()


def a_pipe(file: Path) -> None:
    os.mkfifo(file)


STRANGERS = [
    with_tables, with_a_log, with_the_same_version, with_a_version_only, with_an_id_only,
    with_all_in_its_log, a_letter, a_folder, a_pipe,
]  # fmt: skip
WORDS = "another program's database|is not a database|not a regular file|is a directory"


def an_outbox(file: Path) -> None:
    SQLiteStore(file).close()


def a_sandbox(file: Path) -> None:
    Store(file).close()


def content(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() if each.is_file() else b"" for each in folder.iterdir()}


@pytest.mark.parametrize("stranger", [*STRANGERS, a_sandbox])
def test_an_outbox_leaves_other_programs_files_alone(
    file: Path, url: str, stranger: Callable[[Path], None]
) -> None:
    stranger(file)
    before = content(file.parent)
    with pytest.raises(OutboxError, match=WORDS if stranger is not a_sandbox else "a sandbox's"):
        Outbox(url)
    for command in ("status", "verify", "repair"):
        assert run("outbox", command, url).exit_code == 2
    assert content(file.parent) == before


@pytest.mark.parametrize("stranger", [*STRANGERS, an_outbox])
def test_a_sandbox_leaves_other_programs_files_alone(
    file: Path, stranger: Callable[[Path], None]
) -> None:
    stranger(file)
    before = content(file.parent)
    with pytest.raises(StoreError, match=WORDS if stranger is not an_outbox else "an outbox"):
        Store(file)
    assert content(file.parent) == before


def test_the_command_of_the_sandbox_says_so(file: Path) -> None:
    with_tables(file)
    command = [sys.executable, "-m", "lunogram.cli", "sandbox", "--db", str(file), "--port", "0"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert f"cannot use {file} as a database: it is another program's database" in ended.stderr


def test_a_database_that_is_in_use_is_left_alone(file: Path, url: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE orders (id)")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO orders VALUES (1)")
        before = content(file.parent)
        with pytest.raises(OutboxError, match="another program's database"):
            Outbox(url)
        with pytest.raises(StoreError, match="another program's database"):
            Store(file)
        assert content(file.parent) == before
        connection.execute("COMMIT")
        with closing(sqlite3.connect(file, timeout=0)) as reader:
            assert reader.execute("SELECT count(*) FROM orders").fetchone() == (1,)


@pytest.mark.parametrize("opening", OPENINGS)
def test_an_empty_file_will_do(file: Path, opening: Callable[[Path], None]) -> None:
    file.touch()
    opening(file)
    opening(file)


@pytest.mark.usefixtures("no_umask")
def test_a_sandbox_is_private(file: Path) -> None:
    with closing(Store(file)):
        assert rights(file.parent) == {"-rw-------"}


def test_a_first_page_that_another_process_is_writing(
    file: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Outbox(url).close()
    whole = file.read_bytes()
    file.write_bytes(bytes(len(whole)))
    look = _sqlite_file._read_owner_once

    def look_and_go_on(path: Path) -> int | None:
        try:
            return look(path)
        finally:
            file.write_bytes(whole)

    monkeypatch.setattr(_sqlite_file, "_read_owner_once", look_and_go_on)
    with Outbox(url) as outbox:
        outbox.user.upsert("user_1")
        assert outbox.stats().pending == 1


def test_a_first_page_whose_process_was_killed(file: Path, url: str) -> None:
    # A journal of an empty database, as it is when the first page is written: magic, no records,
    # nonce, no pages, and the sizes of a sector and a page.
    magic = bytes.fromhex("d9d505f920a163d7")
    head = magic + b"".join(number.to_bytes(4, "big") for number in (0, 1, 0, 512, 4096))
    file.write_bytes(bytes(4096))
    Path(f"{file}-journal").write_bytes(head.ljust(512, b"\0"))
    with Outbox(url) as outbox:
        outbox.user.upsert("user_1")
        assert outbox.stats().pending == 1


def test_what_has_a_file_beside_it_that_is_no_journal(file: Path, url: str) -> None:
    beside = Path(f"{file}-journal")
    file.write_bytes(bytes(4096))
    beside.write_bytes(b"of another program")
    with pytest.raises(OutboxError, match="it is not a database"):
        Outbox(url)
    assert file.read_bytes() == bytes(4096)
    assert beside.read_bytes() == b"of another program"
