# Derived by `make generate` from tests/sending/_async/test_fuzz.py; never edited by hand.
"""Any bytes as an answer: the caller sees an answer or one of our errors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.faults import Bytes
from tests.support.faulty_server import FaultyServer
from tests.support.private_data import USER, assert_clean, user

from lunogram import LunogramError
from tests.sending._sync.clients import client_of, create_session, delete, upsert

pytestmark = pytest.mark.anyio

bounded = settings(
    max_examples=100,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*USER, "title", "detail"]), inner, max_size=3)
    ),
    max_leaves=10,
)

STATUS_LINES = st.one_of(
    st.integers(0, 1100).map(lambda status: b"HTTP/1.1 %d X" % status),
    st.binary(max_size=30),
)
HEADER_NAMES = st.sampled_from(
    [
        b"Content-Length",
        b"Transfer-Encoding",
        b"Content-Encoding",
        b"Content-Type",
        b"Connection",
        b"Location",
        b"Retry-After",
        b"Upgrade",
        b"Trailer",
        b"Set-Cookie",
    ]
)
HEADER_VALUES = st.one_of(
    st.sampled_from([b"0", b"5", b"gzip", b"deflate", b"br", b"chunked", b"close", b"http://["]),
    st.sampled_from([b"Mon, 01 Jan 2035 00:00:00 +9999999999999", b"gzip, gzip", b"identity"]),
    st.binary(max_size=20),
)
HEADERS = st.lists(st.tuples(HEADER_NAMES, HEADER_VALUES), max_size=4)
BODIES = st.one_of(st.binary(max_size=200), st.just(b"5\r\nabcde\r\n0\r\n\r\n"))


def written(status_line: bytes, headers: list[tuple[bytes, bytes]], body: bytes) -> bytes:
    lines = [status_line, *(b": ".join(header) for header in headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[FaultyServer]:
    with FaultyServer(user()) as running:
        yield running


def check(server: FaultyServer, sent: bytes) -> None:
    server.plan(Bytes(sent))
    # A length that never comes ends with the connection, so nobody waits for the time to run out.
    with client_of(server) as client:
        for call in (upsert, delete, create_session):
            try:
                call(client)
            except LunogramError as error:
                assert_clean(error)


@bounded
@given(sent=st.binary(max_size=300))
def test_any_bytes(fuzzed: FaultyServer, sent: bytes) -> None:
    check(fuzzed, sent)


@bounded
@given(status_line=STATUS_LINES, headers=HEADERS, body=BODIES)
def test_any_head(
    fuzzed: FaultyServer, status_line: bytes, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    check(fuzzed, written(status_line, headers, body))


@bounded
@given(status=st.sampled_from([200, 301, 400, 404, 429, 503]), headers=HEADERS, body=BODIES)
def test_any_headers_and_body(
    fuzzed: FaultyServer, status: int, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    check(fuzzed, written(b"HTTP/1.1 %d X" % status, headers, body))


@bounded
@given(value=JSON)
@pytest.mark.parametrize("status", [200, 404])
def test_any_json(fuzzed: FaultyServer, status: int, value: object) -> None:
    import json

    head = b"HTTP/1.1 %d X" % status
    check(fuzzed, written(head, [], json.dumps(value).encode()))


@bounded
@given(changes=st.dictionaries(st.sampled_from([*USER]), JSON, min_size=1, max_size=3))
def test_any_user(fuzzed: FaultyServer, changes: dict[str, object]) -> None:
    check(fuzzed, user(**changes).written())
