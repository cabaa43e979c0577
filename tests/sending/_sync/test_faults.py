# Derived by `make generate` from tests/sending/_async/test_faults.py; never edited by hand.
"""A server that misbehaves in every way: the caller sees one of our errors, and nothing else."""

from __future__ import annotations

import json

import pytest
from tests.support import faults
from tests.support.faults import Bytes, Fault, Response
from tests.support.faulty_server import FaultyServer, closed_port, full_port, silent_port
from tests.support.private_data import USER, assert_clean

from lunogram import ConfigurationError, InvalidResponseError, NetworkError, NetworkTimeoutError
from tests.sending._sync.clients import (
    client_of,
    count_inbox,
    create_session,
    delete,
    post_events,
    upsert,
)

pytestmark = [pytest.mark.anyio, pytest.mark.uvloop]

HOST = "127.0.0.1"
OK = b"HTTP/1.1 200 OK\r\n"

BROKEN: dict[str, Fault] = {
    "reset": faults.Reset(),
    "reset after the request": faults.ResetAfter(),
    "closed": faults.closed(),
    "another protocol": faults.not_http(),
    "half an answer": faults.truncated(),
    "half a chunk": Bytes(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"),
    "no last chunk": Bytes(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"),
    "chunk of a size that is none": Bytes(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nab"),
    "half a status line": Bytes(b"HTTP/1.1 2"),
    "headers without an end": Bytes(OK + b"X-A: b\r\n"),
    "no status": Bytes(b"HTTP/1.1 OK\r\n\r\n"),
    "status 1000": Bytes(b"HTTP/1.1 1000 Many\r\n\r\n"),
    "status 99": Bytes(b"HTTP/1.1 099 Few\r\n\r\n"),
    "another protocol from here on": Response(101),
    "HTTP/2": Bytes(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80"),
    "TLS": Bytes(b"\x15\x03\x01\x00\x02\x02\x46"),
    "two lengths": Bytes(OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
    "length below zero": Bytes(OK + b"Content-Length: -2\r\n\r\n{}"),
    "length in words": Bytes(OK + b"Content-Length: two\r\n\r\n{}"),
    "header without a colon": Bytes(OK + b"nonsense\r\n\r\n"),
    "header without a name": Bytes(OK + b": value\r\n\r\n"),
    "header with a null": Bytes(OK + b"X-A: \x00\r\n\r\n"),
    "header with a bare line break": Bytes(OK + b"X-A: b\r\rX-B: c\r\n\r\n"),
    "one huge header": Bytes(OK + b"X-A: " + b"a" * 300_000),
    "unknown transfer encoding": Bytes(OK + b"Transfer-Encoding: rot13\r\n\r\n{}"),
    "not compressed": faults.broken_gzip(),
    "bytes": Bytes(bytes(range(256)) * 20),
}

UNREADABLE: dict[str, Fault] = {
    "HTML": faults.html(200),
    "nothing": faults.empty(200),
    "blank": Response(200, b" \r\n"),
    "204": faults.empty(204),
    "half a JSON text": Response(200, json.dumps(USER).encode()[:-5]),
    "two JSON texts": Response(200, json.dumps(USER).encode() * 2),
    "half a gzip": faults.gzipped(json.dumps(USER).encode(), cut=20),
    "another compression": Response(200, b"\x28\xb5\x2f\xfd", {"Content-Encoding": "zstd"}),
    "not UTF-8": Response(200, json.dumps(USER).encode().replace(b"pro", b"\xff\xfe\xfa")),
    "deep": Response(200, b"[" * 100_000),
    "deep, and closed": Response(200, b"[" * 100_000 + b"]" * 100_000),
    "a number too long to read": Response(200, b"9" * 10_000),
    "null": Response(200, b"null"),
    "a list": Response(200, b"[]"),
    "a list of users": Response(200, json.dumps([USER]).encode()),
    "a text": Response(200, b'"user"'),
    "a number": Response(200, b"5"),
    "an empty object": Response(200, b"{}"),
    "a problem": faults.problem(200),
}


@pytest.mark.parametrize("fault", BROKEN.values(), ids=BROKEN)
def test_broken_answer(server: FaultyServer, fault: Fault) -> None:
    server.plan(fault)
    with client_of(server) as client:
        with pytest.raises(NetworkError) as caught:
            upsert(client)
    assert not isinstance(caught.value, TimeoutError)
    assert caught.value.attempts == 1
    assert_clean(caught.value)


@pytest.mark.parametrize("fault", UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable_answer(server: FaultyServer, fault: Fault) -> None:
    server.plan(fault)
    with client_of(server) as client:
        with pytest.raises(InvalidResponseError) as caught:
            upsert(client)
    assert_clean(caught.value)


@pytest.mark.parametrize("call", [upsert, delete, post_events, create_session, count_inbox])
@pytest.mark.parametrize("status", [200, 202])
def test_page_is_never_a_success(server: FaultyServer, call, status: int) -> None:
    server.plan(faults.html(status))
    with client_of(server) as client:
        with pytest.raises(InvalidResponseError, match="text/html") as caught:
            call(client)
    assert_clean(caught.value)


@pytest.mark.parametrize("fault", [faults.Stall(), faults.drip_headers(), faults.drip_body()])
@pytest.mark.parametrize("call", [upsert, delete, post_events, create_session, count_inbox])
def test_too_slow(server: FaultyServer, fault: Fault, call) -> None:
    server.plan(fault)
    with client_of(server, timeout=0.1) as client:
        with pytest.raises(NetworkTimeoutError) as caught:
            call(client)
    assert isinstance(caught.value, TimeoutError)
    assert_clean(caught.value)


def test_endless_answer(server: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lunogram._http.limits.MAX_BODY_BYTES", 100_000)
    server.plan(faults.Endless())
    with client_of(server) as client:
        with pytest.raises(NetworkError, match="larger than") as caught:
            upsert(client)
        assert_clean(caught.value)
        server.plan(Response(200, json.dumps(USER).encode()))
        upsert(client)


def test_small_answer_that_grows(server: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lunogram._http.limits.MAX_BODY_BYTES", 100_000)
    server.plan(faults.gzipped(b" " * 1_000_000 + json.dumps(USER).encode()))
    with client_of(server) as client:
        with pytest.raises(NetworkError, match="larger than"):
            upsert(client)


def test_closed_port() -> None:
    with closed_port() as base_url:
        with client_of(base_url) as client:
            with pytest.raises(NetworkError, match="could not connect") as caught:
                upsert(client)
    assert not isinstance(caught.value, TimeoutError)
    assert_clean(caught.value)


def test_port_that_nobody_accepts_at() -> None:
    with silent_port() as base_url:
        with client_of(base_url, timeout=0.1) as client:
            with pytest.raises(NetworkTimeoutError) as caught:
                upsert(client)
    assert_clean(caught.value)


def test_port_without_room() -> None:
    with full_port() as base_url:
        with client_of(base_url, connect_timeout=0.1) as client:
            with pytest.raises(
                NetworkTimeoutError, match=r"could not connect to 127\.0\.0\.1:\d+ in time"
            ) as caught:
                upsert(client)
    assert_clean(caught.value)


@pytest.mark.parametrize(
    "host", ["nonexistent.invalid", "a..b.invalid", "a" * 64 + ".invalid", "a" * 300, "-"]
)
def test_host_that_is_none(host: str) -> None:
    with client_of(f"http://{host}/api") as client:
        with pytest.raises(NetworkError) as caught:
            upsert(client)
    assert_clean(caught.value)


@pytest.mark.parametrize("host", ["é..é", "é" * 80, "%00", "straße.example"])
def test_host_in_letters_that_is_none(host: str) -> None:
    with pytest.raises(ConfigurationError, match="HOST") as caught:
        client_of(f"http://{host}/api")
    assert_clean(caught.value)


def test_host_in_letters_goes_out_in_ascii(server: FaultyServer) -> None:
    with client_of(f"http://ｌｏｃａｌｈｏｓｔ:{server.port}/käse api") as client:  # noqa: RUF001
        upsert(client)
    assert server.request.headers["host"] == f"localhost:{server.port}"
    assert server.request.target == "/k%C3%A4se%20api/client/users"


def test_https_where_there_is_none(server: FaultyServer) -> None:
    server.plan(faults.Hasty(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    with client_of(server.base_url.replace("http:", "https:"), timeout=2) as client:
        with pytest.raises(NetworkError) as caught:
            upsert(client)
    assert_clean(caught.value)


def test_connection_is_good_again_after_every_fault(server: FaultyServer) -> None:
    with client_of(server) as client:
        for fault in (*BROKEN.values(), *UNREADABLE.values()):
            server.plan(fault, Response(200, json.dumps(USER).encode()))
            with pytest.raises((NetworkError, InvalidResponseError)):
                upsert(client)
            upsert(client)
