"""What a server can do wrong with a request, as small objects with names.

A fault writes to the connection what it has to, and says whether the connection goes on.
"""

from __future__ import annotations

import gzip
import json
import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_DRIP = 0.01
_WITHOUT_LENGTH = (204, 304)


def wire_headers(headers: Mapping[str, str]) -> bytes:
    """Headers as they go over the wire."""
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("latin-1")


class Fault:
    """Something that a server does with a request."""

    before_reading = False

    def strike(self, connection: socket.socket, stopping: threading.Event) -> bool:
        """Do it, and say whether the connection goes on."""
        raise NotImplementedError


@dataclass(frozen=True)
class Answer(Fault):
    """An answer that is HTTP, whatever else it may be."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def strike(self, connection: socket.socket, stopping: threading.Event) -> bool:
        del stopping
        connection.sendall(self.written())
        return True

    def written(self) -> bytes:
        """The answer as it goes over the wire."""
        length = {"Content-Length": str(len(self.body))}
        head = f"HTTP/1.1 {self.status} Whatever\r\n".encode()
        known = {} if self.status in _WITHOUT_LENGTH else length
        return head + wire_headers({**known, **self.headers}) + b"\r\n" + self.body


def json_answer(body: Any, status: int = 200, **headers: str) -> Answer:
    """A JSON answer. The names of headers are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    written = json.dumps(body).encode()
    return Answer(status, written, {"Content-Type": "application/json", **named})


def problem(
    status: int, title: Any = "a title", detail: Any = "a detail", **headers: str
) -> Answer:
    """An answer in the API's form of problems."""
    return json_answer({"title": title, "detail": detail}, status, **headers)


def html(status: int) -> Answer:
    """A page for people, such as proxies show."""
    page = b"<!DOCTYPE html><html><body>Something is here.</body></html>"
    return Answer(status, page, {"Content-Type": "text/html; charset=utf-8"})


def empty(status: int) -> Answer:
    """No body at all."""
    return Answer(status)


def gzipped(body: bytes, *, cut: int = 0) -> Answer:
    """A compressed answer, some bytes of which may be missing at its end."""
    packed = gzip.compress(body)
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    return Answer(200, packed[: len(packed) - cut], headers)


def broken_gzip() -> Answer:
    """An answer that says it is compressed, and isn't."""
    return Answer(200, b"this is no gzip", {"Content-Encoding": "gzip"})


@dataclass(frozen=True)
class Bytes(Fault):
    """Any bytes at all, and then the end of the connection, unless it goes on."""

    sent: bytes
    goes_on: bool = False

    def strike(self, connection: socket.socket, stopping: threading.Event) -> bool:
        del stopping
        connection.sendall(self.sent)
        return self.goes_on


@dataclass(frozen=True)
class Hasty(Bytes):
    """The same, as soon as the request begins."""

    before_reading = True


def not_http() -> Bytes:
    """Another protocol."""
    return Bytes(b"220 mail.example.com ESMTP\r\n")


def truncated() -> Bytes:
    """An answer that ends before it is complete."""
    return Bytes(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"id": "')


def closed() -> Bytes:
    """Takes the request, and hangs up without a word."""
    return Bytes(b"")


@dataclass(frozen=True)
class ResetAfter(Fault):
    """Takes the request, and resets the connection."""

    def strike(self, connection: socket.socket, stopping: threading.Event) -> bool:
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
    """Takes the request, and never says anything."""

    def strike(self, connection: socket.socket, stopping: threading.Event) -> bool:
        del connection
        stopping.wait()
        return False


@dataclass(frozen=True)
class Drip(Fault):
    """Begins at once, and then sends a byte now and then, for ever."""

    beginning: bytes

    def strike(self, connection: socket.socket, stopping: threading.Event) -> bool:
        connection.sendall(self.beginning)
        while not stopping.wait(_DRIP):
            connection.sendall(b"x")
        return False


def drip_headers() -> Drip:
    """An answer whose headers never end."""
    return Drip(b"HTTP/1.1 200 OK\r\nX-Drip: ")


def drip_body() -> Drip:
    """An answer whose body never ends, and is slow."""
    return Drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")


@dataclass(frozen=True)
class Endless(Fault):
    """An answer whose body never ends, and is fast."""

    def strike(self, connection: socket.socket, stopping: threading.Event) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        while not stopping.is_set():
            connection.sendall(b"[" * 65536)
        return False
