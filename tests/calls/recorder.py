"""A mock Lunogram server that records requests, and its clients, without a network."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from lunogram import AsyncLunogram, Lunogram, ValidationError
from tests.calls.responses import RESPONSES

KEY = "sk_only_for_tests"
BASE_URL = "https://lunogram.test/api"

Handler = Callable[[httpx.Request], httpx.Response]


def respond(request: httpx.Request) -> httpx.Response:
    """Respond with success, as Lunogram does."""
    _, _, path = request.url.path.partition("/client")
    if path.startswith("/projects/"):
        path = "/" + path.split("/", 3)[3]
    status, body = RESPONSES[request.method, path]
    return httpx.Response(status) if body is None else httpx.Response(status, json=body)


def always(body: Any, status: int = 200) -> Handler:
    """A handler that returns the same JSON for every request."""
    headers = {"content-type": "application/json"}
    return lambda _: httpx.Response(status, headers=headers, content=json.dumps(body))


class Recorder:
    """A mock server that records requests."""

    def __init__(self, handler: Handler = respond) -> None:
        self.requests: list[httpx.Request] = []
        self._handler = handler

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Record a request and respond to it."""
        self.requests.append(request)
        return self._handler(request)

    @property
    def last(self) -> httpx.Request:
        """The last request."""
        return self.requests[-1]

    @property
    def body(self) -> Any:
        """The JSON of the last request."""
        return json.loads(self.last.content)

    def client(self, **options: Any) -> Lunogram:
        """Create a client of the mock server."""
        http_client = httpx.Client(transport=httpx.MockTransport(self))
        options = {"base_url": BASE_URL, "max_retries": 0, **options}
        return Lunogram(KEY, http_client=http_client, **options)

    def async_client(self, **options: Any) -> AsyncLunogram:
        """Create an async client of the mock server."""
        http_client = httpx.AsyncClient(transport=httpx.MockTransport(self))
        options = {"base_url": BASE_URL, "max_retries": 0, **options}
        return AsyncLunogram(KEY, http_client=http_client, **options)


@contextmanager
def rejected(field: str, words: str = "") -> Iterator[Lunogram]:
    """Check that the block raises a `ValidationError` for the field, and no request is sent."""
    recorder = Recorder()
    with pytest.raises(ValidationError) as caught:
        yield recorder.client()
    error = caught.value
    assert error.field == field
    assert str(error).startswith(f"{field}: ")
    assert words in str(error)
    assert error.status_code is None
    assert error.attempts == 0
    assert recorder.requests == []
