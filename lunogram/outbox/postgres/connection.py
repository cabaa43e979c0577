"""One connection to PostgreSQL for each process: made again when it is lost, and after a fork."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias, TypeVar
from weakref import WeakValueDictionary

from ...errors import ConfigurationError
from ..errors import OutboxError
from .errors import reason_of
from .url import Place

try:
    import psycopg
    from psycopg.pq import TransactionStatus
except ImportError as error:  # psycopg, or the libpq that it needs
    raise ConfigurationError(
        "an outbox in PostgreSQL needs psycopg and libpq: "
        "pip install 'lunogram[outbox-postgres]' 'psycopg[binary]'"
    ) from error

Connection: TypeAlias = psycopg.Connection[Any]
T = TypeVar("T")

# What the server says when it ends a session.
_LAST_WORDS = ("57P01", "57P02", "57P03")


class Session:
    """A connection that is there when it is needed, and one lock for the threads of the process.

    Attributes:
        place: Where the outbox is.
        patience: For how many seconds a statement may run, and connecting may take.
    """

    def __init__(
        self, place: Place, patience: float, prepare: Callable[[Connection], object]
    ) -> None:
        """Connect to nothing yet.

        Args:
            place: Where the outbox is.
            patience: For how many seconds a statement may run, and connecting may take.
            prepare: What is done with each new connection.
        """
        self.place = place
        self.patience = patience
        self._prepare = prepare
        self._closed = False
        self._begin()
        _sessions[id(self)] = self

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    def run(self, work: Callable[[Connection], T], *, repeats: bool = True) -> T:
        """Do something on the connection, which is in autocommit.

        Args:
            work: What to do.
            repeats: Whether it is done again, once, if the connection is lost meanwhile. Whether
                it was done then, nobody can tell.

        Raises:
            OutboxError: If it failed.
        """
        with self._turn(), self._explained():
            connection = self._ready()
            try:
                return work(connection)
            except psycopg.Error as error:
                if not repeats or not _is_lost(connection, error):
                    raise
            self._disconnect()
            return work(self._ready())

    def run_long(self, work: Callable[[Connection], T]) -> T:
        """Do something that may take long, in one transaction.

        Args:
            work: What to do. It is not done again if the connection is lost.

        Raises:
            OutboxError: If it failed.
        """

        def patient(connection: Connection) -> T:
            """The work, with as much time as it takes."""
            with connection.transaction():
                connection.execute("SET LOCAL statement_timeout = 0; SET LOCAL enable_seqscan = on")
                return work(connection)

        return self.run(patient, repeats=False)

    def close(self) -> None:
        """Close the connection of this process, for good."""
        with suppress(OutboxError), self._turn():
            self._closed = True
            self._disconnect()

    def error(self, reason: str) -> OutboxError:
        """That this outbox can't be used.

        Args:
            reason: Why.
        """
        return OutboxError(f"the outbox {self.place.url} can't be used: {reason}")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        lock = self._lock
        # Not for ever: a signal handler may have interrupted its own thread.
        if not lock.acquire(timeout=self.patience + 1):
            raise self.error("another thread keeps it busy")
        try:
            if self._closed:
                raise self.error("it is closed; make another one")
            yield
        finally:
            lock.release()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            reason = reason_of(error)
        else:
            return
        raise self.error(reason) from None

    # -- the connection ---------------------------------------------------------------------------

    def _ready(self) -> Connection:
        if self._connection is None or not _is_alive(self._connection):
            self._disconnect()
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> Connection:
        connection = psycopg.connect(autocommit=True, **self._settings())
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _settings(self) -> dict[str, Any]:
        return {
            "connect_timeout": math.ceil(self.patience),
            "fallback_application_name": "lunogram",
            # A server that is cut off without a word is noticed, rather than waited for.
            "tcp_user_timeout": math.ceil(max(1, self.patience) * 1000),
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            **self.place.settings,
            "client_encoding": "UTF8",
        }

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.close()

    def begin_in_child(self) -> None:
        """Leave the connection to the parent, after a fork."""
        connection = self._connection
        self._begin()
        if connection:
            # Closing it in earnest would end the parent's session. This closes only the child's
            # copy of the socket; psycopg ends no session that another process has begun.
            with suppress(psycopg.Error, OSError):
                os.close(connection.pgconn.socket)
            del connection.pgconn


def _is_alive(connection: Connection) -> bool:
    """Whether the server has not said or done anything to end it, without asking the server."""
    try:
        connection.pgconn.consume_input()  # its last words
        connection.pgconn.consume_input()  # and the end
    except psycopg.Error:
        return False
    return connection.pgconn.transaction_status == TransactionStatus.IDLE


def _is_lost(connection: Connection, error: psycopg.Error) -> bool:
    return connection.closed or error.sqlstate in _LAST_WORDS


_sessions: WeakValueDictionary[int, Session] = WeakValueDictionary()


def _after_fork_in_child() -> None:
    for reference in _sessions.valuerefs():
        if session := reference():
            session.begin_in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
