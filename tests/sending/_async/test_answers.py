"""Answers that are HTTP: which error each becomes, and what it says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lunogram import (
    ConflictError,
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
from tests.sending._async.clients import client_of, delete, upsert
from tests.support import faults
from tests.support.faults import Answer, Bytes
from tests.support.faulty_server import FaultyServer
from tests.support.sending import IDENTIFIER, USER, assert_clean, user

pytestmark = pytest.mark.anyio

KINDS = {
    201: None,
    299: None,
    300: RequestError,
    400: ValidationError,
    401: UnauthorizedError,
    402: RequestError,
    403: ForbiddenError,
    404: NotFoundError,
    408: RequestError,
    409: ConflictError,
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
async def test_status(server: FaultyServer, status: int) -> None:
    kind = KINDS[status]
    server.plan(faults.problem(status) if kind else faults.json_answer(USER, status))
    async with client_of(server) as client:
        if kind is None:
            await upsert(client)
            return
        with pytest.raises(RequestError) as caught:
            await upsert(client)
    assert type(caught.value) is kind
    assert caught.value.status_code == status
    assert (caught.value.title, caught.value.detail) == ("a title", "a detail")
    assert str(caught.value) == f"{status} a title: a detail (POST /client/users)"
    assert_clean(caught.value)


@pytest.mark.parametrize("status", [400, 401, 404, 418, 429, 500, 502, 599, 999])
@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"\xff\xfe", b"[" * 100_000, b"9" * 5000])
async def test_error_without_a_problem(server: FaultyServer, status: int, body: bytes) -> None:
    server.plan(Answer(status, body))
    async with client_of(server) as client:
        with pytest.raises(RequestError, match="not Lunogram's own") as caught:
            await upsert(client)
    assert type(caught.value) is KINDS.get(status, ServerError)
    assert_clean(caught.value)


@pytest.mark.parametrize("body", ODD_PROBLEMS)
async def test_odd_problem(server: FaultyServer, body: Any) -> None:
    server.plan(faults.json_answer(body, 404))
    async with client_of(server) as client:
        with pytest.raises(NotFoundError) as caught:
            await upsert(client)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1000
    assert isinstance(caught.value.title, str)
    assert isinstance(caught.value.detail, str)
    assert_clean(caught.value)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_is_told_and_not_followed(server: FaultyServer, status: int) -> None:
    with FaultyServer(user()) as elsewhere:
        server.plan(Answer(status, b"", {"Location": f"{elsewhere.base_url}/client/users"}))
        async with client_of(server, max_retries=2) as client:
            with pytest.raises(RequestError, match="base_url") as caught:
                await upsert(client)
    assert f"http://127.0.0.1:{elsewhere.port}" in str(caught.value)
    assert (elsewhere.attempts, server.attempts) == (0, 1)
    assert_clean(caught.value)


@pytest.mark.parametrize(
    "location", ["", "/elsewhere", "http://[", "http://[::1", "//", ":", "\xe9\xff", "a" * 50_000]
)
async def test_redirect_to_nowhere(server: FaultyServer, location: str) -> None:
    server.plan(Answer(301, b"", {"Location": location}))
    async with client_of(server) as client:
        with pytest.raises(RequestError, match="redirect") as caught:
            await upsert(client)
    assert len(str(caught.value)) < 1000
    assert_clean(caught.value)


async def test_facts_of_an_error(server: FaultyServer) -> None:
    headers = {"X-Request-Id": "req_1", "Set-Cookie": "a=b", "X-Twice": "1"}
    server.plan(Answer(503, b"", headers))
    async with client_of(server, max_retries=2) as client:
        with pytest.raises(ServerError, match=r"3 attempts, request id req_1") as caught:
            await upsert(client)
    error = caught.value
    assert error.request is not None
    assert (error.request.method, error.request.path) == ("POST", "/client/users")
    assert (error.request_id, error.attempts) == ("req_1", 3)
    assert error.headers == {"x-request-id": "req_1", "x-twice": "1", "content-length": "0"}


@pytest.mark.parametrize("name", USER)
async def test_field_of_another_type(server: FaultyServer, name: str) -> None:
    async with client_of(server) as client:
        right = getattr(await client.user.upsert("user_123"), name)
        for value in OTHER_VALUES:
            server.plan(user(**{name: value}))
            try:
                stored = await client.user.upsert("user_123")
            except InvalidResponseError as error:
                assert "lacks a field, or has one of another type" in str(error)  # noqa: PT017
                assert_clean(error)
            else:
                assert isinstance(getattr(stored, name), type(right) | None)


@pytest.mark.parametrize("name", USER)
async def test_field_left_out(server: FaultyServer, name: str) -> None:
    server.plan(faults.json_answer({key: USER[key] for key in USER if key != name}))
    async with client_of(server) as client:
        try:
            stored = await client.user.upsert("user_123")
        except InvalidResponseError as error:
            assert_clean(error)
        else:
            assert getattr(stored, name) is None


async def test_unknown_fields_are_kept(server: FaultyServer) -> None:
    server.plan(user(mood="bright", identifier=[{**IDENTIFIER, "verified": True}]))
    async with client_of(server) as client:
        stored = await client.user.upsert("user_123")
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
async def test_odd_but_readable_json(server: FaultyServer, body: bytes) -> None:
    server.plan(Answer(200, body))
    async with client_of(server) as client:
        stored: Any = await upsert(client)
    assert stored.data == {"plan": "pro"}


ODD_DATA: list[Any] = [{"a": [[[{}]]]}, {"": ""}, {"\ud800": "\udfff"}, {"big": 10**400}]


@pytest.mark.parametrize("data", ODD_DATA)
async def test_data_comes_back_as_it_is(server: FaultyServer, data: Any) -> None:
    server.plan(user(data=data))
    async with client_of(server) as client:
        assert (await client.user.upsert("user_123")).data == data


async def test_gzip(server: FaultyServer) -> None:
    server.plan(faults.gzipped(json.dumps(USER).encode()))
    async with client_of(server) as client:
        assert isinstance(await upsert(client), User)
    assert "gzip" in server.request.headers["accept-encoding"]


async def test_headers_of_any_bytes(server: FaultyServer) -> None:
    body = json.dumps(USER).encode()
    head = b"HTTP/1.1 200 \xe9\xff\r\nX-Name: \xe9\xff\xfe\r\nX-Name: again\r\n\r\n"
    server.plan(Bytes(head + body))
    async with client_of(server) as client:
        answer = await client.with_raw_response.user.upsert("user_123")
    assert answer.headers["x-name"] == "\xe9\xff\xfe, again"


async def test_informational_answers_come_first(server: FaultyServer) -> None:
    hints = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    server.plan(Bytes(hints + user().written()))
    async with client_of(server) as client:
        assert isinstance(await upsert(client), User)


async def test_more_than_one_answer(server: FaultyServer) -> None:
    server.plan(Bytes(user(version=7).written() + user(version=666).written()))
    async with client_of(server) as client:
        assert (await client.user.upsert("user_123")).version == 7


@pytest.mark.parametrize("status", [200, 202, 204])
async def test_success_that_says_it_all(server: FaultyServer, status: int) -> None:
    for answer in (faults.empty(status), faults.json_answer({"id": 5}, 200), Answer(200, b"OK")):
        server.plan(answer)
        async with client_of(server) as client:
            await delete(client)
