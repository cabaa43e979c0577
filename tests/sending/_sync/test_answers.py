# Derived by `make generate` from tests/sending/_async/test_answers.py; never edited by hand.
"""Answers that are HTTP: which error each becomes, and what it says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.support import faults
from tests.support.faults import Bytes, Response
from tests.support.faulty_server import FaultyServer
from tests.support.other_servers import IMPOSTORS, NO_UPSERT
from tests.support.private_data import IDENTIFIER, PERSON, USER, assert_clean, user

from lunogram import (
    ForbiddenError,
    InvalidResponseError,
    NotFoundError,
    RateLimitError,
    RequestError,
    ServerError,
    UnauthorizedError,
    User,
    ValidationError,
)
from tests.sending._sync.clients import (
    client_of,
    count_inbox,
    create_session,
    delete,
    post_events,
    upsert,
)

pytestmark = pytest.mark.anyio

KINDS = {
    300: RequestError,
    400: ValidationError,
    401: UnauthorizedError,
    402: RequestError,
    403: ForbiddenError,
    404: NotFoundError,
    408: RequestError,
    409: RequestError,
    413: RequestError,
    418: RequestError,
    422: ValidationError,
    429: RateLimitError,
    451: RequestError,
    500: ServerError,
    501: ServerError,
    503: ServerError,
    599: ServerError,
    600: ServerError,
    999: ServerError,
}

OTHER_VALUES: list[Any] = [
    None,
    True,
    0,
    -1.5,
    1e400,
    "",
    "text",
    "2026-13-45T99:99:99Z",
    "0000-00-00T00:00:00+99:99",
    [],
    [None],
    [5],
    ["text"],
    [[]],
    [{}],
    [{**IDENTIFIER, "id": 5}],
    {},
    {"": None},
]

ODD_PROBLEMS: list[Any] = [
    {"title": 5},
    {"title": None, "detail": None},
    {"title": "", "detail": ""},
    {"detail": ["a list"]},
    {"title": {"an": "object"}, "detail": True},
    {"title": [], "detail": {}},
    [],
    [{"title": "in a list"}],
    "a text",
    5,
    None,
    {"error": "another form"},
    {"title": "\ud800", "detail": "a\x00b\x1b[31m\u2028c"},
    {"title": "t" * 100_000, "detail": "d\n" * 100_000},
]


@pytest.mark.parametrize("status", KINDS)
def test_status(server: FaultyServer, status: int) -> None:
    server.plan(faults.problem(status, "a title", "user not found"))
    with client_of(server) as client:
        with pytest.raises(RequestError) as caught:
            delete(client)
    assert type(caught.value) is KINDS[status]
    assert caught.value.status_code == status
    assert (caught.value.title, caught.value.detail) == ("a title", "user not found")
    hint = f"; {caught.value.hint}" if status == 401 else ""
    assert str(caught.value) == f"{status} a title: user not found{hint} (DELETE /client/users)"
    assert_clean(caught.value)


@pytest.mark.parametrize("status", [201, 202, 299])
def test_success_of_another_status(server: FaultyServer, status: int) -> None:
    server.plan(faults.json_answer(USER, status))
    with client_of(server) as client:
        assert isinstance(upsert(client), User)


REJECTIONS = [400, 404, 409, 413, 422]


@pytest.mark.parametrize("status", [*REJECTIONS, 401, 418, 429, 500, 502, 599, 999])
@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"\xff\xfe", b"[" * 100_000, b"9" * 5000])
def test_error_without_a_problem(server: FaultyServer, status: int, body: bytes) -> None:
    server.plan(Response(status, body))
    with client_of(server) as client:
        with pytest.raises(RequestError, match="is not Lunogram's response") as caught:
            delete(client)
    kind = InvalidResponseError if status in REJECTIONS else KINDS.get(status, ServerError)
    assert type(caught.value) is kind
    assert f"127.0.0.1:{server.port} returned {status} with " in str(caught.value)
    assert_clean(caught.value)


@pytest.mark.parametrize("body", ODD_PROBLEMS)
def test_odd_problem(server: FaultyServer, body: Any) -> None:
    server.plan(faults.json_answer(body, 400))
    with client_of(server) as client:
        with pytest.raises(RequestError) as caught:
            upsert(client)
    is_one = isinstance(body, dict) and all(
        isinstance(body.get(key), str) and body[key] for key in ("title", "detail")
    )
    assert type(caught.value) is (ValidationError if is_one else InvalidResponseError)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1000
    assert isinstance(caught.value.title, str)
    assert isinstance(caught.value.detail, str)
    assert_clean(caught.value)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_told_and_not_followed(server: FaultyServer, status: int) -> None:
    with FaultyServer(user()) as elsewhere:
        server.plan(Response(status, b"", {"Location": f"{elsewhere.base_url}/client/users"}))
        with client_of(server, max_retries=2) as client:
            with pytest.raises(RequestError, match="base_url") as caught:
                upsert(client)
    assert f"http://127.0.0.1:{elsewhere.port}" in str(caught.value)
    assert (elsewhere.attempts, server.attempts) == (0, 1)
    assert_clean(caught.value)


@pytest.mark.parametrize(
    "location", ["", "/elsewhere", "http://[", "http://[::1", "//", ":", "\xe9\xff", "a" * 50_000]
)
def test_redirect_to_nowhere(server: FaultyServer, location: str) -> None:
    server.plan(Response(301, b"", {"Location": location}))
    with client_of(server) as client:
        with pytest.raises(RequestError, match="redirect") as caught:
            upsert(client)
    assert len(str(caught.value)) < 1000
    assert_clean(caught.value)


def test_facts_of_an_error(server: FaultyServer) -> None:
    headers = {"X-Request-Id": "req_1", "Set-Cookie": "a=b", "X-Twice": "1"}
    server.plan(Response(503, b"", headers))
    with client_of(server, max_retries=2) as client:
        with pytest.raises(ServerError, match=r"3 attempts, request id req_1") as caught:
            upsert(client)
    error = caught.value
    assert error.request is not None
    assert (error.request.method, error.request.path) == ("POST", "/client/users")
    assert (error.request_id, error.attempts) == ("req_1", 3)
    assert error.headers == {"x-request-id": "req_1", "x-twice": "1", "content-length": "0"}


@pytest.mark.parametrize("name", USER)
def test_field_of_another_type(server: FaultyServer, name: str) -> None:
    with client_of(server) as client:
        right = getattr(client.user.upsert("user_123"), name)
        for value in OTHER_VALUES:
            server.plan(user(**{name: value}))
            try:
                stored = client.user.upsert("user_123")
            except InvalidResponseError as error:
                assert "lacks a field, or has one of another type" in str(error)  # noqa: PT017
                assert_clean(error)
            else:
                assert isinstance(getattr(stored, name), type(right) | None)


@pytest.mark.parametrize("name", USER)
def test_field_left_out(server: FaultyServer, name: str) -> None:
    server.plan(faults.json_answer({key: USER[key] for key in USER if key != name}))
    with client_of(server) as client:
        try:
            stored = client.user.upsert("user_123")
        except InvalidResponseError as error:
            assert_clean(error)
        else:
            assert getattr(stored, name) is None


def test_unknown_fields_are_kept(server: FaultyServer) -> None:
    server.plan(user(mood="bright", identifier=[{**IDENTIFIER, "verified": True}]))
    with client_of(server) as client:
        stored = client.user.upsert("user_123")
    assert stored.extra == {"mood": "bright"}
    assert stored.identifier[0].extra == {"verified": True}


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf" + json.dumps(USER).encode(),
        json.dumps(USER).encode("utf-16"),
        json.dumps({**USER, "mood": float("nan")}).encode(),
        b" \r\n\t" + json.dumps(USER, indent=4).encode() + b"\n\n",
        json.dumps({**USER, "data": {"plan": "first"}, "later": 1})
        .replace('"later": 1', '"data": {"plan": "pro"}')
        .encode(),
    ],
    ids=["byte order mark", "UTF-16", "NaN", "blanks", "a name twice"],
)
def test_odd_but_readable_json(server: FaultyServer, body: bytes) -> None:
    server.plan(Response(200, body))
    with client_of(server) as client:
        stored: Any = upsert(client)
    assert stored.data == {"plan": "pro"}


ODD_DATA: list[Any] = [{"a": [[[{}]]]}, {"": ""}, {"\ud800": "\udfff"}, {"big": 10**400}]


@pytest.mark.parametrize("data", ODD_DATA)
def test_data_comes_back_as_it_is(server: FaultyServer, data: Any) -> None:
    server.plan(user(data=data))
    with client_of(server) as client:
        assert client.user.upsert("user_123").data == data


def test_gzip(server: FaultyServer) -> None:
    server.plan(faults.gzipped(json.dumps(USER).encode()))
    with client_of(server) as client:
        assert isinstance(upsert(client), User)
    assert "gzip" in server.request.headers["accept-encoding"]


def test_headers_of_any_bytes(server: FaultyServer) -> None:
    body = json.dumps(USER).encode()
    head = b"HTTP/1.1 200 \xe9\xff\r\nX-Name: \xe9\xff\xfe\r\nX-Name: again\r\n\r\n"
    server.plan(Bytes(head + body))
    with client_of(server) as client:
        answer = client.with_raw_response.user.upsert("user_123")
    assert answer.headers["x-name"] == "\xe9\xff\xfe, again"


def test_informational_answers_come_first(server: FaultyServer) -> None:
    hints = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    server.plan(Bytes(hints + user().written()))
    with client_of(server) as client:
        assert isinstance(upsert(client), User)


def test_more_than_one_answer(server: FaultyServer) -> None:
    server.plan(Bytes(user(version=7).written() + user(version=666).written()))
    with client_of(server) as client:
        assert client.user.upsert("user_123").version == 7


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_success_that_says_it_all(server: FaultyServer, status: int) -> None:
    bodies = [b""] if status == 204 else [b"", b" \n", b"{}", b"null"]
    with client_of(server) as client:
        for body in bodies:
            server.plan(Response(status, body))
            delete(client)


# -- other servers than Lunogram ------------------------------------------------------------------


@pytest.mark.parametrize("answer", IMPOSTORS.values(), ids=IMPOSTORS)
@pytest.mark.parametrize("call", [upsert, delete, post_events, create_session, count_inbox])
def test_another_server_is_never_taken_for_lunogram(
    server: FaultyServer, answer: Response, call: Any
) -> None:
    server.plan(answer)
    with client_of(server) as client:
        with pytest.raises(InvalidResponseError, match="check base_url") as caught:
            call(client)
    kind = answer.headers.get("Content-Type", "a").partition(";")[0]
    assert f"127.0.0.1:{server.port} returned {answer.status} with {kind}" in str(caught.value)
    for word in ("log in", "hello", "Not Found", "No resource", "path not found"):
        assert word not in str(caught.value)
    assert_clean(caught.value)


@pytest.mark.parametrize("answer", NO_UPSERT.values(), ids=NO_UPSERT)
def test_an_upsert_always_has_a_user(server: FaultyServer, answer: Response) -> None:
    server.plan(answer)
    with client_of(server) as client:
        for call in (client.user, client.with_raw_response.user):
            with pytest.raises(InvalidResponseError, match="check base_url") as caught:
                call.upsert(PERSON)
            assert_clean(caught.value)


def test_what_is_recognized_was_most_likely_carried_out(server: FaultyServer) -> None:
    server.plan(user(version="three"))
    with client_of(server) as client:
        with pytest.raises(InvalidResponseError, match="most likely carried out"):
            upsert(client)


def test_problem_json_is_a_problem(server: FaultyServer) -> None:
    problem = {"title": "bad request", "detail": "no name"}
    server.plan(faults.json_answer(problem, 400, content_type="application/problem+json"))
    with client_of(server) as client:
        with pytest.raises(ValidationError, match="no name"):
            upsert(client)
