"""A sandbox that accepts only its own keys, as the platform does, and its inspection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import httpx
import pytest

from lunogram.conformance.case import ROLES, Key
from lunogram.conformance.tested_server import Target
from lunogram.sandbox.session_tokens import DEFAULT_METHOD
from tests.support.sandbox_process import SandboxProcess

KEYS = ("sk_conformance", "pk_conformance")
ROLE_KEYS: Mapping[Key, str] = {
    "client": "sk_conformance_client",
    "support": "sk_conformance_support",
    "editor": "sk_conformance_editor",
    "limited": "sk_conformance_limited",
}
_OPTIONS = (
    f"--api-key={KEYS[0]}",
    *(f"--api-key={ROLE_KEYS[role]}:{role}" for role in ROLES),
    f"--api-key={ROLE_KEYS['limited']}:admin",
    f"--events={ROLE_KEYS['limited']}=conformance.checked",
    f"--api-key={KEYS[1]}",
)


@pytest.fixture(scope="session")
def strict() -> Iterator[SandboxProcess]:
    with SandboxProcess(*_OPTIONS) as process:
        yield process


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(verify=False) as client:
        yield client


def target_of(http: httpx.Client, sandbox: SandboxProcess) -> Target:
    """A target with all options."""
    target = Target(http, sandbox.base_url, *KEYS, auth_method_id=DEFAULT_METHOD)
    target.role_keys = ROLE_KEYS
    return target


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
