# Derived by `make generate` from tests/sending/_async/test_pauses.py; never edited by hand.
"""How long it is waited between attempts, and how long they may take together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from tests.support import faults
from tests.support.faults import Response
from tests.support.faulty_server import FaultyServer
from tests.support.private_data import assert_clean, user

from lunogram import NetworkTimeoutError, RateLimitError, ServerError
from tests.sending._sync.clients import client_of, upsert

pytestmark = pytest.mark.anyio

GARBAGE = [
    "",
    "soon",
    "-5",
    "1e3",
    "0x10",
    "1,5",
    "nan",
    "inf",
    "\xb2",
    "12 seconds",
    "2026-03-01T12:00:00Z",
    "Mon, 99 Foo 2026 99:99:99 GMT",
    "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
    "Mon, 01 Jan 2035 00:00:00 +99999999999999999999",
]


def in_seconds(seconds: float) -> str:
    """A moment as HTTP writes it."""
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.fixture
def longest_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Full jitter, with the longest of all possible pauses."""
    monkeypatch.setattr("random.uniform", lambda _shortest, longest: longest)


@pytest.mark.usefixtures("longest_pauses")
def test_pauses_grow_and_then_stay(server: FaultyServer, pauses: list[float]) -> None:
    server.plan(Response(503))
    with client_of(server, max_retries=7, deadline=100) as client:
        with pytest.raises(ServerError):
            upsert(client)
    assert pauses == [0.5, 1, 2, 4, 8, 8, 8]


def test_pauses_are_jittered(server: FaultyServer, pauses: list[float]) -> None:
    server.plan(Response(503))
    with client_of(server, max_retries=30, deadline=100) as client:
        with pytest.raises(ServerError):
            upsert(client)
    assert len(set(pauses)) == 30
    assert all(0 <= pause <= 8 for pause in pauses)


@pytest.mark.usefixtures("longest_pauses")
@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_retry_after_in_seconds(server: FaultyServer, pauses: list[float], status: int) -> None:
    server.plan(Response(status, b"", {"Retry-After": " 7 "}), user())
    with client_of(server, max_retries=2) as client:
        upsert(client)
    assert pauses == [7.125]


@pytest.mark.usefixtures("longest_pauses")
def test_retry_after_with_decimals(server: FaultyServer, pauses: list[float]) -> None:
    server.plan(Response(429, b"", {"Retry-After": "1.5"}))
    with client_of(server, max_retries=1) as client:
        with pytest.raises(RateLimitError) as caught:
            upsert(client)
    assert pauses == [1.625]
    assert caught.value.retry_after == 1.5


def test_retry_after_as_a_date(server: FaultyServer, pauses: list[float]) -> None:
    server.plan(Response(429, b"", {"Retry-After": in_seconds(20)}), user())
    with client_of(server, max_retries=2, deadline=1000) as client:
        upsert(client)
    (pause,) = pauses
    assert 0 < pause < 20.2


@pytest.mark.usefixtures("longest_pauses")
@pytest.mark.parametrize("value", ["0", "Mon, 01 Jan 2001 00:00:00 GMT"])
def test_retry_after_that_is_over(server: FaultyServer, pauses: list[float], value: str) -> None:
    server.plan(Response(429, b"", {"Retry-After": value}), user())
    with client_of(server, max_retries=2) as client:
        upsert(client)
    assert pauses == [0.125]


@pytest.mark.usefixtures("longest_pauses")
@pytest.mark.parametrize("value", GARBAGE)
def test_retry_after_that_says_nothing(
    server: FaultyServer, pauses: list[float], value: str
) -> None:
    server.plan(Response(429, b"", {"Retry-After": value}))
    with client_of(server, max_retries=1) as client:
        with pytest.raises(RateLimitError) as caught:
            upsert(client)
    assert pauses == [0.5]
    assert caught.value.retry_after is None


@pytest.mark.parametrize(
    "value",
    ["31", "86400", "9" * 30, in_seconds(3600)],
    ids=["just too long", "a day", "for ever", "a date"],  # the date is another one in each worker
)
def test_retry_after_beyond_the_deadline(
    server: FaultyServer, pauses: list[float], value: str
) -> None:
    server.plan(Response(429, b"", {"Retry-After": value}))
    with client_of(server, max_retries=2, deadline=30) as client:
        with pytest.raises(RateLimitError) as caught:
            upsert(client)
    assert (server.attempts, caught.value.attempts, pauses) == (1, 1, [])
    assert caught.value.retry_after is not None
    assert caught.value.retry_after > 30
    assert_clean(caught.value)


@pytest.mark.uvloop
def test_deadline_ends_the_attempts(server: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lunogram._attempts._BACKOFF_FIRST", 0)
    server.plan(faults.Stall())
    with client_of(server, max_retries=1000, timeout=0.1, deadline=1) as client:
        with pytest.raises(NetworkTimeoutError) as caught:
            upsert(client)
    assert 1 < caught.value.attempts <= 10


@pytest.mark.uvloop
def test_deadline_cuts_an_attempt_short(server: FaultyServer) -> None:
    server.plan(faults.Stall())
    with client_of(server, max_retries=1, timeout=60, deadline=0.2) as client:
        with pytest.raises(NetworkTimeoutError) as caught:
            upsert(client)
    assert caught.value.attempts == 1


@pytest.mark.usefixtures("overlong_pauses")
@pytest.mark.uvloop
def test_pause_that_lasts_too_long(server: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left for the next attempt is less than nothing then."""
    monkeypatch.setattr("lunogram._attempts._BACKOFF_FIRST", 0)
    server.plan(Response(503), faults.Stall())
    with client_of(server, max_retries=2, timeout=60, deadline=1) as client:
        with pytest.raises(NetworkTimeoutError, match="deadline: 1 s") as caught:
            upsert(client)
    assert caught.value.attempts == 2
    assert_clean(caught.value)


@pytest.mark.parametrize("limit", [1e9, 1e300, float("inf")])
@pytest.mark.uvloop
def test_time_limit_that_is_none(server: FaultyServer, limit: float) -> None:
    with client_of(server, timeout=limit, connect_timeout=limit, deadline=limit) as client:
        upsert(client)


@pytest.mark.parametrize("name", ["timeout", "connect_timeout", "deadline"])
@pytest.mark.uvloop
def test_time_limit_of_next_to_nothing(server: FaultyServer, name: str) -> None:
    server.plan(faults.Stall())
    options = {"timeout": 0.2, name: 1e-12}
    with client_of(server, **options) as client:
        with pytest.raises(NetworkTimeoutError) as caught:
            upsert(client)
    assert_clean(caught.value)
