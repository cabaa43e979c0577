"""What tests of imports share: an outbox, and a project to deliver to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.support.sandbox_process import SandboxProcess


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(f"sqlite:///{tmp_path}/outbox.db") as outbox:
        yield outbox


@pytest.fixture
def project(sandbox: SandboxProcess) -> Sandbox:
    return Sandbox.connect(sandbox.base_url, api_key=sandbox.new_key())
