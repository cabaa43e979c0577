"""A client of a sandbox's test API.

It uses the standard library alone, with a connection for each request: so there is nothing to
close, threads and forks don't matter, and neither a proxy from the environment nor a test's own
mock of an HTTP library interferes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from .._terminal import visible

_TIMEOUT = 10
"""Seconds to wait for a response, which takes milliseconds."""
_AT_ONCE = 1000
"""The page size, which is the maximum."""

_CONNECTION = {"http": HTTPConnection, "https": HTTPSConnection}


class SandboxError(RuntimeError):
    """A sandbox that does not start or respond, or that rejects a request; the message says why.

    Attributes:
        status: The HTTP status of the error response, or None.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(visible(message, lines=True))
        self.status = status


class TestApi:
    """The test API of one project of a sandbox."""

    def __init__(self, root: str, api_key: str) -> None:
        """Nothing is sent.

        Args:
            root: The sandbox's URL, without ``/api``.
            api_key: Selects the project.
        """
        self._root = root
        self._at = urlsplit(root)
        self._headers = {
            "Authorization": f"Bearer {api_key}",
            "Content-Type": "application/json",
            "Connection": "close",
        }

    def get(self, what: str, **query: Any) -> Any:
        """The JSON at ``/sandbox/WHAT``.

        Args:
            what: Such as ``"events"``.
            query: Filters; None is omitted.

        Raises:
            SandboxError: If there is no response, or it is an error.
        """
        given = {name: value for name, value in query.items() if value is not None}
        return self._request("GET", f"{what}?{urlencode(given)}")

    def all(self, what: str, **query: Any) -> Iterator[dict[str, Any]]:
        """All rows of a list, page by page.

        Args:
            what: Such as ``"events"``.
            query: Filters; None is omitted.
        """
        seen, total = 0, 1
        while seen < total:
            page = self.get(what, **query, limit=_AT_ONCE, offset=seen)
            yield from page["results"]
            # An empty page ends it too: another client may have emptied the project.
            seen, total = seen + _AT_ONCE, page["total"]

    def post(self, what: str, body: Mapping[str, Any] | None = None) -> Any:
        """Send a POST.

        Args:
            what: Such as ``"reset"``.
            body: A JSON value.
        """
        return self._request("POST", what, json.dumps(body or {}))

    def delete(self, what: str) -> None:
        """Send a DELETE.

        Args:
            what: Such as ``"faults"``.
        """
        self._request("DELETE", what)

    def _request(self, method: str, target: str, body: str | None = None) -> Any:
        try:
            status, content = self._exchange(method, target, body)
        except (OSError, HTTPException) as error:
            raise SandboxError(f"no sandbox responds at {self._root}: {error!r}") from None
        if status >= 400:
            reason = content[:300].decode(errors="replace")
            request = f"{method} {self._root}/sandbox/{target}"
            raise SandboxError(f"{request} returned {status}: {reason}", status)
        try:
            return json.loads(content) if content else None
        except ValueError:  # the page of a Lunogram server, for a path that it does not have
            raise SandboxError(f"{self._root} is no sandbox: it responds with a page") from None

    def _exchange(self, method: str, target: str, body: str | None) -> tuple[int, bytes]:
        connection = _CONNECTION[self._at.scheme](self._at.netloc, timeout=_TIMEOUT)
        try:
            connection.request(method, f"{self._at.path}/sandbox/{target}", body, self._headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()
