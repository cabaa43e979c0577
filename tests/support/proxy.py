"""A TCP proxy between a client and a real server, which cuts connections where it is told to."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

_HOST = "127.0.0.1"
_SIZE = 1 << 20


@dataclass(frozen=True)
class Unsent:
    """The first request with a word in it never arrives: the connection is cut before."""

    word: bytes
    arrives = False


@dataclass(frozen=True)
class Unheard:
    """The first request with a word in it arrives and is done, and its answer is never heard."""

    word: bytes
    arrives = True


class Proxy:
    """Passes on what goes between clients and a server.

    Attributes:
        port: Where it listens, as long as it does.
    """

    def __init__(self, server_port: int) -> None:
        self._server = (_HOST, server_port)
        self._fault: Unsent | Unheard | None = None
        self._vanishes = False
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self.port = 0
        self.listen()

    def plan(self, fault: Unsent | Unheard, *, vanish: bool = False) -> None:
        """Cut one connection, where the fault says; and vanish then, if that is wanted."""
        self._vanishes = vanish
        self._fault = fault

    @property
    def has_struck(self) -> bool:
        """Whether what was planned has happened."""
        return self._fault is None

    def listen(self) -> None:
        """Be there, at the same port as before."""
        self._listener = socket.create_server((_HOST, self.port), backlog=50)
        self.port = self._listener.getsockname()[1]
        self._start(self._accept)

    def vanish(self) -> None:
        """Refuse connections, and cut those that there are."""
        self._refuse()
        with self._lock:
            for each in self._open:
                _cut(each)

    def _refuse(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.vanish()
        for thread in self._threads:
            thread.join()

    def _start(self, target: object, *arguments: object) -> None:
        assert callable(target)
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        listener = self._listener
        while True:
            try:
                client, _ = listener.accept()
                server = socket.create_connection(self._server)
            except OSError:
                return
            with self._lock:
                self._open |= {client, server}
            self._start(self._carry_requests, client, server)
            self._start(self._carry_answers, server, client)

    def _carry_requests(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while request := client.recv(_SIZE):
                fault = self._fault
                if fault and fault.word in request:
                    self._fault = None
                    if self._vanishes:
                        self._refuse()
                    _cut(client)  # who carries the answers can't, from now on
                    request = request if fault.arrives else b""
                server.sendall(request)
        with suppress(OSError):
            server.shutdown(socket.SHUT_WR)

    def _carry_answers(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while answer := server.recv(_SIZE):
                client.sendall(answer)
        _cut(client)
        with self._lock:
            self._open -= {client, server}
        server.close()
        client.close()


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
