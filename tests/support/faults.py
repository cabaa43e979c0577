"""Faults of a server, as small objects with names.

A fault writes its response to the connection, and returns whether the connection is kept.
"""

from __future__ import annotations

import gzip
import json
import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.calls.responses import RESPONSES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.faulty_server import Seen

_DRIP = 0.01
_WITHOUT_LENGTH = (204, 304)


def wire_headers(headers: Mapping[str, str]) -> bytes:
    """Headers in their wire format."""
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("latin-1")


class Fault:
    """The fault of a server with a request; also a correct response."""

    before_reading = False

    def apply(self, connection: socket.socket, stopping: threading.Event) -> bool:
        """Apply the fault; return whether the connection is kept."""
        raise NotImplementedError

    def to(self, seen: Seen) -> Fault:
        """The fault for one request."""
        del seen
        return self


@dataclass(frozen=True)
class Response(Fault):
    """A valid HTTP response, with any status and body."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def apply(self, connection: socket.socket, stopping: threading.Event) -> bool:
        del stopping
        connection.sendall(self.written())
        return True

    def written(self) -> bytes:
        """The response in its wire format."""
        length = {"Content-Length": str(len(self.body))}
        head = f"HTTP/1.1 {self.status} Whatever\r\n".encode()
        known = {} if self.status in _WITHOUT_LENGTH else length
        return head + wire_headers({**known, **self.headers}) + b"\r\n" + self.body


def json_answer(body: Any, status: int = 200, **headers: str) -> Response:
    """A JSON response. The names of headers are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    written = json.dumps(body).encode()
    return Response(status, written, {"Content-Type": "application/json", **named})


def problem(
    status: int, title: Any = "a title", detail: Any = "a detail", **headers: str
) -> Response:
    """An error response in the format of the API."""
    return json_answer({"title": title, "detail": detail}, status, **headers)


def html(status: int) -> Response:
    """An HTML page, as proxies send."""
    page = b"<!DOCTYPE html><html><body>Something is here.</body></html>"
    return Response(status, page, {"Content-Type": "text/html; charset=utf-8"})


@dataclass(frozen=True)
class Depending(Fault):
    """A fault that depends on the request."""

    decide: Callable[[Seen], Fault]

    def to(self, seen: Seen) -> Fault:
        return self.decide(seen)


def right() -> Depending:
    """The success response of Lunogram to every request."""
    return Depending(_right)


def _right(seen: Seen) -> Response:
    path = seen.target.partition("/client")[2].partition("?")[0]
    status, body = RESPONSES[seen.method, path]
    return empty(status) if body is None else json_answer(body, status)


def empty(status: int) -> Response:
    """A response without a body."""
    return Response(status)


def gzipped(body: bytes, *, cut: int = 0) -> Response:
    """A compressed response, some bytes of which may be missing at its end."""
    packed = gzip.compress(body)
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    return Response(200, packed[: len(packed) - cut], headers)


def broken_gzip() -> Response:
    """A response that claims to be compressed, and is not."""
    return Response(200, b"this is no gzip", {"Content-Encoding": "gzip"})


@dataclass(frozen=True)
class Bytes(Fault):
    """Any bytes, and then the end of the connection, unless it is kept."""

    sent: bytes
    goes_on: bool = False

    def apply(self, connection: socket.socket, stopping: threading.Event) -> bool:
        del stopping
        connection.sendall(self.sent)
        return self.goes_on


@dataclass(frozen=True)
class Hasty(Bytes):
    """Any bytes, as soon as the request begins."""

    before_reading = True


class Afterwards(Fault):
    """A response, and more bytes on the idle connection; or its end, if there are none."""

    def __init__(self, response: Response, more: bytes = b"") -> None:
        self._response, self._more = response, more
        self._wanted, self._done = threading.Event(), threading.Event()

    def apply(self, connection: socket.socket, stopping: threading.Event) -> bool:
        self._response.apply(connection, stopping)
        self._wanted.wait()
        if self._more:
            # Or the kernel keeps it back until the response is acknowledged.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(self._more)
        else:
            connection.shutdown(socket.SHUT_RDWR)
        self._done.set()
        return bool(self._more)

    def happen(self) -> None:
        """Send the bytes now, and wait. An event loop is blocked meanwhile, and reads nothing."""
        self._wanted.set()
        self._done.wait()


@dataclass(frozen=True)
class Deaf(Fault):
    """A response as soon as the request begins, the rest of which is never read."""

    response: Response
    before_reading = True

    def apply(self, connection: socket.socket, stopping: threading.Event) -> bool:
        self.response.apply(connection, stopping)
        stopping.wait()
        return False


def not_http() -> Bytes:
    """Another protocol."""
    return Bytes(b"220 mail.example.com ESMTP\r\n")


def truncated() -> Bytes:
    """A response that ends before it is complete."""
    return Bytes(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"id": "')


def closed() -> Bytes:
    """Reads the request, and closes the connection without a response."""
    return Bytes(b"")


@dataclass(frozen=True)
class ResetAfter(Fault):
    """Reads the request, and resets the connection."""

    def apply(self, connection: socket.socket, stopping: threading.Event) -> bool:
        del stopping
        # No lingering: close() sends RST rather than FIN.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False


@dataclass(frozen=True)
class Reset(ResetAfter):
    """Resets the connection as soon as the request begins."""

    before_reading = True


@dataclass(frozen=True)
class Stall(Fault):
    """Reads the request, and never responds."""

    def apply(self, connection: socket.socket, stopping: threading.Event) -> bool:
        del connection
        stopping.wait()
        return False


@dataclass(frozen=True)
class Drip(Fault):
    """Begins at once, and then sends a byte from time to time, for ever."""

    beginning: bytes

    def apply(self, connection: socket.socket, stopping: threading.Event) -> bool:
        connection.sendall(self.beginning)
        while not stopping.wait(_DRIP):
            connection.sendall(b"x")
        return False


def drip_headers() -> Drip:
    """A response whose headers never end."""
    return Drip(b"HTTP/1.1 200 OK\r\nX-Drip: ")


def drip_body() -> Drip:
    """A response whose body never ends, and is slow."""
    return Drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")


@dataclass(frozen=True)
class Endless(Fault):
    """A response whose body never ends, and is fast; or whose head does not."""

    beginning: bytes = b""

    def apply(self, connection: socket.socket, stopping: threading.Event) -> bool:
        begin = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
        connection.sendall(self.beginning or begin)
        while not stopping.is_set():
            connection.sendall((self.beginning or b"[") * 1000)
        return False
