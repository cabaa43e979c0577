"""What sync clients send with: connections for each process."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from typing import Protocol

from .._attempts import Options, Outcome, Request
from . import common
from .direct import direct
from .environment import proxy_of
from .pool import Pool
from .sockets import SocketConnection


class Engine:
    """Sends one request and waits for its answer. Safe for threads, renewed after a fork.

    Attributes:
        prepare: Makes the headers of every request, in the form that requests take.
        client: The client of an HTTP library that was handed over, or None.
        closed: Whether it is.
    """

    def __init__(self, base_url: str, client: object | None) -> None:
        """Make ready; nothing is connected yet.

        Args:
            base_url: Where requests go.
            client: A client of httpx or httpx2 to send with, or None.

        Raises:
            ConfigurationError: If the client, or what the environment names, can't be used.
        """
        self.client = client
        self._begin = _carrier_to(base_url, client)
        self._carrier = self._begin()
        self.prepare = self._carrier.prepare
        self._process = os.getpid()
        self.closed = False

    def send(self, request: Request, time_left: float, options: Options) -> Outcome:
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
        if self._process != os.getpid():
            common.abandoned.append(self._carrier)
            self._carrier, self._process = self._begin(), os.getpid()
        return self._carrier.exchange(request, time.monotonic() + time_left, options)

    def close(self) -> None:
        """Close the connections, unless they are those of a client handed over."""
        self.closed = True
        if self._process == os.getpid():
            self._carrier.close()


class _Carrier(Protocol):
    """Carries requests for the threads of a process."""

    @property
    def prepare(self) -> common.Prepare:
        """Makes the headers of every request."""
        ...

    def exchange(self, request: Request, until: float, options: Options, /) -> Outcome:
        """Send a request and wait for its answer."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


def _carrier_to(base_url: str, client: object | None) -> Callable[[], _Carrier]:
    """How to make what carries requests to a server."""
    proxy = None if client else proxy_of(base_url)
    if client or proxy:
        from .by_httpx import ByHttpx

        return partial(ByHttpx, base_url, client, proxy)
    return partial(Pool, direct(base_url), SocketConnection)
