"""What acceptance tests share: an outbox in a file, and a project of the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lunogram import Lunogram
from lunogram.testing import Sandbox
from tests.support.sandbox_process import SandboxProcess


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/lunogram.db"


@pytest.fixture
def project(sandbox: SandboxProcess) -> Sandbox:
    return Sandbox.connect(sandbox.base_url, api_key=sandbox.new_key())


@pytest.fixture
def client(project: Sandbox) -> Iterator[Lunogram]:
    with Lunogram(project.api_key, base_url=project.base_url) as client:
        yield client
