"""The parser of responses, compared with h11."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lunogram._attempts import Failure, Response
from lunogram._http.failures import NOT_HTTP
from lunogram._http.response_parser import ResponseParser

pytestmark = pytest.mark.transports()


def fed(parser: ResponseParser, parts: list[bytes]) -> tuple[Any, ...]:
    """What a parser makes of what comes in parts, and whether another response may follow."""
    parser.start()
    for part in parts:
        outcome = parser.feed(part)
        if isinstance(outcome, Response):
            return outcome.status_code, outcome.headers, outcome.body, parser.keep_alive
        if outcome is not None:
            return (outcome,)
    return ()


def read_by_h11(parts: list[bytes]) -> tuple[Any, ...]:
    """What h11 makes of the same."""
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="POST", target="/", headers=[("Host", "")]))
    connection.send(h11.EndOfMessage())
    read: list[Any] = []
    try:
        for part in parts:
            connection.receive_data(part)
            while (event := connection.next_event()) is not h11.NEED_DATA:
                read.append(event)
                if isinstance(event, h11.EndOfMessage):
                    return whole(read, connection)
                if getattr(event, "status_code", 0) == 101 or event is h11.PAUSED:
                    return (NOT_HTTP,)
    except h11.RemoteProtocolError:
        return (NOT_HTTP,)
    return ()


def whole(read: list[Any], connection: h11.Connection) -> tuple[Any, ...]:
    [head] = [event for event in read if isinstance(event, h11.Response)]
    response = Response(head.status_code, list(head.headers), b"")
    body = b"".join(event.data for event in read if isinstance(event, h11.Data))
    goes_on = connection.trailing_data == (b"", False) and connection.their_state is h11.DONE
    return response.status_code, response.headers, body, goes_on


STATUS = b"HTTP/1.1 200 OK\r\n"
ANSWERS = {
    "whole": STATUS + b"Content-Length: 2\r\n\r\n{}",
    "empty": b"HTTP/1.1 204 No Content\r\n\r\n",
    "not changed": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
    "chunks": STATUS
    + b"Transfer-Encoding: chunked\r\n\r\n1;a=b\r\n{\r\n1\r\n}\r\n0\r\nX-A: b\r\n\r\n",
    "to the end": STATUS + b"X-A: b\r\nx-a: c\r\n\r\n{}",
    "the last": STATUS + b"Connection: close\r\nContent-Length: 2\r\n\r\n{}",
    "old": b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "more than asked for": STATUS + b"Content-Length: 2\r\n\r\n{}{}",
    "two": 2 * (STATUS + b"Content-Length: 2\r\n\r\n{}"),
    "after a word": b"HTTP/1.1 100 Continue\r\n\r\n" + STATUS + b"Content-Length: 2\r\n\r\n{}",
    "after hints": b"HTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\n"
    + STATUS
    + b"Content-Length: 0\r\n\r\n",
    "another protocol": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
    "half": STATUS + b"Content-Length: 3\r\n\r\n{}",
    "half a head": STATUS + b"Content-Le",
    "nothing": b"",
    "no HTTP": b"220 mail.example.com ESMTP\r\n",
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
@given(at=st.sets(st.integers(0, 120)))
def test_parsed_as_by_h11(answer: bytes, at: set[int]) -> None:
    cuts = [0, *sorted(at), len(answer)]
    parts = [answer[begin:end] for begin, end in pairwise(cuts)]
    parts = [*filter(None, parts), b""]
    assert fed(ResponseParser(), parts) == read_by_h11(parts)


def test_one_answer_after_the_other() -> None:
    parser = ResponseParser()
    for name in ("whole", "chunks", "empty", "after a word", "whole"):
        assert fed(parser, [ANSWERS[name]])[-1] is True


@pytest.mark.parametrize("name", ["the last", "more than asked for", "two", "half", "no HTTP"])
def test_no_other_after_these(name: str) -> None:
    parser = ResponseParser()
    assert fed(parser, [ANSWERS[name], b""])
    assert not parser.keep_alive


CHUNKED = STATUS + b"Transfer-Encoding: chunked\r\n\r\n"
ENDED = b"2\r\n{}\r\n0\r\n\r\n"
LENGTH = b"Content-Length: 2\r\n"
BODY = b"\r\n{}"
AMBIGUOUS = {
    "folded header": STATUS + b"X-A: b\r\n c\r\n" + LENGTH + BODY,
    "folded length": STATUS + b"Content-Length:\r\n 2\r\n\r\n{}",
    "length and chunks": STATUS + LENGTH + b"Transfer-Encoding: chunked\r\n\r\n" + ENDED,
    "length twice": STATUS + LENGTH + LENGTH + BODY,
    "lengths": STATUS + b"Content-Length: 2, 2\r\n\r\n{}",
    "length with a sign": STATUS + b"Content-Length: +2\r\n\r\n{}",
    "length with a blank before its colon": STATUS + b"Content-Length : 2\r\n\r\n{}",
    "name with a blank": STATUS + b"X A: b\r\n" + LENGTH + BODY,
    "name with a null": STATUS + b"X\0: b\r\n" + LENGTH + BODY,
    "value with a null": STATUS + b"X: a\0b\r\n" + LENGTH + BODY,
    "value with a control character": STATUS + b"X: a\x1bb\r\n" + LENGTH + BODY,
    "reason with a null": b"HTTP/1.1 200 O\0K\r\n" + LENGTH + BODY,
    "reason with a control character": b"HTTP/1.1 200 O\x1bK\r\n" + LENGTH + BODY,
    "line ends of one character": b"HTTP/1.1 200 OK\n" + LENGTH + b"\n{}",
    "blank line before": b"\r\n" + STATUS + LENGTH + BODY,
    "coding after coding": STATUS + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + ENDED,
    "chunked twice": STATUS + b"Transfer-Encoding: chunked, chunked\r\n\r\n" + ENDED,
    "chunk size with a sign": CHUNKED + b"+" + ENDED,
    "chunk size in another notation": CHUNKED + b"0x" + ENDED,
    "chunk size with a blank": CHUNKED + b"2 \r\n{}\r\n0\r\n\r\n",
    "chunk longer than its size": CHUNKED + b"2\r\n{}xx0\r\n\r\n",
    "chunk extension with a null": CHUNKED + b"2;a\0\r\n{}\r\n0\r\n\r\n",
    "trailer with a length": CHUNKED + b"2\r\n{}\r\n0\r\nContent-Length: 9\r\n\r\n",
    "HTTP/2.0": b"HTTP/2.0 200 OK\r\n" + LENGTH + BODY,
    "HTTP/0.9": b"HTTP/0.9 200 OK\r\n" + LENGTH + BODY,
    "RTSP": b"RTSP/1.0 200 OK\r\n" + LENGTH + BODY,
    "ICE": b"ICE/1.0 200 OK\r\n" + LENGTH + BODY,
}


@pytest.mark.parametrize("answer", AMBIGUOUS.values(), ids=AMBIGUOUS)
@given(at=st.sets(st.integers(0, 80)))
def test_what_is_ambiguous_is_no_answer(answer: bytes, at: set[int]) -> None:
    cuts = [0, *sorted(at), len(answer)]
    parts = [answer[begin:end] for begin, end in pairwise(cuts)]
    parser = ResponseParser()
    assert fed(parser, [*filter(None, parts), b""]) == (NOT_HTTP,)
    assert not parser.keep_alive


@pytest.mark.parametrize("framing", [LENGTH, b"Transfer-Encoding: chunked\r\n"])
def test_no_other_after_a_body_where_there_is_none(framing: bytes) -> None:
    parser = ResponseParser()
    head = b"HTTP/1.1 204 No Content\r\n" + framing + b"\r\n"
    assert fed(parser, [bytes([byte]) for byte in head])[0] == 204
    assert not parser.keep_alive


@pytest.mark.parametrize("piece", [b"X: a\r\n", b"a"])
def test_trailers_have_an_end(monkeypatch: pytest.MonkeyPatch, piece: bytes) -> None:
    monkeypatch.setattr("lunogram._http.limits.MAX_BODY_BYTES", 100_000)
    endless = [CHUNKED + b"2\r\n{}\r\n0\r\nX: ", *[piece * 1000] * 1000]
    assert isinstance(fed(ResponseParser(), endless)[0], Failure)
