"""The connection to an SQLite file that threads and processes share."""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar

from ..._sqlite_file import OUTBOX_ID, check_owner, create_private
from ..errors import OutboxError
from .errors import explanation, is_busy, is_fault_of_file, is_out_of_room
from .forks import all_forkable, close_for_forks
from .lock import LockTimeoutError, holding
from .reserve import Reserve
from .rows import text_factory
from .schema import migrate_tables
from .wal import Log

_T = TypeVar("_T")
_Work = Callable[[sqlite3.Connection], _T]

logger = logging.getLogger("lunogram.outbox")

# Seconds for which SQLite waits for other processes at a time; and the pause in which threads that
# only read take their turn.
_SLICE = 0.05
_PAUSE = 0.001

_MOVED = (
    "its file was deleted or replaced while in use, and the entries in it are lost. This operation"
    " was not done; the next one opens the file at the path, or creates it"
)

_MID_USE = (
    "this process was forked while a thread used the file, by a fork that Python does not know of "
    "or does not wait for; use os.fork, or open the outbox after the fork"
)

# The connections that were in use when this process was forked, by their files. SQLite holds their
# locks for the process's own for ever; to close them would change what the parent is writing.
_in_use_at_fork: dict[str, sqlite3.Connection | None] = {}


class _MovedError(Exception):
    """The file at the path is another one, or there is none."""


class _DisconnectedError(Exception):
    """A signal handler used the file or forked meanwhile, or the file was replaced on opening."""


class Database:
    """One connection for each process, and one lock for its threads.

    SQLite has one writer at a time, and makes the others sleep and retry. Threads of one process
    need not wait like that: they take turns by a lock.

    An exception from a signal handler may end a turn between any two calls. Then the connection
    is closed, which rolls back the transaction; the next turn opens another. The same happens if a
    signal handler uses the file while its own thread does: the interrupted turn is repeated.

    Attributes:
        path: The path of the file.
        was_replaced: Whether the file was replaced by another one since it was opened first.
    """

    def __init__(
        self, path: Path, *, full_sync: bool, patience: float, create: bool, reserve: Reserve
    ) -> None:
        """Open the file, or create it.

        Args:
            path: The path of the file.
            full_sync: Whether each commit waits for the disk.
            patience: For how many seconds to wait for other processes that use the file.
            create: Whether to create the file if there is none.
            reserve: The reserve of disk space.

        Raises:
            OutboxError: If the file can't be used.
        """
        self.path = path.absolute()  # daemons change their working directory
        self.was_replaced = False
        self._name = str(self.path)
        self._file: tuple[int, int] | None = None
        self._log_file: tuple[int, int] | None = None
        self._full_sync = full_sync
        self._patience = patience
        self._most = patience + 1  # for threads: each may wait for other processes
        self._may_create = create
        self._closed = False
        self._log = Log(self.path)
        self._reserve = reserve
        self._is_short_of_room = False
        self._begin()
        self.read(_nothing)
        close_for_forks(self)

    def _begin(self) -> None:
        self._process = os.getpid()
        self._lock = threading.RLock()
        self._aside = threading.RLock()
        self._is_in_use = False
        self._connection: sqlite3.Connection | None = None

    # -- turns ------------------------------------------------------------------------------------

    def read(self, work: _Work[_T]) -> _T:
        """Read, without a transaction: each statement sees what others have written until then.

        Args:
            work: A function of the connection. It may be called again.

        Raises:
            OutboxError: If the file can't be read.
        """
        end = 0.0
        while True:
            try:
                if self._process != os.getpid():
                    self._abandon()
                return holding(self._lock, self._most, self._use, work)
            except Exception as error:  # noqa: BLE001 - it is raised again there
                end = end or time.monotonic() + self._patience
                self._check_patience(error, end)
            time.sleep(_PAUSE)  # threads that only read get in

    def write(self, work: _Work[_T], *, alone: bool = False, makes_room: bool = False) -> _T:
        """Do all writes of a function, or none; they are durable when this returns.

        Args:
            work: A function of the connection. It may be called again if others are writing. (Not
                the body of a context manager: for each queued call, one costs as much as the SQL.)
            alone: Whether the function has one statement, which is a transaction by itself.
            makes_room: Whether the writes make the queue shorter. For those the reserve is released
                when the disk is full, so that they succeed when they are retried.

        Returns:
            What the function returns.

        Raises:
            OutboxError: If the file can't be written.
        """
        if alone and not self._is_short_of_room:
            return self.read(work)
        return self.read(lambda connection: self._written(connection, work, makes_room=makes_room))

    def _check_patience(self, error: Exception, end: float) -> None:
        """Raise the exception of a turn, unless the turn is to be repeated."""
        if isinstance(error, _DisconnectedError) or is_busy(error):
            if time.monotonic() < end:
                return
        elif isinstance(error, _MovedError):
            logger.error("the outbox %s: %s", self._name, _MOVED)
        elif not is_fault_of_file(error) and not isinstance(error, LockTimeoutError):
            raise error
        raise self._error(self._reason(error)) from None

    def _use(self, work: _Work[_T]) -> _T:
        if self._is_in_use:  # by an interrupted turn of this thread
            self.disconnect()
        if self._closed:
            raise self._error("it is closed; open another one")
        self._is_in_use = True
        connection = None
        try:
            connection = self._connection or self._connect()
            result = work(connection)
            self._check_file()
        except BaseException as error:
            if connection and connection is not self._connection and is_fault_of_file(error):
                raise _DisconnectedError from None
            self._clear_up(error)
            self._is_in_use = False
            raise
        self._is_in_use = False
        return result

    def _clear_up(self, error: BaseException) -> None:
        """Roll back what an exception has interrupted."""
        if not is_fault_of_file(error):
            self.disconnect()
        elif self._connection:
            self._check_file()  # a file that was replaced explains all other faults
            if is_out_of_room(error):
                self._is_short_of_room = True
                # A log that is moved into the file has room for deletions again.
                with suppress(sqlite3.Error):
                    self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _check_file(self) -> None:
        """Check that the file at the path is still the one that was written."""
        found = _identity(self._name)
        if found == self._file:
            return
        if found and _identity(self._log.path) == self._log_file:
            self._log.path.unlink(missing_ok=True)  # SQLite would play it into the other file
        self._file = None
        self.was_replaced = True
        self.disconnect()
        raise _MovedError

    # -- writing ----------------------------------------------------------------------------------

    def _written(self, connection: sqlite3.Connection, work: _Work[_T], *, makes_room: bool) -> _T:
        if self._is_short_of_room and not makes_room:
            self._await_room(connection)
        try:
            connection.execute("BEGIN IMMEDIATE")
            result = work(connection)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:  # a full disk ends it by itself
                connection.execute("ROLLBACK")
            if makes_room and is_out_of_room(error):
                self._reserve.release()
            raise
        if self._is_short_of_room and makes_room:
            self._is_short_of_room = not self._reserve.take_back()
        return result

    def _await_room(self, connection: sqlite3.Connection) -> None:
        """Raise an error until the reserve is complete: its room is for deletions alone."""
        if not self._reserve.take_back():
            with suppress(sqlite3.Error):  # on a small disk, the log takes the room that it needs
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if not self._reserve.take_back():
                raise OSError(errno.ENOSPC, "the disk is full")
        self._is_short_of_room = False

    # -- beside the turns -------------------------------------------------------------------------

    def aside(self, work: _Work[_T]) -> _T:
        """Use another connection, for long operations: this process queues meanwhile.

        Args:
            work: A function of the connection.

        Raises:
            OutboxError: If the file can't be used.
        """
        self.read(_nothing)  # raises an error if it is closed, and notices forks
        try:
            return holding(self._aside, self._most, self._beside, work)
        except Exception as error:
            if not is_fault_of_file(error) and not isinstance(error, LockTimeoutError):
                raise
            raise self._error(self._reason(error)) from None

    def _beside(self, work: _Work[_T]) -> _T:
        with closing(open_file(self.path, _SLICE)) as connection:
            return work(connection)

    def shorten_log(self) -> None:
        """Move the log into the file if it has grown, while others keep queueing.

        Relays do that. Producers do it only where no relay runs.
        """
        if self._log.has_grown():
            with suppress(OutboxError, sqlite3.Error, LockTimeoutError):
                holding(self._aside, 0, self._beside, self._shorten_log)

    def _shorten_log(self, connection: sqlite3.Connection) -> None:
        # Each time there is less to move: what was written during the last move.
        if any(self._log.move(connection) for _ in range(3)):
            return
        if self._log.is_too_long():
            # Others write all the time: they have to wait for the rest.
            self.write(lambda _: self._log.move(connection))

    # -- opening and closing ----------------------------------------------------------------------

    def _connect(self) -> sqlite3.Connection:
        if self._name in _in_use_at_fork:
            raise self._error(_MID_USE)
        if self._file:  # as before a fork
            self._check_file()
        if self._may_create:
            create_private(self.path)
        found = _identity(self._name)
        check_owner(self.path, OUTBOX_ID)
        connection = open_file(self.path, self._patience)
        try:
            self._prepare(connection)
            self._check_opened(found)
        except BaseException:
            connection.close()
            raise
        self.disconnect()  # a signal handler may have opened one
        self._file, self._log_file = found, _identity(self._log.path)
        self._connection = connection
        return connection

    def _check_opened(self, found: tuple[int, int] | None) -> None:
        """Check that the file at the path is still the one that was found before opening it.

        Else it is not known which one is open, and the log beside the file may be others'.
        """
        if _identity(self._name) != found:
            raise _DisconnectedError

    def _prepare(self, connection: sqlite3.Connection) -> None:
        migrate_tables(connection)
        _use_log(connection, time.monotonic() + self._patience)
        connection.execute("SELECT owner FROM lease").fetchone()  # creates the log
        self._reserve.take()
        connection.execute(f"PRAGMA wal_autocheckpoint = {self._reserve.pages_of_log}")
        connection.execute(
            "PRAGMA journal_size_limit = 0"
        )  # the size of the log says how much is in it
        # With a write-ahead log, NORMAL leaves a commit with the operating system: it survives
        # `kill -9`, but perhaps not a power cut. FULL waits for the disk.
        connection.execute(f"PRAGMA synchronous = {'FULL' if self._full_sync else 'NORMAL'}")
        connection.execute(f"PRAGMA busy_timeout = {1000 * min(self._patience, _SLICE):.0f}")

    def close(self) -> None:
        """Close the connection of this process, for good."""
        if self._process != os.getpid():
            self._abandon()
        with suppress(LockTimeoutError):
            holding(self._lock, self._most, Database._close, self)

    def _close(self) -> None:
        self._closed = True
        self.disconnect()

    def disconnect(self) -> None:
        """Close the connection, which rolls back a transaction; the next use opens another."""
        connection, self._connection = self._connection, None
        if connection:
            # Without a rollback, it would stay open as long as a cursor is.
            with suppress(sqlite3.Error):
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            connection.close()

    # -- errors -----------------------------------------------------------------------------------

    def _error(self, reason: str) -> OutboxError:
        return OutboxError(f"the outbox {self._name} can't be used: {reason}")

    def _reason(self, error: Exception) -> str:
        if is_busy(error):
            return f"other processes kept it locked for more than {self._patience:g} s"
        if isinstance(error, _MovedError):
            return _MOVED
        if isinstance(error, _DisconnectedError):
            return "signal handlers interrupt each attempt to use it"
        if isinstance(error, LockTimeoutError):
            return "another thread uses it all the time"
        return explanation(error)

    # -- forks ------------------------------------------------------------------------------------

    def stop_for_fork(self) -> bool:
        """Wait a while until no thread uses the file, and close it; return whether it is closed."""
        # In the order in which `shorten_log` takes them.
        if not self._aside.acquire(timeout=self._most):
            return False
        if not self._lock.acquire(timeout=self._most):
            self._aside.release()
            return False
        self.disconnect()
        return True

    def go_on(self) -> None:
        """Let threads use the file again, in the parent, if it was closed."""
        self._lock.release()
        self._aside.release()

    def go_on_in_child(self) -> None:
        """Let threads use the file again, in the child, if it was closed."""
        self._process = os.getpid()
        self.go_on()

    def _abandon(self) -> None:
        """Give up all connections from before a fork that was not announced.

        SQLite takes their locks for held by this process too, and would not acquire them for
        another connection: others could delete the log that this process writes. A connection in
        use may be writing; one that is not is closed, which leaves a log that the parent uses.
        """
        for each in all_forkable():
            each.leave_parent()

    def leave_parent(self) -> None:
        """Give up the connection from before a fork, if there was one."""
        if self._process == os.getpid():
            return
        if self._is_in_use or not self._aside.acquire(blocking=False):
            _in_use_at_fork[self._name] = self._connection
        else:
            self.disconnect()
        self._begin()


def open_file(path: Path, timeout: float) -> sqlite3.Connection:
    """A connection to a file that exists: SQLite would create one that everybody can read.

    Args:
        path: The file.
        timeout: For how many seconds SQLite waits for others who use it.
    """
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw", uri=True,
        timeout=timeout, isolation_level=None, check_same_thread=False,
    )  # fmt: skip
    connection.text_factory = text_factory
    return connection


def _use_log(connection: sqlite3.Connection, until: float) -> None:
    """Switch to a write-ahead log. If two do that at once, SQLite makes one fail, not wait."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > until:
                raise
            time.sleep(0.005)
        else:
            return


def _identity(path: str | Path) -> tuple[int, int] | None:
    """The identity of the file at a path, or None."""
    try:
        found = os.stat(path)  # noqa: PTH116 - a Path takes as long again
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_ino, found.st_dev


def _nothing(_connection: sqlite3.Connection) -> None:
    """Do nothing: opening the file is enough."""
