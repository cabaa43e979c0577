"""What async clients send with: connections for each event loop of each process."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Callable
from functools import partial
from typing import Protocol, TypeAlias

from .._attempts import Options, Outcome, Request
from . import common
from .async_pool import AsyncPool
from .direct import direct
from .environment import proxy_of
from .streams import StreamConnection


class AsyncEngine:
    """The same for asyncio. Each event loop gets connections of its own."""

    def __init__(self, base_url: str, client: object | None) -> None:
        """As `Engine`."""
        self.client = client
        self._begin = _carrier_to(base_url, client)
        self.prepare = self._begin().prepare  # and what can't be right is refused now
        self._carriers: dict[asyncio.AbstractEventLoop, _OfLoop] = {}
        self._process = os.getpid()
        self.closed = False

    async def send(self, request: Request, time_left: float, options: Options) -> Outcome:
        """One attempt.

        Args:
            request: What to send.
            time_left: Seconds it may take.
            options: How to send.
        """
        if self.closed:
            raise common.closed()
        if common.stand_in is not None:
            return common.stand_in(request)
        carrier = await self._of_this_loop()
        return await carrier.exchange(request, time.monotonic() + time_left, options)

    async def close(self) -> None:
        """Close the connections of this event loop, unless they are a client's handed over."""
        self.closed = True
        ours = self._process == os.getpid()
        carrier = self._carriers.pop(asyncio.get_running_loop(), None) if ours else None
        if carrier:
            await carrier[1].aclose()

    async def _of_this_loop(self) -> _AsyncCarrier:
        if self._process != os.getpid():
            common.abandoned.append(self._carriers)
            self._carriers, self._process = {}, os.getpid()
        loop = asyncio.get_running_loop()
        carrier, _ = self._carriers.get(loop) or await self._for_new(loop)
        return carrier

    async def _for_new(self, loop: asyncio.AbstractEventLoop) -> _OfLoop:
        for other in list(self._carriers):
            if other.is_closed():
                self._carriers.pop(other, None)
        carrier = self._begin()
        while_open = _open_until_loop_ends(carrier)
        await anext(while_open)
        self._carriers[loop] = (carrier, while_open)
        return self._carriers[loop]


class _AsyncCarrier(Protocol):
    """Carries requests for the tasks of an event loop."""

    @property
    def prepare(self) -> common.Prepare:
        """Makes the headers of every request."""
        ...

    async def exchange(self, request: Request, until: float, options: Options, /) -> Outcome:
        """Send a request and wait for its answer."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


_OfLoop: TypeAlias = tuple[_AsyncCarrier, AsyncGenerator[None]]


async def _open_until_loop_ends(carrier: _AsyncCarrier) -> AsyncGenerator[None]:
    """Close connections while their event loop still can, also if nobody closes the client.

    An event loop that ends closes the generators it began, and a loop that has ended closes no
    connection any more: each `asyncio.run` would leave some behind.
    """
    try:
        yield
    finally:
        await carrier.close()


def _carrier_to(base_url: str, client: object | None) -> Callable[[], _AsyncCarrier]:
    proxy = None if client else proxy_of(base_url)
    if client or proxy:
        from .by_httpx import AsyncByHttpx

        return partial(AsyncByHttpx, base_url, client, proxy)
    return partial(AsyncPool, direct(base_url), StreamConnection)
