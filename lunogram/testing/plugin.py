"""Fixtures for pytest: a sandbox for each test, clients of it, and a recording.

pytest discovers this module and imports it in every run, so it imports nothing but pytest
and the standard library: the rest of lunogram comes when a fixture is used, and so late enough to
be measured by coverage.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lunogram import AsyncLunogram, Lunogram

    from .models import SandboxLoss
    from .recorder import Recording
    from .sandbox import Sandbox


_LOST = "lunogram_lost"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the option of pytest's configuration."""
    words = "what a test does in which the sandbox lost something: warn (the default) or error"
    parser.addini(_LOST, words, default="warn")


def _report(losses: Sequence[SandboxLoss], how: str) -> None:
    from .losses import LostWarning, in_words

    if how == "error":
        pytest.fail(in_words(losses), pytrace=False)
    warnings.warn(in_words(losses), LostWarning, stacklevel=1)


@pytest.fixture(scope="session")
def lunogram_sandbox_server() -> Iterator[Sandbox]:
    """The sandbox that all tests of a run share, each with a project of its own.

    Under pytest-xdist each worker has one. A fixture of the same name in conftest.py overrides
    this one: let it return `Sandbox.connect(…)` to use a sandbox that runs elsewhere.
    """
    from .sandbox import Sandbox

    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def lunogram_sandbox(
    request: pytest.FixtureRequest, lunogram_sandbox_server: Sandbox
) -> Iterator[Sandbox]:
    """An empty project of a local Lunogram server, for the test to send to and inspect.

    Every client of the process sends to it while the test runs, also one that was created before
    with a key of its own, and LUNOGRAM_BASE_URL, LUNOGRAM_API_KEY and LUNOGRAM_PROJECT_ID point to
    it. If something was lost in the test, it ends with a `LostWarning`, or fails with
    ``lunogram_lost = error``.
    """
    with lunogram_sandbox_server.new_project() as sandbox:
        with sandbox.activate():
            yield sandbox
        losses = sandbox.lost()
        sandbox.reset()
    if losses:
        _report(losses, request.config.getini(_LOST))


@pytest.fixture
def lunogram_recording() -> Iterator[Recording]:
    """A `recording` of the test's calls: nothing is sent, and outboxes queue nothing."""
    from .recorder import recording

    with recording() as recorded:
        yield recorded


def _target(sandbox: Sandbox) -> dict[str, Any]:
    return {
        "api_key": sandbox.api_key,
        "base_url": sandbox.base_url,
        "project_id": sandbox.project_id,
    }


@pytest.fixture
def lunogram_client(lunogram_sandbox: Sandbox) -> Iterator[Lunogram]:
    """A `Lunogram` that sends to the test's `lunogram_sandbox`; closed after the test."""
    from lunogram import Lunogram

    with Lunogram(**_target(lunogram_sandbox)) as client:
        yield client


@pytest.fixture
def async_lunogram_client(lunogram_sandbox: Sandbox) -> Iterator[AsyncLunogram]:
    """An `AsyncLunogram` that sends to the test's `lunogram_sandbox`; closed after the test.

    Not an async fixture, so that it works with pytest-asyncio, with anyio and with neither.
    """
    import asyncio

    from lunogram import AsyncLunogram

    client = AsyncLunogram(**_target(lunogram_sandbox))
    yield client
    # Its connections were closed when the test's own event loop ended. With a factory, the
    # runner leaves alone which event loop is the current one.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(client.aclose())
