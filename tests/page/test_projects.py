"""Projects by their name or their full key, where only this computer can see them."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import httpx
import pytest

from lunogram.sandbox.keys import project_of
from tests.page.browser import Browser
from tests.page.project import PAGE, PageProject
from tests.support.sandbox_process import SandboxProcess

KEY = "sk_test_0123456789"


def projects(http: httpx.Client, sandbox: SandboxProcess) -> Any:
    """Return the projects as the page lists them."""
    return http.get(f"{sandbox.url}{PAGE}/projects").json()["results"]


def test_a_named_project_is_there_from_the_start(browser: Browser, http: httpx.Client) -> None:
    with SandboxProcess("--project", f"shop={KEY}") as sandbox:
        (project,) = projects(http, sandbox)
        assert (project["id"], project["shown"]) == (project_of(KEY).id, "shop")
        PageProject(http, sandbox.url, KEY, project["id"]).user("ada")
        for name in ("shop", KEY, project["id"]):
            browser.open(f"{sandbox.url}/#/{name}/users")
            browser.shows(".subject", "ada")
            assert project["id"] in browser.driver.current_url
            browser.shows("#project", "shop")
        browser.open(f"{sandbox.url}/#/nowhere/users")
        browser.shows("#project", "shop")
        browser.complained("404")
        browser.leave()


def test_a_full_key_is_shown_on_loopback_only(http: httpx.Client) -> None:
    for options, shown in (
        ([], KEY),
        (["--api-key", KEY], "sk_tes…89"),
        (["--host", "0.0.0.0"], "sk_tes…89"),
        (["--allow-host", "lunogram"], "sk_tes…89"),
        (["--host", "0.0.0.0", "--project", f"shop={KEY}"], "shop"),
    ):
        with SandboxProcess(*options) as sandbox:
            sandbox.url = re.sub(r"0\.0\.0\.0", "127.0.0.1", sandbox.url)
            shop = PageProject(http, sandbox.url, KEY, project_of(KEY).id)
            shop.user("ada")
            (project,) = projects(http, sandbox)
            assert project["shown"] == shown, options
            status = shop.get("counts", project=KEY).status_code
            assert status == (404 if "host" in "".join(options) else 200)


def test_the_database_has_no_key(http: httpx.Client, tmp_path: Any) -> None:
    file = tmp_path / "sandbox.db"
    with SandboxProcess("--db", str(file), "--project", f"shop={KEY}") as sandbox:
        PageProject(http, sandbox.url, KEY, project_of(KEY).id).user("ada")
    assert not any(KEY.encode() in path.read_bytes() for path in tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--project", KEY], "--project must be NAME=KEY"),
        (["--project", "shop="], "--project must be NAME=KEY"),
        (["--project", f"a/b={KEY}"], "--project must be NAME=KEY"),
        (["--project", f"shop={KEY}", "--project", "shop=sk_b"], "has a second key"),
        (["--project", f"shop={KEY}", "--project", f"b={KEY}"], "a second name"),
        (["--project", f"shop={KEY}", "--api-key", "sk_other"], "is none of --api-key"),
    ],
)
def test_an_invalid_name_is_rejected_without_the_key(options: list[str], message: str) -> None:
    command = [sys.executable, "-m", "lunogram.cli", "sandbox", "--port", "0", *options]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert message in ended.stderr
    assert KEY not in ended.stderr + ended.stdout
