"""Are URL and key right, in words."""

from __future__ import annotations

import pytest

from lunogram import Ping
from tests.sending._async.clients import client_of
from tests.support import faults
from tests.support.faults import Fault
from tests.support.faulty_server import FaultyServer, closed_port
from tests.support.sending import assert_unseen

pytestmark = pytest.mark.anyio

COUNT = {"total": 0, "unread": 0, "read": 0, "archived": 0}

GOOD: dict[str, Fault] = {
    "nobody has the id": faults.problem(404, "Not Found", "user not found"),
    "somebody has the id": faults.json_answer(COUNT),
}
BAD: dict[str, tuple[Fault, str]] = {
    "key": (faults.problem(401), "does not know the key. Check LUNOGRAM_API_KEY"),
    "a page for anything": (faults.html(200), "answers, but not as it should"),
    "no such page": (faults.html(404), "most likely has to end with /api"),
    "another API": (faults.problem(404, "Not Found", "no such path"), "has to end with /api"),
    "elsewhere": (faults.Answer(301, b"", {"Location": "https://a.example/"}), "a.example"),
    "broken": (faults.problem(500), "answers, but not as it should"),
    "hangs up": (faults.closed(), "Nothing answers at"),
    "another protocol": (faults.not_http(), "Nothing answers at"),
}


async def ping(base_url: str) -> Ping:
    async with client_of(base_url) as client:
        return await client.ping()


@pytest.mark.parametrize("answer", GOOD.values(), ids=GOOD)
async def test_right(server: FaultyServer, answer: Fault) -> None:
    server.plan(answer)
    result = await ping(server.base_url)
    assert result
    assert result.message == f"{server.base_url} is a Lunogram and takes the key."
    assert server.request.method == "GET"


@pytest.mark.parametrize(("answer", "advice"), BAD.values(), ids=BAD)
async def test_wrong(server: FaultyServer, answer: Fault, advice: str) -> None:
    server.plan(answer)
    result = await ping(server.base_url)
    assert not result
    assert advice in result.message
    assert server.base_url in result.message
    assert_unseen(repr(result))


async def test_key_that_may_not_read(server: FaultyServer) -> None:
    server.plan(faults.problem(403))
    result = await ping(server.base_url)
    assert result
    assert "may still write" in result.message


async def test_nothing_listens() -> None:
    with closed_port() as base_url:
        result = await ping(base_url)
    assert not result
    assert f"Nothing answers at {base_url}" in result.message
