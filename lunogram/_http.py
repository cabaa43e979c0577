"""The engines: one request out, one answer or failure back, over a pool of connections.

The only module that names an HTTP library. What cannot be written alike for sync and async is in
the two engines; the loop around them is written once, in `_async.sender`.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import sys
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import lru_cache, partial
from types import ModuleType
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlsplit

import httpx

from ._attempts import Answer, Failure, Options, Outcome, Request, parsed
from .errors import ClientClosedError, ConfigurationError

T = TypeVar("T")

# An answer larger than this is not the API's; reading on would only fill the memory.
_LARGEST_ANSWER = 64 * 1024 * 1024

_MOST_CONNECTIONS = 100
_IDLE_SECONDS = 5.0


def _library_of(client: object) -> ModuleType:
    """The HTTP library that a client handed over comes from: httpx, or its continuation httpx2."""
    for base in type(client).__mro__:
        root = base.__module__.partition(".")[0]
        if root in ("httpx", "httpx2"):
            return sys.modules[root]
    raise ConfigurationError(
        f"http_client has to be a client of httpx or httpx2, not {type(client).__name__}"
    )


def _check_kind(client: object, kind: str, advice: str) -> ModuleType:
    library = _library_of(client)
    if not isinstance(client, getattr(library, kind)):
        raise ConfigurationError(f"http_client has to be a {library.__name__}.{kind} {advice}")
    return library


def _closed(what: str) -> ClientClosedError:
    return ClientClosedError(f"{what} is closed; make another one")


def _timeouts(time_left: float, options: Options) -> dict[str, float]:
    connect = min(options.connect_timeout, time_left)
    return {"connect": connect, "read": time_left, "write": time_left, "pool": time_left}


def _out_of_time(options: Options) -> Failure:
    return Failure(f"no complete answer within {options.timeout:g} s", sent=True, timeout=True)


_TOO_LARGE = Failure(f"the answer is larger than {_LARGEST_ANSWER} bytes", sent=True)

# The names are the same in every library of httpx's kind.
_NOT_SENT = {
    "ConnectError": "could not connect",
    "ConnectTimeout": "could not connect in time",
    "PoolTimeout": "no connection became free in time",
    "ProxyError": "the proxy refused",
    "UnsupportedProtocol": "the URL has no scheme that can be sent to",
    "InvalidURL": "the URL can't be read",
}
_SENT = {
    "ReadTimeout": "no answer in time",
    "WriteTimeout": "the request could not be written in time",
    "ReadError": "the connection broke before the answer was complete",
    "WriteError": "the connection broke while the request was written",
    "RemoteProtocolError": "the answer is not HTTP, or ended too early",
    "DecodingError": "the answer could not be decompressed",
}


def _failure(error: Exception, library: ModuleType) -> Failure | None:
    """What an exception from below stands for, or None if it is not the network's fault."""
    if isinstance(error, UnicodeError):
        return Failure("the host's name can't be one", sent=False)  # from its look-up
    if not isinstance(error, library.HTTPError | library.InvalidURL | OSError):
        return None
    for kind in type(error).__mro__:
        if kind.__name__ in _NOT_SENT:
            return Failure(_NOT_SENT[kind.__name__], False, "Timeout" in kind.__name__)
        if kind.__name__ in _SENT:
            return Failure(_SENT[kind.__name__], True, "Timeout" in kind.__name__)
    return Failure(f"the connection failed ({type(error).__name__})", sent=True)


def _answer(response: Any, body: bytearray) -> Answer:
    return Answer(response.status_code, response.headers.raw, bytes(body))


def _opened(
    kind: Callable[..., T], base_url: str, authorities: ssl.SSLContext | None, connections: int
) -> T:
    """A transport to the one host that a client talks to."""
    limits = httpx.Limits(
        max_connections=connections,
        max_keepalive_connections=connections,
        keepalive_expiry=_IDLE_SECONDS,
    )
    return _explained(
        lambda: kind(verify=authorities or False, proxy=_proxy(base_url), limits=limits)
    )


def _authorities(base_url: str) -> ssl.SSLContext | None:
    """What tells the right server from others. It takes long to read, so it is read once."""
    if urlsplit(base_url).scheme != "https":
        return None
    return _explained(httpx.create_ssl_context)


def _explained(make: Callable[[], T]) -> T:
    try:
        return make()
    except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
        fault = type(error).__name__
    # Without the value, which may hold the password of a proxy.
    raise ConfigurationError(
        "the proxy or the certificates that the environment names can't be used "
        f"({fault}): check HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR"
    )


def _proxy(base_url: str) -> str | None:
    """The proxy that the environment names for a URL."""
    from urllib.request import getproxies, proxy_bypass

    url = urlsplit(base_url)
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if proxy is None or proxy_bypass(url.netloc):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _prepared(headers: Mapping[str, str], base_url: str, client: Any, library: ModuleType) -> Any:
    """Headers in the library's own form, which it copies at no cost; a client's own among them."""
    prepared = library.Headers(client.headers if client else None)
    prepared["Host"] = library.URL(base_url).netloc.decode("ascii")
    for name, value in headers.items():
        prepared[name] = value  # one by one: "authorization" takes the place of "Authorization"
    return prepared


@lru_cache(maxsize=256)
def _url(library: ModuleType, text: str) -> Any:
    """A URL in the library's own form. Reading one takes as long as encoding a body."""
    return library.URL(text)


def _ready(
    request: Request, client: Any, library: ModuleType, time_left: float, options: Options
) -> Any:
    # A URL with a query or a name in it is personal, and does not come again.
    impersonal = request.url.endswith(request.info.path)
    read = _url(library, request.url) if impersonal else library.URL(request.url)
    # Given as a stream, the body is taken as it is; given as content, all headers are read again.
    headers = library.Headers(request.headers)
    if request.body is not None:
        headers["Content-Length"] = str(len(request.body))
    return library.Request(
        request.method,
        read,
        headers=headers,
        params=(client and client.params) or None,
        cookies=(client and client.cookies) or None,
        stream=library.ByteStream(request.body or b""),
        extensions={"timeout": _timeouts(time_left, options)},
    )


# Answers in place of a server, where no socket may be opened; `lunogram.testing` sets it.
stand_in: Callable[[Request], Answer] | None = None

# Pools that belong to a process or an event loop that is not ours any more. Kept, because to
# collect them would close connections that somebody else may still use.
_abandoned: list[object] = []


# -- the engines ----------------------------------------------------------------------------------


class Engine:
    """Sends one request and waits for its answer. Safe for threads, renewed after a fork."""

    def __init__(self, base_url: str, client: object | None) -> None:
        self._base_url = base_url
        self._client: Any = client
        self._library = _check_kind(client, "Client", "for a sync client") if client else httpx
        self._transport = None if client else self._open()
        self._process = os.getpid()
        self.closed = False

    def prepare(self, headers: Mapping[str, str]) -> Any:
        """The headers of every request, in the form that requests take.

        Args:
            headers: Names and values.
        """
        return _prepared(headers, self._base_url, self._client, self._library)

    def send(self, request: Request, time_left: float, options: Options) -> Outcome:
        """One attempt.

        Args:
            request: What to send.
            time_left: Seconds it may take.
            options: How to send.
        """
        if self.closed:
            raise _closed("the client")
        if stand_in is not None:
            return stand_in(request)
        try:
            return self._exchange(request, time.monotonic() + time_left, time_left, options)
        except Exception as error:
            failure = _failure(error, self._library)
            if failure is None and not (self._client and self._client.is_closed):
                raise
        # Outside the except block, so that no exception from below hangs on ours.
        if failure is None:
            raise _closed("http_client")
        return failure

    def close(self) -> None:
        """Close the connections, unless they are those of a client handed over."""
        self.closed = True
        if self._transport and self._process == os.getpid():
            self._transport.close()

    def _open(self) -> httpx.HTTPTransport:
        authorities = _authorities(self._base_url)
        return _opened(httpx.HTTPTransport, self._base_url, authorities, _MOST_CONNECTIONS)

    def _exchange(
        self, request: Request, until: float, time_left: float, options: Options
    ) -> Outcome:
        response = self._start(_ready(request, self._client, self._library, time_left, options))
        try:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > _LARGEST_ANSWER:
                    return _TOO_LARGE
                if time.monotonic() > until:
                    return _out_of_time(options)
        finally:
            response.close()
        return _answer(response, body)

    def _start(self, ready: Any) -> Any:
        if self._client:
            return self._client.send(ready, stream=True, follow_redirects=False)
        return self._own_transport().handle_request(ready)

    def _own_transport(self) -> httpx.HTTPTransport:
        if self._process != os.getpid():
            _abandoned.append(self._transport)
            self._transport = self._open()
            self._process = os.getpid()
        assert self._transport is not None
        return self._transport


class AsyncEngine:
    """The same for asyncio. Each event loop gets connections of its own."""

    def __init__(self, base_url: str, client: object | None) -> None:
        self._base_url = base_url
        self._client: Any = client
        self._library = httpx
        if client:
            self._library = _check_kind(client, "AsyncClient", "for an async client")
        authorities = None if client else _authorities(base_url)
        # No method: connections that lead back to us would be collected with us, unclosed.
        self._open = partial(_opened, httpx.AsyncHTTPTransport, base_url, authorities, 1)
        self._connections: dict[asyncio.AbstractEventLoop, _OfLoop] = {}
        # A list, because two threads can't take the same thing out of one.
        self._spare = [] if client else [self._open()]
        self._process = os.getpid()
        self.closed = False

    def prepare(self, headers: Mapping[str, str]) -> Any:
        """The headers of every request, in the form that requests take.

        Args:
            headers: Names and values.
        """
        return _prepared(headers, self._base_url, self._client, self._library)

    async def send(self, request: Request, time_left: float, options: Options) -> Outcome:
        """One attempt.

        Args:
            request: What to send.
            time_left: Seconds it may take.
            options: How to send.
        """
        if self.closed:
            raise _closed("the client")
        if stand_in is not None:
            return stand_in(request)
        limit = asyncio.timeout(time_left)
        try:
            async with limit:
                return await self._exchange(request, time_left, options)
        except Exception as error:
            failure = _out_of_time(options) if limit.expired() else _failure(error, self._library)
            if failure is None and not (self._client and self._client.is_closed):
                raise
        if failure is None:
            raise _closed("http_client")
        return failure

    async def close(self) -> None:
        """Close the connections of this event loop, unless they are a client's handed over."""
        self.closed = True
        ours = self._process == os.getpid()
        connections = self._connections.pop(asyncio.get_running_loop(), None) if ours else None
        if connections:
            await connections[1].aclose()

    async def _exchange(self, request: Request, time_left: float, options: Options) -> Outcome:
        ready = _ready(request, self._client, self._library, time_left, options)
        if self._client:
            response = await self._client.send(ready, stream=True, follow_redirects=False)
            return await self._read(response)
        connections = await self._of_this_loop()
        async with connections.one() as transport:
            return await self._read(await transport.handle_async_request(ready))

    async def _read(self, response: Any) -> Outcome:
        try:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _LARGEST_ANSWER:
                    return _TOO_LARGE
        finally:
            await response.aclose()
        return _answer(response, body)

    async def _of_this_loop(self) -> _Connections:
        if self._process != os.getpid():
            self._start_over()
        loop = asyncio.get_running_loop()
        connections, _ = self._connections.get(loop) or await self._for_new(loop)
        return connections

    def _start_over(self) -> None:
        _abandoned.append((self._connections, self._spare))
        self._connections, self._spare = {}, []
        self._process = os.getpid()

    async def _for_new(self, loop: asyncio.AbstractEventLoop) -> _OfLoop:
        for other in list(self._connections):
            if other.is_closed():
                self._connections.pop(other, None)
        connections = _Connections(self._open, self._take_spare())
        while_open = _open_until_loop_ends(connections)
        await anext(while_open)
        self._connections[loop] = (connections, while_open)
        return self._connections[loop]

    def _take_spare(self) -> httpx.AsyncHTTPTransport:
        try:
            return self._spare.pop()
        except IndexError:
            return self._open()


class _Connections:
    """The connections of one event loop, each in a pool of its own.

    A pool looks through all its connections for each request: with 32 in use, one large pool costs
    three times what small ones do.
    """

    def __init__(
        self, open_one: Callable[[], httpx.AsyncHTTPTransport], first: httpx.AsyncHTTPTransport
    ) -> None:
        self._open_one = open_one
        self._closed = False
        self._room = asyncio.Semaphore(_MOST_CONNECTIONS)
        # Since when; the one used last is used next, so that those not needed grow old.
        self._idle = deque([(time.monotonic(), first)])

    @asynccontextmanager
    async def one(self) -> AsyncIterator[httpx.AsyncHTTPTransport]:
        """A connection for one request; waits while all are in use."""
        async with self._room:
            transport = self._idle.pop()[1] if self._idle else self._open_one()
            try:
                yield transport
            finally:
                await self._give_back(transport)

    async def _give_back(self, transport: httpx.AsyncHTTPTransport) -> None:
        if self._closed:
            await transport.aclose()
            return
        self._idle.append((time.monotonic(), transport))
        if self._idle[0][0] < time.monotonic() - _IDLE_SECONDS:
            await self._idle.popleft()[1].aclose()

    async def close(self) -> None:
        """Close those that are not in use, and each of the others when its request is done."""
        self._closed = True
        while self._idle:
            await self._idle.pop()[1].aclose()


_OfLoop: TypeAlias = tuple[_Connections, AsyncGenerator[None]]


async def _open_until_loop_ends(connections: _Connections) -> AsyncGenerator[None]:
    """Close connections while their event loop still can, also if nobody closes the client.

    An event loop that ends closes the generators it began, and a loop that has ended closes no
    connection any more: each `asyncio.run` would leave some behind.
    """
    try:
        yield
    finally:
        await connections.close()


# -- for the raw client ---------------------------------------------------------------------------

HTTPClient: TypeAlias = httpx.Client
AsyncHTTPClient: TypeAlias = httpx.AsyncClient


class RawAnswer(httpx.Response):
    """An answer in the form that generated endpoint functions read, with our errors."""

    def __init__(self, answer: Answer, request: Request, attempts: int) -> None:
        # The body is decompressed already; these would have it decompressed again.
        passed = {
            name: value
            for name, value in answer.headers.items()
            if name not in ("content-encoding", "content-length", "transfer-encoding")
        }
        super().__init__(answer.status_code, headers=passed, content=answer.body)
        self._read_json = partial(parsed, lambda value: value, answer, request, attempts)

    def json(self, **_options: Any) -> Any:
        """The body.

        Raises:
            InvalidResponseError: If it is not JSON.
        """
        return self._read_json()
