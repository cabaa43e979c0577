"""A Lunogram that writes down what it is sent, and a client of it. There is no network."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from lunogram import AsyncLunogram, Lunogram, ValidationError
from tests.calls.answers import ANSWERS

KEY = "sk_only_for_tests"
BASE_URL = "https://lunogram.test/api"

Handler = Callable[[httpx.Request], httpx.Response]


def answer_well(request: httpx.Request) -> httpx.Response:
    """Answer as Lunogram does when all is well."""
    _, _, path = request.url.path.partition("/client")
    if path.startswith("/projects/"):
        path = "/" + path.split("/", 3)[3]
    status, body = ANSWERS[request.method, path]
    return httpx.Response(status) if body is None else httpx.Response(status, json=body)


def always(body: Any, status: int = 200) -> Handler:
    """Answer everything with the same JSON."""
    headers = {"content-type": "application/json"}
    return lambda _: httpx.Response(status, headers=headers, content=json.dumps(body))


class Recorder:
    """Notes requests, and answers them."""

    def __init__(self, answer: Handler = answer_well) -> None:
        self.requests: list[httpx.Request] = []
        self._answer = answer

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Take a request."""
        self.requests.append(request)
        return self._answer(request)

    @property
    def last(self) -> httpx.Request:
        """The last request."""
        return self.requests[-1]

    @property
    def body(self) -> Any:
        """The JSON of the last request."""
        return json.loads(self.last.content)

    def client(self, **options: Any) -> Lunogram:
        """Make a client that is recorded."""
        http_client = httpx.Client(transport=httpx.MockTransport(self))
        options = {"base_url": BASE_URL, "max_retries": 0, **options}
        return Lunogram(KEY, http_client=http_client, **options)

    def async_client(self, **options: Any) -> AsyncLunogram:
        """Make an async client that is recorded."""
        http_client = httpx.AsyncClient(transport=httpx.MockTransport(self))
        options = {"base_url": BASE_URL, "max_retries": 0, **options}
        return AsyncLunogram(KEY, http_client=http_client, **options)


@contextmanager
def refused(field: str, words: str = "") -> Iterator[Lunogram]:
    """Check that what is done with the client is refused at this place, and nothing is sent."""
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
