# Derived by `make generate` from tests/sending/_async/test_http_client.py; never edited by hand.
"""A client of httpx or httpx2 that is handed over."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import httpx
import httpx2
import pytest
from tests.support import faults
from tests.support.faulty_server import FaultyServer, closed_port
from tests.support.private_data import KEY, USER, assert_clean, user

from lunogram import (
    ConfigurationError,
    Lunogram,
    NetworkError,
    NetworkTimeoutError,
    RequestError,
    User,
)
from tests.sending._sync.clients import client_of, upsert

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.uvloop,
    pytest.mark.parametrize("library", [httpx, httpx2]),
    pytest.mark.transports("direct"),  # which makes no difference, but for the event loops
]


def encoded_as(answer: faults.Response, encodings: str) -> faults.Response:
    """An answer with other content codings."""
    return replace(answer, headers={**answer.headers, "Content-Encoding": encodings})


def over(library: Any, **options: Any) -> Any:
    """A client to hand over, with what it needs to go away with the test."""
    return library.Client(trust_env=False, base_url="http://nonexistent.invalid", **options)


def test_own_headers_cookies_and_parameters(server: FaultyServer, library: Any) -> None:
    own = {"X-Own": "1", "User-Agent": "own/1.0", "Authorization": "Basic own"}
    with over(library, headers=own, cookies={"c": "1"}, params={"p": "1"}) as mine:
        upsert(client_of(server, http_client=mine, headers={"X-Given": "1"}))
    seen = server.request
    assert seen.target == "/api/client/users?p=1"
    assert (seen.headers["x-own"], seen.headers["x-given"]) == ("1", "1")
    assert seen.headers["cookie"] == "c=1"
    assert seen.headers["authorization"] == f"Bearer {KEY}"
    assert seen.headers["user-agent"].startswith("lunogram-python/")
    assert seen.headers["content-type"] == "application/json"


def test_own_transport(library: Any) -> None:
    def answer(request: Any) -> Any:
        assert request.headers["authorization"] == f"Bearer {KEY}"
        return library.Response(200, json=USER)

    with library.Client(transport=library.MockTransport(answer)) as mine:
        client = Lunogram(KEY, base_url="http://lunogram.example/api", http_client=mine)
        assert isinstance(upsert(client), User)


@pytest.mark.parametrize("kind", ["ConnectError", "ReadTimeout", "ReadError", "InvalidURL"])
def test_errors_of_own_transport(library: Any, kind: str, pauses: list[float]) -> None:
    def fail(_request: Any) -> Any:
        raise getattr(library, kind)(f"with {KEY}")

    with library.Client(transport=library.MockTransport(fail)) as mine:
        client = client_of("http://lunogram.example/api", http_client=mine, max_retries=2)
        with pytest.raises(NetworkError) as caught:
            upsert(client)
    assert caught.value.attempts == 3
    assert len(pauses) == 2
    assert isinstance(caught.value, TimeoutError) == ("Timeout" in kind)
    assert_clean(caught.value)


FAULTS = {
    "reset": faults.Reset(),
    "closed": faults.closed(),
    "half": faults.truncated(),
    "another protocol": faults.not_http(),
    "not compressed": faults.broken_gzip(),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_faults(server: FaultyServer, library: Any, fault: faults.Fault) -> None:
    server.plan(fault, fault, fault, user())
    with over(library) as mine:
        client = client_of(server, http_client=mine, max_retries=2)
        with pytest.raises(NetworkError, match="3 attempts") as caught:
            upsert(client)
        upsert(client)
    assert_clean(caught.value)


def test_errors(server: FaultyServer, library: Any) -> None:
    server.plan(faults.problem(409, "conflict"))
    with over(library) as mine:
        with pytest.raises(RequestError, match="409 conflict") as caught:
            upsert(client_of(server, http_client=mine))
    assert_clean(caught.value)


@pytest.mark.parametrize(
    "fault",
    [
        faults.Stall(),
        faults.drip_headers(),
        faults.drip_body(),
        faults.Endless(b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
def test_our_time_limits_hold(server: FaultyServer, library: Any, fault: faults.Fault) -> None:
    server.plan(fault)
    with over(library, timeout=None) as mine:
        client = client_of(server, http_client=mine, timeout=0.1)
        with pytest.raises(NetworkTimeoutError) as caught:
            upsert(client)
    assert_clean(caught.value)


def test_small_answer_that_grows_and_grows(
    server: FaultyServer, library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lunogram._http.limits.MAX_BODY_BYTES", 100_000)
    once = faults.gzipped(b" " * 10_000_000)
    twice = faults.gzipped(once.body)
    server.plan(once, encoded_as(twice, "gzip, gzip"), encoded_as(twice, "gzip, gzip, gzip"))
    with over(library) as mine:
        for fault in ("larger than", "larger than", "decompressed"):
            with pytest.raises(NetworkError, match=fault):
                upsert(client_of(server, http_client=mine))


@pytest.mark.parametrize(
    ("ours", "limits"),
    [
        ({}, (7, 42, 42)),
        ({"timeout": 5}, (5, 5, 5)),
        ({"connect_timeout": 3}, (3, 42, 42)),
        ({"timeout": 5, "connect_timeout": 9}, (5, 5, 5)),
    ],
)
def test_own_time_limits_hold_unless_ours_are_given(
    library: Any, ours: dict[str, Any], limits: tuple[float, float, float]
) -> None:
    used: dict[str, float] = {}

    def answer(request: Any) -> Any:
        used.update(request.extensions["timeout"])
        return library.Response(200, json=USER)

    own = library.Timeout(42, connect=7)
    with library.Client(transport=library.MockTransport(answer), timeout=own) as mine:
        far = "http://lunogram.example/api"
        upsert(Lunogram(KEY, base_url=far, deadline=99, http_client=mine, **ours))
    assert [round(used[step]) for step in ("connect", "read", "write")] == list(limits)


def test_own_time_limit_ends_a_call(server: FaultyServer, library: Any) -> None:
    server.plan(faults.Stall())
    with over(library, timeout=0.1) as mine:
        with pytest.raises(NetworkTimeoutError) as caught:
            upsert(client_of(server, http_client=mine))
    assert_clean(caught.value)


def test_its_other_requests_are_not_limited(server: FaultyServer, library: Any) -> None:
    with over(library) as mine:
        upsert(client_of(server, http_client=mine, timeout=0.2))
        time.sleep(0.3)  # noqa: ASYNC251 - past that limit
        assert mine.post(f"{server.base_url}/client/users").status_code == 200
    assert len(server.connections) == 1


def test_nothing_listens(library: Any) -> None:
    with closed_port() as base_url:
        with over(library) as mine:
            with pytest.raises(NetworkError, match="could not connect") as caught:
                upsert(client_of(base_url, http_client=mine))
    assert_clean(caught.value)


def test_redirects_are_not_followed(server: FaultyServer, library: Any) -> None:
    server.plan(faults.Response(307, b"", {"Location": server.base_url}), user())
    with over(library, follow_redirects=True) as mine:
        with pytest.raises(Exception, match="redirect"):
            upsert(client_of(server, http_client=mine))
    assert server.attempts == 1


def test_connections_are_its_own(server: FaultyServer, library: Any) -> None:
    with over(library) as mine:
        for _ in range(2):
            upsert(client_of(server, http_client=mine))
    assert len(server.connections) == 1


def test_wrong_kind_is_refused(server: FaultyServer, library: Any) -> None:
    for wrong in (object(), "client", library, library.Client, library.HTTPTransport()):
        with pytest.raises(ConfigurationError, match="http_client"):
            client_of(server, http_client=wrong)
