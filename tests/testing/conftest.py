"""The sandbox of lunogram.testing, one for all these tests, each with a project of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lunogram import Lunogram
from lunogram.testing import Sandbox


@pytest.fixture(scope="session")
def server() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def project(server: Sandbox) -> Sandbox:
    return server.new_project()


@pytest.fixture
def client(project: Sandbox) -> Iterator[Lunogram]:
    with Lunogram(
        project.api_key,
        base_url=project.base_url,
        project_id=project.project_id,
        max_retries=0,
    ) as client:
        yield client
