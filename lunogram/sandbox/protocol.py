"""uvicorn's HTTP protocol with limits on what a client can use, and connection resets.

uvicorn's parser buffers a head until it is complete, however large and slow it is, and uvicorn
keeps every connection. Here each has a limit, beyond which the connection is closed.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Iterable
from functools import cache
from http import HTTPStatus
from math import inf
from socket import SO_LINGER, SOL_SOCKET
from typing import cast

from starlette.types import Receive, Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT = 64 * 1024
"""The maximum size of a head, of trailers or of a chunk's extensions, in bytes."""
HEAD_SECONDS = 10.0
"""The time limit of a head, in seconds from its first byte or the opening of the connection."""
BODY_SECONDS = 30.0
"""The time limit of a body, in seconds."""
READER_SECONDS = 30.0
"""How long a client may stop reading its response, in seconds."""
UNREAD_LIMIT = 256 * 1024 * 1024
"""How many bytes of responses may be buffered for slow clients, of all connections together."""
MOST_PIPELINED = 100
"""How many requests of a connection may be queued behind the one in flight."""
MOST_CONNECTIONS = 512

NEVER = inf

_RESET = "lunogram.reset"
_AT_ONCE = struct.pack("ii", 1, 0)  # Lingering for no time makes closing a reset.


@cache
def most_connections() -> int:
    """Return the maximum number of connections: at most half of the file handles."""
    try:
        import resource
    except ImportError:  # Windows has no such limit.
        return MOST_CONNECTIONS
    handles, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_CONNECTIONS if handles < 0 else max(1, min(MOST_CONNECTIONS, handles // 2))


class Protocol(HttpToolsProtocol):
    """One connection."""

    _late_at = NEVER
    """When the head or the body that is being received times out."""
    _unread_until = NEVER
    """When a client that stopped reading times out."""
    _seen_at = 0.0
    """When data was last received."""
    _idle_bytes = 0
    """How many bytes came since the parser last made progress."""
    _advanced = False
    """Whether the parser made progress with the bytes it was just given."""
    _in_trailers = False

    # -- the connection ---------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin a connection; beyond the limit, close the one that was idle longest."""
        super().connection_made(transport)
        self._seen_at = self.loop.time()
        self._late_at = self._seen_at + HEAD_SECONDS
        if len(self.connections) > most_connections():
            min(_protocols(self), key=Protocol._usefulness).abort()

    def abort(self) -> None:
        """Close the connection at once, whatever is in flight."""
        self.connections.discard(self)
        self.transport.abort()

    def _usefulness(self) -> tuple[bool, float]:
        """Order connections: idle ones first, the one that is idle longest at the front."""
        is_responding = self._is_responding() and not self.cycle.more_body
        return is_responding, self._seen_at

    def _is_responding(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    # -- what arrives -----------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Parse bytes, unless too many are buffered without progress."""
        self._seen_at = self.loop.time()
        if self._late_at == NEVER:
            self._late_at = self._seen_at + HEAD_SECONDS
        self._advanced = False
        super().data_received(data)
        self._idle_bytes = 0 if self._advanced else self._idle_bytes + len(data)
        if self._idle_bytes > HEAD_LIMIT:
            self._reject(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Begin a request, with a function that resets its connection in its scope."""
        super().on_message_begin()
        self._advanced, self._in_trailers = True, False
        self._late_at = self._seen_at + HEAD_SECONDS
        self.scope["extensions"] = {_RESET: {"reset": self._reset}}

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; trailers are dropped."""
        if not self._in_trailers:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """End the head."""
        self._advanced = self._in_trailers = True
        self._late_at = self._seen_at + BODY_SECONDS
        super().on_headers_complete()
        # uvicorn goes on reading after each response, however many requests are queued.
        if len(self.pipeline) > MOST_PIPELINED:
            self.transport.close()

    def on_chunk_header(self) -> None:
        """Note the progress of a chunk header."""
        self._advanced = True

    def on_body(self, body: bytes) -> None:
        """Keep a part of the body."""
        self._advanced = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End the request."""
        self._advanced = True
        self._late_at = NEVER
        super().on_message_complete()

    # -- limits of time ---------------------------------------------------------------------------

    def check(self, now: float) -> None:
        """Close the connection if it has timed out.

        It is called about once a second, which costs a request less than timers of its own.
        """
        closed_long_ago = self.transport.is_closing() and now > self._seen_at + READER_SECONDS
        if now > self._unread_until or closed_long_ago:
            self.transport.abort()
        elif now > self._late_at and not self.flow.read_paused:  # or else it waits for us
            self._reject(HTTPStatus.REQUEST_TIMEOUT)

    def _reject(self, status: HTTPStatus) -> None:
        """Close the connection, with an error response if none is in flight."""
        if self.transport.is_closing():
            return
        if not self._is_responding():
            title = status.phrase.lower()
            body = f'{{"title":"{title}","detail":"the request is too large or too slow"}}'
            self.transport.write(
                f"HTTP/1.1 {int(status)} {status.phrase}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()
            )
        self.transport.close()

    def pause_writing(self) -> None:
        """Time out a client that stops reading, and limit how much is buffered for all of them."""
        super().pause_writing()
        self._unread_until = self.loop.time() + READER_SECONDS
        unread = sum(each.transport.get_write_buffer_size() for each in _protocols(self))
        if unread > UNREAD_LIMIT:
            # Not from within the write that led here.
            self.loop.call_soon(self.transport.abort)

    def resume_writing(self) -> None:
        """Resume, because the client has read what was written."""
        self._unread_until = NEVER
        super().resume_writing()

    # -- resets -----------------------------------------------------------------------------------

    def _reset(self) -> None:
        if not self.transport.is_closing():
            connection = self.transport.get_extra_info("socket")
            connection.setsockopt(SOL_SOCKET, SO_LINGER, _AT_ONCE)
            self.transport.abort()


def _protocols(protocol: Protocol) -> Iterable[Protocol]:
    """Return all open connections; uvicorn's type for them is wider."""
    return cast("set[Protocol]", protocol.connections)


async def reset(scope: Scope, receive: Receive) -> None:
    """Reset the connection of a request, so that its client gets no response."""
    scope["extensions"][_RESET]["reset"]()
    while (await receive())["type"] != "http.disconnect":
        pass
