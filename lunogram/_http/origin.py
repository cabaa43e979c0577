"""The origin that a client sends to: its host, port and TLS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import attrs

from .ssl_context import create_ssl_context

if TYPE_CHECKING:
    import ssl

# The serializer sets these for each request.
_FRAMING = frozenset({"content-length", "transfer-encoding"})

_PORTS = {"http": 80, "https": 443}


@attrs.frozen
class Origin:
    """The scheme, host and port of a server (RFC 6454).

    Attributes:
        host: The host name in ASCII, or the address.
        port: The port.
        ssl_context: The SSL context, or None for plain HTTP.
        authority: The value of the Host header: the host, and the port unless it is the default.
    """

    host: str
    port: int
    ssl_context: ssl.SSLContext | None
    authority: str

    @classmethod
    def of(cls, base_url: str) -> Origin:
        """The origin of a URL.

        Args:
            base_url: ``http(s)://HOST[:PORT][/PATH]``, in ASCII.

        Raises:
            ConfigurationError: If the CA certificates of the environment can't be read.
        """
        url = urlsplit(base_url)
        host, default = url.hostname or "", _PORTS[url.scheme]
        port = url.port or default
        authority = _bracketed(host) if port == default else _peer(host, port)
        return cls(host, port, create_ssl_context(base_url), authority)

    @property
    def peer(self) -> str:
        """The host and the port, for errors."""
        return _peer(self.host, self.port)

    def encode_headers(self, headers: Mapping[str, str]) -> bytes:
        """The bytes of the headers of every request.

        Args:
            headers: The headers by their names, in printable ASCII. Of two names that differ in
                case, the last counts. Headers that frame the body are omitted.
        """
        lines = {"host": f"Host: {self.authority}\r\n"}
        lines.update({name.lower(): f"{name}: {headers[name]}\r\n" for name in headers})
        return "".join(lines[name] for name in lines if name not in _FRAMING).encode("ascii")


def peer_of(url: str) -> str:
    """The host and the port of a URL, for errors.

    Args:
        url: ``http(s)://HOST[:PORT][/PATH]``.
    """
    parts = urlsplit(url)
    return _peer(parts.hostname or "", parts.port or _PORTS[parts.scheme])


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _peer(host: str, port: int) -> str:
    return f"{_bracketed(host)}:{port}"
