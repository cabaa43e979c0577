"""The proxy of the environment: ``HTTP_PROXY``, ``HTTPS_PROXY``, ``ALL_PROXY``, ``NO_PROXY``."""

from __future__ import annotations

import os
import re
import sys
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import unquote, urlsplit

import attrs

from ..errors import ConfigurationError

_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}

# The text up to the last @ is a user and a password, whose own @ is often left unescaped.
_PROXY = re.compile(
    r"(?:(?P<scheme>[a-z0-9+.-]+)://)?(?:(?P<credentials>.*)@)?"
    r"(?P<host>[a-z0-9._-]+|\[(?P<v6>[0-9a-f:.]+)\])(?::(?P<port>[0-9]{1,5}))?/?",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)


@attrs.frozen
class Proxy:
    """A proxy.

    Attributes:
        url: The URL of the proxy, without user and password.
        peer: The host and port of the proxy, for errors.
        auth: The user and password, or None. A secret.
    """

    url: str
    peer: str
    auth: tuple[str, str] | None = attrs.field(repr=False)


def proxy_of(base_url: str) -> Proxy | None:
    """The proxy for a server, from the environment; None to connect directly.

    It is None for a host of this machine, and for one that ``NO_PROXY`` lists.

    Args:
        base_url: The base URL of the server.

    Raises:
        ConfigurationError: If the URL of the proxy is invalid.
    """
    if not _may_have_proxy():
        return None
    from urllib.request import getproxies, proxy_bypass

    from .no_proxy import is_direct

    url = urlsplit(base_url)
    # It ignores HTTP_PROXY in a CGI program, where a request's Proxy header may have set it.
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if not proxy or is_direct(url.hostname or "", url.port, url.scheme, proxies.get("no", "")):
        return None
    if _has_system_settings() and proxy_bypass(url.netloc):
        return None
    return _parse(proxy, url.scheme)


def _has_system_settings() -> bool:
    return sys.platform in ("darwin", "win32")


def _may_have_proxy() -> bool:
    """Whether a proxy may be configured; the sure way, `getproxies`, is slow to import."""
    return _has_system_settings() or any(name.lower().endswith("_proxy") for name in os.environ)


def _parse(value: str, scheme: str) -> Proxy:
    """The proxy of a URL. Errors omit the URL, which may hold a password."""
    found = _PROXY.fullmatch(value.strip())
    kind = (found["scheme"] or "http").lower() if found else ""
    port = int((found and found["port"]) or _PORTS.get(kind, 0))
    if not found or kind not in _PORTS or not 0 < port < 65536 or not _is_ipv6(found["v6"]):
        raise ConfigurationError(
            f"{scheme.upper()}_PROXY or ALL_PROXY in the environment is invalid: it must be "
            "http(s)://[USER:PASSWORD@]HOST[:PORT], or socks5://…, with ASCII letters in the host"
        )
    peer = f"{found['host']}:{port}"
    return Proxy(f"{kind}://{peer}", peer, _auth(found["credentials"]))


def _is_ipv6(v6: str | None) -> bool:
    try:
        return v6 is None or bool(IPv6Address(v6))
    except AddressValueError:
        return False


def _auth(credentials: str | None) -> tuple[str, str] | None:
    if credentials is None:
        return None
    user, _, password = credentials.partition(":")
    return unquote(user), unquote(password)
