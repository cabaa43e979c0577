"""Errors: the tree, their messages and attributes, and the conversion of responses to errors."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lunogram
from lunogram import (
    ClientClosedError,
    ConfigurationError,
    ConflictError,
    ForbiddenError,
    InvalidResponseError,
    LunogramError,
    NetworkError,
    NetworkTimeoutError,
    NotFoundError,
    RateLimitError,
    RequestError,
    RequestInfo,
    ServerError,
    UnauthorizedError,
    ValidationError,
)
from lunogram.errors import response_error, retry_after
from tests.calls.recorder import Recorder, always

fixed = settings(derandomize=True, max_examples=300)

INFO = RequestInfo("POST", "/client/users")

TREE: dict[type[LunogramError], tuple[type[Exception], ...]] = {
    LunogramError: (Exception,),
    ConfigurationError: (LunogramError, ValueError),
    ClientClosedError: (LunogramError, RuntimeError),
    NetworkError: (LunogramError,),
    NetworkTimeoutError: (NetworkError, TimeoutError),
    RequestError: (LunogramError,),
    ValidationError: (RequestError, ValueError),
    UnauthorizedError: (RequestError,),
    ForbiddenError: (RequestError,),
    NotFoundError: (RequestError,),
    ConflictError: (ServerError,),
    RateLimitError: (RequestError,),
    ServerError: (RequestError,),
    InvalidResponseError: (RequestError,),
}
each_class = pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)


@each_class
def test_the_tree(kind: type[LunogramError]) -> None:
    assert kind.__bases__ == TREE[kind]


def test_the_tree_is_complete_and_has_a_code_for_each() -> None:
    public = {getattr(lunogram, name) for name in lunogram.__all__ if name.endswith("Error")}
    assert public == set(TREE)
    assert len({kind.code for kind in TREE}) == len(TREE)


STATUSES = {
    400: ValidationError, 422: ValidationError, 401: UnauthorizedError, 403: ForbiddenError,
    404: NotFoundError, 409: RequestError, 429: RateLimitError, 500: ServerError,
    501: ServerError, 502: ServerError, 503: ServerError, 504: ServerError, 599: ServerError,
    302: RequestError, 304: RequestError, 402: RequestError, 405: RequestError, 408: RequestError,
    413: RequestError, 418: RequestError, 451: RequestError, 499: RequestError,
}  # fmt: skip


@pytest.mark.parametrize(("status", "kind"), STATUSES.items())
def test_each_status_has_its_error(status: int, kind: type[RequestError]) -> None:
    problem = {"title": "a kind of problem", "detail": "user not found"}
    with pytest.raises(RequestError) as caught:
        Recorder(always(problem, status)).client().user.delete("u")
    error = caught.value
    assert type(error) is kind
    assert (error.status_code, error.title, error.detail) == (status, *problem.values())
    assert error.request == RequestInfo("DELETE", "/client/users")
    assert error.attempts == 1
    hint = f"; {error.hint}" if error.hint else ""
    problem_as_shown = f"{status} a kind of problem: user not found"
    assert str(error) == f"{problem_as_shown}{hint} (DELETE /client/users)"
    assert bool(hint) is (status == 401)


def error_for(body: bytes | str | Any, status: int = 400, **headers: str) -> RequestError:
    """The error for a response."""
    if not isinstance(body, bytes | str):
        body = json.dumps(body)
    content = body.encode() if isinstance(body, str) else body
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return response_error(status, names, content, INFO, 1)


@pytest.mark.parametrize(
    ("body", "title", "detail"),
    [
        ({"title": "t", "detail": "d"}, "t", "d"),
        ({"title": "t", "detail": ""}, "t", "t"),
        ({"title": "", "detail": "d"}, "bad request", "d"),
        ({"title": " t \n u ", "detail": "d\r\n\te"}, "t u", "d e"),
        ({"title": "t", "detail": "d", "more": [1]}, "t", "d"),
    ],
)
def test_problems(body: Any, title: str, detail: str) -> None:
    error = error_for(body)
    assert (error.title, error.detail) == (title, detail)


@pytest.mark.parametrize(
    "body",
    [
        "", "<html>secret</html>", "[]", "null", "5", '"secret"', "{}", '{"title": ""}', "{",
        '{"title": 5, "detail": ["secret"]}', '{"detail": "secret"}', '{"title": "secret"}',
        '{"title": "secret", "detail": null}', '{"title": 5, "detail": "secret"}',
        '{"meta": {"error": "secret"}}', '{"errors": ["secret"]}',
        '{"error": "secret"}', b"\xff\xfe\x00", "[" * 100_000,
        "9" * 10_000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("status", [400, 502])
@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/json"])
def test_what_is_no_problem_is_told_without_its_body(
    body: bytes | str, status: int, kind: str
) -> None:
    error = error_for(body, status, content_type=kind)
    assert type(error) is (ServerError if status == 502 else InvalidResponseError)
    assert error.title == ("bad gateway" if status == 502 else "bad request")
    assert kind.partition(";")[0] in str(error)
    assert "secret" not in f"{error} {error!r} {vars(error)}"


def test_an_unknown_status_without_a_problem() -> None:
    words = (
        "599 unknown status: the server returned 599 with an empty body, which is not Lunogram's"
    )
    assert str(error_for("", 599)).startswith(words)


def test_where_it_came_from_is_said() -> None:
    recorder = Recorder(lambda _: httpx.Response(404, html="<html>"))
    with pytest.raises(InvalidResponseError) as caught:
        recorder.client().user.delete("u")
    assert str(caught.value) == (
        "404 not found: lunogram.test:443 returned 404 with text/html, "
        "which is not Lunogram's response; check base_url; "
        "servers of today need project_id: pass it, or set LUNOGRAM_PROJECT_ID "
        "(DELETE /client/users)"
    )
    with pytest.raises(InvalidResponseError, match=r"\[::1\]:8080 returned 404"):
        recorder.client(base_url="http://[::1]:8080").user.delete("u")


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("https://other.example/login?token=secret", "to https://other.example; set base_url"),
        ("https://me:secret@other.example/", "to https://other.example; set base_url"),
        ("http://other.example:8080", "to http://other.example:8080; set base_url"),
        ("/secret", "elsewhere; set base_url"),
        ("", "elsewhere"),
        ("http://[secret", "elsewhere"),
        ("http://\u2100secret/", "elsewhere"),
        ("https://" + "x" * 10**5, "to https://xxx"),
    ],
)
def test_redirects(location: str, words: str) -> None:
    error = error_for("", 302, location=location)
    assert error.title == "redirect"
    assert f"the server redirects {words}" in str(error)
    assert "secret" not in str(error)
    assert len(str(error)) < 1000


anything = st.text(st.characters()) | st.text("\n\r\x1b\0\u2028\ud800\x85a", max_size=20)


@fixed
@given(anything, anything, anything, anything)
def test_an_error_is_one_printable_line(title: str, detail: str, agent: str, kind: str) -> None:
    problem = json.dumps({"title": title, "detail": detail})
    for body in (problem, ""):
        for status in (400, 302, 502):
            error = error_for(body, status, x_request_id=agent, content_type=kind, location=kind)
            assert str(error).isprintable()
            str(error).encode()
            assert str(error).startswith(str(status))


def test_an_error_is_never_long() -> None:
    long = "word " * 10**5
    error = error_for({"title": long, "detail": long}, x_request_id=long, content_type=long)
    assert len(str(error)) < 1200


def test_the_request_id_is_kept_and_shown() -> None:
    error = error_for({"title": "t", "detail": "d"}, x_request_id="req_1")
    assert error.request_id == "req_1"
    assert str(error) == "400 t: d (POST /client/users, request id req_1)"


def test_headers_are_kept_but_for_cookies() -> None:
    headers = httpx.Headers([("X-One", "1"), ("Set-Cookie", "secret=1"), ("X-One", "2")])
    recorder = Recorder(lambda _: httpx.Response(404, headers=headers))
    with pytest.raises(InvalidResponseError) as caught:
        recorder.client().user.delete("u")
    assert caught.value.headers["x-one"] == "1, 2"
    assert "secret" not in str(vars(caught.value))


def test_no_key_and_no_body_is_kept() -> None:
    recorder = Recorder(always({"title": "t", "detail": "d", "echo": "person_4711"}, 500))
    with pytest.raises(ServerError) as caught:
        recorder.client().user.upsert("person_4711", data={"a": "person_4711"})
    kept = f"{caught.value!r} {vars(caught.value)} {pickle.dumps(caught.value)!r}"
    assert "person_4711" not in kept
    assert "only_for_tests" not in kept


def sample(kind: type[LunogramError]) -> LunogramError:
    """An error with every attribute set."""
    facts: dict[str, Any] = {"request": INFO, "attempts": 3}
    if issubclass(kind, RequestError):
        headers = {"retry-after": "7", "x-request-id": "req_1"}
        facts |= {"title": "t", "status_code": 418, "headers": headers}
    if issubclass(kind, ValidationError):
        facts["field"] = "events[3].data.total"
    return kind("what happened", **facts)


ATTRIBUTES = [
    "args", "code", "request", "attempts", "status_code", "title", "detail", "headers",
    "request_id", "retry_after", "field",
]  # fmt: skip


def seen(error: BaseException) -> dict[str, Any]:
    """All that can be asked of an error."""
    return {name: getattr(error, name, "none") for name in ATTRIBUTES}


@each_class
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_an_error_survives_pickling(kind: type[LunogramError], protocol: int) -> None:
    error = sample(kind)
    again = pickle.loads(pickle.dumps(error, protocol))
    assert type(again) is kind
    assert (str(again), seen(again)) == (str(error), seen(error))


@each_class
@pytest.mark.parametrize("how", [copy.copy, copy.deepcopy])
def test_an_error_survives_copying(kind: type[LunogramError], how: Any) -> None:
    error = sample(kind)
    assert (str(how(error)), seen(how(error))) == (str(error), seen(error))


@each_class
def test_the_attributes(kind: type[LunogramError]) -> None:
    error = sample(kind)
    assert "what happened (POST /client/users, 3 attempts" in str(error)
    assert (error.request, error.attempts) == (INFO, 3)
    assert repr(error) == f"{kind.__name__}('what happened')"
    assert getattr(error, "retry_after", 7.0) == 7.0
    assert str(kind("alone")) == "alone"


def test_what_is_rejected_here_names_the_field() -> None:
    error = ValidationError.at("events[3].data", "is wrong")
    assert (str(error), error.field) == ("events[3].data: is wrong", "events[3].data")
    assert (error.status_code, error.headers, error.request_id) == (None, {}, None)
    assert (error.request, error.attempts) == (None, 0)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("7", 7.0),
        (" 120 ", 120.0),
        ("007", 7.0),
        ("86400", 86400.0),
        ("9" * 15, 999999999999999.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Wed, 21 Oct 2015 07:28:00", 0.0),
        ("Wednesday, 21-Oct-15 07:28:00 GMT", 0.0),
        ("-5", None),
        ("1.5", 1.5),
        ("+5", None),
        ("", None),
        ("soon", None),
        ("5 seconds", None),
        ("nan", None),
        ("inf", None),
        ("0x10", None),
        ("9" * 400, None),
        ("9" * 10_000, None),
        ("Wed, 21 Oct 99999999999 07:28:00 GMT", None),
        ("Wed, 32 Oct 2015 07:28:00 GMT", None),
        ("Wed, 21 Oct 2015 07:28:00 +99999999999999", None),
        ("Wed, 21 Oct 2015 99:99:99 GMT", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}) == seconds
    assert RateLimitError("slow down", headers={"retry-after": value}).retry_after == seconds


def test_retry_after_a_date() -> None:
    at = datetime.now(UTC) + timedelta(hours=1)
    seconds = retry_after({"retry-after": format_datetime(at, usegmt=True)})
    assert seconds is not None
    assert 3000 < seconds <= 3600


def test_no_retry_after() -> None:
    assert retry_after({}) is None
    assert RateLimitError("slow down").retry_after is None


dates = st.text("MonWedJaOct 0123456789:,+-GMT", max_size=40)


@settings(fixed, max_examples=1500)
@given(st.text() | dates | dates.map(lambda text: f"Wed, 21 Oct {text}"))
@pytest.mark.slow
def test_any_retry_after_is_seconds_or_nothing(value: str) -> None:
    seconds = retry_after({"retry-after": value})
    assert seconds is None or 0 <= seconds < 1e300


def test_a_request_info_is_a_value() -> None:
    assert str(INFO) == "POST /client/users"
    assert {INFO: 1}[RequestInfo("POST", "/client/users")] == 1
