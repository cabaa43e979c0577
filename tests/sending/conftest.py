"""What the tests of sending use: a server, and pauses that cost no time."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from tests.support.faulty_server import FaultyServer
from tests.support.private_data import user

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test over httpx and direct connections, or over the transports of its marker.

    The combinations are those that can differ:

    - Each test is run async and sync (which is derived), over both transports. What is sent over
      neither has a single one in its marker.
    - Async tests with the marker `uvloop` run over direct connections on that event loop as well:
      the loops differ in how connections are made, break and end, and in timers, but not in what
      is read.
    - httpx2 differs from httpx by its name, so only some tests run over it.
    """
    marker = metafunc.definition.get_closest_marker("transports")
    names = marker.args if marker else ("httpx", "direct")
    if "anyio_backend" in metafunc.fixturenames:
        kinds = [(name, "asyncio") for name in names]
        if "direct" in names and metafunc.definition.get_closest_marker("uvloop"):
            kinds.append(("direct", "uvloop"))
        metafunc.parametrize(("transport", "anyio_backend"), kinds, indirect=True)
    elif "transport" in metafunc.fixturenames and names:
        metafunc.parametrize("transport", names, indirect=True)


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
def transport(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The transport that sends."""
    name = str(getattr(request, "param", "httpx"))
    monkeypatch.setenv("LUNOGRAM_TRANSPORT", name)
    return name


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts, in seconds. Nobody waits for them."""
    made: list[float] = []

    async def pause(seconds: float) -> None:
        made.append(seconds)

    monkeypatch.setattr("lunogram._async.sender.asyncio", SimpleNamespace(sleep=pause))
    monkeypatch.setattr("lunogram._sync.sender.time", SimpleNamespace(sleep=made.append))
    return made


@pytest.fixture
def overlong_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses that last 1.1 seconds, however short they should be."""

    async def pause(_seconds: float) -> None:
        await asyncio.sleep(1.1)

    monkeypatch.setattr("lunogram._async.sender.asyncio", SimpleNamespace(sleep=pause))
    waits = SimpleNamespace(sleep=lambda _seconds: time.sleep(1.1))
    monkeypatch.setattr("lunogram._sync.sender.time", waits)


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the environment that sets clients up."""
    for name in ("API_KEY", "BASE_URL", "PROJECT_ID"):
        monkeypatch.delenv(f"LUNOGRAM_{name}", raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
