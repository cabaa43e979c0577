"""Fixtures for pytest: a sandbox for each test, and clients of it.

pytest finds this module by itself and imports it in every run, so it imports nothing but pytest
and the standard library: the rest of lunogram comes when a fixture is used, and so late enough to
be measured by coverage.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from lunogram import AsyncLunogram, Lunogram

    from .sandbox import Sandbox


@pytest.fixture(scope="session")
def lunogram_sandbox_server() -> Iterator[Sandbox]:
    """The sandbox that all tests of a run share, each with a project of its own.

    Under pytest-xdist each worker has one. A fixture of the same name in conftest.py takes its
    place: let it return `Sandbox.connect(…)` to use one that runs elsewhere.
    """
    from .sandbox import Sandbox

    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def lunogram_sandbox(lunogram_sandbox_server: Sandbox) -> Iterator[Sandbox]:
    """A local Lunogram with nothing in it, to send to and to look into.

    LUNOGRAM_BASE_URL and LUNOGRAM_API_KEY point to it while the test runs, and
    LUNOGRAM_PROJECT_ID is unset, so that the code under test finds it by itself.
    """
    sandbox = lunogram_sandbox_server.new_project()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("LUNOGRAM_PROJECT_ID", raising=False)
        patch.setenv("LUNOGRAM_BASE_URL", sandbox.base_url)
        patch.setenv("LUNOGRAM_API_KEY", sandbox.api_key)
        yield sandbox
    sandbox.reset()


@pytest.fixture
def lunogram_client(lunogram_sandbox: Sandbox) -> Iterator[Lunogram]:
    """A `Lunogram` that sends to the test's `lunogram_sandbox`; closed after the test."""
    from lunogram import Lunogram

    with Lunogram(lunogram_sandbox.api_key, base_url=lunogram_sandbox.base_url) as client:
        yield client


@pytest.fixture
def async_lunogram_client(lunogram_sandbox: Sandbox) -> Iterator[AsyncLunogram]:
    """An `AsyncLunogram` that sends to the test's `lunogram_sandbox`; closed after the test.

    Not an async fixture, so that it works with pytest-asyncio, with anyio and with neither.
    """
    import asyncio

    from lunogram import AsyncLunogram

    client = AsyncLunogram(lunogram_sandbox.api_key, base_url=lunogram_sandbox.base_url)
    yield client
    # Its connections were closed when the test's own event loop ended. With a factory, the
    # runner leaves alone which event loop is the current one.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(client.aclose())
