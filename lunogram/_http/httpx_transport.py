"""The transport over httpx or httpx2: a pool of their clients, or the caller's client.

Each connection of the pool is a client of the library with a single connection. So tools that hook
httpx see every request, and httpcore's own pools, whose cost grows with the number of requests in
flight, hold one connection each.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any, TypeAlias

import httpx

from .._attempts import Failure, Options, Outcome, Request, Response
from .._clock import monotonic, remaining
from ..errors import ClientClosedError, ConfigurationError
from . import failures, limits
from .async_pool import AsyncPool
from .compression import decompress
from .connection import State, idle_seconds
from .httpx_adapter import Adapter
from .pool import Pool
from .proxy import Proxy
from .ssl_context import create_ssl_context
from .trace import AsyncTrace, Trace, is_active
from .transport import TransportName

HTTPClient: TypeAlias = httpx.Client
AsyncHTTPClient: TypeAlias = httpx.AsyncClient

_HEADERS = "lunogram_headers"


class _HttpxConnection:
    """A client of httpx or httpx2 with a single connection.

    Attributes:
        state: The state of the connection.
        idle_seconds: The maximum idle time of the connection, in seconds.
    """

    def __init__(self, adapter: Adapter, client: Any) -> None:
        self.state = State.NEW
        self.idle_seconds = limits.IDLE_SECONDS
        self._adapter = adapter
        self._client = client

    def _end_exchange(self, outcome: Outcome, *, is_clean: bool) -> Outcome:
        """Keep the connection for the next request, if it can be reused."""
        if is_clean and self._adapter.keeps_alive():
            self.idle_seconds = idle_seconds(outcome)
            self.state = State.IDLE
        return outcome

    def is_alive(self) -> bool:
        """Whether the connection is usable: True, because httpcore checks and reconnects."""
        return True


# -- threads --------------------------------------------------------------------------------------


def create_pool(base_url: str, library: ModuleType, proxy: Proxy | None) -> Pool:
    """The pool of connections of a library to a server.

    Args:
        base_url: The base URL of the server.
        library: httpx or httpx2.
        proxy: The proxy of the environment, or None.

    Raises:
        ConfigurationError: If the proxy or the certificates can't be used.
    """
    adapter = Adapter(base_url, library, proxy=proxy)
    kinds = library.Client, library.HTTPTransport, _hide_redirect
    connect = _connector(library, kinds, proxy, base_url)
    return Pool(adapter.encode_headers, lambda: HttpxConnection(adapter, connect()))


class HttpxConnection(_HttpxConnection):
    """A client of httpx or httpx2 with a single connection, for threads."""

    def exchange(self, request: Request, until: float, options: Options) -> Outcome:
        """Send a request and wait for its response.

        Args:
            request: The request.
            until: The end of the time limit for the complete response, on the monotonic clock.
            options: The options of the sender.
        """
        self.state = State.ACTIVE
        outcome, is_clean = _exchange(self._adapter, self._client, request, until, options)
        return self._end_exchange(outcome, is_clean=is_clean)

    def close(self) -> None:
        """Close the connection."""
        self.state = State.CLOSED
        with suppress(Exception):  # the outcome of the request counts
            self._client.close()


class ClientTransport:
    """The transport over the caller's client, for threads."""

    def __init__(self, base_url: str, client: Any) -> None:
        """Create a transport.

        Args:
            base_url: The base URL of the server.
            client: The caller's client, which the caller closes.

        Raises:
            ConfigurationError: If the client is not a sync client of httpx or httpx2.
        """
        self._adapter = Adapter(
            base_url, _check_kind(client, "Client", "for a sync client"), client
        )
        self.encode_headers = self._adapter.encode_headers
        self._client = client

    def exchange(self, request: Request, until: float, options: Options) -> Outcome:
        """Send a request and wait for its response."""
        return _exchange(self._adapter, self._client, request, until, options)[0]

    def close(self) -> None:
        """Do nothing: the caller closes the client."""


def _exchange(
    adapter: Adapter, client: Any, request: Request, until: float, options: Options
) -> tuple[Outcome, bool]:
    """The outcome, and whether the connection can be reused."""
    try:
        return _send(adapter, client, request, until, options)
    except Exception as error:
        failure = adapter.failure(error)
        if failure is None and not adapter.is_closed():
            raise
    # Outside the except block, so that our exception has no context of the library.
    return _failed(failure), False


def _send(
    adapter: Adapter, client: Any, request: Request, until: float, options: Options
) -> tuple[Outcome, bool]:
    timeouts = adapter.timeouts(until, options)
    with Trace(adapter.library, until, monotonic() + timeouts["connect"]) as trace:
        ready = adapter.build(request, timeouts, trace)
        response = client.send(ready, stream=True, follow_redirects=False)
        try:
            outcome = adapter.rejection_by_proxy(response) or _read(response, until)
            is_clean = trace.is_clean()
            if not is_clean:
                response.extensions["network_stream"].close()
            return outcome, is_clean
        finally:
            response.close()


def _read(response: Any, until: float) -> Outcome:
    if response.is_stream_consumed:
        return _response(response, response.content)
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > limits.MAX_BODY_BYTES:
            return failures.too_large()
        if monotonic() > until:
            return failures.OUT_OF_TIME
    return decompress(_response(response, bytes(body)))


# -- event loops ----------------------------------------------------------------------------------


def create_async_pool(base_url: str, library: ModuleType, proxy: Proxy | None) -> AsyncPool:
    """The pool of connections of a library to a server, for an event loop.

    Args:
        base_url: The base URL of the server.
        library: httpx or httpx2.
        proxy: The proxy of the environment, or None.

    Raises:
        ConfigurationError: If the proxy or the certificates can't be used.
    """
    adapter = Adapter(base_url, library, proxy=proxy)
    kinds = library.AsyncClient, library.AsyncHTTPTransport, _async_hide_redirect
    connect = _connector(library, kinds, proxy, base_url)
    return AsyncPool(adapter.encode_headers, lambda: AsyncHttpxConnection(adapter, connect()))


class AsyncHttpxConnection(_HttpxConnection):
    """A client of httpx or httpx2 with a single connection, for an event loop."""

    async def exchange(self, request: Request, until: float, options: Options) -> Outcome:
        """Send a request and wait for its response.

        Args:
            request: The request.
            until: The end of the time limit for the complete response, on the monotonic clock.
            options: The options of the sender.
        """
        self.state = State.ACTIVE
        outcome, is_clean = await _async_exchange(
            self._adapter, self._client, request, until, options
        )
        return self._end_exchange(outcome, is_clean=is_clean)

    async def close(self) -> None:
        """Close the connection."""
        self.state = State.CLOSED
        with suppress(Exception):  # the outcome of the request counts
            await self._client.aclose()


class AsyncClientTransport:
    """The transport over the caller's client, for an event loop."""

    def __init__(self, base_url: str, client: Any) -> None:
        """Create a transport.

        Args:
            base_url: The base URL of the server.
            client: The caller's client, which the caller closes.

        Raises:
            ConfigurationError: If the client is not an async client of httpx or httpx2.
        """
        library = _check_kind(client, "AsyncClient", "for an async client")
        self._adapter = Adapter(base_url, library, client)
        self.encode_headers = self._adapter.encode_headers
        self._client = client

    async def exchange(self, request: Request, until: float, options: Options) -> Outcome:
        """Send a request and wait for its response."""
        return (await _async_exchange(self._adapter, self._client, request, until, options))[0]

    async def close(self) -> None:
        """Do nothing: the caller closes the client."""


async def _async_exchange(
    adapter: Adapter, client: Any, request: Request, until: float, options: Options
) -> tuple[Outcome, bool]:
    limit = asyncio.timeout(remaining(until))
    try:
        async with limit:
            return await _async_send(adapter, client, request, until, options)
    except Exception as error:
        failure = failures.OUT_OF_TIME if limit.expired() else adapter.failure(error)
        if failure is None and not adapter.is_closed():
            raise
    return _failed(failure), False


async def _async_send(
    adapter: Adapter, client: Any, request: Request, until: float, options: Options
) -> tuple[Outcome, bool]:
    timeouts = adapter.timeouts(until, options)
    with AsyncTrace(adapter.library, until, monotonic() + timeouts["connect"]) as trace:
        ready = adapter.build(request, timeouts, trace)
        response = await client.send(ready, stream=True, follow_redirects=False)
        try:
            outcome = adapter.rejection_by_proxy(response) or await _async_read(response)
            is_clean = trace.is_clean()
            if not is_clean:
                await response.extensions["network_stream"].aclose()
            return outcome, is_clean
        finally:
            await response.aclose()


async def _async_read(response: Any) -> Outcome:
    if response.is_stream_consumed:
        return _response(response, response.content)
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > limits.MAX_BODY_BYTES:
            return failures.too_large()
    return decompress(_response(response, bytes(body)))


# -- both -----------------------------------------------------------------------------------------


def library_of(name: TransportName) -> ModuleType:
    """The HTTP library of a transport: httpx for direct connections, which need it for proxies.

    Args:
        name: The transport.
    """
    library = import_module("httpx2" if name is TransportName.HTTPX2 else "httpx")
    logging.getLogger(library.__name__).addFilter(_is_foreign)
    return library


def _is_foreign(_record: logging.LogRecord) -> bool:
    """Whether a log record of the library is about a request of other code.

    The library logs complete URLs at INFO, and the path or the query of ours may be personal.
    """
    return not is_active()


def _hide_redirect(response: Any) -> None:
    """Remove the Location header of a response; `_response` restores it.

    The library parses the header even if it follows no redirects, and raises if it is invalid.
    """
    if "location" in response.headers:
        response.extensions[_HEADERS] = response.headers.raw
        del response.headers["location"]


async def _async_hide_redirect(response: Any) -> None:
    _hide_redirect(response)


def _response(response: Any, body: bytes) -> Response:
    headers = response.extensions.get(_HEADERS) or response.headers.raw
    return Response(response.status_code, headers, body)


def _failed(failure: Failure | None) -> Failure:
    if failure is None:
        raise ClientClosedError("http_client is closed; make another one")
    return failure


def _connector(
    library: ModuleType, kinds: tuple[Any, Any, Any], proxy: Proxy | None, base_url: str
) -> Callable[[], Any]:
    """The function that creates clients with a single connection, without the environment."""
    client, transport, hook = kinds
    # Shared by all connections, because it is slow to create.
    verify = create_ssl_context(base_url) or library.create_ssl_context(verify=False)
    through = proxy and library.Proxy(
        proxy.url, ssl_context=create_ssl_context(proxy.url), auth=proxy.auth
    )
    limits = library.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=None)
    new_transport = partial(transport, verify=verify, proxy=through, limits=limits)
    _check_proxy(new_transport)
    hooks = {"response": [hook]}
    return lambda: client(transport=new_transport(), trust_env=False, event_hooks=hooks)


def _check_proxy(new_transport: Callable[[], Any]) -> None:
    try:
        new_transport()
        return
    except ImportError:
        pass
    raise ConfigurationError(
        "the proxy of HTTP_PROXY, HTTPS_PROXY or ALL_PROXY needs a package that is not installed: "
        "pip install 'httpx[socks]'"
    )


def _check_kind(client: object, kind: str, advice: str) -> ModuleType:
    library = _library_of_client(client)
    if not isinstance(client, getattr(library, kind)):
        raise ConfigurationError(f"http_client must be a {library.__name__}.{kind} {advice}")
    return library


def _library_of_client(client: object) -> ModuleType:
    """The HTTP library of the caller's client: httpx, or its successor httpx2."""
    for base in type(client).__mro__:
        root = base.__module__.partition(".")[0]
        if root in [TransportName.HTTPX, TransportName.HTTPX2]:
            return library_of(TransportName(root))
    raise ConfigurationError(
        f"http_client must be a client of httpx or httpx2, not {type(client).__name__}"
    )
