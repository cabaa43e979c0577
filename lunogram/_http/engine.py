"""The engine of sync clients: a transport for each process."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from .._attempts import Options, Outcome, Request
from .._per_process import PerProcess
from . import engine_state
from .proxy import proxy_of
from .transport import Transport, TransportName, transport_name


class Engine:
    """The sender of single requests. It is thread-safe, and has new connections after a fork.

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
        self.transport, create = _transport_to(base_url, client)
        self._transport = PerProcess(create)
        self.encode_headers = self._transport.get().encode_headers
        self.closed = False

    def send(self, request: Request, until: float, options: Options) -> Outcome:
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
        return self._transport.get().exchange(request, until, options)

    def close(self) -> None:
        """Close the connections; a client of the caller stays open."""
        self.closed = True
        if transport := self._transport.peek():
            transport.close()


def _transport_to(base_url: str, client: object | None) -> tuple[str, Callable[[], Transport]]:
    """The name of the transport to a server, and the function that creates the transport."""
    if client:
        from .httpx_transport import ClientTransport

        return "http_client", partial(ClientTransport, base_url, client)
    name, proxy = transport_name(), proxy_of(base_url)
    if name is TransportName.DIRECT and proxy is None:
        from .socket_connection import create_pool

        return name.value, partial(create_pool, base_url)
    from .httpx_transport import create_pool as create_httpx_pool
    from .httpx_transport import library_of

    library = library_of(name)
    return library.__name__, partial(create_httpx_pool, base_url, library, proxy)
