"""The connections of the threads of a process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Protocol

from .._attempts import Options, Outcome, Request
from . import outcomes
from .common import Prepare
from .direct import Direct
from .idle import MOST_CONNECTIONS, Idle, Kept, left


class Connection(Kept, Protocol):
    """One for threads."""

    def exchange(self, request: Request, until: float, options: Options, /) -> Outcome:
        """Send a request and wait for its answer."""
        ...


class Pool:
    """The connections of a process to one server."""

    def __init__(self, way: Direct, kind: Callable[[Direct], Connection]) -> None:
        """Make a pool; nothing is connected yet.

        Args:
            way: To the server.
            kind: Makes a connection, which connects with its first request.
        """
        self.prepare: Prepare = way.prepare
        self._idle = Idle(partial(kind, way))
        self._room = threading.Semaphore(MOST_CONNECTIONS)

    def exchange(self, request: Request, until: float, options: Options) -> Outcome:
        """Send a request over a connection that is free, as `Connection.exchange`."""
        if not self._room.acquire(timeout=left(until)):
            return outcomes.NO_CONNECTION_FREE
        try:
            connection = self._idle.take()
            try:
                return connection.exchange(request, until, options)
            finally:
                self._idle.give_back(connection)
        finally:
            self._room.release()

    def close(self) -> None:
        """Close the connections, those in use when their requests are done."""
        self._idle.close()
