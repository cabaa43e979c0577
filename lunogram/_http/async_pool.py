"""The connections of an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import Protocol

from .._attempts import Options, Outcome, Request
from . import outcomes
from .common import Prepare
from .direct import Direct
from .idle import MOST_CONNECTIONS, Idle, Kept, left


class AsyncConnection(Kept, Protocol):
    """One of an event loop."""

    async def exchange(self, request: Request, until: float, options: Options, /) -> Outcome:
        """Send a request and wait for its answer."""
        ...


class AsyncPool:
    """The connections of an event loop to one server."""

    def __init__(self, way: Direct, kind: Callable[[Direct], AsyncConnection]) -> None:
        """As `Pool`."""
        self.prepare: Prepare = way.prepare
        self._idle = Idle(partial(kind, way))
        self._room = asyncio.Semaphore(MOST_CONNECTIONS)

    async def exchange(self, request: Request, until: float, options: Options) -> Outcome:
        """Send a request over a connection that is free, as `AsyncConnection.exchange`."""
        limit = asyncio.timeout(left(until)) if self._room.locked() else nullcontext()
        try:
            async with limit:
                await self._room.acquire()
        except TimeoutError:
            return outcomes.NO_CONNECTION_FREE
        try:
            connection = self._idle.take()
            try:
                return await connection.exchange(request, until, options)
            finally:
                self._idle.give_back(connection)
        finally:
            self._room.release()

    async def close(self) -> None:
        """Close the connections, those in use when their requests are done."""
        self._idle.close()
        await asyncio.sleep(0)  # in which the event loop really closes them
