"""Sending by httpx: through a proxy, or over a client of httpx or httpx2 that was handed over."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from functools import lru_cache, partial
from types import ModuleType
from typing import Any, TypeAlias

import httpx

from .._attempts import Answer, Failure, Options, Outcome, Request
from ..errors import ClientClosedError, ConfigurationError
from . import outcomes
from .direct import authorities_of
from .environment import explained
from .idle import IDLE_SECONDS, MOST_CONNECTIONS, left

HTTPClient: TypeAlias = httpx.Client
AsyncHTTPClient: TypeAlias = httpx.AsyncClient

# By the names of exceptions, which are the same in every library of httpx's kind.
_FAILURES = {
    "ConnectError": outcomes.NOT_CONNECTED,
    "ConnectTimeout": outcomes.NOT_CONNECTED_IN_TIME,
    "PoolTimeout": outcomes.NO_CONNECTION_FREE,
    "ProxyError": Failure("the proxy refused", sent=False),
    "UnsupportedProtocol": Failure("the URL has no scheme that can be sent to", sent=False),
    "InvalidURL": Failure("the URL can't be read", sent=False),
    "ReadTimeout": Failure("no answer in time", sent=True, timeout=True),
    "WriteTimeout": outcomes.NOT_WRITTEN_IN_TIME,
    "ReadError": outcomes.BROKEN,
    "WriteError": Failure("the connection broke while the request was written", sent=True),
    "RemoteProtocolError": outcomes.NOT_HTTP,
    "DecodingError": outcomes.NOT_DECOMPRESSED,
}


class _ByHttpx:
    """What sending by httpx has in common: requests, and errors in our own words."""

    def __init__(self, base_url: str, library: ModuleType, client: Any) -> None:
        self._base_url = base_url
        self._library = library
        self._client = client

    def prepare(self, headers: Mapping[str, str]) -> Any:
        """Headers in the library's own form, which it copies at no cost.

        Args:
            headers: Names and values. A client's own are added to them.
        """
        prepared = self._library.Headers(self._client.headers if self._client else None)
        prepared["Host"] = self._library.URL(self._base_url).netloc.decode("ascii")
        for name, value in headers.items():
            prepared[name] = value  # one by one: "authorization" takes the place of any spelling
        return prepared

    def _ready(self, request: Request, until: float, options: Options) -> Any:
        library, client, time_left = self._library, self._client, left(until)
        # Given as a stream, the body is taken as it is; given as content, headers are read again.
        headers = library.Headers(request.headers)
        if request.body is not None:
            headers["Content-Length"] = str(len(request.body))
        timeouts = dict.fromkeys(("read", "write", "pool"), time_left)
        connect = min(options.connect_timeout, time_left)
        return library.Request(
            request.method,
            _url(library, request),
            headers=headers,
            params=(client and client.params) or None,
            cookies=(client and client.cookies) or None,
            stream=library.ByteStream(request.body or b""),
            extensions={"timeout": {"connect": connect, **timeouts}},
        )

    def _failure(self, error: Exception) -> Failure | None:
        """What an exception from below stands for, or None if it is not the network's fault."""
        if isinstance(error, UnicodeError):
            return outcomes.not_connected(error)
        if not isinstance(error, self._library.HTTPError | self._library.InvalidURL | OSError):
            return None
        for kind in type(error).__mro__:
            if kind.__name__ in _FAILURES:
                return _FAILURES[kind.__name__]
        return Failure(f"the connection failed ({type(error).__name__})", sent=True)

    def _is_closed(self) -> bool:
        return self._client is not None and self._client.is_closed


def _url(library: ModuleType, request: Request) -> Any:
    # A URL with a query or a name in it is personal, and does not come again.
    impersonal = request.url.endswith(request.info.path)
    return read_url(library, request.url) if impersonal else library.URL(request.url)


@lru_cache(maxsize=256)
def read_url(library: ModuleType, text: str) -> Any:
    """A URL in the library's own form. Reading one takes as long as encoding a body.

    Args:
        library: httpx or httpx2.
        text: The URL; nothing personal, as it is kept.
    """
    return library.URL(text)


class ByHttpx(_ByHttpx):
    """For threads."""

    def __init__(self, base_url: str, client: Any = None, proxy: str | None = None) -> None:
        """Take over a client, or make what goes through a proxy.

        Args:
            base_url: Where requests go.
            client: A client that was handed over, or
            proxy: the URL of a proxy.

        Raises:
            ConfigurationError: If one of them can't be used.
        """
        library = _check_kind(client, "Client", "for a sync client") if client else httpx
        super().__init__(base_url, library, client)
        self._transport = None if client else _through(httpx.HTTPTransport, proxy, base_url)

    def exchange(self, request: Request, until: float, options: Options) -> Outcome:
        """As `Pool.exchange`."""
        try:
            return self._exchange(request, until, options)
        except Exception as error:
            failure = self._failure(error)
            if failure is None and not self._is_closed():
                raise
        # Outside the except block, so that no exception from below hangs on ours.
        if failure is None:
            raise ClientClosedError("http_client is closed; make another one")
        return failure

    def _exchange(self, request: Request, until: float, options: Options) -> Outcome:
        ready = self._ready(request, until, options)
        if self._transport:
            response: Any = self._transport.handle_request(ready)
        else:
            response = self._client.send(ready, stream=True, follow_redirects=False)
        try:
            return _gathered(response, response.iter_bytes(), until, options)
        finally:
            response.close()

    def close(self) -> None:
        """Close the connections, unless they are those of a client handed over."""
        if self._transport:
            self._transport.close()


def _gathered(response: Any, chunks: Iterator[bytes], until: float, options: Options) -> Outcome:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > outcomes.LARGEST_ANSWER:
            return outcomes.too_large()
        if time.monotonic() > until:
            return outcomes.out_of_time(options)
    return Answer(response.status_code, response.headers.raw, bytes(body))


class AsyncByHttpx(_ByHttpx):
    """The same for one event loop of asyncio."""

    def __init__(self, base_url: str, client: Any = None, proxy: str | None = None) -> None:
        """As `ByHttpx`."""
        library = _check_kind(client, "AsyncClient", "for an async client") if client else httpx
        super().__init__(base_url, library, client)
        self._transport = None if client else _through(httpx.AsyncHTTPTransport, proxy, base_url)

    async def exchange(self, request: Request, until: float, options: Options) -> Outcome:
        """As `AsyncPool.exchange`."""
        limit = asyncio.timeout(left(until))
        try:
            async with limit:
                return await self._exchange(request, until, options)
        except Exception as error:
            late = limit.expired()
            failure = outcomes.out_of_time(options) if late else self._failure(error)
            if failure is None and not self._is_closed():
                raise
        if failure is None:
            raise ClientClosedError("http_client is closed; make another one")
        return failure

    async def _exchange(self, request: Request, until: float, options: Options) -> Outcome:
        ready = self._ready(request, until, options)
        if self._transport:
            response: Any = await self._transport.handle_async_request(ready)
        else:
            response = await self._client.send(ready, stream=True, follow_redirects=False)
        try:
            return await _async_gathered(response, response.aiter_bytes())
        finally:
            await response.aclose()

    async def close(self) -> None:
        """Close the connections, unless they are those of a client handed over."""
        if self._transport:
            await self._transport.aclose()


async def _async_gathered(response: Any, chunks: AsyncIterator[bytes]) -> Outcome:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > outcomes.LARGEST_ANSWER:
            return outcomes.too_large()
    return Answer(response.status_code, response.headers.raw, bytes(body))


def _through(kind: Any, proxy: str | None, base_url: str) -> Any:
    limits = httpx.Limits(
        max_connections=MOST_CONNECTIONS,
        max_keepalive_connections=MOST_CONNECTIONS,
        keepalive_expiry=IDLE_SECONDS,
    )
    authorities = authorities_of(base_url)
    made = partial(kind, verify=authorities or False, proxy=proxy, limits=limits)
    return explained(made, httpx.InvalidURL)


def _check_kind(client: object, kind: str, advice: str) -> ModuleType:
    library = _library_of(client)
    if not isinstance(client, getattr(library, kind)):
        raise ConfigurationError(f"http_client has to be a {library.__name__}.{kind} {advice}")
    return library


def _library_of(client: object) -> ModuleType:
    """The HTTP library that a client handed over comes from: httpx, or its continuation httpx2."""
    for base in type(client).__mro__:
        root = base.__module__.partition(".")[0]
        if root in ("httpx", "httpx2"):
            return sys.modules[root]
    raise ConfigurationError(
        f"http_client has to be a client of httpx or httpx2, not {type(client).__name__}"
    )
