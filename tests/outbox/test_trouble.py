"""Files that can't be used: a clear sentence, never a silent loss, and it goes on afterwards."""

from __future__ import annotations

import contextlib
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lunogram import Event, Lunogram
from lunogram.outbox import Outbox, OutboxError
from lunogram.testing import Sandbox


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutboxError, match="No such file or directory"):
        Outbox(f"sqlite:///{tmp_path}/nowhere/lunogram.db")


def test_a_file_that_is_no_database(file: Path, url: str) -> None:
    file.write_text("This is a letter, and no database at all. " * 100)
    with pytest.raises(OutboxError, match="it is not a database"):
        Outbox(url)
    assert file.read_text().startswith("This is a letter")


def test_another_programs_database(file: Path, url: str) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE theirs (id)")
    with pytest.raises(OutboxError, match="another program's database"):
        Outbox(url)


@pytest.mark.usefixtures("outbox")
def test_a_database_of_another_version(file: Path, url: str) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(OutboxError, match="made by another version"):
        Outbox(url)


def test_a_corrupt_page(file: Path, url: str) -> None:
    with Outbox(url) as outbox:
        for number in range(200):
            outbox.user.upsert(f"u{number}", data={"text": "x" * 500})
    size = file.stat().st_size
    with file.open("r+b") as pages:
        pages.seek(4096)
        pages.write(b"\xff" * (size - 4096))
    with pytest.raises(OutboxError, match="it is corrupt"), Outbox(url) as outbox:
        outbox.user.upsert("u")


def test_a_locked_file_and_then_a_free_one(outbox: Outbox, file: Path, url: str) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Outbox(url, lock_timeout=0.05) as impatient:
        with pytest.raises(OutboxError, match=r"kept it locked for more than 0\.05 s"):
            impatient.user.upsert("a")
        other.execute("ROLLBACK")
        impatient.user.upsert("b")
    other.close()
    assert outbox.stats().pending == 1


READ_ONLY = """
import os, sys
from lunogram.outbox import Outbox, OutboxError
if os.getuid() == 0:
    os.setuid(65534)
try:
    Outbox(sys.argv[1]).user.upsert("u")
except OutboxError as error:
    print(error)
"""


def test_a_file_that_may_only_be_read(outbox: Outbox, file: Path, url: str) -> None:
    outbox.close()
    file.chmod(0o444)
    for folder in (file.parent, *file.parent.parents):
        if not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o055)
        if folder.name.startswith("pytest-of"):
            break
    program = [sys.executable, "-W", "error", "-c", READ_ONLY, url]
    done = subprocess.run(program, capture_output=True, text=True, timeout=20, check=False)
    assert "can't be used: it can only be read" in done.stdout, done.stderr


@contextlib.contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file may grow beyond a size in bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def fill(outbox: Outbox) -> tuple[int, str]:
    """Queue until there is an error; return how many calls returned before it."""
    for number in range(100_000):
        try:
            outbox.user.events.post(Event("e", "u", data={"n": number, "text": "x" * 5000}))
        except OutboxError as error:
            return number, str(error)
    raise AssertionError


def numbers(project: Sandbox) -> list[int]:
    """Which numbers arrived."""
    return [event.data["n"] for event in project.events(name="e")]


def test_a_full_disk(outbox: Outbox, client: Lunogram, project: Sandbox) -> None:
    with largest_file(300_000):
        queued, reason = fill(outbox)
        assert queued > 10
        assert "the disk" in reason
        # Relaying goes on, and makes room.
        with client.relay(outbox):
            assert outbox.flush(20).pending == 0
        assert numbers(project) == list(range(queued))
        outbox.user.upsert("there_is_room_again")
    assert outbox.stats().pending == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only those who may mount can have a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_really_full(small_disk: Path, client: Lunogram, project: Sandbox) -> None:
    with Outbox(f"sqlite:///{small_disk}/lunogram.db") as outbox:
        queued, reason = fill(outbox)
        assert queued > 10
        assert "the disk" in reason
        with client.relay(outbox):
            outbox.flush(0.5)
            larger = ["mount", "-o", "remount,size=4m", str(small_disk)]
            subprocess.run(larger, check=True)
            assert outbox.flush(20).pending == 0
        assert sorted(set(numbers(project))) == list(range(queued))
        outbox.user.upsert("there_is_room_again")
        assert outbox.stats().pending == 1


def test_a_disk_that_the_outbox_has_filled(
    small_disk: Path, client: Lunogram, project: Sandbox
) -> None:
    subprocess.run(["mount", "-o", "remount,size=14m", str(small_disk)], check=True)
    with Outbox(f"sqlite:///{small_disk}/lunogram.db") as outbox:
        queued, reason = fill(outbox)
        assert queued > 100
        assert "the disk" in reason
        with client.relay(outbox):
            assert outbox.flush(20).pending == 0
        assert sorted(set(numbers(project))) == list(range(queued))
    with Outbox(f"sqlite:///{small_disk}/lunogram.db") as outbox:
        assert (small_disk / "lunogram.db-reserve").stat().st_size > 0
        outbox.user.upsert("there_is_room_again")
        assert outbox.stats().pending == 1


def test_a_relay_waits_for_a_locked_file(
    outbox: Outbox, file: Path, url: str, client: Lunogram, project: Sandbox
) -> None:
    outbox.user.upsert("u")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Outbox(url, lock_timeout=0.05) as impatient, client.relay(impatient):
        assert impatient.flush(0.3).pending == 1
        other.execute("ROLLBACK")
        assert impatient.flush(20).pending == 0
    other.close()
    assert len(project.users()) == 1
