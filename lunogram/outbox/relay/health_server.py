"""The HTTP server of the health port: one thread, and bounds that no client gets past."""

from __future__ import annotations

import errno
import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import TypeAlias

import attrs

logger = logging.getLogger("lunogram.outbox")

Page: TypeAlias = tuple[int, str, str]
"""A response: status, content type and body."""

TEXT = "text/plain; version=0.0.4; charset=utf-8"

_MOST_CONNECTIONS = 64
_LARGEST_HEAD = 8192
_LONGEST_SECONDS = 5.0
"""How long a connection lasts, from its opening to the end of its response."""
_NO_HANDLE_PAUSE = 0.1
_PIECE = 65536


@attrs.define(eq=False)
class _Connection:
    """One client.

    Attributes:
        socket: Its non-blocking socket.
        ends_at: When it is dropped at the latest, on the monotonic clock.
        head: What has been received of the request's head.
        unsent: What has not been sent of the response; None until there is a response.
    """

    socket: socket.socket
    ends_at: float
    head: bytearray = attrs.Factory(bytearray)
    unsent: bytes | None = None


class HealthServer:
    """A server of pages that no number of slow or idle clients can stop.

    All connections share one thread. There are at most 64 of them: one more drops the oldest. Each
    has one request, a head of at most 8 KiB, and five seconds.
    """

    def __init__(self, host: str, port: int, page: Callable[[str], Page]) -> None:
        """Listen; responses begin with `start`.

        Args:
            host: The address to listen at.
            port: The port; 0 takes a free one.
            page: Returns the page of a path, within a second or so.

        Raises:
            OSError: If the port can't be had.
        """
        self._page = page
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, port), family=family, backlog=128)
        self._listener.setblocking(False)
        try:
            self._selector = selectors.DefaultSelector()
            self._waker, self._woken = socket.socketpair()
        except OSError:
            self._listener.close()
            raise
        self.port: int = self._listener.getsockname()[1]
        self._connections: dict[_Connection, None] = {}  # the oldest first
        self._ended = False
        self._thread = threading.Thread(target=self._serve, name="lunogram-health", daemon=True)

    def start(self) -> None:
        """Begin to respond."""
        self._thread.start()

    def stop(self) -> None:
        """Close all connections, and listen no more."""
        self._ended = True
        self._waker.send(b"x")
        self._thread.join()
        # Only now: a thread that is busy may end before it is woken.
        for each in (self._listener, self._waker, self._woken, self._selector):
            each.close()

    def _serve(self) -> None:
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(self._woken, selectors.EVENT_READ)
        while not self._ended:
            for key, _ in self._selector.select(self._until_first_end()):
                self._handle(key.data)
            self._drop_late()
        for connection in list(self._connections):
            self._drop(connection)

    def _handle(self, ready: Callable[[], None] | _Connection | None) -> None:
        if isinstance(ready, _Connection):
            if ready in self._connections:  # one that was accepted just now may have pushed it out
                self._go_on(ready)
        elif ready:
            ready()

    # -- connections ------------------------------------------------------------------------------

    def _accept(self) -> None:
        try:
            accepted, _ = self._listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                self._free_handle()
            return
        accepted.setblocking(False)
        if len(self._connections) >= _MOST_CONNECTIONS:
            self._drop_oldest()
        connection = _Connection(accepted, time.monotonic() + _LONGEST_SECONDS)
        self._connections[connection] = None
        self._selector.register(accepted, selectors.EVENT_READ, connection)

    def _free_handle(self) -> None:
        if self._connections:
            self._drop_oldest()
        else:
            time.sleep(_NO_HANDLE_PAUSE)  # whoever waits to be accepted would wake us at once

    def _until_first_end(self) -> float | None:
        oldest = next(iter(self._connections), None)
        return None if oldest is None else max(0.0, oldest.ends_at - time.monotonic())

    def _drop_late(self) -> None:
        now = time.monotonic()
        while (oldest := next(iter(self._connections), None)) and oldest.ends_at <= now:
            self._drop(oldest)

    def _drop_oldest(self) -> None:
        self._drop(next(iter(self._connections)))

    def _drop(self, connection: _Connection) -> None:
        del self._connections[connection]
        self._selector.unregister(connection.socket)
        connection.socket.close()

    # -- requests and responses -------------------------------------------------------------------

    def _go_on(self, connection: _Connection) -> None:
        try:
            if connection.unsent:
                self._write(connection)
            else:
                self._read(connection)
        except BlockingIOError:
            pass
        except OSError:
            self._drop(connection)

    def _read(self, connection: _Connection) -> None:
        received = connection.socket.recv(_PIECE)
        if not received:
            self._drop(connection)
        elif connection.unsent is None:  # what comes after the head is read and forgotten
            connection.head += received
            if response := self._response(bytes(connection.head)):
                connection.unsent = response
                self._write(connection)

    def _write(self, connection: _Connection) -> None:
        assert connection.unsent
        with suppress(BlockingIOError):
            sent = connection.socket.send(connection.unsent)
            connection.unsent = connection.unsent[sent:]
        events = selectors.EVENT_WRITE if connection.unsent else selectors.EVENT_READ
        self._selector.modify(connection.socket, events, connection)
        if not connection.unsent:
            # Closing with something unread would reset the connection before it is read.
            connection.socket.shutdown(socket.SHUT_WR)

    def _response(self, received: bytes) -> bytes | None:
        """The response to a head; None while it is incomplete."""
        head, end, _ = received.partition(b"\r\n\r\n")
        if len(head) > _LARGEST_HEAD:
            return _written((HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, TEXT, ""))
        if not end:
            return None
        method, _, rest = head.split(b"\r\n")[0].decode("latin-1").partition(" ")
        target, _, version = rest.partition(" ")
        if not version.startswith("HTTP/1."):
            return _written((HTTPStatus.BAD_REQUEST, TEXT, ""))
        if method not in ("GET", "HEAD"):
            return _written((HTTPStatus.METHOD_NOT_ALLOWED, TEXT, "GET and HEAD only\n"))
        page = self._page_or_failure(target.partition("?")[0])
        return _written(page, with_body=method == "GET")

    def _page_or_failure(self, path: str) -> Page:
        try:
            return self._page(path)
        except Exception:
            logger.exception("the health port has no response")
            return HTTPStatus.INTERNAL_SERVER_ERROR, TEXT, ""


def _written(page: Page, *, with_body: bool = True) -> bytes:
    status, content_type, text = page
    body = text.encode()
    head = (
        f"HTTP/1.1 {int(status)} {HTTPStatus(status).phrase}\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + (body if with_body else b"")
