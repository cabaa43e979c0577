"""Connections over sockets, for threads."""

from __future__ import annotations

import select
import socket
import time

from .._attempts import Failure, Options, Outcome, Request
from . import outcomes
from .direct import Direct
from .idle import left

_AT_A_TIME = 64 * 1024


class SocketConnection:
    """One connection to a server, for one request after the other."""

    def __init__(self, way: Direct) -> None:
        """Connect with the first request.

        Args:
            way: To the server.
        """
        self._way = way
        self._socket: socket.socket | None = None
        self._reader = way.new_reader()

    def exchange(self, request: Request, until: float, options: Options) -> Outcome:
        """Send a request and wait for its answer.

        Args:
            request: What to send.
            until: How long there is, on the monotonic clock, even if bytes come one by one.
            options: How to send.
        """
        failure = None if self._socket else self._connect(until, options)
        if failure is None:
            self._reader.expect(request.method)
            failure = self._send(self._way.written(request), until)
        return failure or self._receive(until, options)

    def _connect(self, until: float, options: Options) -> Failure | None:
        try:
            self._socket = _connected(self._way, min(options.connect_timeout, left(until)))
        except (OSError, UnicodeError) as error:
            return outcomes.not_connected(error)
        return None

    def _send(self, asked: bytes, until: float) -> Failure | None:
        assert self._socket
        try:
            self._socket.settimeout(left(until))
            self._socket.sendall(asked)
        except TimeoutError:
            return outcomes.NOT_WRITTEN_IN_TIME
        except OSError:
            pass  # a server that refuses a request may hang up before it has read all of it
        return None

    def _receive(self, until: float, options: Options) -> Outcome:
        assert self._socket
        outcome = None
        try:
            while outcome is None:
                self._socket.settimeout(left(until))
                outcome = self._reader.hear(self._socket.recv(_AT_A_TIME))
                if outcome is None and time.monotonic() > until:
                    return outcomes.out_of_time(options)
        except TimeoutError:
            return outcomes.out_of_time(options)
        except OSError:
            return outcomes.BROKEN
        return outcome

    @property
    def may_go_on(self) -> bool:
        """Whether another request may follow now."""
        return self._reader.may_go_on and self._socket is not None

    def is_alive(self) -> bool:
        """Whether the server has not hung up meanwhile, nor said what nobody asked."""
        assert self._socket
        return not _is_readable(self._socket)

    def close(self) -> None:
        """Hang up."""
        if self._socket:
            self._socket.close()


def _is_readable(one: socket.socket) -> bool:
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([one], (), (), 0)[0])
    poll = select.poll()
    poll.register(one, select.POLLIN)
    return bool(poll.poll(0))


def _connected(way: Direct, seconds: float) -> socket.socket:
    plain = socket.create_connection((way.host, way.port), seconds)
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if way.authorities is None:
            return plain
        return way.authorities.wrap_socket(plain, server_hostname=way.host)
    except BaseException:
        plain.close()
        raise
