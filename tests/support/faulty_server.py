"""A server with scripted responses and faults, which records the requests."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.support.faults import Depending, Fault

_HOST = "127.0.0.1"


@dataclass(frozen=True)
class Seen:
    """A request as it arrived.

    Attributes:
        connection: The number of the connection it came over.
        raw_headers: All of them, with lower-case names; some may come twice.
    """

    connection: int
    method: str
    target: str
    raw_headers: list[tuple[str, str]]
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        """The headers, by lower-case names."""
        return dict(self.raw_headers)


@dataclass
class Connection:
    """One connection, and the bytes that were read ahead."""

    socket: socket.socket
    number: int
    early: bytearray = field(default_factory=bytearray)

    def begins(self) -> bool:
        """Wait for the first byte of a request; false if none comes."""
        if not self.early:
            self.early += self.socket.recv(1)
        return bool(self.early)

    def request(self) -> Seen:
        """Read a complete request."""
        line, *headers = self._head().decode("latin-1").split("\r\n")
        named = [self._header(header) for header in headers]
        method, target, _ = line.split(" ")
        body = self._take(int(dict(named).get("content-length", "0")))
        return Seen(self.number, method, target, named, body)

    def _head(self) -> bytes:
        while b"\r\n\r\n" not in self.early:
            self._read()
        head = self._take(self.early.index(b"\r\n\r\n"))
        self._take(4)
        return head

    def _header(self, header: str) -> tuple[str, str]:
        name, _, value = header.partition(":")
        return name.lower(), value.strip()

    def _take(self, length: int) -> bytes:
        while len(self.early) < length:
            self._read()
        taken = bytes(self.early[:length])
        del self.early[:length]
        return taken

    def _read(self) -> None:
        received = self.socket.recv(65536)
        if not received:
            raise ConnectionResetError
        self.early += received


class FaultyServer:
    """A server with a script: one fault for each request, and the last one for all that follow.

    Attributes:
        base_url: The base URL for clients.
        requests: The requests that were read, in order.
        attempts: How many requests began, whether they were read or not.
    """

    def __init__(self, *script: Fault, tls: ssl.SSLContext | None = None) -> None:
        self._listener = socket.create_server((_HOST, 0), backlog=200)
        self._tls = tls
        self.port = self._listener.getsockname()[1]
        self.base_url = f"http{'s' if tls else ''}://{_HOST}:{self.port}/api"
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._open: dict[int, socket.socket] = {}
        self._threads: list[threading.Thread] = []
        self.plan(*script)
        self._start(self._accept)

    def plan(self, *script: Fault) -> None:
        """Start over with another script."""
        with self._lock:
            self._script = deque(script)
            self.requests: list[Seen] = []
            self.attempts = 0

    @property
    def request(self) -> Seen:
        """The only request."""
        (only,) = self.requests
        return only

    @property
    def connections(self) -> set[int]:
        """The numbers of the connections that requests came over."""
        return {request.connection for request in self.requests}

    def wait_until_asked(self) -> None:
        """Wait until a request begins."""
        while not self.attempts:
            time.sleep(0.001)

    @property
    def open_connections(self) -> int:
        """The number of open connections."""
        with self._lock:
            return len(self._open)

    def close(self) -> None:
        """Stop, and wait until all threads have."""
        self._stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        with self._lock:
            for connection in self._open.values():
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _start(self, target: object, *arguments: object) -> None:
        assert callable(target)
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        number = 0
        while not self._stopping.is_set():
            with suppress(OSError):
                accepted, _ = self._listener.accept()
                number += 1
                with self._lock:
                    self._open[number] = accepted
                self._start(self._serve, Connection(accepted, number))

    def _serve(self, connection: Connection) -> None:
        with suppress(OSError):
            if self._tls:
                connection.socket = self._tls.wrap_socket(connection.socket, server_side=True)
            while not self._stopping.is_set() and connection.begins() and self._respond(connection):
                pass
        with self._lock:
            self._open.pop(connection.number)
            connection.socket.close()

    def _respond(self, connection: Connection) -> bool:
        fault = self._next()
        if not fault.before_reading:
            seen = connection.request()
            with self._lock:
                self.requests.append(seen)
            fault = fault.to(seen)
        return fault.apply(connection.socket, self._stopping)

    def _next(self) -> Fault:
        with self._lock:
            self.attempts += 1
            return self._script.popleft() if len(self._script) > 1 else self._script[0]


class AnsweringServer(FaultyServer):
    """A server whose responses depend on the request."""

    def __init__(self, respond: Callable[[Seen], Fault]) -> None:
        super().__init__(Depending(lambda seen: respond(seen).to(seen)))


@contextmanager
def closed_port() -> Iterator[str]:
    """A base URL whose port is taken and refuses connections."""
    with socket.socket() as taken:
        taken.bind((_HOST, 0))
        yield f"http://{_HOST}:{taken.getsockname()[1]}/api"


@contextmanager
def silent_port() -> Iterator[str]:
    """A base URL whose port listens and never accepts."""
    with socket.create_server((_HOST, 0)) as listener:
        yield f"http://{_HOST}:{listener.getsockname()[1]}/api"


@contextmanager
def full_port() -> Iterator[str]:
    """A base URL whose port listens, and has no room for another connection."""
    with socket.create_server((_HOST, 0), backlog=0) as listener, socket.socket() as first:
        first.connect(listener.getsockname())
        yield f"http://{_HOST}:{listener.getsockname()[1]}/api"
