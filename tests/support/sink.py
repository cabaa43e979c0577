"""A small, quick server that takes every call, writes down what it took, and fails as told.

What it takes is in its file before it answers: so the file is right even if it is killed. A kill
may cut a line off where two pages of the file meet: nobody got an answer to that call.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import attrs

from tests.calls.responses import RESPONSES
from tests.support.other_servers import IMPOSTORS, STRANGERS

HOST = "127.0.0.1"

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_NOTHING = b"Content-Length: 0\r\n\r\n"
_FAILURES = {
    429: b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\n" + _NOTHING,
    500: b"HTTP/1.1 500 Internal Server Error\r\n" + _NOTHING,
    503: b"HTTP/1.1 503 Service Unavailable\r\n" + _NOTHING,
}
_JSON = b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
_CUT = b"HTTP/1.1 202 Accepted\r\nContent-Le"

_STRAYS = (_FAILURES[500], b"HTTP/1.1 408 Request Timeout\r\n" + _NOTHING, b"\r\n", b"\0stray")
_FAULTS = (429, 500, 503, "reset before", "reset after", "cut", "late")
_LATEST = 0.01
_PARTS = 4
_OTHERS = [*IMPOSTORS.values(), *STRANGERS.values()]


@attrs.frozen
class Taken:
    """A call that was taken.

    Attributes:
        method: The HTTP method.
        path: The path below the path family.
        body: As it came.
    """

    method: str
    path: str
    body: bytes


class Port:
    """A port of this computer that nobody else gets; it refuses connections until a sink is there.

    Attributes:
        number: Of the port.
    """

    def __init__(self) -> None:
        self._socket = _reusable()
        self._socket.bind((HOST, 0))
        self.number: int = self._socket.getsockname()[1]

    @property
    def base_url(self) -> str:
        """What a client takes."""
        return f"http://{HOST}:{self.number}/api"

    def listen(self) -> socket.socket:
        """A listening socket at this port, for one process."""
        listening = _reusable()
        listening.bind((HOST, self.number))
        listening.listen(200)
        return listening

    def close(self) -> None:
        """Let others have the port."""
        self._socket.close()


def _reusable() -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return made


def serve(
    port: Port,
    file: Path,
    share: float,
    seed: int,
    *,
    is_wrong: bool = False,
    breaks: str = "",
    strays: float = 0.0,
) -> None:
    """Take calls until the process is killed.

    Args:
        port: Where.
        file: Where what was taken is written down, behind what is there.
        share: The part of the calls that a fault hits, from 0 to 1.
        seed: Decides which.
        is_wrong: Take nothing, and respond as servers do that are not Lunogram.
        breaks: What requests contain that are always responded to with 500, or nothing.
        strays: The part of the responses that something follows that nobody asked for.
    """
    faults = _Faults(share, random.Random(seed), breaks.encode(), strays)
    asyncio.run(_serve(port, file, faults, is_wrong=is_wrong))


@attrs.define
class _Faults:
    """What goes wrong.

    Attributes:
        share: The part of the calls that a fault hits, from 0 to 1.
        chance: Decides which.
        breaks: What requests contain that always fail, or nothing.
        strays: The part of the responses that something follows.
    """

    share: float
    chance: random.Random
    breaks: bytes
    strays: float

    def next(self, head: bytes, body: bytes) -> int | str:
        """What happens to a request: 200, or a fault."""
        if self.breaks and self.breaks in head + b" " + body:
            return 500
        return self.chance.choice(_FAULTS) if self.chance.random() < self.share else 200


async def _serve(port: Port, file: Path, faults: _Faults, *, is_wrong: bool) -> None:
    log = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(log, b"\n")  # after what a kill may have cut off
    loop = asyncio.get_running_loop()
    listening = port.listen()
    kind = _Impostor if is_wrong else _Connection
    server = await loop.create_server(lambda: kind(log, faults), sock=listening)
    await server.serve_forever()


class _Connection(asyncio.Protocol):
    """One connection."""

    def __init__(self, log: int, faults: _Faults) -> None:
        self._log = log
        self._faults = faults
        self._chance = faults.chance
        self._is_stained = False
        self._received = bytearray()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As asyncio calls it."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """As asyncio calls it."""
        self._received += data
        for head, body in self._requests():
            self._take(head, body)

    def _requests(self) -> Iterator[tuple[bytes, bytes]]:
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._received[:end])
            found = _LENGTH.search(head)
            whole = end + 4 + (int(found[1]) if found else 0)
            if len(self._received) < whole:
                return
            body = bytes(self._received[end + 4 : whole])
            del self._received[:whole]
            yield head, body

    def _take(self, head: bytes, body: bytes) -> None:
        if self._is_stained:  # nothing may come over it any more: whoever believes it loses a call
            return
        fault = self._faults.next(head, body)
        if fault in (200, "late", "cut", "reset after"):
            self._write_down(head, body)
        if fault == 200:
            self._transport.write(_success(head) + self._stray(head))
        elif isinstance(fault, int):
            self._transport.write(_FAILURES[fault])
        elif fault == "late":
            delay = self._chance.uniform(0, _LATEST)
            asyncio.get_running_loop().call_later(delay, self._transport.write, _success(head))
        else:
            self._end(fault)

    def _stray(self, head: bytes) -> bytes:
        """What follows a response at once that nobody asked for; or it does so a moment later.

        What comes later may meet a request on its way, so it must not look like a success.
        """
        if self._chance.random() >= self._faults.strays:
            return b""
        self._is_stained = True
        if self._chance.random() < 0.5:
            return self._chance.choice([_success(head), *_STRAYS])
        stray, later = self._chance.choice(_STRAYS), self._chance.uniform(0, _LATEST)
        asyncio.get_running_loop().call_later(later, self._come_unasked, stray)
        return b""

    def _come_unasked(self, stray: bytes) -> None:
        self._transport.write(stray)
        self._transport.close()

    def _end(self, fault: str) -> None:
        if fault == "cut":
            self._transport.write(_CUT)
            self._transport.close()
        else:
            self._transport.abort()

    def _write_down(self, head: bytes, body: bytes) -> None:
        os.write(self._log, b"%d %s %s %s\n" % (len(body), *_operation(head), body))


class _Impostor(_Connection):
    """A connection to another server than Lunogram."""

    def _take(self, head: bytes, body: bytes) -> None:
        del head, body
        self._transport.write(self._chance.choice(_OTHERS).written())


def _operation(head: bytes) -> tuple[bytes, bytes]:
    method, target, _ = head.split(b" ", 2)
    return method, target.partition(b"/client")[2]


def _success(head: bytes) -> bytes:
    method, path = _operation(head)
    status, body = RESPONSES[method.decode(), path.decode()]
    written = b"" if body is None else json.dumps(body).encode()
    return _JSON % (status, len(written), written)


def taken(file: Path) -> list[Taken]:
    """What a sink has taken, in order.

    Args:
        file: Where it wrote that down.
    """
    if not file.exists():
        return []
    lines = [line.split(b" ", 3) for line in file.read_bytes().splitlines()]
    complete = [line for line in lines if len(line) == _PARTS and len(line[3]) == int(line[0])]
    return [Taken(method.decode(), path.decode(), body) for _, method, path, body in complete]
