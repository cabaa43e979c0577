"""Base URLs and hosts, normalized so that every transport parses them alike."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, quote, urlsplit

from .errors import ConfigurationError

UNESCAPED = "!$%&'()*+,-./:;=?@_~"
"""The characters that stay unescaped in a path or a query; escapes are kept."""

_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"[A-Za-z0-9._-]+")


def address_of(host: str) -> IPv4Address | IPv6Address | None:
    """The IP address of a host, or None for a host name.

    Args:
        host: The host, without brackets.
    """
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: localhost, or a loopback address.

    Args:
        host: The host in lower case, without brackets.
    """
    address = address_of(host)
    if address is None:
        return host == "localhost" or host.endswith(".localhost")
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def text_of(value: object, name: str) -> str:
    """A string without surrounding whitespace: one read from a file often ends with a newline.

    Args:
        value: The value of an argument.
        name: The name of the argument, for errors.

    Raises:
        ConfigurationError: If the value is not a string.
    """
    if not isinstance(value, str):
        raise ConfigurationError(f"{name} must be a string, not {type(value).__name__}")
    return value.strip()


def url_of(value: str, name: str) -> str:
    """A base URL, normalized and without a trailing slash.

    Args:
        value: The value of an argument, such as ``"https://lunogram.example/api"``.
        name: The name of the argument, for errors.

    Raises:
        ConfigurationError: If the value is not an HTTP URL of scheme, host, port and path.
    """
    url = text_of(value, name).rstrip("/")
    if not url.replace(" ", "").isprintable():
        raise ConfigurationError(f"{name} must not contain control characters")
    if "@" in url:  # anywhere: a password may contain any character, escaped or not
        raise ConfigurationError(f"{name} must not contain a user name or a password")
    if "?" in url or "#" in url:
        raise ConfigurationError(f"{name} must not contain a query or a fragment")
    try:
        parts = urlsplit(url)
        path, origin = parts.path, _origin(parts)
    except ValueError:
        path, origin = "", None
    if origin is None:
        raise ConfigurationError(
            f"{name} must be http(s)://HOST[:PORT][/PATH], where HOST is a name or an IP address"
        )
    if not {".", ".."}.isdisjoint(path.split("/")):
        raise ConfigurationError(f"{name} must not contain . or .. in its path")
    return origin + quote(_BARE_PERCENT.sub("%25", path), safe=UNESCAPED)


def _origin(parts: SplitResult) -> str | None:
    """Scheme, host and port, or None if URL parsers may disagree on them."""
    host, port = _host(parts.hostname or ""), parts.port
    if not host or parts.scheme not in ("http", "https") or port == 0:
        return None
    return f"{parts.scheme}://{host}" if port is None else f"{parts.scheme}://{host}:{port}"


def _host(name: str) -> str | None:
    """The ASCII form of a host, which all parsers read alike; None if the host is invalid."""
    if ":" in name:
        is_address = isinstance(address_of(name), IPv6Address) and "%" not in name
        return f"[{name}]" if is_address else None
    if not name.isascii():
        name = _in_ascii(name) or ""
    return name if _HOST.fullmatch(name) else None


def _in_ascii(name: str) -> str | None:
    """The ASCII form of a name; None where the two versions of IDNA differ, as for ß."""
    import unicodedata

    plain = unicodedata.normalize("NFKC", name).lower()
    ascii_name = plain.encode("idna")
    return ascii_name.decode() if ascii_name.decode("idna") == plain else None
