"""Connections that are not in use, kept for the next request."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

MOST_CONNECTIONS = 100
IDLE_SECONDS = 5.0

_SHORTEST = 0.001


def left(until: float) -> float:
    """Seconds up to a time; a little even if it is over, as none would mean to wait for ever.

    Args:
        until: On the monotonic clock.
    """
    return max(until - time.monotonic(), _SHORTEST)


class Kept(Protocol):
    """A connection that can be kept."""

    @property
    def may_go_on(self) -> bool:
        """Whether another request may follow now."""
        ...

    def is_alive(self) -> bool:
        """Whether the server has not hung up meanwhile."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...


K = TypeVar("K", bound=Kept)


class Idle(Generic[K]):
    """Those that are not in use."""

    def __init__(self, open_one: Callable[[], K]) -> None:
        """Make none yet.

        Args:
            open_one: Makes a connection, which connects with its first request.
        """
        self._open_one = open_one
        self._closed = False
        # Since when; the one used last is used next, so that those not needed grow old.
        self._idle: deque[tuple[float, K]] = deque()

    def take(self) -> K:
        """One that is alive, or a new one."""
        oldest = time.monotonic() - IDLE_SECONDS
        while True:
            try:
                since, connection = self._idle.pop()
            except IndexError:  # asked for, it could be gone when it is taken
                return self._open_one()
            if since > oldest and connection.is_alive():
                return connection
            connection.close()

    def give_back(self, connection: K) -> None:
        """Keep one, unless it is of no use; let go of one that is not needed."""
        if self._closed or not connection.may_go_on:
            connection.close()
            return
        now = time.monotonic()
        self._idle.append((now, connection))
        if self._closed or self._idle[0][0] < now - IDLE_SECONDS:
            self._close_oldest()

    def close(self) -> None:
        """Close all, and each of those in use when it is given back."""
        self._closed = True
        while self._idle:
            self._close_oldest()

    def _close_oldest(self) -> None:
        try:
            self._idle.popleft()[1].close()
        except IndexError:
            return  # another thread was faster
