"""The direct connection of a thread, over a socket."""

from __future__ import annotations

import errno
import os
import selectors
import socket
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, cast

from .._attempts import Failure, Options, Outcome, Request
from .._clock import monotonic, remaining
from .._stopwatch import Step, Stopwatch, current
from . import failures, limits
from .addresses import ATTEMPT_DELAY, Address, addresses
from .connect_errors import not_connected
from .connection import State, idle_seconds, is_readable
from .origin import Origin
from .pool import Pool
from .request_serializer import serialize
from .response_parser import ResponseParser

if TYPE_CHECKING:
    import ssl

_CHUNK_BYTES = 64 * 1024
_IN_PROGRESS = (0, errno.EINPROGRESS, errno.EWOULDBLOCK)


def create_pool(base_url: str) -> Pool:
    """The pool of direct connections to a server.

    Args:
        base_url: The base URL of the server.

    Raises:
        ConfigurationError: If the CA certificates of the environment can't be read.
    """
    origin = Origin.of(base_url)
    return Pool(origin.encode_headers, partial(SocketConnection, origin))


class SocketConnection:
    """A connection to a server over a socket, for one request after another.

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
        self._socket: socket.socket | None = None
        self._parser = ResponseParser()
        self._send_failed = False

    def exchange(self, request: Request, until: float, options: Options) -> Outcome:
        """Send a request and wait for its response.

        Args:
            request: The request.
            until: The end of the time limit for the complete response, on the monotonic clock.
            options: The options of the sender.
        """
        self.state = State.ACTIVE
        self._stopwatch = current()
        failure = None if self._socket else self._connect(until, options)
        if failure is None:
            self._stopwatch.note(Step.SENDING)
            self._parser.start()
            failure = self._send(serialize(request), until)
        outcome = failure or self._receive(until)
        if self._parser.keep_alive and not self._send_failed and failure is None:
            self.idle_seconds = idle_seconds(outcome)
            self.state = State.IDLE
        return outcome

    def _connect(self, until: float, options: Options) -> Failure | None:
        try:
            connect_until = min(until, monotonic() + options.connecting)
            self._socket = _connect(self._origin, connect_until, self._stopwatch)
        except (OSError, UnicodeError) as error:
            return not_connected(error, self._origin.peer)
        return None

    def _send(self, data: bytes, until: float) -> Failure | None:
        assert self._socket
        try:
            self._socket.settimeout(remaining(until))
            self._socket.sendall(data)
        except TimeoutError:
            return failures.NOT_WRITTEN_IN_TIME
        except OSError:
            # A server that rejects a request may respond and close before it has read the body.
            self._send_failed = True
        return None

    def _receive(self, until: float) -> Outcome:
        assert self._socket
        outcome = None
        try:
            while outcome is None:
                self._socket.settimeout(remaining(until))
                data = self._socket.recv(_CHUNK_BYTES)
                self._stopwatch.note(Step.RECEIVING)
                outcome = self._parser.feed(data)
                if outcome is None and monotonic() > until:
                    return failures.OUT_OF_TIME
        except TimeoutError:
            return failures.OUT_OF_TIME
        except OSError:
            return failures.BROKEN
        return outcome

    def is_alive(self) -> bool:
        """Whether the idle connection is still open, and holds no unsolicited bytes."""
        assert self._socket
        if self._origin.ssl_context and cast("ssl.SSLSocket", self._socket).pending():
            return False
        return not is_readable(self._socket)

    def close(self) -> None:
        """Close the connection."""
        self.state = State.CLOSED
        if self._socket:
            self._socket.close()


def _connect(origin: Origin, until: float, stopwatch: Stopwatch) -> socket.socket:
    stopwatch.note(Step.CONNECTING)
    plain = _connect_to_any(addresses(origin.host, origin.port, until), until)
    try:
        stopwatch.note(Step.CONNECTED)
        plain.settimeout(remaining(until))
        if origin.ssl_context is None:
            return plain
        stopwatch.note(Step.SECURING)
        secured = origin.ssl_context.wrap_socket(plain, server_hostname=origin.host)
        stopwatch.note(Step.SECURED)
        return secured
    except BaseException:
        plain.close()
        raise


def _connect_to_any(found: list[Address], until: float) -> socket.socket:
    """A socket connected to the first address that accepts a connection (RFC 8305)."""
    untried, trying = deque(found), set[socket.socket]()
    error = OSError("no address")
    with selectors.DefaultSelector() as selector:
        try:
            while untried or trying:
                try:
                    if untried:
                        trying.add(_start_connecting(untried.popleft(), selector))
                    sock = _next_ready(selector, until, more=bool(untried))
                    if sock is not None:
                        trying.remove(sock)
                        return _check_connected(sock)
                except OSError as fault:
                    error = fault
                if monotonic() >= until:
                    raise TimeoutError
        finally:
            for sock in trying:
                sock.close()
    raise error


def _start_connecting(address: Address, selector: selectors.BaseSelector) -> socket.socket:
    sock = address.socket()
    try:
        _raise_for(sock.connect_ex(address.sockaddr))
        selector.register(sock, selectors.EVENT_WRITE)
    except BaseException:
        sock.close()
        raise
    return sock


def _next_ready(
    selector: selectors.BaseSelector, until: float, *, more: bool
) -> socket.socket | None:
    """The next socket that has connected or failed; None when the next address may be tried."""
    seconds = remaining(until)
    for key, _ in selector.select(min(seconds, ATTEMPT_DELAY) if more else seconds):
        selector.unregister(key.fileobj)
        return cast("socket.socket", key.fileobj)
    return None


def _check_connected(sock: socket.socket) -> socket.socket:
    code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        sock.close()
    _raise_for(code)
    return sock


def _raise_for(code: int) -> None:
    if code not in _IN_PROGRESS:
        raise OSError(code, os.strerror(code))
