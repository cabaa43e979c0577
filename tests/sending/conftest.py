"""What the tests of sending use: a server, and pauses that cost no time."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from tests.support.faulty_server import FaultyServer
from tests.support.sending import user

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test with both parsers, and async ones on another event loop as well."""
    if "anyio_backend" in metafunc.fixturenames:
        ways = [("h11", "asyncio"), ("httptools", "asyncio"), ("httptools", "uvloop")]
        metafunc.parametrize(("parser", "anyio_backend"), ways, indirect=True)
    elif "parser" in metafunc.fixturenames:
        metafunc.parametrize("parser", ["h11", "httptools"], indirect=True)


@pytest.fixture
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    """The event loop of an async test."""
    return "asyncio", {"use_uvloop": request.param == "uvloop"}


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    """A server. It answers like a Lunogram to upserts of users until it is told otherwise."""
    with FaultyServer(user()) as running:
        yield running


@pytest.fixture(autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What reads answers."""
    monkeypatch.setenv("LUNOGRAM_HTTP_PARSER", request.param)
    return str(request.param)


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts, in seconds. Nobody waits for them."""
    made: list[float] = []

    async def pause(seconds: float) -> None:
        made.append(seconds)

    monkeypatch.setattr("lunogram._async.sender.asyncio", SimpleNamespace(sleep=pause))
    monkeypatch.setattr("lunogram._sync.sender.time", SimpleNamespace(sleep=made.append))
    return made


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the environment that sets clients up."""
    for name in ("API_KEY", "BASE_URL", "PROJECT_ID"):
        monkeypatch.delenv(f"LUNOGRAM_{name}", raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
