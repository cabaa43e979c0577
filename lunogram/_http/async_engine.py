"""The engine of async clients: a transport for each event loop of each process."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncGenerator, Callable
from functools import partial
from typing import TypeAlias

from .._attempts import Options, Outcome, Request
from .._per_process import PerProcess
from ..errors import ConfigurationError
from . import engine_state
from .proxy import proxy_of
from .transport import AsyncTransport, TransportName, transport_name


class AsyncEngine:
    """The sender of single requests. Each event loop has its own connections.

    Attributes:
        encode_headers: The function that encodes the headers of every request.
        client: The caller's client of httpx or httpx2, or None.
        transport: The name of the transport: ``httpx``, ``httpx2``, ``direct`` or
            ``http_client``.
        closed: Whether the engine is closed.
    """

    def __init__(self, base_url: str, client: object | None) -> None:
        """Create an engine without connections.

        Args:
            base_url: The base URL of the server.
            client: The caller's client of httpx or httpx2, or None.

        Raises:
            ConfigurationError: If the client, or a setting of the environment, can't be used.
        """
        self.client = client
        self.transport, self._create = _transport_to(base_url, client)
        self.encode_headers = self._create().encode_headers  # invalid settings raise here
        # Weak on both sides: an event loop that is dropped without being closed drops its
        # connections.
        self._transports: PerProcess[_ByLoop] = PerProcess(weakref.WeakKeyDictionary)
        self.closed = False

    async def send(self, request: Request, until: float, options: Options) -> Outcome:
        """Make one attempt.

        Args:
            request: The request.
            until: The end of the time limit, on the monotonic clock.
            options: The options of the sender.

        Raises:
            ClientClosedError: If the client is closed.
            ConfigurationError: If a test's sandbox is active, and this is another server.
        """
        if self.closed:
            raise engine_state.client_closed()
        if engine_state.recorder is not None:
            return engine_state.recorder.respond(request)
        engine_state.check(request.host)
        transport = await self._current_transport()
        return await transport.exchange(request, until, options)

    async def close(self) -> None:
        """Close the connections of this event loop; a client of the caller stays open."""
        self.closed = True
        transports = self._transports.peek()
        known = transports.pop(running_loop(), None) if transports else None
        held = known and known()
        if held:
            await held.while_open.aclose()

    async def _current_transport(self) -> AsyncTransport:
        loop = running_loop()
        known = self._transports.get().get(loop)
        held = known and known()
        return held.transport if held else await self._new_transport(loop)

    async def _new_transport(self, loop: asyncio.AbstractEventLoop) -> AsyncTransport:
        transport = self._create()
        held = _LoopTransport(transport, _open_until_loop_ends(transport))
        await anext(held.while_open)
        self._transports.get()[loop] = weakref.ref(held)
        held.keep_alive(loop)
        return transport


def running_loop() -> asyncio.AbstractEventLoop:
    """The event loop of asyncio that runs in this thread.

    Raises:
        ConfigurationError: If there is none.
    """
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        fault = "no event loop of asyncio is running: async clients need asyncio, and not trio"
    raise ConfigurationError(f"{fault}; elsewhere, use a sync client in a thread")


class _LoopTransport:
    """The transport of an event loop, which holds the only reference to it."""

    def __init__(self, transport: AsyncTransport, while_open: AsyncGenerator[None]) -> None:
        self.transport = transport
        self.while_open = while_open

    def keep_alive(self, loop: asyncio.AbstractEventLoop) -> None:
        """Have a timer of the event loop hold this object: a loop has no other storage."""
        loop.call_later(_TIMER_SECONDS, self.keep_alive, loop)


_TIMER_SECONDS = 24 * 3600.0

_ByLoop: TypeAlias = (
    "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, weakref.ref[_LoopTransport]]"
)


async def _open_until_loop_ends(transport: AsyncTransport) -> AsyncGenerator[None]:
    """Close the connections before their event loop ends, even if nobody closes the client.

    A connection can't be closed after its event loop has ended, so each `asyncio.run` would leak
    some. A loop that ends closes the asynchronous generators that it has started.
    """
    try:
        yield
    finally:
        await transport.close()


def _transport_to(base_url: str, client: object | None) -> tuple[str, Callable[[], AsyncTransport]]:
    """The name of the transport to a server, and the function that creates the transport."""
    if client:
        from .httpx_transport import AsyncClientTransport

        return "http_client", partial(AsyncClientTransport, base_url, client)
    name, proxy = transport_name(), proxy_of(base_url)
    if name is TransportName.DIRECT and proxy is None:
        from .asyncio_connection import create_pool

        return name.value, partial(create_pool, base_url)
    from .httpx_transport import create_async_pool, library_of

    library = library_of(name)
    return library.__name__, partial(create_async_pool, base_url, library, proxy)
