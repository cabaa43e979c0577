"""Who sends one small upsert after the other, and reads the JSON of the response.

Each is used as its documentation tells to for many calls: one client, connections kept open.
"""

from __future__ import annotations

import http.client
import json
import socket
from typing import Any
from urllib.parse import urlsplit

KEY = "sk_benchmark"
PATH = "/api/client/users"
FIELDS: dict[str, Any] = {
    "email": "ada@example.com",
    "timezone": "Europe/London",
    "data": {"plan": "pro", "seats": 12, "trial": False, "company": "Analytical Engines Ltd"},
}
BODY = {"identifier": [{"external_id": "user_123"}], **FIELDS}
HEADERS = {"Authorization": f"Bearer {KEY}"}


class Contender:
    """Calls so many times."""

    def __init__(self, url: str) -> None:
        """Make the client."""
        raise NotImplementedError

    def call(self) -> object:
        """Send one upsert; return the response."""
        raise NotImplementedError

    def run(self, count: int) -> dict[str, float]:
        """Call so many times."""
        for _ in range(count):
            self.call()
        return {}

    def close(self) -> None:
        """Let go."""


class Facade(Contender):
    """Ours."""

    def __init__(self, url: str) -> None:
        from lunogram import Lunogram

        self._client = Lunogram(KEY, base_url=url)

    def call(self) -> object:
        """Upsert."""
        return self._client.user.upsert("user_123", **FIELDS)


class Httpx(Contender):
    """httpx by hand."""

    module = "httpx"

    def __init__(self, url: str) -> None:
        library: Any = __import__(self.module)
        limits = library.Limits(max_connections=None, max_keepalive_connections=None)
        self._client = library.Client(base_url=url, headers=HEADERS, limits=limits)

    def call(self) -> object:
        """Post and read."""
        response = self._client.post(PATH, json=BODY)
        return response.raise_for_status().json()


class Httpx2(Httpx):
    """httpx2 by hand."""

    module = "httpx2"


class HttpClient(Contender):
    """The standard library's."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc)

    def call(self) -> object:
        """Post and read."""
        headers = {**HEADERS, "Content-Type": "application/json"}
        self._connection.request("POST", PATH, json.dumps(BODY).encode(), headers)
        return json.loads(self._connection.getresponse().read())


class Pyreqwest(Contender):
    """pyreqwest by hand."""

    def __init__(self, url: str) -> None:
        from pyreqwest.client import SyncClientBuilder

        self._url = url + PATH
        self._client = SyncClientBuilder().default_headers(HEADERS).build()

    def call(self) -> object:
        """Post and read."""
        return self._client.post(self._url).body_json(BODY).build().send().json()


class Customerio(Contender):
    """Customer.io's own client: an identify, whose response is not read."""

    def __init__(self, url: str) -> None:
        from customerio import CustomerIO

        parts = urlsplit(url)
        self._client = CustomerIO("site", "key", host=parts.hostname, port=parts.port)
        self._client.base_url = url

    def call(self) -> object:
        """Identify."""
        return self._client.identify(id="user_123", **FIELDS)


class Floor(Contender):
    """A loop over a socket: less is not possible in Python."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname, parts.port))

    def call(self) -> object:
        """Write, and read to the end of the body."""
        self._socket.sendall(request())
        response = self._socket.recv(65536)
        return json.loads(response[response.index(b"\r\n\r\n") + 4 :])


def request() -> bytes:
    """The upsert as it goes over the wire."""
    body = json.dumps(BODY).encode()
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: sink\r\nAuthorization: Bearer {KEY}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
