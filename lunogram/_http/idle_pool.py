"""The pool of idle connections."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from .._clock import monotonic
from .connection import Pooled, State

K = TypeVar("K", bound=Pooled)


class IdlePool(Generic[K]):
    """The idle connections of a pool.

    All of its state changes under one lock, which is held for no longer than that: sockets are
    checked and closed outside. The lock is reentrant, for a signal handler or a finalizer that
    sends a request while its own thread holds the lock.
    """

    def __init__(self, connect: Callable[[], K], close: Callable[[K], object]) -> None:
        """Make a pool without connections.

        Args:
            connect: A function that creates a connection, which connects with its first request.
            close: A function that closes a connection.
        """
        self._connect = connect
        self._close = close
        self._lock = threading.RLock()
        self._closed = False
        # Pairs of the end of the idle time and the connection. The connection used last is used
        # next, so that connections in excess expire.
        self._idle: deque[tuple[float, K]] = deque()

    def take(self) -> K:
        """A connection that is alive, or a new one."""
        now = monotonic()
        while True:
            with self._lock:
                newest = self._newest()
            if newest is None:
                return self._connect()
            until, connection = newest
            if now < until and connection.is_alive():
                return connection
            self._close(connection)

    def give_back(self, connection: K) -> None:
        """Keep a connection if it is idle, and close an expired or unusable one.

        Args:
            connection: The connection.
        """
        unneeded: K | None = connection
        if connection.state is State.IDLE:
            now = monotonic()
            with self._lock:
                if not self._closed:
                    self._idle.append((now + connection.idle_seconds, connection))
                    unneeded = self._oldest(now)
        if unneeded is not None:
            self._close(unneeded)

    def close(self) -> None:
        """Close the idle connections; one in use is closed when it is given back."""
        with self._lock:
            self._closed = True
            unneeded, self._idle = self._idle, deque()
        for _, connection in unneeded:
            self._close(connection)

    # A signal handler that sends meanwhile takes connections too, in the same thread.

    def _newest(self) -> tuple[float, K] | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _oldest(self, now: float) -> K | None:
        """The connection that has been idle for longest, if it has expired."""
        try:
            return self._idle.popleft()[1] if self._idle[0][0] < now else None
        except IndexError:
            return None
