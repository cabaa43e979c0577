"""Which parser reads answers, and that both read them alike."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lunogram import ConfigurationError, Lunogram
from lunogram._attempts import Answer
from lunogram._http.by_h11 import H11Reader
from lunogram._http.by_httptools import HttptoolsReader
from lunogram._http.reading import Reader, reader_kind
from tests.support.sending import KEY


def test_the_environment_decides(parser: str) -> None:
    assert reader_kind() is {"h11": H11Reader, "httptools": HttptoolsReader}[parser]


def test_the_faster_one_if_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LUNOGRAM_HTTP_PARSER")
    assert reader_kind() is HttptoolsReader


WITHOUT = """
import importlib.util, sys
sys.modules["httptools"] = None
importlib.util.find_spec = lambda name: None
from lunogram import ConfigurationError, Lunogram
try:
    print(Lunogram("sk_x").user and sys.modules["lunogram._http.by_h11"].__name__)
except ConfigurationError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("named", "said"),
    [("", "lunogram._http.by_h11"), ("httptools", "pip install 'lunogram[fast]'")],
)
def test_where_there_is_none(named: str, said: str) -> None:
    environ = {"LUNOGRAM_HTTP_PARSER": named} if named else {}
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True, env=environ
    )
    assert said in run.stdout


def test_another_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUNOGRAM_HTTP_PARSER", "llhttp")
    with pytest.raises(ConfigurationError, match="has to be h11 or httptools"):
        Lunogram(KEY)


def heard(reader: Reader, parts: list[bytes]) -> tuple[Any, ...]:
    """What a reader makes of what comes in parts, and whether it would go on."""
    reader.expect("POST")
    for part in parts:
        outcome = reader.hear(part)
        if isinstance(outcome, Answer):
            return outcome.status_code, outcome.headers, outcome.body, reader.may_go_on
        if outcome is not None:
            return (outcome,)
    return ()


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
def test_both_read_alike(answer: bytes, at: set[int]) -> None:
    cuts = [0, *sorted(at), len(answer)]
    parts = [answer[begin:end] for begin, end in pairwise(cuts)]
    parts = [*filter(None, parts), b""]
    assert heard(HttptoolsReader(), parts) == heard(H11Reader(), parts)


@pytest.mark.parametrize("kind", [H11Reader, HttptoolsReader])
def test_one_answer_after_the_other(kind: Any) -> None:
    reader = kind()
    for name in ("whole", "chunks", "empty", "after a word", "whole"):
        assert heard(reader, [ANSWERS[name]])[-1] is True


@pytest.mark.parametrize("kind", [H11Reader, HttptoolsReader])
@pytest.mark.parametrize("name", ["the last", "more than asked for", "two", "half", "no HTTP"])
def test_no_other_after_these(kind: Any, name: str) -> None:
    reader = kind()
    assert heard(reader, [ANSWERS[name], b""])
    assert not reader.may_go_on
