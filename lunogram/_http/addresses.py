"""The addresses of a host, looked up within a time limit."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from .._clock import remaining

if TYPE_CHECKING:
    import asyncio

ATTEMPT_DELAY = 0.25
"""The delay before connecting to the next address of a host as well, in seconds (RFC 8305)."""

Result: TypeAlias = "list[Address] | Exception"


@attrs.frozen
class Address:
    """An address that a socket can connect to.

    Attributes:
        family: The address family.
        type: The type of the socket.
        protocol: The number of the protocol.
        sockaddr: The address, in the form of its family.
    """

    family: int
    type: int
    protocol: int
    sockaddr: Any

    def socket(self) -> socket.socket:
        """A non-blocking socket for the address."""
        sock = socket.socket(self.family, self.type, self.protocol)
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock


def addresses(host: str, port: int, until: float) -> list[Address]:
    """The addresses of a host, best first.

    Args:
        host: The name or address of the host.
        port: The port.
        until: The end of the time limit, on the monotonic clock.

    Raises:
        OSError: If the lookup fails, or takes too long.
        UnicodeError: If the host name is invalid.
    """
    found: queue.SimpleQueue[Result] = queue.SimpleQueue()
    _start(host, port, found.put)
    try:
        return _checked(found.get(timeout=remaining(until)))
    except queue.Empty:
        raise TimeoutError from None


async def async_addresses(host: str, port: int) -> list[Address]:
    """The addresses of a host, best first, looked up without blocking the event loop.

    Args:
        host: The name or address of the host.
        port: The port.
    """
    import asyncio  # sync clients do without

    loop = asyncio.get_running_loop()
    found: asyncio.Future[Result] = loop.create_future()
    _start(host, port, partial(_settle_threadsafe, loop, found))
    return _checked(await found)


def _start(host: str, port: int, done: Callable[[Result], None]) -> None:
    """Look the host up in a thread, because a lookup can't be cancelled.

    An executor does not do: an event loop that ends waits for its executor, and the executors of a
    program that ends take no more work. Where no thread can be started, the caller has to wait.
    """
    look_up = partial(_look_up, host, port, done)
    if _is_address(host):
        look_up()
        return
    try:
        threading.Thread(
            target=_look_up_aside, args=[look_up, done], name="lunogram-look-up", daemon=True
        ).start()
    except RuntimeError:
        look_up()


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _look_up(host: str, port: int, done: Callable[[Result], None]) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        done(error)
    else:
        done([Address(f[0], f[1], f[2], f[4]) for f in found])


def _look_up_aside(look_up: Callable[[], None], done: Callable[[Result], None]) -> None:
    try:
        look_up()
    except Exception as error:  # noqa: BLE001 - of a patched lookup: the caller waits for it
        done(socket.gaierror(socket.EAI_FAIL, type(error).__name__))


def _settle_threadsafe(
    loop: asyncio.AbstractEventLoop, waiting: asyncio.Future[Result], result: Result
) -> None:
    with suppress(RuntimeError):  # the event loop is closed
        loop.call_soon_threadsafe(_settle, waiting, result)


def _settle(waiting: asyncio.Future[Result], result: Result) -> None:
    if not waiting.done():
        waiting.set_result(result)


def _checked(result: Result) -> list[Address]:
    if isinstance(result, Exception):
        raise result
    return result
