"""The connection to PostgreSQL of each process: reopened when it is lost, and after a fork."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias, TypeVar
from weakref import WeakValueDictionary

from ...errors import ConfigurationError
from ..errors import OutboxError
from ..turn import Turn, TurnError
from .errors import reason_of
from .url import Place

try:
    import psycopg
    import psycopg.adapt
    import psycopg.pq
    from psycopg.abc import Buffer
    from psycopg.pq import TransactionStatus
except ImportError as error:  # psycopg, or the libpq that it needs
    raise ConfigurationError(
        "an outbox in PostgreSQL needs psycopg and libpq: "
        "pip install 'lunogram[outbox-postgres]' 'psycopg[binary]'"
    ) from error

Connection: TypeAlias = psycopg.Connection[Any]
T = TypeVar("T")


class _RawLoader(psycopg.adapt.Loader):
    """The loader of JSON as bytes: a damaged value must not keep other rows from being read."""

    format = psycopg.pq.Format.BINARY

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


# The codes with which the server ends a session.
_ENDINGS = ("57P01", "57P02", "57P03")


class Session:
    """The session of a process: a connection that opens on first use, and the lock for its threads.

    Attributes:
        place: The place of the outbox.
        patience: The time limit of a statement, and of connecting, in seconds.
    """

    def __init__(
        self, place: Place, patience: float, prepare: Callable[[Connection], object]
    ) -> None:
        """Create it, not yet connected.

        Args:
            place: The place of the outbox.
            patience: The time limit of a statement, and of connecting, in seconds.
            prepare: Sets up each new connection.
        """
        self.place = place
        self.patience = patience
        self._prepare = prepare
        self._closed = False
        self._begin()
        _sessions[id(self)] = self

    def _begin(self) -> None:
        self._process = os.getpid()
        self._turn = Turn(self.patience)
        self._connection: Connection | None = None
        self._in_use = False

    def run(self, work: Callable[[Connection], T], *, repeats: bool = True) -> T:
        """Run something on the connection, which is in autocommit.

        Args:
            work: What to run.
            repeats: Whether it is retried once if the connection is lost meanwhile. It may have
                been carried out already.

        Raises:
            OutboxError: If it failed.
        """
        if self._process != os.getpid():  # after a fork that Python does not know of, as uWSGI's
            self.begin_in_child()
        try:
            return self._turn.run(lambda: self._run(work, repeats=repeats))
        except TurnError as error:
            reason = str(error)
        except psycopg.Error as error:
            reason = reason_of(error)
        raise self.error(reason) from None

    def _run(self, work: Callable[[Connection], T], *, repeats: bool) -> T:
        if self._closed:
            raise self.error("it is closed; open a new one")
        try:
            return self._use(work)
        except psycopg.Error as error:
            if not repeats or not _is_lost(self._connection, error):
                raise
        self._disconnect()
        return self._use(work)

    def _use(self, work: Callable[[Connection], T]) -> T:
        connection = self._ready()
        self._in_use = True
        try:
            result = work(connection)
        except psycopg.Error:
            self._in_use = False
            raise
        # Any other exception, such as one of a signal handler, leaves the connection in an unknown
        # state: the next use drops it.
        self._in_use = False
        return result

    def run_long(self, work: Callable[[Connection], T], *, repeats: bool = False) -> T:
        """Run something without a time limit, in one transaction.

        Args:
            work: What to run.
            repeats: As for `run`.

        Raises:
            OutboxError: If it failed.
        """

        def patient(connection: Connection) -> T:
            with connection.transaction():
                connection.execute("SET LOCAL statement_timeout = 0; SET LOCAL enable_seqscan = on")
                return work(connection)

        return self.run(patient, repeats=repeats)

    def close(self) -> None:
        """Close the connection. The session can't be used afterwards."""
        self._closed = True
        if self._process != os.getpid():
            self.begin_in_child()
        with suppress(TurnError):
            self._turn.run(self._disconnect)

    def disconnect(self) -> None:
        """Close the connection. The next use opens another one."""
        with suppress(TurnError):
            self._turn.run(self._disconnect)

    def error(self, reason: str) -> OutboxError:
        """The error that this outbox can't be used.

        Args:
            reason: The reason.
        """
        return OutboxError(f"the outbox {self.place.url} can't be used: {reason}")

    # -- the connection ---------------------------------------------------------------------------

    def _ready(self) -> Connection:
        if self._in_use or self._connection is None or not _is_alive(self._connection):
            self._disconnect()
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> Connection:
        connection = psycopg.connect(autocommit=True, **self._settings())
        connection.adapters.register_loader("json", _RawLoader)
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
            # These notice a server that is cut off without closing the connection.
            "tcp_user_timeout": math.ceil(max(1, self.patience) * 1000),
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            **self.place.settings,
            "client_encoding": "UTF8",
        }

    def _disconnect(self) -> None:
        connection, self._connection, self._in_use = self._connection, None, False
        if connection:
            connection.close()

    def begin_in_child(self) -> None:
        """Leave the connection to the parent, after a fork."""
        connection = self._connection
        self._begin()
        if connection:
            # Closing the connection would end the parent's session. This closes only the child's
            # copy of the socket; psycopg ends no session that another process has opened.
            with suppress(psycopg.Error, OSError):
                os.close(connection.pgconn.socket)
            del connection.pgconn


def _is_alive(connection: Connection) -> bool:
    """Whether the connection is open, as far as can be told without asking the server."""
    try:
        connection.pgconn.consume_input()  # the server's reason for ending it
        connection.pgconn.consume_input()  # and the end of the stream
    except psycopg.Error:
        return False
    return connection.pgconn.transaction_status == TransactionStatus.IDLE


def _is_lost(connection: Connection | None, error: psycopg.Error) -> bool:
    return connection is None or connection.closed or error.sqlstate in _ENDINGS


_sessions: WeakValueDictionary[int, Session] = WeakValueDictionary()


def _after_fork_in_child() -> None:
    for reference in _sessions.valuerefs():
        if session := reference():
            session.begin_in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
