"""Connections of an event loop of asyncio."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from .._attempts import Failure, Options, Outcome, Request
from . import outcomes
from .direct import Direct
from .idle import left

# Seconds after which the next address of a host is tried as well, if it has several (RFC 8305).
_NEXT_ADDRESS_AFTER = 0.25


class StreamConnection(asyncio.Protocol):
    """One connection to a server, for one request after the other."""

    def __init__(self, way: Direct) -> None:
        """Connect with the first request.

        Args:
            way: To the server.
        """
        self._way = way
        self._transport: asyncio.Transport | None = None
        self._reader = way.new_reader()
        self._answer: asyncio.Future[Outcome] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._broken = False

    async def exchange(self, request: Request, until: float, options: Options) -> Outcome:
        """Send a request and wait for its answer.

        Args:
            request: What to send.
            until: How long there is, on the monotonic clock.
            options: How to send.
        """
        failure = None if self._transport else await self._connect(until, options)
        return failure or await self._ask(request, until, options)

    async def _connect(self, until: float, options: Options) -> Failure | None:
        way, loop = self._way, asyncio.get_running_loop()
        # Loops of others, like uvloop's, try one address after the other and know no such option.
        tries_next = way.has_name and isinstance(loop, asyncio.BaseEventLoop)
        more: dict[str, Any] = {"happy_eyeballs_delay": _NEXT_ADDRESS_AFTER} if tries_next else {}
        try:
            async with asyncio.timeout(min(options.connect_timeout, left(until))):
                self._transport, _ = await loop.create_connection(
                    lambda: self, way.host, way.port, ssl=way.authorities, **more
                )
        except (OSError, UnicodeError) as error:
            return outcomes.not_connected(error)
        return None

    async def _ask(self, request: Request, until: float, options: Options) -> Outcome:
        assert self._transport
        self._answer = asyncio.get_running_loop().create_future()
        self._options = options
        self._until = until
        if self._alarm is None or until < self._alarm_at:
            self._set_alarm()
        self._reader.expect(request.method)
        self._transport.write(self._way.written(request))
        return await self._answer

    def _set_alarm(self) -> None:
        """Have the time looked at when it is over: once, not anew with each request."""
        if self._alarm:
            self._alarm.cancel()
        self._alarm_at = self._until
        loop = asyncio.get_running_loop()
        self._alarm = loop.call_later(left(self._until), self._look_at_the_time)

    def _look_at_the_time(self) -> None:
        self._alarm = None
        if self._is_waiting() and time.monotonic() < self._until:
            self._set_alarm()
        else:
            self._settle(outcomes.out_of_time(self._options))

    @property
    def may_go_on(self) -> bool:
        """Whether another request may follow now."""
        return self._reader.may_go_on and not self._broken and self._transport is not None

    def is_alive(self) -> bool:
        """Whether the server has not hung up meanwhile, nor said what nobody asked."""
        return not self._broken

    def close(self) -> None:
        """Hang up; the event loop does it in its next turn."""
        if self._alarm:
            self._alarm.cancel()
        if self._transport:
            self._transport.abort()

    # -- what asyncio tells -----------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Some of the answer has come, or something that nobody asked."""
        if self._is_waiting():
            self._hear(data)
        else:
            self._broken = True

    def eof_received(self) -> None:
        """The server has hung up, which may be how it ends an answer."""
        self._broken = True
        self._hear(b"")

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._broken = True
        self._settle(outcomes.BROKEN if exc else outcomes.NOT_HTTP)

    def _hear(self, data: bytes) -> None:
        outcome = self._reader.hear(data) if self._is_waiting() else None
        if outcome is not None:
            self._settle(outcome)

    def _settle(self, outcome: Outcome) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_result(outcome)

    def _is_waiting(self) -> bool:
        return self._answer is not None and not self._answer.done()
