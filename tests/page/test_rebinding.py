"""A site whose name resolves to this machine's address (DNS rebinding), in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.page.browser import PATIENCE, Browser, reason_missing
from tests.support.sandbox_process import SandboxProcess
from tests.support.services import missing

_FETCH = """
const [path, options, done] = arguments;
fetch(path, options)
    .then(async (response) => done([response.status, await response.text()]))
    .catch((error) => done([0, String(error)]));
"""
_FORM = """
const form = document.createElement("form");
form.method = "post";
form.enctype = "text/plain";
form.action = arguments[0];
const field = document.createElement("input");
field.name = '{"name": "purchase", "data": {"a": "';
field.value = '"}}';
form.append(field);
document.body.append(form);
form.submit();
"""
KEY = {"headers": {"Authorization": "Bearer sk_sandbox"}}


@pytest.fixture(scope="module")
def rebound() -> Iterator[Browser]:
    """A browser to which evil.example is this machine."""
    if reason := reason_missing():
        missing("Chromium", reason)
    browser = Browser("--host-resolver-rules=MAP evil.example 127.0.0.1")
    browser.driver.set_script_timeout(PATIENCE)
    yield browser
    browser.quit()


@pytest.fixture(scope="module")
def sandbox_with_ada() -> Iterator[SandboxProcess]:
    with SandboxProcess("--customerio") as sandbox:
        with sandbox.client("sk_sandbox") as http:
            ada = {"identifier": [{"external_id": "u1"}], "email": "ada@example.com"}
            assert http.post("/api/client/users", json=ada).status_code == 200
        yield sandbox


def at_evil_site(url: str) -> str:
    """The address of the sandbox, under the site's name."""
    return url.replace("127.0.0.1", "evil.example")


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("/sandbox/page/projects", {}),
        ("/sandbox/health", {}),
        ("/sandbox/users", KEY),
        ("/sandbox/calls", KEY),
        ("/api/client/users/inbox?source=default&external_id=u1&channel=inbox", KEY),
        ("/sandbox/reset", {**KEY, "method": "POST"}),
        ("/sandbox/reset", {"headers": {"Authorization": "Bearer pk_sandbox"}, "method": "POST"}),
    ],
)
def test_a_rebound_site_reads_and_changes_nothing(
    rebound: Browser, sandbox_with_ada: SandboxProcess, path: str, options: dict[str, Any]
) -> None:
    rebound.driver.get(at_evil_site(f"{sandbox_with_ada.url}/sandbox/health"))
    status, text = rebound.driver.execute_async_script(_FETCH, path, options)
    assert status == 403
    assert "ada" not in text
    assert is_there(sandbox_with_ada)


def test_a_form_of_another_site_sends_nothing(
    rebound: Browser, sandbox_with_ada: SandboxProcess
) -> None:
    rebound.driver.get(at_evil_site(sandbox_with_ada.url))
    site = sandbox_with_ada.url.replace("http://", "http://site_sandbox:track_sandbox@")
    rebound.run(_FORM, f"{site}/customerio/track/api/v1/customers/5/events")
    rebound.shows("body", "pages of other sites may not send this")
    with sandbox_with_ada.client("sk_sandbox") as http:
        assert http.get("/sandbox/customerio/events").json()["total"] == 0


def is_there(sandbox: SandboxProcess) -> bool:
    with sandbox.client("sk_sandbox") as http:
        return bool(http.get("/sandbox/users").json()["total"] == 1)
