"""Signal handlers that raise, queue or fork while the SQLite outbox is at work."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from lunogram import Event
from lunogram.outbox import Outbox, OutboxError
from lunogram.outbox.owner import new_owner
from lunogram.outbox.sqlite.store import SQLiteStore
from lunogram.outbox.store import Capacity, Checkpoint, DeadLetter, Entry, Limits, Outcomes
from tests.support.interrupts import Interruption, interruptions

pytestmark = [
    pytest.mark.usefixtures("collected"),
    pytest.mark.filterwarnings(
        # What is interrupted right after it was opened is closed by nobody.
        "ignore:.*unclosed database:ResourceWarning",
        "ignore::pytest.PytestUnraisableExceptionWarning",
        "ignore:.*fork:DeprecationWarning",
    ),
]

ENTRY = Entry("POST", "/users", "", b"{}", ("user:default:u",), 1.0)
NONE = Limits()


@pytest.fixture
def store(file: Path) -> Iterator[SQLiteStore]:
    store = SQLiteStore(file, patience=0.3)
    yield store
    store.close()


@pytest.fixture
def another(file: Path) -> Iterator[SQLiteStore]:
    """As another process has it open."""
    store = SQLiteStore(file, patience=0.3)
    yield store
    store.close()


def fail() -> None:
    raise Interruption


def in_another_thread(work: Callable[[], object]) -> None:
    """Do something in another thread, and raise here what it raises."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised in the other thread
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


def add_one(store: SQLiteStore) -> None:
    store.add([ENTRY], NONE)


def add_three(store: SQLiteStore) -> None:
    store.add([ENTRY] * 3, Limits(100_000), Checkpoint("people", "3"))


def read(store: SQLiteStore) -> None:
    store.stats()
    store.pending(10)


def relay(store: SQLiteStore) -> None:
    lease = store.lease(new_owner(), 0, Capacity(3))
    entries = lease.entries or store.pending(3)
    dead = [DeadLetter(entry, 400, "no", 1.0) for entry in entries[2:]]
    store.settle(Outcomes(entries[:1], entries[1:2], dead))


def care(store: SQLiteStore) -> None:
    store.retry(None)
    store._database.aside(lambda connection: connection.execute("SELECT 1").fetchone())


WORK = [add_one, add_three, read, relay, care]


@pytest.mark.parametrize("work", WORK)
def test_an_exception_at_any_call(
    store: SQLiteStore, another: SQLiteStore, work: Callable[[SQLiteStore], None]
) -> None:
    another.add([ENTRY] * 5, NONE)
    times = 0
    for times in interruptions(lambda: work(store), fail):  # noqa: B007
        another.add([ENTRY], NONE)  # it is not locked
        before = store.stats()
        in_another_thread(lambda: store.add([ENTRY], NONE))  # and neither is the store
        assert store.stats().pending == before.pending + 1
    assert times > 15
    assert another.verify() == []


@pytest.mark.parametrize("opcodes", [False, True])
@pytest.mark.parametrize(("work", "size"), [(add_one, 1), (add_three, 3)])
def test_a_call_is_queued_whole_or_not_at_all(
    store: SQLiteStore, work: Callable[[SQLiteStore], None], size: int, *, opcodes: bool
) -> None:
    """And once at the most; what returns is there."""
    before = store.stats().pending
    for _ in interruptions(lambda: work(store), fail, opcodes=opcodes, step=3 if opcodes else 1):
        after = store.stats().pending
        assert after - before in (0, size)
        work(store)
        before = store.stats().pending
        assert before == after + size
    assert store.stats().pending == before + size  # the last was not interrupted
    assert store.verify() == []


def test_an_exception_while_it_is_opened(file: Path) -> None:
    for _ in interruptions(lambda: SQLiteStore(file).close(), fail, step=3):
        store = SQLiteStore(file, patience=0.3)
        in_another_thread(lambda: add_one(store))  # noqa: B023
        store.close()
        for each in file.parent.iterdir():
            each.unlink()


@pytest.mark.parametrize("work", [add_one, add_three, relay])
def test_a_handler_that_queues(store: SQLiteStore, work: Callable[[SQLiteStore], None]) -> None:
    """It is done, and so is what it interrupted, both once."""
    store.add([ENTRY] * 200, NONE)
    queued = store.stats().queued
    expected = {"add_one": 1, "add_three": 3, "relay": 0}[work.__name__]
    times = 0
    for times in interruptions(lambda: work(store), lambda: add_one(store)):  # noqa: B007
        queued += expected + 1
        assert store.stats().queued == queued
    assert times > 10
    assert store.verify() == []


def test_a_handler_that_queues_while_users_are_ensured(url: str) -> None:
    """Each event comes after an upsert of its user, whoever has queued that."""
    with Outbox(url, ensure_users=True) as outbox:
        names = count()

        def post() -> None:
            outbox.user.events.post(Event("order.completed", f"user_{next(names) // 3}"))

        times = sum(1 for _ in interruptions(post, post, step=3))
        assert times > 10
        upserted: set[str] = set()
        events = 0
        for entry in outbox._store.pending(None):
            body = json.loads(entry.body or b"")
            if entry.path == "/users":
                upserted.add(body["identifier"][0]["external_id"])
            else:
                events += 1
                assert body["identifier"][0]["external_id"] in upserted
        assert events == next(names)


def test_a_handler_that_closes_the_outbox(file: Path) -> None:
    open_one = [SQLiteStore(file)]

    def work() -> None:
        with suppress(OutboxError):  # it is closed
            open_one[0].add([ENTRY] * 2, NONE)

    for _ in interruptions(work, lambda: open_one[0].close()):  # noqa: PLW0108
        open_one[0] = SQLiteStore(file)
        assert open_one[0].stats().pending % 2 == 0
    open_one[0].close()


def test_a_handler_that_forks(store: SQLiteStore) -> None:
    def fork() -> None:
        child = os.fork()
        if not child:
            code = 1
            try:
                add_one(store)
                code = 0
            finally:
                os._exit(code)
        assert os.waitpid(child, 0)[1] == 0

    queued = 0
    for _ in interruptions(lambda: add_three(store), fork):
        queued += 4
        assert store.stats().queued == queued
    assert store.verify() == []


@pytest.mark.parametrize("error", [TimeoutError, KeyboardInterrupt, RuntimeError])
def test_the_exception_is_the_handlers_own(store: SQLiteStore, error: type[BaseException]) -> None:
    """TimeoutError is an OSError, and still none of the file's."""

    def handler() -> None:
        raise error

    came_out = 0

    def work() -> None:
        nonlocal came_out
        try:
            add_three(store)
        except error:
            came_out += 1

    count = max(interruptions(work, handler))
    assert came_out == count > 10
