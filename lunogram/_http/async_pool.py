"""The connection pool of an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from typing import Protocol

from .._attempts import Options, Outcome, Request
from .._clock import remaining
from . import failures, limits
from .connection import Pooled
from .idle_pool import IdlePool
from .transport import EncodeHeaders


class AsyncConnection(Pooled, Protocol):
    """A connection of an event loop."""

    async def exchange(self, request: Request, until: float, options: Options, /) -> Outcome:
        """Send a request and wait for its response."""
        ...

    async def close(self) -> None:
        """Close the connection."""
        ...


class AsyncPool:
    """The connections of an event loop to one server, which implement `AsyncTransport`."""

    def __init__(
        self, encode_headers: EncodeHeaders, connect: Callable[[], AsyncConnection]
    ) -> None:
        """Create a pool without connections.

        Args:
            encode_headers: The function that encodes the headers of every request.
            connect: A function that creates a connection, which connects with its first request.
        """
        self.encode_headers: EncodeHeaders = encode_headers
        self._unneeded: list[AsyncConnection] = []
        self._idle = IdlePool(connect, self._unneeded.append)
        self._capacity = asyncio.Semaphore(limits.MAX_CONNECTIONS)

    async def exchange(self, request: Request, until: float, options: Options) -> Outcome:
        """Send a request over an idle or new connection, and wait for its response."""
        limit = asyncio.timeout(remaining(until)) if self._capacity.locked() else nullcontext()
        try:
            async with limit:
                await self._capacity.acquire()
        except TimeoutError:
            return failures.NO_CONNECTION_FREE
        try:
            connection = self._idle.take()
            try:
                return await connection.exchange(request, until, options)
            finally:
                self._idle.give_back(connection)
                await self._close_unneeded()
        finally:
            self._capacity.release()

    async def close(self) -> None:
        """Close the idle connections; one in use is closed when its request is done."""
        self._idle.close()
        await self._close_unneeded()
        await asyncio.sleep(0)  # the event loop closes them in its next iteration

    async def _close_unneeded(self) -> None:
        while self._unneeded:
            await self._unneeded.pop().close()
