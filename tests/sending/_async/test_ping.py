"""Are URL and key right, in words."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from lunogram import AsyncLunogram, Ping
from lunogram._target import SANDBOX_PORT
from lunogram.cli.sandbox import sandbox as sandbox_command
from tests.sending._async.clients import client_of
from tests.support import faults
from tests.support.faults import Fault
from tests.support.faulty_server import FaultyServer, closed_port
from tests.support.private_data import assert_unseen

pytestmark = pytest.mark.anyio

COUNT = {"total": 0, "unread": 0, "read": 0, "archived": 0}

GOOD: dict[str, Fault] = {
    "nobody has the id": faults.problem(404, "Not Found", "user not found"),
    "somebody has the id": faults.json_answer(COUNT),
}
BAD: dict[str, tuple[Fault, str]] = {
    "key": (faults.problem(401), "rejected the API key. Check LUNOGRAM_API_KEY, and set LUNO"),
    "a page for anything": (faults.html(200), "returned a web page, such as its console"),
    "no such page": (faults.html(404), "usually ends with /api"),
    "no project": (faults.problem(401), "set LUNOGRAM_PROJECT_ID"),
    "another API": (faults.problem(404, "Not Found", "no such path"), "usually ends with /api"),
    "elsewhere": (faults.Response(301, b"", {"Location": "https://a.example/"}), "a.example"),
    "broken": (faults.problem(500), "Unexpected response from"),
    "hangs up": (faults.closed(), "No response from"),
    "another protocol": (faults.not_http(), "No response from"),
}


async def ping(base_url: str) -> Ping:
    async with client_of(base_url) as client:
        return await client.ping()


@pytest.mark.parametrize("answer", GOOD.values(), ids=GOOD)
async def test_right(server: FaultyServer, answer: Fault) -> None:
    server.plan(answer)
    result = await ping(server.base_url)
    assert result
    assert result.message == f"Connected to Lunogram at {server.base_url}; the API key is valid."
    assert server.request.method == "GET"


@pytest.mark.parametrize(("answer", "advice"), BAD.values(), ids=BAD)
async def test_wrong(server: FaultyServer, answer: Fault, advice: str) -> None:
    server.plan(answer)
    result = await ping(server.base_url)
    assert not result
    assert advice in result.message
    assert server.base_url in result.message
    assert_unseen(repr(result))


@pytest.mark.parametrize(
    ("project_id", "advice"),
    [
        ("4c9d3163-7b64-4f9e-9068-d2e4b96be56b", "and a key of the project LUNOGRAM_PROJECT_ID."),
        ("my-project", "Set LUNOGRAM_PROJECT_ID to the id of the project, which is a UUID."),
    ],
)
async def test_project_of_another_key(server: FaultyServer, project_id: str, advice: str) -> None:
    server.plan(faults.problem(401))
    async with AsyncLunogram("sk_x", base_url=server.base_url, project_id=project_id) as client:
        result = await client.ping()
    assert not result
    assert advice in result.message


async def test_key_that_may_not_read(server: FaultyServer) -> None:
    server.plan(faults.problem(403))
    result = await ping(server.base_url)
    assert result
    assert "may have permission to write" in result.message


async def test_nothing_listens() -> None:
    with closed_port() as base_url:
        result = await ping(base_url)
    assert not result
    assert f"No response from {base_url}" in result.message
    assert ": connection refused" in result.message
    assert "sandbox" not in result.message


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_no_sandbox_listens(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    with closed_port() as base_url:
        monkeypatch.setattr("lunogram._target.SANDBOX_PORT", urlsplit(base_url).port)
        result = await ping(base_url.replace("127.0.0.1", host))
    assert not result
    assert "Is `lunogram sandbox` running?" in result.message


def test_sandbox_listens_there() -> None:
    (option,) = [each for each in sandbox_command.params if each.name == "port"]
    assert option.default == SANDBOX_PORT


async def test_name_that_is_unknown() -> None:
    result = await ping("https://lunogram.invalid/api")
    assert "could not connect to lunogram.invalid:443: host name not found" in result.message


async def test_client_that_is_closed(server: FaultyServer) -> None:
    client = client_of(server)
    await client.aclose()
    result = await client.ping()
    assert not result
    assert "The client is closed" in result.message
    assert server.attempts == 0
