"""A sandbox that accepts only its own keys, as the platform does, and its inspection."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from lunogram.conformance.tested_server import Target
from lunogram.sandbox.session_tokens import DEFAULT_METHOD
from tests.support.sandbox_process import SandboxProcess

KEYS = ("sk_conformance", "pk_conformance")


@pytest.fixture(scope="session")
def strict() -> Iterator[SandboxProcess]:
    with SandboxProcess(*(f"--api-key={key}" for key in KEYS)) as process:
        yield process


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(verify=False) as client:
        yield client


def target_of(http: httpx.Client, sandbox: SandboxProcess) -> Target:
    """A target with all options."""
    return Target(http, sandbox.base_url, *KEYS, auth_method_id=DEFAULT_METHOD)


@pytest.fixture(scope="session")
def target(http: httpx.Client, strict: SandboxProcess) -> Target:
    return target_of(http, strict)


def left_in(sandbox: SandboxProcess, *keys: str) -> int:
    """Count the users and organizations in the projects of keys."""
    total = 0
    for key in keys or KEYS:
        with sandbox.client(key) as client:
            for what in ("users", "organizations"):
                total += client.get(f"/sandbox/{what}").json()["total"]
    return total
