"""Targets of requests (base URL, key, project), and the results of a ping."""

from __future__ import annotations

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import ClassVar
from urllib.parse import quote, urlsplit
from uuid import UUID

import attrs

from ._urls import is_loopback, text_of, url_of
from ._version import __version__
from .errors import (
    LUNOGRAM,
    ApiLabels,
    ClientClosedError,
    ConfigurationError,
    ConflictError,
    ForbiddenError,
    InvalidResponseError,
    LunogramError,
    NetworkError,
    NotFoundError,
    RequestError,
    RequestInfo,
    UnauthorizedError,
    media_type,
)
from .models import Ping
from .operation import Operation, names_of
from .operations import DELETE_ORGANIZATION, DELETE_USER, UPSERT_ORGANIZATION, UPSERT_USER
from .schedule_ids import with_schedule_id

_PAGE = "text/html"

_NEEDS_PROJECT = "servers of today need project_id: pass it, or set LUNOGRAM_PROJECT_ID"

_LOOKED_UP = names_of(UPSERT_USER, DELETE_USER, UPSERT_ORGANIZATION, DELETE_ORGANIZATION)

CLOSED = Ping(ok=False, message="The client is closed. Create a new one.")
"""The result of a ping with a closed client."""

DEFAULT_BASE_URL = "https://console.lunogram.com/api"

SANDBOX_PORT = 8025
"""The default port of a sandbox."""


@attrs.frozen
class Host(ABC):
    """A server with an API, and the credentials for it.

    Attributes:
        origin: The API, as errors name it.
        base_url: The URL that paths are appended to, without a trailing slash.
        lost_statuses: The statuses of a gateway that lost the response of the server, so that the
            request may have been carried out.
    """

    origin: ClassVar[ApiLabels] = LUNOGRAM
    lost_statuses: ClassVar[frozenset[int]] = frozenset()

    base_url: str

    @property
    @abstractmethod
    def authorization(self) -> str:
        """The value of the ``Authorization`` header, a secret."""

    def full_path(self, path: str) -> str:
        """The path below the base URL.

        Args:
            path: The path of a call.
        """
        return path

    def info(self, operation: Operation, path: str) -> RequestInfo:
        """The description of a request in logs and errors, without personal data.

        Args:
            operation: The operation of the request.
            path: The path of a call.
        """
        return RequestInfo(operation.method, self.full_path(operation.shown(path)))

    def request_target(self, path: str, query: str) -> str:
        """The target of a request: the complete path, and the query.

        Args:
            path: The path of a call.
            query: The encoded query, or an empty string.
        """
        target = f"{_path_of(self.base_url)}{self.full_path(path)}"
        return f"{target}?{query}" if query else target

    def body(self, operation: Operation, body: bytes) -> bytes:  # noqa: ARG002 - for others
        """The body of a request as this server takes it.

        Args:
            operation: The operation of the request.
            body: The encoded body of a call.

        Raises:
            ConfigurationError: If the configuration lacks what the request needs.
        """
        return body

    def headers(self, more: Mapping[str, str], *, body: bool) -> dict[str, str]:
        """All headers of a request.

        Args:
            more: The headers of the client's options, which take precedence.
            body: Whether the request has a body.
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

    def may_conflict(self, operation: Operation, body: bytes | None) -> bool:  # noqa: ARG002
        """Whether a 500 most likely says that the identifiers belong to two subjects.

        Args:
            operation: The operation of the request.
            body: The encoded body of the request, or None.
        """
        return False

    def hint(self, error: RequestError, operation: Operation) -> str:  # noqa: ARG002 - for others
        """The hint of what to check after an error, or an empty string.

        Args:
            error: The error.
            operation: The operation of the request.
        """
        return ""

    def advice_on_access(self) -> str:
        """The advice after a 401: what to set or to check."""
        return "Check the API key"

    def shown(self) -> str:
        """The target as a client's repr shows it: the base URL, without any secret."""
        return f"base_url={self.base_url!r}"


@lru_cache(maxsize=64)
def _path_of(base_url: str) -> str:
    return urlsplit(base_url).path


@attrs.frozen
class Target(Host):
    """A project on a Lunogram server.

    Attributes:
        base_url: The URL up to, but without ``/client``, without a trailing slash.
        api_key: The API key, a secret.
        project_id: The id of the project, or None for older servers.
    """

    api_key: str = attrs.field(repr=False)
    project_id: str | None

    @property
    def authorization(self) -> str:
        """The API key as a bearer token, a secret."""
        return f"Bearer {self.api_key}"

    def full_path(self, path: str) -> str:
        """The path below the base URL: with the project if there is one.

        Args:
            path: The path of a call.
        """
        family = f"/projects/{quote(self.project_id, safe='')}" if self.project_id else ""
        return f"/client{family}{path}"

    def body(self, operation: Operation, body: bytes) -> bytes:
        """The body of a request as this server takes it: schedules have an id.

        Args:
            operation: The operation of the request.
            body: The encoded body of a call.

        Raises:
            ConfigurationError: If the request needs the id of a project, and there is none.
        """
        return with_schedule_id(operation, body, self.project_id)

    def may_conflict(self, operation: Operation, body: bytes | None) -> bool:
        """Whether a 500 most likely says that the identifiers belong to two subjects.

        Args:
            operation: The operation of the request.
            body: The encoded body of the request, or None.
        """
        if operation.name not in _LOOKED_UP or body is None:
            return False
        return len(json.loads(body).get("identifier", ())) > 1

    def hint(self, error: RequestError, operation: Operation) -> str:
        """The hint of what to check after an error, or an empty string.

        Args:
            error: The error.
            operation: The operation of the request.
        """
        if isinstance(error, ConflictError):
            return f"the identifiers most likely belong to two {operation.subject}s"
        if isinstance(error, UnauthorizedError):
            return self._hint_of_project()
        is_page = isinstance(error, InvalidResponseError) and media_type(error.headers) == _PAGE
        return self._hint_of_generation() if is_page else ""

    def advice_on_access(self) -> str:
        """The advice after a 401: what to set or to check."""
        if not self.project_id:
            return "Check LUNOGRAM_API_KEY, and set LUNOGRAM_PROJECT_ID for a server of today"
        if not _is_uuid(self.project_id):
            return "Set LUNOGRAM_PROJECT_ID to the id of the project, which is a UUID"
        return "Check that LUNOGRAM_API_KEY is valid, and a key of the project LUNOGRAM_PROJECT_ID"

    def _hint_of_project(self) -> str:
        if not self.project_id:
            return _NEEDS_PROJECT
        if not _is_uuid(self.project_id):
            return "project_id is not a UUID"
        return "the key has to belong to the project of project_id"

    def _hint_of_generation(self) -> str:
        return "older servers are used without project_id" if self.project_id else _NEEDS_PROJECT

    def shown(self) -> str:
        """The target as a client's repr shows it: the base URL, and the prefix of the key."""
        kind = self.api_key[:3] if self.api_key[2:3] == "_" else ""
        return f"{super().shown()}, api_key='{kind}…'"


DISABLED = Target("https://disabled.invalid", "disabled", None)
"""The target of a client that is disabled, which needs none."""


def find_target(api_key: str | None, base_url: str | None, project_id: str | None) -> Target:
    """The target of a client, from its arguments and the environment.

    Args:
        api_key: The API key; by default ``LUNOGRAM_API_KEY``.
        base_url: The base URL; by default ``LUNOGRAM_BASE_URL``, else the hosted platform.
        project_id: The id of the project; by default ``LUNOGRAM_PROJECT_ID``, else none.

    Raises:
        ConfigurationError: If there is no key, or one of the values is invalid.
    """
    target = look_up_target(api_key, base_url, project_id)
    if target is None:
        raise ConfigurationError("no API key: pass api_key, or set LUNOGRAM_API_KEY")
    return target


def look_up_target(
    api_key: str | None, base_url: str | None, project_id: str | None
) -> Target | None:
    """The target of a client as for `find_target`, or None if there is no key.

    Args:
        api_key: The API key, or None.
        base_url: The base URL, or None.
        project_id: The id of the project, or None.

    Raises:
        ConfigurationError: If one of the values is invalid.
    """
    url = _base_url(base_url or os.environ.get("LUNOGRAM_BASE_URL") or DEFAULT_BASE_URL)
    project = _project_id(project_id or os.environ.get("LUNOGRAM_PROJECT_ID") or "")
    given = key_of(api_key or "", "api_key")
    key = given or key_of(os.environ.get("LUNOGRAM_API_KEY") or "", "api_key")
    return Target(url, key, project) if key else None


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def key_of(value: str, name: str) -> str:
    """A key without surrounding whitespace; an empty string if there is none.

    Args:
        value: The value of an argument; one read from a file often ends with a newline.
        name: The name of the argument, for errors.

    Raises:
        ConfigurationError: If it is not a string of printable ASCII characters without spaces.
    """
    key = text_of(value, name)
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigurationError(
            f"{name} must hold only printable ASCII characters, without spaces"
        )
    return key


def _project_id(value: str) -> str | None:
    project_id = text_of(value, "project_id")
    if project_id in (".", "..") or not project_id.isprintable():
        raise ConfigurationError("project_id is not a valid project id")
    return project_id or None


def _base_url(value: str) -> str:
    url = url_of(value, "base_url")
    if url.endswith("/client"):
        raise ConfigurationError("base_url must not include /client; it usually ends with /api")
    return url


def ping_result(error: LunogramError | None, target: Host) -> Ping:
    """The result of a ping.

    A ping counts the inbox of a user that does not exist, so "user not found" is a success.

    Args:
        error: The error that the request raised, or None.
        target: The target of the request.
    """
    if target is DISABLED:
        return Ping(ok=True, message="The client is disabled: nothing is sent.")
    if error is None or isinstance(error, NotFoundError):
        return Ping(
            ok=True, message=f"Connected to Lunogram at {target.base_url}; the API key is valid."
        )
    if isinstance(error, ClientClosedError):
        return CLOSED
    if isinstance(error, ConfigurationError):
        return Ping(ok=False, message=str(error))
    if isinstance(error, NetworkError):
        check = network_advice(error, target.base_url, "LUNOGRAM_BASE_URL")
        advice = f"No response from {target.base_url}. {check}"
    elif isinstance(error, UnauthorizedError):
        advice = f"{target.base_url} rejected the API key. {target.advice_on_access()}"
    elif isinstance(error, ForbiddenError):
        advice = (
            f"{target.base_url} knows the API key, but it has no permission to read. It may have "
            "permission to write"
        )
    elif isinstance(error, RequestError) and error.status_code == HTTPStatus.NOT_FOUND:
        advice = (
            f"The server at {target.base_url} is not Lunogram's Client API. "
            "Check LUNOGRAM_BASE_URL; it usually ends with /api"
        )
    elif isinstance(error, InvalidResponseError) and media_type(error.headers) == _PAGE:
        advice = (
            f"The server at {target.base_url} returned a web page, such as its console. "
            "Check LUNOGRAM_BASE_URL; it usually ends with /api"
        )
    else:
        advice = f"Unexpected response from {target.base_url}"
    return Ping(ok=isinstance(error, ForbiddenError), message=f"{advice}. ({error})")


def network_advice(error: NetworkError, base_url: str, setting: str) -> str:
    """The advice for a ping without a response.

    Args:
        error: The error that the request raised.
        base_url: The base URL of the request.
        setting: The environment variable of the base URL.
    """
    if isinstance(error.__cause__, ConnectionRefusedError) and _is_sandbox(base_url):
        return "Is `lunogram sandbox` running?"
    return f"Check {setting} and the network"


def _is_sandbox(base_url: str) -> bool:
    """Whether a base URL has the address of a local sandbox."""
    url = urlsplit(base_url)
    return url.port == SANDBOX_PORT and is_loopback(url.hostname or "")
