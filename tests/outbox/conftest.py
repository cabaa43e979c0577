"""What tests of the outbox share: a file, an outbox in it, a project to deliver to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import lunogram.outbox.relay.parking
import lunogram.outbox.relay.rate_limit
from lunogram import Lunogram
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.support.sandbox_process import SandboxProcess


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "lunogram.db"


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


@pytest.fixture
def outbox(url: str) -> Iterator[Outbox]:
    with Outbox(url) as outbox:
        yield outbox


@pytest.fixture
def project(sandbox: SandboxProcess) -> Sandbox:
    return Sandbox.connect(sandbox.base_url, api_key=sandbox.new_key())


@pytest.fixture
def client(project: Sandbox) -> Iterator[Lunogram]:
    with Lunogram(project.api_key, base_url=project.base_url) as client:
        yield client


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Relays that try again at once."""
    monkeypatch.setattr(lunogram.outbox.relay.parking, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(lunogram.outbox.relay.rate_limit, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(lunogram.outbox.relay.rate_limit, "_LONGEST_PAUSE", 0.02)
