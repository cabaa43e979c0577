"""The connection pool of the threads of a process."""

from __future__ import annotations

import queue
import weakref
from collections.abc import Callable
from typing import Protocol

from .._attempts import Options, Outcome, Request
from .._clock import remaining
from . import failures, limits
from .connection import Pooled
from .idle_pool import IdlePool
from .transport import EncodeHeaders


class Connection(Pooled, Protocol):
    """A connection whose requests block their thread."""

    def exchange(self, request: Request, until: float, options: Options, /) -> Outcome:
        """Send a request and wait for its response."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class Pool:
    """The connections of a process to one server, which implement `Transport`."""

    def __init__(self, encode_headers: EncodeHeaders, connect: Callable[[], Connection]) -> None:
        """Create a pool without connections.

        Args:
            encode_headers: The function that encodes the headers of every request.
            connect: A function that creates a connection, which connects with its first request.
        """
        self.encode_headers: EncodeHeaders = encode_headers
        self._idle = IdlePool(connect, _close)
        self._slots: queue.SimpleQueue[_Slot] = queue.SimpleQueue()
        for _ in range(limits.MAX_CONNECTIONS):
            self._slots.put(_Slot(weakref.ref(self._slots)))

    def exchange(self, request: Request, until: float, options: Options) -> Outcome:
        """Send a request over an idle or new connection, and wait for its response.

        An exception of a signal handler may end the exchange anywhere: then the connection is not
        used again, and the finalizer of the slot replaces it.
        """
        try:
            slot = self._slots.get(timeout=remaining(until))
        except queue.Empty:
            return failures.NO_CONNECTION_FREE
        try:
            connection = self._idle.take()
            try:
                return connection.exchange(request, until, options)
            finally:
                self._idle.give_back(connection)
        finally:
            self._slots.put(slot)

    def close(self) -> None:
        """Close the idle connections; one in use is closed when its request is done."""
        self._idle.close()


def _close(connection: Connection) -> None:
    connection.close()


class _Slot:
    """The permit to use one connection. Its finalizer puts a new one into the queue.

    The permit of a semaphore would be lost if a signal handler raised between taking it and the
    block that gives it back. `SimpleQueue.put` is safe in a finalizer.
    """

    __slots__ = ("_slots",)

    def __init__(self, slots: weakref.ref[queue.SimpleQueue[_Slot]]) -> None:
        self._slots = slots

    def __del__(self) -> None:
        slots = self._slots()
        if slots is not None:
            slots.put(_Slot(self._slots))
