"""The direct connection of an event loop of asyncio."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from functools import partial

from .._attempts import Failure, Options, Outcome, Request
from .._clock import monotonic, remaining
from .._stopwatch import Step, current
from . import failures, limits
from .addresses import ATTEMPT_DELAY, Address, async_addresses
from .async_pool import AsyncPool
from .connect_errors import not_connected
from .connection import State, idle_seconds, is_readable
from .origin import Origin
from .request_serializer import serialize
from .response_parser import ResponseParser


def create_pool(base_url: str) -> AsyncPool:
    """The pool of direct connections to a server.

    Args:
        base_url: The base URL of the server.

    Raises:
        ConfigurationError: If the CA certificates of the environment can't be read.
    """
    origin = Origin.of(base_url)
    return AsyncPool(origin.encode_headers, partial(AsyncioConnection, origin))


class AsyncioConnection(asyncio.Protocol):
    """A connection to a server over asyncio, for one request after another.

    Attributes:
        state: The state of the connection.
        idle_seconds: The maximum idle time of the connection, in seconds.
    """

    def __init__(self, origin: Origin) -> None:
        """Create a connection, which connects with its first request.

        Args:
            origin: The origin of the server.
        """
        self.state = State.NEW
        self.idle_seconds = limits.IDLE_SECONDS
        self._origin = origin
        self._transport: asyncio.Transport | None = None
        self._parser = ResponseParser()
        self._outcome: asyncio.Future[Outcome] | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def exchange(self, request: Request, until: float, options: Options) -> Outcome:
        """Send a request and wait for its response.

        Args:
            request: The request.
            until: The end of the time limit for the complete response, on the monotonic clock.
            options: The options of the sender.
        """
        self.state = State.ACTIVE
        self._stopwatch = current()
        failure = None if self._transport else await self._connect(until, options)
        if failure:
            return failure
        outcome = await self._send(request, until)
        if self._parser.keep_alive and self.state is State.ACTIVE and self._has_written_all():
            self.idle_seconds = idle_seconds(outcome)
            self.state = State.IDLE
        return outcome

    async def _connect(self, until: float, options: Options) -> Failure | None:
        try:
            async with asyncio.timeout(min(options.connecting, remaining(until))):
                self._stopwatch.note(Step.CONNECTING)
                sock = await _connect_to_any(
                    await async_addresses(self._origin.host, self._origin.port)
                )
                self._stopwatch.note(Step.CONNECTED)
                self._transport = await self._start_transport(sock)
        except (OSError, UnicodeError) as error:
            return not_connected(error, self._origin.peer)
        return None

    async def _start_transport(self, sock: socket.socket) -> asyncio.Transport:
        """The transport over a connected socket, after the TLS handshake.

        TLS starts in a separate step, so that the plain transport below is known.
        """
        origin, loop = self._origin, asyncio.get_running_loop()
        self._plain, _ = await loop.create_connection(lambda: self, sock=sock)
        self._socket = self._plain.get_extra_info("socket")
        if origin.ssl_context is None:
            return self._plain
        self._stopwatch.note(Step.SECURING)
        try:
            over_tls = await loop.start_tls(
                self._plain, self, origin.ssl_context, server_hostname=origin.host
            )
        except BaseException:
            self._plain.abort()
            raise
        assert over_tls
        self._stopwatch.note(Step.SECURED)
        return over_tls

    async def _send(self, request: Request, until: float) -> Outcome:
        assert self._transport
        self._outcome = asyncio.get_running_loop().create_future()
        self._until = until
        if self._timer is None or until < self._timer_ends:
            self._set_timer()
        self._parser.start()
        self._stopwatch.note(Step.SENDING)
        self._transport.write(serialize(request))
        return await self._outcome

    def _set_timer(self) -> None:
        """Set the timer for the end of the attempt; one timer serves several requests."""
        if self._timer:
            self._timer.cancel()
        self._timer_ends = self._until
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(remaining(self._until), self._check_time)

    def _check_time(self) -> None:
        self._timer = None
        if self._is_waiting() and monotonic() < self._until:
            self._set_timer()
        else:
            self._settle(failures.OUT_OF_TIME)

    def _has_written_all(self) -> bool:
        """Whether the complete request was written before the response arrived."""
        assert self._transport
        has_written = not self._transport.get_write_buffer_size()
        if self._transport is not self._plain:
            has_written = has_written and not self._plain.get_write_buffer_size()
        return has_written

    def is_alive(self) -> bool:
        """Whether the idle connection is still open, and holds no unsolicited bytes."""
        # A busy event loop may not yet have read what the socket holds.
        return self.state is State.IDLE and not is_readable(self._socket)

    async def close(self) -> None:
        """Close the connection, in the next iteration of the event loop."""
        self.state = State.CLOSED
        if self._timer:
            self._timer.cancel()
        if self._transport:
            self._transport.abort()

    # -- callbacks of asyncio ---------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Handle a part of the response, or unsolicited bytes."""
        if self._is_waiting():
            self._stopwatch.note(Step.RECEIVING)
            self._feed(data)
        else:
            self.state = State.CLOSED

    def eof_received(self) -> None:
        """Handle the end of the connection, which ends a response without a length."""
        self.state = State.CLOSED
        self._feed(b"")

    def connection_lost(self, exc: Exception | None) -> None:
        """Handle the loss of the connection."""
        self.state = State.CLOSED
        self._settle(failures.BROKEN if exc else failures.NOT_HTTP)

    def _feed(self, data: bytes) -> None:
        outcome = self._parser.feed(data) if self._is_waiting() else None
        if outcome is not None:
            self._settle(outcome)

    def _settle(self, outcome: Outcome) -> None:
        if self._outcome and not self._outcome.done():
            self._outcome.set_result(outcome)

    def _is_waiting(self) -> bool:
        return self._outcome is not None and not self._outcome.done()


async def _connect_to_any(found: list[Address]) -> socket.socket:
    """A socket connected to the first address that accepts a connection (RFC 8305)."""
    untried, trying = deque(found), set[asyncio.Task[socket.socket]]()
    error: BaseException = OSError("no address")
    try:
        while untried or trying:
            if untried:
                trying.add(asyncio.create_task(_connect_to(untried.popleft())))
            done, _ = await asyncio.wait(
                trying,
                timeout=ATTEMPT_DELAY if untried else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in done:
                trying.remove(task)
                fault = task.exception()
                if fault is None:
                    return task.result()
                error = fault
    finally:
        for task in trying:
            task.add_done_callback(_close_socket)
            task.cancel()
    raise error


async def _connect_to(address: Address) -> socket.socket:
    sock = address.socket()
    try:
        await asyncio.get_running_loop().sock_connect(sock, address.sockaddr)
    except BaseException:
        sock.close()
        raise
    return sock


def _close_socket(task: asyncio.Task[socket.socket]) -> None:
    if not task.cancelled() and task.exception() is None:
        task.result().close()
