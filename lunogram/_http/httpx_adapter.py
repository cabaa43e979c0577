"""The adapter to httpx and httpx2: it converts requests to theirs, and their errors to failures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from .._attempts import Failure, Options, Request
from .._clock import remaining
from .._late_imports import NO_HANDLES
from . import failures
from .connect_errors import is_of_tls, not_connected, not_connected_in_time
from .origin import peer_of
from .proxy import Proxy
from .trace import Trace

# By the names of exceptions, which are the same in both libraries.
_FAILURES = {
    "PoolTimeout": failures.NO_CONNECTION_FREE,
    "UnsupportedProtocol": Failure("the scheme of the URL is not supported", sent=False),
    "InvalidURL": Failure("the URL is invalid", sent=False),
    "ReadTimeout": failures.OUT_OF_TIME,
    "WriteTimeout": failures.NOT_WRITTEN_IN_TIME,
    "ReadError": failures.BROKEN,
    "WriteError": Failure("the connection broke while the request was written", sent=True),
    "RemoteProtocolError": failures.NOT_HTTP,
    "DecodingError": failures.NOT_DECOMPRESSED,
}

_STEPS = ("connect", "read", "write", "pool")

_STATUS = re.compile(r"\d{3}")
_PROXY_AUTHENTICATION_REQUIRED = 407
_PROXY_FAULTS = {
    _PROXY_AUTHENTICATION_REQUIRED: (
        "requires a user and a password, or rejected those in its URL "
        "(407 proxy authentication required)"
    ),
    502: "could not reach it (502 bad gateway)",
    503: "could not reach it (503 service unavailable)",
    504: "could not reach it in time (504 gateway timeout)",
}


class Adapter:
    """The adapter to an HTTP library, for one server."""

    def __init__(
        self, base_url: str, library: ModuleType, client: Any = None, proxy: Proxy | None = None
    ) -> None:
        """Create an adapter.

        Args:
            base_url: The base URL of the server.
            library: httpx or httpx2.
            client: The caller's client of the library, or None.
            proxy: The proxy of the environment, or None.
        """
        parts = urlsplit(base_url)
        self._base_url = base_url
        self._root = f"{parts.scheme}://{parts.netloc}"
        self.library = library
        self._client = client
        self._proxy = proxy

    def encode_headers(self, headers: Mapping[str, str]) -> Any:
        """The headers of every request, in the library's form, which is copied fast.

        Args:
            headers: The headers by their names. Those of the caller's client are added.
        """
        encoded = self.library.Headers(self._client.headers if self._client else None)
        encoded["Host"] = self.library.URL(self._base_url).netloc.decode("ascii")
        for name, value in headers.items():
            encoded[name] = value  # one by one, to replace a name in any case
        return encoded

    def timeouts(self, until: float, options: Options) -> dict[str, float]:
        """The time limit of each step of an attempt, in seconds.

        Where an option is None, the limits of the caller's client apply.

        Args:
            until: The end of the time limit of the attempt, on the monotonic clock.
            options: The options of the sender.
        """
        time_left = remaining(until)
        own = self._client.timeout.as_dict() if self._client else {}
        steps = {step: None if options.timeout else own.get(step) for step in _STEPS}
        steps["connect"] = options.connect_timeout or own.get("connect")
        return {
            step: time_left if limit is None else min(time_left, limit)
            for step, limit in steps.items()
        }

    def build(self, request: Request, timeouts: Mapping[str, float], trace: Trace) -> Any:
        """A request of the library.

        Args:
            request: The request.
            timeouts: The time limit of each step, in seconds.
            trace: The trace of the exchange.
        """
        library, client = self.library, self._client
        # With `stream` in place of `content`, the library adds no headers of its own.
        headers = library.Headers(request.headers)
        if request.body is not None:
            headers["Content-Length"] = str(len(request.body))
        return library.Request(
            request.method,
            self._url(request),
            headers=headers,
            params=(client and client.params) or None,
            cookies=(client and client.cookies) or None,
            stream=library.ByteStream(request.body or b""),
            extensions={"timeout": timeouts, "trace": trace},
        )

    def _url(self, request: Request) -> Any:
        text = f"{self._root}{request.target}"
        # URLs with a query or an identifier are personal and rarely repeat: they are not cached.
        impersonal = request.target.endswith(request.info.path)
        return parse_url(self.library, text) if impersonal else self.library.URL(text)

    def failure(self, error: Exception) -> Failure | None:
        """The failure for an exception of the library, or None for any other exception.

        Args:
            error: The exception.
        """
        if isinstance(error, UnicodeError) or getattr(error, "errno", None) in NO_HANDLES:
            return self._not_connected(error)
        if not isinstance(error, self.library.HTTPError | self.library.InvalidURL | OSError):
            return None
        handlers = {
            "ConnectError": self._not_connected,
            "ConnectTimeout": lambda _: not_connected_in_time(self._peer),
            "ProxyError": self._rejected_by_proxy,
        }
        for kind in type(error).__mro__:
            if kind.__name__ in handlers:
                return handlers[kind.__name__](error)
            if kind.__name__ in _FAILURES:
                return _FAILURES[kind.__name__]
        return Failure(f"the connection failed ({type(error).__name__})", sent=True)

    @property
    def _peer(self) -> str:
        """The server, and the proxy or client in between, for errors."""
        peer = peer_of(self._base_url)
        if self._proxy:
            return f"{peer} through the proxy {self._proxy.peer}"
        return f"{peer} through http_client" if self._client else peer

    def _not_connected(self, error: Exception) -> Failure:
        failure = not_connected(error, self._peer)
        if self._proxy is None or is_of_tls(failure):
            return failure
        return not_connected(error, f"the proxy {self._proxy.peer}")

    def _rejected_by_proxy(self, error: Exception) -> Failure:
        status = _STATUS.match(str(error))  # the rest may be the proxy's own text
        return self._rejection(int(status[0]) if status else None)

    def _rejection(self, status: int | None) -> Failure:
        proxy = f"the proxy {self._proxy.peer}" if self._proxy else "the proxy of http_client"
        fault = (
            _PROXY_FAULTS.get(status or 0) or f"rejected the connection ({status or 'no reason'})"
        )
        return Failure(
            f"could not connect to {peer_of(self._base_url)}: {proxy} {fault}", sent=False
        )

    def rejection_by_proxy(self, response: Any) -> Failure | None:
        """The failure for a response of the proxy itself, or None for one of the server.

        Args:
            response: The response of the library.
        """
        is_proxys = self._proxy and response.status_code == _PROXY_AUTHENTICATION_REQUIRED
        return self._rejection(_PROXY_AUTHENTICATION_REQUIRED) if is_proxys else None

    def keeps_alive(self) -> bool:
        """Whether connections may be reused.

        Without TLS, late bytes of a proxy would become the response to the next request.
        """
        return self._proxy is None or self._root.startswith("https:")

    def is_closed(self) -> bool:
        """Whether the caller's client is closed."""
        return self._client is not None and self._client.is_closed


@lru_cache(maxsize=256)
def parse_url(library: ModuleType, text: str) -> Any:
    """A URL in the library's form, cached because parsing takes as long as encoding a body.

    Args:
        library: httpx or httpx2.
        text: The URL, with nothing personal.
    """
    return library.URL(text)
