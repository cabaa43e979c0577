"""What is special to the SQLite store: one relay at a time, writers who must not wait, a log."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lunogram.outbox.owner import new_owner
from lunogram.outbox.sqlite.rows import entry_of, row_of
from lunogram.outbox.sqlite.store import SQLiteStore
from lunogram.outbox.store import (
    ALL_PARTITIONS,
    NO_PARTITIONS,
    Capacity,
    DeadLetter,
    Entry,
    Limits,
    MalformedEntry,
    Outcomes,
)
from tests.support.child_process import resume, stop

ENTRY = Entry("POST", "/users", "", b"1" * 1000, ("user:default:u",), 1.0)


@pytest.fixture
def store(file: Path) -> Iterator[SQLiteStore]:
    store = SQLiteStore(file)
    store.add([ENTRY] * 10, Limits())
    yield store
    store.close()


class HealthChecks:
    """Tells how often anybody wrote to a file."""

    def __init__(self, file: Path) -> None:
        self.connection = sqlite3.connect(file, isolation_level=None)
        self.seen = self.version()

    def version(self) -> int:
        version: int = self.connection.execute("PRAGMA data_version").fetchone()[0]
        return version

    def saw_a_change(self) -> bool:
        before, self.seen = self.seen, self.version()
        return before != self.seen


@pytest.fixture
def watch(store: SQLiteStore) -> Iterator[HealthChecks]:
    watch = HealthChecks(store.path)
    with closing(watch.connection):
        yield watch


@attrs.define
class Clock:
    """A clock that can be put."""

    now: float = 1_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("lunogram.outbox.sqlite.leases.time", clock)
    return clock


def test_those_who_stand_by_only_read(store: SQLiteStore, watch: HealthChecks) -> None:
    first, second = new_owner(), new_owner()
    store.lease(first, 60, Capacity(5))
    assert watch.saw_a_change()
    assert store.lease(second, 60, Capacity(5)).kept == NO_PARTITIONS
    assert not watch.saw_a_change()


def test_nothing_to_send_is_nothing_to_write(store: SQLiteStore, watch: HealthChecks) -> None:
    store.settle(Outcomes(delivered=store.pending(None)))
    assert watch.saw_a_change()
    for _ in range(3):
        assert store.lease(new_owner(), 60, Capacity(5)).entries == ()
    assert not watch.saw_a_change()


def test_a_lease_is_renewed_seldom(store: SQLiteStore, watch: HealthChecks, clock: Clock) -> None:
    owner, writes = new_owner(), 0
    store.lease(owner, 60, Capacity(10))
    assert watch.saw_a_change()
    for _ in range(100):
        clock.now += 1
        assert store.lease(owner, 60, Capacity(10)).kept == ALL_PARTITIONS
        writes += watch.saw_a_change()
    assert 1 <= writes <= 5
    # It never lasts shorter than was asked, and not much longer.
    clock.now += 59
    assert store.lease(new_owner(), 60, Capacity(5)).entries == ()
    clock.now += 22
    assert len(store.lease(new_owner(), 60, Capacity(5)).entries) == 5


def test_a_shorter_lease_is_shorter_at_once(store: SQLiteStore, clock: Clock) -> None:
    first, second = new_owner(), new_owner()
    store.lease(first, 3600, Capacity(5))
    store.lease(first, 3, Capacity(0))
    clock.now += 5
    assert len(store.lease(second, 60, Capacity(5)).entries) == 5
    assert store.lease(first, 60, Capacity(5)).kept == NO_PARTITIONS


@pytest.mark.parametrize("jump", [-1e6, -90, 90, 1e6])
def test_a_clock_that_jumps(store: SQLiteStore, clock: Clock, jump: float) -> None:
    """A relay may lose its lease by it; nobody waits for ever, and nobody sends what is lost."""
    first, second = new_owner(), new_owner()
    given = store.lease(first, 60, Capacity(5)).entries
    clock.now += jump
    taken = store.lease(second, 60, Capacity(5)).entries
    assert [each.sequence for each in taken] == [each.sequence for each in given]
    assert {each.crashes for each in taken} == {1}
    assert store.lease(first, 60, Capacity(5)).kept == NO_PARTITIONS
    assert store.lease(second, 60, Capacity(5)).kept == ALL_PARTITIONS


@pytest.mark.parametrize("jump", [-30, 30])
def test_a_clock_that_is_put_a_little(store: SQLiteStore, clock: Clock, jump: float) -> None:
    first = new_owner()
    store.lease(first, 60, Capacity(5))
    clock.now += jump
    assert store.lease(new_owner(), 60, Capacity(5)).entries == ()
    assert store.lease(first, 60, Capacity(5)).kept == ALL_PARTITIONS


def test_a_call_writes_one_page(store: SQLiteStore) -> None:
    """Counters have a page of their own, which would double what a call writes."""
    log = store.path.with_name(f"{store.path.name}-wal")
    store.add([attrs.evolve(ENTRY, body=b"1")], Limits())
    before = log.stat().st_size
    store.add([attrs.evolve(ENTRY, body=b"1")], Limits())
    assert log.stat().st_size - before == 24 + 4096


@given(steps=st.lists(st.integers(1, 130), min_size=1, max_size=12), chance=st.randoms())
@settings(max_examples=30)
@pytest.mark.slow
def test_counters_are_right_at_any_moment(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int], chance: random.Random
) -> None:
    with closing(SQLiteStore(tmp_path_factory.mktemp("counters") / "outbox.db")) as store:
        queued = dropped = 0
        for size in steps:
            add_in_some_way(store, size, chance)
            queued += size
            if chance.random() < 0.3:
                gone = chance.sample(store.pending(None), k=chance.randint(0, size))
                half = len(gone) // 2
                dead = [DeadLetter(entry, 400, "no", 1.0) for entry in gone[half:]]
                store.settle(Outcomes(delivered=gone[:half], dead=dead))
            if chance.random() < 0.2:
                queued += store.retry(None)
            if chance.random() < 0.2:
                dropped += store.drop(None)
            stats = store.stats()
            assert store.verify() == []
            assert (stats.queued, store.newest(), stats.dropped) == (queued, queued, dropped)
            assert stats.pending == len(store.pending(None))


def add_in_some_way(store: SQLiteStore, size: int, chance: random.Random) -> None:
    """Queue small entries one by one or all at once, with limits or without."""
    limits = chance.choice([Limits(), Limits(10_000)])
    entries = [attrs.evolve(ENTRY, body=b"1" * chance.randint(1, 9)) for _ in range(size)]
    for each in chance.choice([[entries], [[entry] for entry in entries]]):
        assert store.add(each, limits)


@pytest.mark.parametrize("size", [1, 7, 250])
def test_it_is_never_much_that_is_not_counted_yet(store: SQLiteStore, size: int) -> None:
    for _ in range(0, 500, size):
        store.add([ENTRY] * size, Limits())
    with closing(sqlite3.connect(store.path)) as connection:
        counted = connection.execute("SELECT queued FROM totals").fetchone()[0]
    assert store.newest() - 100 < counted <= store.newest()


@given(st.lists(st.text(), max_size=4))
def test_subjects_are_written_as_any_json(subjects: list[str]) -> None:
    row = row_of(attrs.evolve(ENTRY, subjects=tuple(subjects)))
    assert row[5] == json.dumps(subjects)
    assert entry_of((1, *row, 0, 0)).subjects == tuple(subjects)


@pytest.mark.parametrize(
    "subjects", ["", "[", '["u"', '["u"]]', '["u"] ["v"]', "5", "null", 5, b"[]"]
)
def test_subjects_that_are_damaged(subjects: object) -> None:
    row = ("", "POST", "/users", "", None, subjects, 1.0, "", 0, 0)
    entry = entry_of((7, *row))
    assert isinstance(entry, MalformedEntry)
    assert (entry.sequence, entry.fault) == (7, "its subjects can't be read")


def test_places_are_given_once(store: SQLiteStore) -> None:
    for _ in range(3):
        newest = store.newest()
        store.settle(Outcomes(delivered=store.pending(None)))
        store.add([ENTRY], Limits())
        assert [entry.sequence for entry in store.pending(None)] == [newest + 1]


SLEEPER = """
import sys
from pathlib import Path
from lunogram.outbox.owner import new_owner
from lunogram.outbox.sqlite.store import SQLiteStore
from lunogram.outbox.store import Capacity
store, owner = SQLiteStore(Path(sys.argv[1])), new_owner()
while True:
    lease = store.lease(owner, 0.5, Capacity(5))
    print(len(lease.kept), len(lease.entries), flush=True)
    input()
"""


@pytest.mark.slow
def test_a_process_that_was_stopped_notices(store: SQLiteStore, file: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SLEEPER, str(file)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    ) as sleeper:  # fmt: skip
        assert sleeper.stdin
        assert sleeper.stdout
        assert sleeper.stdout.readline() == "0 5\n"
        stop(sleeper.pid)
        owner = new_owner()
        while not (entries := store.lease(owner, 60, Capacity(5)).entries):
            time.sleep(0.05)
        assert [(each.sequence, each.crashes) for each in entries] == [(n, 1) for n in range(1, 6)]
        resume(sleeper.pid)
        sleeper.stdin.write("\n")
        assert sleeper.stdout.readline() == "0 0\n"
        sleeper.kill()


def test_the_lease_of_a_process_that_is_gone(store: SQLiteStore) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    home, _, run = new_owner().split(" ")
    owner = f"{home} {gone.pid} {run}"
    store.lease(owner, 3600, Capacity(5))
    gone.wait()
    assert len(store.lease(new_owner(), 60, Capacity(9)).entries) == 5  # suspects by themselves


def test_those_who_read_need_not_wait_for_those_who_write(store: SQLiteStore, file: Path) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    added: list[bool] = []
    thread = threading.Thread(target=lambda: added.append(store.add([ENTRY], Limits())))
    thread.start()
    while not store._database._is_in_use:  # it has begun to wait
        time.sleep(0.001)
    assert store.stats().pending == 10
    assert added == []
    other.execute("COMMIT")
    thread.join()
    other.close()
    assert added == [True]


def log_of(file: Path) -> int:
    """Bytes of the log."""
    return Path(f"{file}-wal").stat().st_size


@pytest.mark.slow
def test_the_log_is_shortened_by_relays(store: SQLiteStore, file: Path) -> None:
    owner, longest = new_owner(), 0
    for _ in range(100):
        store.add([ENTRY] * 200, Limits())
        store.settle(Outcomes(delivered=store.lease(owner, 60, Capacity(200)).entries))
        longest = max(longest, log_of(file))
    assert longest < 7_000_000


@pytest.mark.slow
def test_the_log_has_an_end_where_no_relay_runs(store: SQLiteStore, file: Path) -> None:
    longest = 0
    for _ in range(150):
        store.add([ENTRY] * 200, Limits())
        longest = max(longest, log_of(file))
    assert 10_000_000 < longest < 18_000_000


@pytest.mark.slow
def test_the_log_is_shortened_while_others_write(store: SQLiteStore, file: Path) -> None:
    stop = threading.Event()

    def queue() -> None:
        with closing(SQLiteStore(file)) as another:
            while not stop.wait(0.001):
                another.add([ENTRY] * 20, Limits())

    thread = threading.Thread(target=queue)
    thread.start()
    owner = new_owner()
    while store.newest() < 10_000:
        store.settle(Outcomes(delivered=store.lease(owner, 60, Capacity(500)).entries))
    stop.set()
    thread.join()
    # How long it is meanwhile depends on who gets the processor. In the end, all of it is moved.
    for _ in range(20):
        store.settle(Outcomes(delivered=store.lease(owner, 60, Capacity(500)).entries))
        store.add([ENTRY], Limits())
    assert log_of(file) < 7_000_000
