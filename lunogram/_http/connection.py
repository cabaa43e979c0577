"""The states of a connection, and the interface that a pool needs."""

from __future__ import annotations

import re
import select
import socket
from enum import Enum, auto
from typing import Protocol

from .._attempts import Outcome, Response
from . import limits

_KEEP_ALIVE_TIMEOUT = re.compile(rb"timeout *= *\"?(\d{1,9})")

_TRAVEL_SECONDS = 1.0
"""The margin before a server's keep-alive timeout, in seconds: a request that arrives after the
timeout is lost."""


class State(Enum):
    """The state of a connection.

    - NEW: not connected. The first request connects.
    - ACTIVE: a request is in flight. A connection whose request ended without a complete
      response, by a fault, a time limit, a cancellation or an exception from a signal handler,
      stays ACTIVE; `IdlePool` closes it.
    - IDLE: the response was complete and nothing followed it. Another request may follow.
    - CLOSED: the connection can't be used again: the client or the server has closed it, or the
      server has sent unsolicited bytes.

    NEW → ACTIVE → IDLE → ACTIVE …; from each of them → CLOSED.
    """

    NEW = auto()
    ACTIVE = auto()
    IDLE = auto()
    CLOSED = auto()


class Pooled(Protocol):
    """A connection of a pool."""

    @property
    def state(self) -> State:
        """The state of the connection."""
        ...

    @property
    def idle_seconds(self) -> float:
        """The maximum idle time of the connection, in seconds."""
        ...

    def is_alive(self) -> bool:
        """Whether the idle connection is still open, and holds no unsolicited bytes."""
        ...


def idle_seconds(outcome: Outcome) -> float:
    """The maximum idle time of a connection after a response, in seconds.

    It is `limits.IDLE_SECONDS`, or less if the server's ``Keep-Alive: timeout=…`` is shorter.

    Args:
        outcome: The outcome of the last exchange over the connection.
    """
    if isinstance(outcome, Response):
        for value in outcome.values(b"keep-alive"):
            if found := _KEEP_ALIVE_TIMEOUT.match(value):
                return min(limits.IDLE_SECONDS, int(found[1]) - _TRAVEL_SECONDS)
    return limits.IDLE_SECONDS


def is_readable(sock: socket.socket) -> bool:
    """Whether a socket has bytes to read, or its peer has closed the connection.

    Args:
        sock: The socket.
    """
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([sock], (), (), 0)[0])
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))
