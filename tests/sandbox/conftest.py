"""The sandbox's tests talk HTTP to a real process, each with a project of its own."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.support.customerio_api import Workspace
from tests.support.sandbox_api import Api
from tests.support.sandbox_process import SandboxProcess


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(verify=False) as client:
        yield client


@pytest.fixture
def api(sandbox: SandboxProcess, http: httpx.Client) -> Api:
    """The shared sandbox, with a project of the test's own."""
    return Api(http, sandbox.url, sandbox.new_key())


@pytest.fixture
def workspace(customerio_sandbox: SandboxProcess, http: httpx.Client) -> Workspace:
    """The shared sandbox with Customer.io, with a workspace of the test's own."""
    return Workspace(http, customerio_sandbox.url, customerio_sandbox.new_key())
