"""A server that takes anything and responds at once: the other end of a benchmark.

    python -m benchmarks.sink [--delay SECONDS]

It prints its URL. ``GET /count`` says how many times `WORD` has come. Any other request gets 200,
an upsert with its JSON, and the rest with an empty body. It costs a tenth of what a client does,
so that on a core of its own it is never what is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import json
import re

from benchmarks.events import EVENT

WORD = EVENT.encode()

MOMENT = "2026-01-15T09:00:00.123456Z"
ID = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"
NAME = {"id": ID, "source": "default", "external_id": "user_123"}
TIMES = {"created_at": MOMENT, "updated_at": MOMENT}
USER = {
    "id": ID,
    "project_id": ID,
    "identifier": [NAME | TIMES],
    "email": "ada@example.com",
    "timezone": "Europe/London",
    "data": {"plan": "pro"},
    "has_push_device": False,
    "version": 1,
    **TIMES,
}

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_UPSERT = re.compile(rb"POST \S+/(?:users|organizations) ")
_CHUNKED = re.compile(rb"transfer-encoding: *chunked", re.IGNORECASE)


class Sink(asyncio.Protocol):
    """One connection."""

    came = 0

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._buffer = bytearray()
        self._upserted = _response(json.dumps(USER).encode())
        self._accepted = _response(b"")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Response each request that is complete."""
        self._buffer += data
        while size := _size(self._buffer):
            request = bytes(self._buffer[:size])
            del self._buffer[:size]
            Sink.came += request.count(WORD)
            self._send(self._response(request))

    def _response(self, request: bytes) -> bytes:
        if request.startswith(b"GET /count"):
            return _response(str(Sink.came).encode())
        return self._upserted if _UPSERT.match(request) else self._accepted

    def _send(self, response: bytes) -> None:
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, self._write, response)
        else:
            self._write(response)

    def _write(self, response: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(response)


def _size(buffer: bytearray) -> int:
    """How long the first request is, or 0 if it has not come whole."""
    head = buffer.find(b"\r\n\r\n") + 4
    if head < 4:
        return 0
    if _CHUNKED.search(buffer, 0, head):
        end = buffer.find(b"0\r\n\r\n", head)
        return 0 if end < 0 else end + 5
    length = _LENGTH.search(buffer, 0, head)
    size = head + (int(length[1]) if length else 0)
    return size if len(buffer) >= size else 0


def _response(body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    return head % len(body) + body


async def serve(delay: float) -> None:
    """Listen on any port, and print where."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(functools.partial(Sink, delay), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay", type=float, default=0)
    asyncio.run(serve(parser.parse_args().delay))
