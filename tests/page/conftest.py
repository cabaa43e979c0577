"""The page's tests: over HTTP, and in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from lunogram.sandbox.keys import project_of
from tests.page.browser import Browser, reason_missing
from tests.page.project import PageProject
from tests.support.sandbox_process import SandboxProcess
from tests.support.services import missing


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(verify=False) as client:
        yield client


@pytest.fixture
def shop(sandbox: SandboxProcess, http: httpx.Client) -> PageProject:
    """A project of the test's own, in the shared sandbox."""
    key = sandbox.new_key()
    return PageProject(http, sandbox.url, key, project_of(key).id)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser for all tests."""
    if reason := reason_missing():
        missing("Chromium", reason)
    browser = Browser()
    yield browser
    browser.quit()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """The browser; each test asserts that its console stays empty."""
    chromium.resize(1280)
    chromium.complaints()
    yield chromium
    complaints = chromium.complaints()
    chromium.run("if (location.protocol !== 'about:') localStorage.clear()")
    chromium.driver.get("about:blank")
    assert complaints == []
