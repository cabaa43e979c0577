"""The SSL context of HTTPS connections: the CA certificates that servers are verified against."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..errors import ConfigurationError

if TYPE_CHECKING:
    import ssl


_OWN = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_OF_OTHERS = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""The variables of other libraries, of which the first that is set counts if no own one is."""


def trust_advice() -> str:
    """What to do about a certificate of an unknown authority, by the variables that are set."""
    used, *ignored = _used_and_ignored() or [""]
    if ignored:
        are = "is" if len(ignored) == 1 else "are"
        return f"{used} is set, so {' and '.join(ignored)} {are} ignored"
    return "to trust it, set SSL_CERT_FILE to the CA certificate that signed it"


def _used_and_ignored() -> list[str]:
    own, others = ([name for name in names if os.environ.get(name)] for names in (_OWN, _OF_OTHERS))
    return [" and ".join(own), *others] if own else others


def create_ssl_context(base_url: str) -> ssl.SSLContext | None:
    """The SSL context for a URL, or None for plain HTTP. Contexts are shared, not copied.

    Args:
        base_url: The base URL of the server.

    Raises:
        ConfigurationError: If the CA certificates of the environment can't be read.
    """
    if urlsplit(base_url).scheme != "https":
        return None
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file or folder:
        _check_folder(folder)
        return _load("SSL_CERT_FILE or SSL_CERT_DIR", file or None, folder or None)
    for variable in _OF_OTHERS:
        if bundle := os.environ.get(variable):
            is_folder = Path(bundle).is_dir()
            return _load(variable, *((None, bundle) if is_folder else (bundle, None)))
    return _context(None, None)


def _check_folder(folders: str | None) -> None:
    # OpenSSL ignores a folder that does not exist, and then trusts no certificate.
    if folders and not any(Path(each).is_dir() for each in folders.split(os.pathsep)):
        raise ConfigurationError("SSL_CERT_DIR in the environment is not an existing directory")


def _load(variable: str, file: str | None, folder: str | None) -> ssl.SSLContext:
    try:
        return _context(file, folder)
    except (OSError, ValueError) as error:
        fault = type(error).__name__
    raise ConfigurationError(
        f"the CA certificates of {variable} in the environment can't be read ({fault})"
    )


@lru_cache(maxsize=4)
def _context(file: str | None, folder: str | None) -> ssl.SSLContext:
    """The context, which all clients share because loading the certificates takes long."""
    import ssl

    if file or folder:
        return ssl.create_default_context(cafile=file, capath=folder)
    return ssl.create_default_context(cafile=_bundle())


def _bundle() -> str | None:
    """The CA bundle of certifi, which httpx depends on; None for the system's."""
    try:
        import certifi
    except ImportError:
        return None
    return certifi.where()
