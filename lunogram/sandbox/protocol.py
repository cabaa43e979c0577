"""HTTP as uvicorn speaks it, and a way to reset a connection, which ASGI has none for."""

from __future__ import annotations

import struct
from socket import SO_LINGER, SOL_SOCKET

from starlette.types import Receive, Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_RESET = "lunogram.reset"
_AT_ONCE = struct.pack("ii", 1, 0)  # Lingering for no time makes closing a reset.


class Protocol(HttpToolsProtocol):
    """One connection."""

    def on_message_begin(self) -> None:
        """Begin a request, with the way to reset its connection in its scope."""
        super().on_message_begin()
        self.scope["extensions"] = {_RESET: {"reset": self._reset}}

    def _reset(self) -> None:
        if not self.transport.is_closing():
            connection = self.transport.get_extra_info("socket")
            connection.setsockopt(SOL_SOCKET, SO_LINGER, _AT_ONCE)
            self.transport.abort()


async def reset(scope: Scope, receive: Receive) -> None:
    """Reset the connection of a request, so that its client gets no answer."""
    scope["extensions"][_RESET]["reset"]()
    while (await receive())["type"] != "http.disconnect":
        pass
