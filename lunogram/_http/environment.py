"""What the environment says of the way to a server."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from ..errors import ConfigurationError

T = TypeVar("T")


def proxy_of(base_url: str) -> str | None:
    """The proxy that the environment names for a URL.

    Args:
        base_url: Where requests go.
    """
    if not _may_name_proxies():
        return None
    from urllib.request import getproxies, proxy_bypass

    url = urlsplit(base_url)
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if proxy is None or proxy_bypass(url.netloc):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _may_name_proxies() -> bool:
    """False if it can't: to find out for sure takes as long to import as all the rest."""
    has_settings = sys.platform in ("darwin", "win32")
    return has_settings or any(name.lower().endswith("_proxy") for name in os.environ)


def explained(make: Callable[[], T], *faults: type[Exception]) -> T:
    """What is made from the environment, or an error that says what to look at.

    Args:
        make: Makes it.
        faults: What it may raise, besides what any import, file or text may.

    Raises:
        ConfigurationError: If it can't be made.
    """
    known: tuple[type[Exception], ...] = (ImportError, OSError, ValueError, *faults)
    try:
        return make()
    except known as error:
        fault = type(error).__name__
    # Without the value, which may hold the password of a proxy.
    raise ConfigurationError(
        "the proxy or the certificates that the environment names can't be used "
        f"({fault}): check HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR"
    )
