"""What tests of the clients share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.sandbox_process import SandboxProcess


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run under asyncio."""
    return "asyncio"


@pytest.fixture(scope="session")
def closed_sandbox() -> Iterator[SandboxProcess]:
    """A sandbox that lets one key in."""
    with SandboxProcess("--api-key", "sk_right") as process:
        yield process
