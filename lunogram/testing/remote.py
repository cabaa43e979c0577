"""Talking to a sandbox's test API.

It is done with the standard library alone, and a connection for each request: so there is nothing
to close, threads and forks don't matter, and neither a proxy from the environment nor a test's
own mock of an HTTP library comes between.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

_TIMEOUT = 10
"""Seconds to wait for an answer, which takes milliseconds."""
_AT_ONCE = 1000
"""How many rows to ask for at a time, which is as many as there are to be had."""

_CONNECTION = {"http": HTTPConnection, "https": HTTPSConnection}


class SandboxError(RuntimeError):
    """A sandbox that does not start, does not answer, or refuses; the message says why.

    Attributes:
        status: The HTTP status of a refusal, or None.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Remote:
    """One project of a sandbox, over HTTP."""

    def __init__(self, root: str, api_key: str) -> None:
        """Nothing is sent.

        Args:
            root: The sandbox's URL, without ``/api``.
            api_key: Picks the project.
        """
        self._root = root
        self._at = urlsplit(root)
        self._headers = {
            "Authorization": f"Bearer {api_key}",
            "Content-Type": "application/json",
            "Connection": "close",
        }

    def get(self, what: str, **query: Any) -> Any:
        """What stands at ``/sandbox/WHAT``.

        Args:
            what: Such as ``"events"``.
            query: Filters; None is left out.

        Raises:
            SandboxError: If there is no answer, or it is a refusal.
        """
        given = {name: value for name, value in query.items() if value is not None}
        return self._ask("GET", f"{what}?{urlencode(given)}")

    def all(self, what: str, **query: Any) -> Iterator[dict[str, Any]]:
        """All rows of a list, page by page.

        Args:
            what: Such as ``"events"``.
            query: Filters; None is left out.
        """
        seen, total = 0, 1
        while seen < total:
            page = self.get(what, **query, limit=_AT_ONCE, offset=seen)
            yield from page["results"]
            # A page without anything ends it too: somebody else may have emptied the project.
            seen, total = seen + _AT_ONCE, page["total"]

    def post(self, what: str, body: Mapping[str, Any] | None = None) -> Any:
        """Have something done.

        Args:
            what: Such as ``"reset"``.
            body: What JSON can hold.
        """
        return self._ask("POST", what, json.dumps(body or {}))

    def delete(self, what: str) -> None:
        """Take something away.

        Args:
            what: Such as ``"faults"``.
        """
        self._ask("DELETE", what)

    def _ask(self, method: str, target: str, body: str | None = None) -> Any:
        try:
            status, content = self._exchange(method, target, body)
        except (OSError, HTTPException) as error:
            raise SandboxError(f"no sandbox answers at {self._root}: {error!r}") from None
        if status >= 400:
            reason = content[:300].decode(errors="replace")
            request = f"{method} {self._root}/sandbox/{target}"
            raise SandboxError(f"{request} was answered {status}: {reason}", status)
        return json.loads(content) if content else None

    def _exchange(self, method: str, target: str, body: str | None) -> tuple[int, bytes]:
        connection = _CONNECTION[self._at.scheme](self._at.netloc, timeout=_TIMEOUT)
        try:
            connection.request(method, f"{self._at.path}/sandbox/{target}", body, self._headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()
