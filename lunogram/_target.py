"""Where requests go, and with which key; what to say of it when a trial fails."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import quote, urlsplit

import attrs

from ._version import __version__
from .errors import (
    LUNOGRAM,
    ConfigurationError,
    ForbiddenError,
    LunogramError,
    NetworkError,
    NotFoundError,
    Origin,
    RequestInfo,
    UnauthorizedError,
)
from .models import Ping

DEFAULT_BASE_URL = "https://console.lunogram.com/api"


@attrs.frozen
class Host(ABC):
    """A server with an API, and how it knows us.

    Attributes:
        base_url: What every path follows, without a slash at its end.
    """

    origin: ClassVar[Origin] = LUNOGRAM

    base_url: str

    @property
    @abstractmethod
    def authorization(self) -> str:
        """The header of that name. It holds a secret."""

    def full_path(self, path: str) -> str:
        """The path as it follows the base URL.

        Args:
            path: The path of a call.
        """
        return path

    def info(self, method: str, path: str) -> RequestInfo:
        """What logs and errors show of a request.

        Args:
            method: The HTTP method.
            path: The path of a call.
        """
        return RequestInfo(method, self.full_path(path))

    def url(self, path: str, query: str) -> str:
        """The whole URL of a request.

        Args:
            path: The path of a call.
            query: Encoded, or empty.
        """
        url = f"{self.base_url}{self.full_path(path)}"
        return f"{url}?{query}" if query else url

    def headers(self, more: Mapping[str, str], *, body: bool) -> dict[str, str]:
        """All headers of a request.

        Args:
            more: The user's own, which win.
            body: Whether there is one.
        """
        content = {"Content-Type": "application/json"} if body else {}
        return {
            "Authorization": self.authorization,
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": f"lunogram-python/{__version__}",
            **content,
            **more,
        }

    def shown(self) -> str:
        """For reprs: where, without any secret."""
        return f"base_url={self.base_url!r}"


@attrs.frozen
class Target(Host):
    """One project of one Lunogram.

    Attributes:
        base_url: Ends before ``/client``, without a slash.
        api_key: A secret.
        project_id: Set for servers that want the project named in the path.
    """

    api_key: str = attrs.field(repr=False)
    project_id: str | None

    @property
    def authorization(self) -> str:
        """The key as a bearer token."""
        return f"Bearer {self.api_key}"

    def full_path(self, path: str) -> str:
        """The path in its path family.

        Args:
            path: The path below the path family.
        """
        family = f"/projects/{quote(self.project_id, safe='')}" if self.project_id else ""
        return f"/client{family}{path}"

    def shown(self) -> str:
        """For reprs: the base URL, and the kind of key without the key."""
        kind = self.api_key[:3] if self.api_key[2:3] == "_" else ""
        return f"{super().shown()}, api_key='{kind}…'"


def find_target(api_key: str | None, base_url: str | None, project_id: str | None) -> Target:
    """The target that arguments name, or else the environment.

    Args:
        api_key: Or ``LUNOGRAM_API_KEY``.
        base_url: Or ``LUNOGRAM_BASE_URL``, or the hosted platform.
        project_id: Or ``LUNOGRAM_PROJECT_ID``, or none.

    Raises:
        ConfigurationError: If the key is missing or one of them can't be right.
    """
    return Target(
        _base_url(base_url or os.environ.get("LUNOGRAM_BASE_URL") or DEFAULT_BASE_URL),
        _api_key(api_key or os.environ.get("LUNOGRAM_API_KEY") or ""),
        (project_id or os.environ.get("LUNOGRAM_PROJECT_ID") or "").strip() or None,
    )


def _api_key(value: str) -> str:
    key = key_of(value, "api_key")
    if not key:
        raise ConfigurationError("no API key: pass api_key, or set LUNOGRAM_API_KEY")
    return key


def key_of(value: str, name: str) -> str:
    """A key that can be one, or nothing.

    Args:
        value: As given; one read from a file often ends with a line break.
        name: What the argument is called.

    Raises:
        ConfigurationError: If it can't be a key.
    """
    key = value.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigurationError(f"{name} holds characters that no key has")
    return key


def _base_url(value: str) -> str:
    url = url_of(value, "base_url")
    if url.endswith("/client"):
        raise ConfigurationError("base_url ends before /client, most likely with /api")
    return url


def url_of(value: str, name: str) -> str:
    """A URL that paths can follow, without a slash at its end.

    Args:
        value: As given.
        name: What the argument is called.

    Raises:
        ConfigurationError: If it can't be one.
    """
    url = value.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = parts = None
    if not usable or not parts:
        raise ConfigurationError(f"{name} has to be http(s)://HOST[:PORT][/PATH]")
    if parts.query or parts.fragment or parts.username or parts.password:
        raise ConfigurationError(f"{name} takes no query, fragment, user or password")
    return url


def ping_result(error: LunogramError | None, target: Host) -> Ping:
    """What a trial request says about URL and key, in words.

    The trial counts the inbox of a user nobody has, so that "user not found" is the good answer.

    Args:
        error: What the trial raised.
        target: Where it went.
    """
    if error is None or (isinstance(error, NotFoundError) and "user" in error.detail.lower()):
        return Ping(ok=True, message=f"{target.base_url} is a Lunogram and takes the key.")
    if isinstance(error, NetworkError):
        advice = f"Nothing answers at {target.base_url}. Check LUNOGRAM_BASE_URL and the network"
    elif isinstance(error, UnauthorizedError):
        advice = f"{target.base_url} does not know the key. Check LUNOGRAM_API_KEY"
    elif isinstance(error, ForbiddenError):
        advice = f"{target.base_url} knows the key, and it may not read. It may still write"
    elif isinstance(error, NotFoundError):
        advice = (
            f"Something answers at {target.base_url}, but it is not the Client API. "
            "LUNOGRAM_BASE_URL most likely has to end with /api"
        )
    else:
        advice = f"{target.base_url} answers, but not as it should"
    return Ping(ok=isinstance(error, ForbiddenError), message=f"{advice}. ({error})")
