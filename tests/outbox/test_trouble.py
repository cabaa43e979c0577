"""Files that can't be used: a clear sentence, never a silent loss, and it goes on afterwards."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lunogram import Event, Lunogram
from lunogram.outbox import Outbox, OutboxError
from lunogram.outbox.store import Checkpoint, Limits
from lunogram.testing import Sandbox
from tests.support.commands import run
from tests.support.known_users import upsert_users


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
    with pytest.raises(OutboxError, match="made by a newer version"):
        Outbox(url)


def damage(file: Path, page: int, pages: int = 1) -> None:
    """Overwrite pages of a file that is closed."""
    with file.open("r+b") as content:
        content.seek(4096 * page)
        content.write(b"\xff" * 4096 * pages)


@pytest.fixture
def filled(file: Path, url: str) -> Path:
    """The file of an outbox with 400 entries, closed."""
    with Outbox(url) as outbox:
        for number in range(400):
            outbox.user.upsert(f"u{number}", data={"text": "x" * 500})
        outbox._store.add([], Limits(), Checkpoint("people.csv", "400"))
    return file


def test_a_corrupt_page(filled: Path, url: str) -> None:
    damage(filled, 1, filled.stat().st_size // 4096 - 1)
    corrupt = pytest.raises(OutboxError, match="it is corrupt; `lunogram outbox repair`")
    with corrupt, Outbox(url) as outbox:
        outbox.user.upsert("u")


def test_what_can_be_read_is_saved(
    filled: Path, url: str, client: Lunogram, project: Sandbox
) -> None:
    before = filled.read_bytes()
    damage(filled, len(before) // 4096 // 2)
    verified = run("outbox", "verify", url)
    assert verified.exit_code == 1
    assert "the file is corrupt" in verified.stdout
    repaired = run("outbox", "repair", url, "--json")
    assert repaired.exit_code == 1  # something is lost
    result = json.loads(repaired.stdout)
    assert 380 < result["saved"] < 400
    assert any("can't be read" in sentence for sentence in result["lost"])
    assert f"{400 - result['saved']} of 400 are missing in all" in result["lost"][-1]
    assert Path(result["broken_file"]).stat().st_size == len(before)
    assert filled.stat().st_mode & 0o777 == 0o600
    assert run("outbox", "verify", url).stdout == "nothing is wrong\n"
    with Outbox(url) as outbox, outbox.relay(client):
        assert outbox.checkpoint("people.csv") == "400"
        outbox.user.upsert("another")
        assert outbox.flush(20).pending == 0
        stats = outbox.stats()
        assert (stats.queued, stats.delivered, stats.dead) == (401, result["saved"] + 1, 0)
    assert len(project.users()) == result["saved"] + 1


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE totals SET pending = 7", "the counter of pending is 7, and should be 400"),
        ("UPDATE totals SET pending_bytes = 7", "the counter of pending bytes is 7"),
        ("UPDATE totals SET dead = 7", "the counter of dead is 7, and should be 0"),
        ("UPDATE totals SET queued = 7", "the counter of pending is 793, and should be 400"),
    ],
)
def test_counters_that_are_wrong(filled: Path, url: str, statement: str, words: str) -> None:
    change(filled, statement)
    assert words in run("outbox", "verify", url).stdout
    assert run("outbox", "repair", url).stdout == "waiting: 400\ndead letters: 0\n"
    assert json.loads(run("outbox", "verify", url, "--json").stdout) == {"faults": []}
    with Outbox(url) as outbox:
        assert (outbox.stats().pending, outbox.stats().queued) == (400, 400)
    assert [path.name for path in filled.parent.glob("*broken*")] == []


def test_places_that_nobody_queued(filled: Path, url: str) -> None:
    change(filled, "UPDATE lease SET last = 500")
    words = "the sequence number 500 is larger than the counter of queued, 400\n"
    assert run("outbox", "verify", url).stdout == words
    assert run("outbox", "repair", url).exit_code == 0
    assert run("outbox", "verify", url).exit_code == 0


def test_the_last_page_is_corrupt(file: Path, url: str) -> None:
    """What is on it is not counted elsewhere yet; its places are not given to others."""
    with Outbox(url) as outbox:
        for number in range(450):
            outbox.user.upsert(f"u{number}", data={"text": "x" * 500})
    damage(file, last_page_of_entries(file))
    repaired = json.loads(run("outbox", "repair", url, "--json").stdout)
    assert 400 < repaired["saved"] < 450
    assert any("can't be read" in sentence for sentence in repaired["lost"])
    assert not any("counters" in sentence for sentence in repaired["lost"])
    with Outbox(url) as outbox:
        outbox.user.upsert("another")
        assert outbox._store.newest() > 450
        assert outbox._store.verify() == []


def last_page_of_entries(file: Path) -> int:
    """Where the last entries are, as the number of a page from 0."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        (body,) = connection.execute("SELECT body FROM entries ORDER BY sequence DESC").fetchone()
    return file.read_bytes().rindex(body) // 4096


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        ("body = zeroblob(length(body))", "entry 3: its body is not JSON"),
        ("subjects = 'user_4711'", "entry 3: its subjects can't be read"),
        ("path = x'ff'", "entry 3: a column has the wrong type"),
    ],
)
def test_an_entry_that_is_damaged(filled: Path, url: str, assignment: str, words: str) -> None:
    change(filled, f"UPDATE entries SET {assignment} WHERE sequence = 3")
    verified = run("outbox", "verify", url)
    assert (verified.exit_code, verified.stdout) == (1, f"{words}\n")
    repaired = run("outbox", "repair", url)
    assert f"lost: {words}" in repaired.stdout
    with Outbox(url) as outbox:
        assert outbox.stats().pending == 399
        assert outbox._store.verify() == []


def change(file: Path, statement: str) -> None:
    """Change a file behind the outbox's back."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute(statement)
        connection.commit()


def test_counters_that_are_gone(filled: Path, url: str) -> None:
    with contextlib.closing(sqlite3.connect(filled)) as connection:
        root = "SELECT rootpage FROM sqlite_master WHERE name = 'totals'"
        (page,) = connection.execute(root).fetchone()
    damage(filled, page - 1)
    repaired = run("outbox", "repair", url)
    assert repaired.stdout.startswith("waiting: 400\n")
    assert "lost: the counters can't be read: they start again from 0" in repaired.stdout
    with Outbox(url) as outbox:
        outbox.user.upsert("another")
        assert outbox._store.newest() == 401


def test_a_file_in_use_is_not_repaired(outbox: Outbox, url: str) -> None:
    outbox.user.upsert("u")
    refused = run("outbox", "repair", url)
    assert refused.exit_code == 2
    assert "can't be repaired: other processes use it; stop them first" in refused.output
    outbox.user.upsert("v")
    assert outbox.stats().pending == 2


@pytest.mark.parametrize("content", [b"", b"This is a letter. " * 500])
def test_what_is_no_outbox_is_not_repaired(file: Path, url: str, content: bytes) -> None:
    file.write_bytes(content)
    assert run("outbox", "repair", url).exit_code == 2
    assert file.read_bytes() == content


def test_a_locked_file_and_then_a_free_one(outbox: Outbox, file: Path, url: str) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Outbox(url, lock_timeout=0.05) as impatient:
        with pytest.raises(
            OutboxError, match=r"other processes kept it locked for more than 0\.05 s"
        ):
            impatient.user.upsert("a")
        other.execute("ROLLBACK")
        impatient.user.upsert("b")
    other.close()
    assert outbox.stats().pending == 1


READ_ONLY = """
import os, sys
from lunogram.outbox import Outbox, OutboxError
import lunogram.outbox.sqlite.store  # as long as this may read the interpreter's own files
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


def fill(outbox: Outbox, size: int = 5000) -> tuple[int, str]:
    """Queue until there is an error; return how many calls returned before it."""
    for number in range(100_000):
        try:
            outbox.user.events.post(Event("e", "u", data={"n": number, "text": "x" * size}))
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
        with outbox.relay(client):
            assert outbox.flush(20).pending == 0
        assert numbers(project) == list(range(queued))
        outbox.user.upsert("there_is_room_again")
    assert outbox.stats().pending == 1


@pytest.fixture(autouse=True)
def known(request: pytest.FixtureRequest) -> None:
    """The user of the events that fill a disk."""
    if {"project", "filled"} & {*request.fixturenames} == {"project"}:
        upsert_users(request.getfixturevalue("project"), ["u"])


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
        with outbox.relay(client):
            outbox.flush(0.5)
            larger = ["mount", "-o", "remount,size=4m", str(small_disk)]
            subprocess.run(larger, check=True)
            assert outbox.flush(20).pending == 0
        assert sorted(set(numbers(project))) == list(range(queued))
        outbox.user.upsert("there_is_room_again")
        assert outbox.stats().pending == 1


@pytest.mark.slow
def test_a_disk_that_the_outbox_has_filled(
    small_disk: Path, client: Lunogram, project: Sandbox
) -> None:
    subprocess.run(["mount", "-o", "remount,size=44m", str(small_disk)], check=True)
    with Outbox(f"sqlite:///{small_disk}/lunogram.db") as outbox:
        queued, reason = fill(outbox, 50_000)
        assert queued > 100
        assert "the disk" in reason
        with outbox.relay(client):
            assert outbox.flush(20).pending == 0
        assert sorted(set(numbers(project))) == list(range(queued))
    with Outbox(f"sqlite:///{small_disk}/lunogram.db") as outbox:
        assert (small_disk / "lunogram.db-reserve").stat().st_size > 0
        outbox.user.upsert("there_is_room_again")
        assert outbox.stats().pending == 1


@pytest.mark.parametrize("megabytes", [(64, 54, 5), (128, 110, 9)])
@pytest.mark.slow
def test_a_disk_with_less_room_than_the_reserve(
    small_disk: Path, client: Lunogram, project: Sandbox, caplog: pytest.LogCaptureFixture,
    megabytes: tuple[int, int, int],
) -> None:  # fmt: skip
    size, others, kept = megabytes
    subprocess.run(["mount", "-o", f"remount,size={size}m", str(small_disk)], check=True)
    (small_disk / "others").write_bytes(bytes(others * 1024 * 1024))
    with Outbox(f"sqlite:///{small_disk}/lunogram.db") as outbox:
        reserve = (small_disk / "lunogram.db-reserve").stat().st_size
        assert (kept - 1) * 1024 * 1024 < reserve <= kept * 1024 * 1024
        (warning,) = [each for each in caplog.records if each.name == "lunogram.outbox"]
        most = max(8, size // 8) * 1024 * 1024
        assert f"only {reserve} of {most} bytes" in warning.message
        queued, reason = fill(outbox, 50_000)
        assert queued > 50
        assert "the disk" in reason
        with outbox.relay(client):
            assert outbox.flush(60).pending == 0
        assert sorted(set(numbers(project))) == list(range(queued))
        outbox.user.upsert("there_is_room_again")
        assert outbox.stats().pending == 1


def test_no_reserve(url: str, file: Path, client: Lunogram, project: Sandbox) -> None:
    reserve = file.with_name("lunogram.db-reserve")
    Outbox(url).close()
    assert reserve.stat().st_size > 0
    with Outbox(url, reserve=False) as outbox:
        assert not reserve.exists()
        outbox.user.upsert("user_1")
        outbox.relay(client).run(until_empty=True)
        assert not reserve.exists()
    assert project.user("user_1")


def test_no_reserve_on_a_full_disk(small_disk: Path, client: Lunogram) -> None:
    with Outbox(f"sqlite:///{small_disk}/lunogram.db", reserve=False) as outbox:
        _, reason = fill(outbox)
        assert "the disk" in reason
        with outbox.relay(client):
            outbox.flush(0.5)
            larger = ["mount", "-o", "remount,size=8m", str(small_disk)]
            subprocess.run(larger, check=True)
            assert outbox.flush(20).pending == 0
        outbox.user.upsert("there_is_room_again")


@pytest.mark.parametrize("size", [2, 4, 8, 12])
@pytest.mark.parametrize("body", [2_000, 50_000])
def test_a_tiny_disk(small_disk: Path, client: Lunogram, size: int, body: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}m", str(small_disk)], check=True)
    with Outbox(f"sqlite:///{small_disk}/lunogram.db") as outbox:
        for _ in range(3):
            queued, reason = fill(outbox, body)
            assert queued
            assert "the disk" in reason
            with outbox.relay(client):
                assert outbox.flush(60).pending == 0
        outbox.user.upsert("there_is_room_again")
        assert outbox.stats().pending == 1


def test_what_is_given_up_for_deleting_is_not_for_those_who_queue(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=16m", str(small_disk)], check=True)
    with Outbox(f"sqlite:///{small_disk}/lunogram.db") as outbox:
        fill(outbox, 50_000)
        reserve = small_disk / "lunogram.db-reserve"
        before = reserve.stat().st_size
        assert before > 0
        os.truncate(reserve, 0)  # as a relay does
        (small_disk / "others").write_bytes(bytes(shutil.disk_usage(small_disk).free))
        with pytest.raises(OutboxError, match="the disk is full"):
            outbox.user.upsert("u")
        (small_disk / "others").unlink()
        with contextlib.suppress(OutboxError):
            outbox.user.upsert("u")
        assert reserve.stat().st_size == before


def test_a_relay_waits_for_a_locked_file(
    outbox: Outbox, file: Path, url: str, client: Lunogram, project: Sandbox
) -> None:
    outbox.user.upsert("u")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Outbox(url, lock_timeout=0.05) as impatient, impatient.relay(client):
        assert impatient.flush(0.3).pending == 1
        other.execute("ROLLBACK")
        assert impatient.flush(20).pending == 0
    other.close()
    assert len(project.users()) == 1
