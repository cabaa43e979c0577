"""What all tests may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.sandbox_process import SandboxProcess

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxProcess]:
    """A running sandbox. It is shared: take a `new_key()`, which is a project of its own."""
    with SandboxProcess() as process:
        yield process


@pytest.fixture(scope="session")
def customerio_sandbox() -> Iterator[SandboxProcess]:
    """A running sandbox that answers Customer.io's APIs too, shared like the other."""
    with SandboxProcess("--customerio") as process:
        yield process
