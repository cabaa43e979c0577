"""Straight to a server: where it is, how to know it, and what its requests look like."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import attrs

from .._attempts import Request
from ..errors import ConfigurationError
from .environment import explained
from .reading import Reader, reader_kind

if TYPE_CHECKING:
    import ssl

# What a path or a query may hold; all else is escaped, and what is escaped stays so.
_UNESCAPED = "!$%&'()*+,-./:;=?@_~"

_PLAIN = re.compile(r"[a-z/]*").fullmatch
"""Most paths are, which takes less time to see than to escape nothing."""

_OURS_TO_SAY = frozenset({"content-length", "transfer-encoding"})

_PORTS = {"http": 80, "https": 443}


@attrs.frozen
class Direct:
    """The way to a server.

    Attributes:
        host: Its name as the network knows it, or its address.
        port: Where it listens.
        authorities: What tells the right server from others; None for plain HTTP.
        new_reader: Makes what reads the answers of a connection.
    """

    host: str
    port: int
    authorities: ssl.SSLContext | None
    new_reader: Callable[[], Reader]
    _named: str
    _before_target: int

    @property
    def has_name(self) -> bool:
        """Whether the host has a name, and so may have several addresses."""
        return ":" not in self.host and not self.host.replace(".", "").isdigit()

    def prepare(self, headers: Mapping[str, str]) -> bytes:
        """The headers of every request, as they go out.

        Args:
            headers: Names and values, in printable ASCII. Of two spellings of a name, the later
                one counts. Where a body ends is ours to say.
        """
        lines = {"host": f"Host: {self._named}\r\n"}
        lines.update({name.lower(): f"{name}: {headers[name]}\r\n" for name in headers})
        return "".join(lines[name] for name in lines if name not in _OURS_TO_SAY).encode("ascii")

    def written(self, request: Request) -> bytes:
        """A request as it goes out.

        Args:
            request: What to send, with headers that `prepare` has made.
        """
        target = request.url[self._before_target :]
        if not _PLAIN(target):
            target = quote(target, safe=_UNESCAPED)
        length = "" if request.body is None else f"Content-Length: {len(request.body)}\r\n"
        head = f"{request.method} {target} HTTP/1.1\r\n{length}".encode("ascii")
        return b"".join((head, request.headers, b"\r\n", request.body or b""))


def direct(base_url: str) -> Direct:
    """The way to the server of a URL.

    Args:
        base_url: ``http(s)://HOST[:PORT][/PATH]``.

    Raises:
        ConfigurationError: If the host's name can't be one, or the certificates or the parser that
            the environment names can't be used.
    """
    url = urlsplit(base_url)
    host, usual = _on_the_network(url.hostname or ""), _PORTS[url.scheme]
    port = url.port or usual
    shown = f"[{host}]" if ":" in host else host
    named = shown if port == usual else f"{shown}:{port}"
    return Direct(
        host,
        port,
        authorities_of(base_url),
        reader_kind(),
        named,
        len(f"{url.scheme}://{url.netloc}"),
    )


def _on_the_network(host: str) -> str:
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        fault = "the host that requests are to go to has a name that can't be one"
    raise ConfigurationError(fault)


def authorities_of(base_url: str) -> ssl.SSLContext | None:
    """What tells the right server from others; None for plain HTTP.

    Args:
        base_url: Where requests go.

    Raises:
        ConfigurationError: If the certificates that the environment names can't be used.
    """
    if urlsplit(base_url).scheme != "https":
        return None
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    return explained(partial(_read_authorities, file, folder))


@lru_cache(maxsize=4)
def _read_authorities(file: str | None, folder: str | None) -> ssl.SSLContext:
    """They take long to read, so all clients share them."""
    import ssl

    if file or folder:
        return ssl.create_default_context(cafile=file or None, capath=folder or None)
    import certifi

    return ssl.create_default_context(cafile=certifi.where())
