"""What the tests of Customer.io's client use: a server, and pauses that cost no time."""

from __future__ import annotations

import os
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from tests.customerio.bridging import QUEUED_AT
from tests.customerio.operations import right
from tests.support.faulty_server import FaultyServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    """A server whose answer is right for every call."""
    with FaultyServer(right()) as running:
        yield running


@pytest.fixture
def queued_at(monkeypatch: pytest.MonkeyPatch) -> int:
    """The time at which calls are queued, in seconds since 1970: always the same."""
    stopped = SimpleNamespace(time=lambda: QUEUED_AT + 0.9, time_ns=time.time_ns)
    monkeypatch.setattr("lunogram.customerio.queued_events.time", stopped)
    return QUEUED_AT


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
    for name in [name for name in os.environ if name.startswith("CUSTOMERIO_")]:
        monkeypatch.delenv(name)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
