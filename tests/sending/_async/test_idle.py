"""What happens to a connection while it is idle, and who must not get what comes over it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TypeAlias

import httpx
import httpx2
import pytest

from lunogram import AsyncLunogram, NetworkTimeoutError
from tests.sending._async.clients import client_of, create_session, upsert
from tests.support.faults import Afterwards, Bytes, Deaf
from tests.support.faulty_server import FaultyServer
from tests.support.private_data import USER, session, user

pytestmark = [pytest.mark.anyio, pytest.mark.uvloop]

FAR = "http://lunogram.invalid:8025/api"
STRAY = user(version=666).written()
FROM_AFAR = {"letter": "x" * 20_000_000}
WAYS = ["straight", "through a proxy", "httpx", "httpx2"]


@pytest.fixture(params=WAYS)
async def client(request, server: FaultyServer, monkeypatch: pytest.MonkeyPatch):
    """A client of the server, each way there is."""
    if request.param == "straight":
        async with client_of(server) as client:
            yield client
    elif request.param == "through a proxy":
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.port}")
        async with client_of(FAR) as client:
            yield client
    else:
        library = {"httpx": httpx, "httpx2": httpx2}[request.param]
        async with library.AsyncClient(trust_env=False) as mine:
            yield client_of(server, http_client=mine)


Client: TypeAlias = AsyncLunogram


async def test_kept_while_nothing_happens(
    request: pytest.FixtureRequest, server: FaultyServer, client: Client
) -> None:
    is_proxy = "through a proxy" in request.node.name
    for _ in range(3):
        await upsert(client)
    assert len(server.connections) == (3 if is_proxy else 1)


async def test_what_nobody_asked_is_nobody_s(server: FaultyServer, client: Client) -> None:
    stray = Afterwards(user(), STRAY)
    server.plan(stray, user())
    await upsert(client)
    stray.happen()
    assert (await client.user.upsert("user_123")).version == USER["version"]
    assert len(server.connections) == 2


async def test_one_that_the_server_closed_is_not_used(server: FaultyServer, client: Client) -> None:
    hang_up = Afterwards(session())
    server.plan(hang_up, session())
    await create_session(client)
    hang_up.happen()
    await create_session(client)  # which is never sent twice
    assert len(server.connections) == 2


@pytest.mark.parametrize(("seconds", "connections"), [(1, 3), (60, 1)])
async def test_time_that_the_server_keeps_a_connection(
    server: FaultyServer, seconds: int, connections: int
) -> None:
    answer = user()
    server.plan(replace(answer, headers={**answer.headers, "Keep-Alive": f"timeout={seconds}"}))
    async with client_of(server) as client:
        for _ in range(3):
            await upsert(client)
    assert len(server.connections) == connections


ANSWERS = {
    "length": user().written(),
    "chunks": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
    b"\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(user().body), user().body),
    "after hints": b"HTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\n" + user().written(),
}


@pytest.mark.parametrize("stray", [STRAY, b"\r\n", b"\n"], ids=["answer", "line", "line feed"])
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
async def test_what_follows_an_answer_at_once_is_nobody_s(
    server: FaultyServer, client: Client, answer: bytes, stray: bytes
) -> None:
    server.plan(Bytes(answer + stray, goes_on=True), user())
    await upsert(client)
    assert (await client.user.upsert("user_123")).version == USER["version"]
    assert len(server.connections) == 2


async def test_raw_calls_too(server: FaultyServer, client: Client) -> None:
    server.plan(Bytes(user().written() + STRAY, goes_on=True), user())
    await client.with_raw_response.user.upsert("user_123")
    second = await client.with_raw_response.user.upsert("user_123")
    assert second.parsed.version == USER["version"]
    assert len(server.connections) == 2


async def test_answer_before_the_request_was_written(server: FaultyServer, client: Client) -> None:
    server.plan(Deaf(user()), user())
    with suppress(NetworkTimeoutError):  # whoever writes first and reads then gets no answer
        await client.with_options(timeout=0.5).user.upsert("user_123", data=FROM_AFAR)
    server.wait_until_asked()  # under load it may begin late
    assert (await client.user.upsert("user_124")).version == USER["version"]
    assert server.request.connection == 2
