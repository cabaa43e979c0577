"""An SQLite file that threads and processes share: its connection, its locks, its errors."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeVar
from weakref import WeakValueDictionary

from ..._queries import schema
from ..errors import OutboxError
from .log import MOST_PAGES, Log
from .reserve import Reserve

_T = TypeVar("_T")

SCHEMA_VERSION = 3

# For how many seconds SQLite waits for others at a time, and threads for this one; and for how
# many those who only read are let in.
_SLICE = 0.05
_BREATH = 0.001

# "LUNO": says that a file is ours, and not some other program's database.
_APPLICATION_ID = 0x4C554E4F

_NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_EXPLANATIONS = {
    sqlite3.SQLITE_READONLY: "it can only be read; check its permissions and those of its folder",
    sqlite3.SQLITE_IOERR: "reading or writing it failed; is the disk full, or gone?",
    sqlite3.SQLITE_CORRUPT: "it is corrupt; `lunogram outbox repair` saves what can be read",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_CANTOPEN: "it can't be opened; check that its folder is there and writable",
    sqlite3.SQLITE_NOTADB: "it is not a database",
}

# Connections from before a fork that we did not see coming. To close them in the child could
# take the log from under the parent.
_abandoned: list[sqlite3.Connection] = []


class Database:
    """One connection for each process, and one lock for its threads.

    SQLite has one writer at a time, and lets those who come too late sleep and try again. Threads
    of one process need not wait like that: they take turns by a lock.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path, *, full_sync: bool, patience: float, create: bool) -> None:
        """Open the file, or make it.

        Args:
            path: The file.
            full_sync: Whether each commit waits for the disk.
            patience: For how many seconds to wait for others who use the file.
            create: Whether to make it if it is not there.

        Raises:
            OutboxError: If it can't be used.
        """
        self.path = path.absolute()  # programs that become daemons change their folder
        self._full_sync = full_sync
        self._patience = patience
        self._closed = False
        self._log = Log(self.path)
        self._reserve = Reserve(self.path)
        self._reserve_is_spent = False
        self._begin()
        with self._explained():
            if create:
                _create(self.path)
            elif not self.path.exists():
                raise FileNotFoundError(2, "there is no such file")
        with self.reading():
            _databases[id(self)] = self

    def _begin(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._aside = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read. What others write meanwhile shows from one statement to the next.

        Raises:
            OutboxError: If that fails.
        """
        lock = self._take_turn()
        try:
            yield self._connection or self._connect()
        except (sqlite3.Error, OSError) as error:
            raise self._error(self._reason(error)) from None
        finally:
            lock.release()

    @contextmanager
    def aside(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own, for what takes long: this process goes on queueing meanwhile.

        Raises:
            OutboxError: If that fails.
        """
        self._take_turn().release()  # not closed, and not from before a fork
        with self._aside, self._explained():
            uri = f"{self.path.as_uri()}?mode=rw"
            with closing(
                sqlite3.connect(uri, timeout=_SLICE, isolation_level=None, uri=True)
            ) as connection:
                yield connection

    def write(
        self,
        work: Callable[[sqlite3.Connection], _T],
        *,
        alone: bool = False,
        makes_room: bool = False,
    ) -> _T:
        """Do all writes of a function, or none; they are durable when this returns.

        Args:
            work: Gets the connection. It may be called again if others are writing. (Not the body
                of a context manager: around each call that is queued, one costs as much as SQL.)
            alone: Whether it is one statement, which is a transaction by itself.
            makes_room: Whether its writes are on the way to a smaller queue. For those the reserve
                is given up when the disk is full, so that they work when they are tried again.

        Returns:
            What the function does.

        Raises:
            OutboxError: If that fails.
        """
        end = time.monotonic() + self._patience
        while True:
            lock = self._take_turn()
            try:
                connection = self._connection or self._connect()
                return self._written(connection, work, alone=alone, makes_room=makes_room)
            except (sqlite3.Error, OSError) as error:
                if not is_busy(error) or time.monotonic() >= end:
                    raise self._error(self._reason(error)) from None
            finally:
                lock.release()
            time.sleep(_BREATH)  # threads that only read get in

    def _written(
        self,
        connection: sqlite3.Connection,
        work: Callable[[sqlite3.Connection], _T],
        *,
        alone: bool,
        makes_room: bool,
    ) -> _T:
        try:
            if alone and not connection.in_transaction:
                result = work(connection)
            else:
                connection.execute("BEGIN IMMEDIATE")
                result = work(connection)
                connection.execute("COMMIT")
            self._restore_reserve()
        except BaseException as error:
            _take_back(connection)
            if _is_out_of_room(error):
                self._find_room(connection, use_reserve=makes_room)
            raise
        return result

    def shorten_log(self) -> None:
        """Move the log into the file if it has grown, while others go on queueing.

        That is up to relays. Those who queue do it only when no relay does.
        """
        if self._log.has_grown() and not self._aside.locked():
            with suppress(OutboxError), self.aside() as connection:
                # Each time there is less to move: what was written during the time before.
                if any(self._log.move(connection) for _ in range(3)):
                    return
                if self._log.is_too_long():
                    # Others write all the time, and wait for the rest.
                    self.write(lambda _: self._log.move(connection))

    def _find_room(self, connection: sqlite3.Connection, *, use_reserve: bool) -> None:
        if use_reserve:
            self._reserve.give_up()
            self._reserve_is_spent = True
        # Once the log is in the file, it has room for deletions again.
        with suppress(sqlite3.Error):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _restore_reserve(self) -> None:
        if self._reserve_is_spent:
            self._reserve_is_spent = not self._reserve.take()

    def close(self) -> None:
        """Close the connection of this process, for good."""
        with suppress(OutboxError):
            lock = self._take_turn()
            self._closed = True
            self.disconnect()
            lock.release()

    def _take_turn(self) -> threading.Lock:
        if self._process != os.getpid():
            _abandoned.extend([self._connection] if self._connection else [])
            self._begin()
        lock = self._lock
        # Not for ever: a signal handler may have interrupted its own thread.
        if not lock.acquire(timeout=self._patience + 1):
            raise self._error("another thread keeps it busy")
        if self._closed:
            lock.release()
            raise self._error("it is closed; make another one")
        return lock

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise self._error(self._reason(error)) from None

    def _error(self, reason: str) -> OutboxError:
        return OutboxError(f"the outbox {self.path} can't be used: {reason}")

    def _reason(self, error: sqlite3.Error | OSError) -> str:
        if is_busy(error):
            return f"others kept it locked for more than {self._patience:g} s"
        return explanation(error)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=self._patience, isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(connection, self._patience, full_sync=self._full_sync)
        except BaseException:
            connection.close()
            raise
        self._reserve.take()
        self._connection = connection
        return connection

    # -- forks ------------------------------------------------------------------------------------

    def stop_for_fork(self) -> bool:
        """Wait until no thread uses the file, and close it; False if that took too long."""
        if not self._lock.acquire(timeout=self._patience + 1):
            return False
        if not self._aside.acquire(timeout=self._patience + 1):
            self._lock.release()
            return False
        self.disconnect()
        return True

    def go_on(self) -> None:
        """Let threads in again, in the parent and in the child."""
        self._process = os.getpid()
        self._aside.release()
        self._lock.release()

    def disconnect(self) -> None:
        """Close the connection; the next use makes another."""
        connection, self._connection = self._connection, None
        if connection:
            connection.close()


def explanation(error: sqlite3.Error | OSError) -> str:
    """Why a file can't be used, in words.

    Args:
        error: What using it raised.
    """
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return _EXPLANATIONS.get(_code(error), str(error))


def is_busy(error: BaseException) -> bool:
    """Whether others kept the file locked.

    Args:
        error: What using it raised.
    """
    return _code(error) in _BUSY


def _code(error: BaseException) -> int:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


def _take_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:  # a full disk ends it by itself
        connection.execute("ROLLBACK")


def _is_out_of_room(error: BaseException) -> bool:
    return _code(error) in _NO_ROOM


def _create(path: Path) -> None:
    """Make an empty file that nobody else can read. SQLite gives its side files the same rights."""
    # Only if it is not there: to open and close it here would drop the locks that SQLite has on it.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _prepare(connection: sqlite3.Connection, patience: float, *, full_sync: bool) -> None:
    _use_log(connection, time.monotonic() + patience)
    connection.execute(f"PRAGMA wal_autocheckpoint = {MOST_PAGES}")
    connection.execute("PRAGMA journal_size_limit = 0")  # the log's size says what is in it
    # With a write-ahead log, NORMAL leaves a commit with the operating system: it outlives
    # `kill -9`, and only a power cut could take it. FULL waits for the disk.
    connection.execute(f"PRAGMA synchronous = {'FULL' if full_sync else 'NORMAL'}")
    if _read_pragma(connection, "user_version") == 0:
        _write_schema(connection)
    check_origin(connection)
    connection.execute(f"PRAGMA busy_timeout = {1000 * min(patience, _SLICE):.0f}")


def check_origin(connection: sqlite3.Connection) -> None:
    """See whether a file is an outbox of this version.

    Args:
        connection: To the file.

    Raises:
        sqlite3.DatabaseError: If it is not.
    """
    if _read_pragma(connection, "application_id") != _APPLICATION_ID:
        raise sqlite3.DatabaseError("it is another program's database")
    if _read_pragma(connection, "user_version") != SCHEMA_VERSION:
        raise sqlite3.DatabaseError("it was made by another version of lunogram")


def new_file(path: Path) -> sqlite3.Connection:
    """An empty outbox, in place of what is there.

    Args:
        path: The file.
    """
    path.unlink(missing_ok=True)
    _create(path)
    connection = sqlite3.connect(path, isolation_level=None)
    _write_schema(connection)
    return connection


def _read_pragma(connection: sqlite3.Connection, name: str) -> int:
    value: int = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value


def _use_log(connection: sqlite3.Connection, until: float) -> None:
    """Switch to a write-ahead log. Two who do that at once are not made to wait, but refused."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > until:
                raise
            time.sleep(0.005)
        else:
            return


def _write_schema(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty file, all at once."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            for statement in schema("lunogram.outbox", "sql/sqlite").split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    finally:
        connection.execute("COMMIT" if connection.in_transaction else "SELECT 1")


# What SQLite knows of its open files lives in the process and is copied by a fork, locks included.
# A child would then believe to hold what only its parent holds. So nothing is open during a fork.
_databases: WeakValueDictionary[int, Database] = WeakValueDictionary()
_forking = threading.local()


def _before_fork() -> None:
    # Its references are copied at once; to iterate over it would not stand other threads' changes.
    databases = [reference() for reference in _databases.valuerefs()]
    _forking.stopped = [database for database in databases if database and database.stop_for_fork()]


def _after_fork() -> None:
    for database in getattr(_forking, "stopped", ()):
        database.go_on()
    _forking.stopped = []


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork
    )
