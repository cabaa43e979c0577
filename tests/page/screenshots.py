"""Pictures of the sandbox's page, for the documentation: `python -m tests.page.screenshots`.

They show a small shop in a fresh sandbox, at 1280 and 390 pixels, and the main view in the dark.
"""

from __future__ import annotations

import sys
from pathlib import Path

import httpx

from tests.page.browser import Browser, reason_missing
from tests.page.shop import open_shop
from tests.support.sandbox_process import SandboxProcess

FOLDER = Path(__file__).parents[2] / "docs" / "images"
LARGEST = 200_000
"""Bytes of a picture."""

KEY = "sk_test_8f2c91d04b7e"
WIDE, NARROW = (1280, 800), (390, 844)


def main() -> None:
    """Take all pictures."""
    if reason := reason_missing():
        sys.exit(f"no browser: {reason}")
    FOLDER.mkdir(exist_ok=True)
    browser = Browser()
    try:
        with SandboxProcess("--project", f"shop={KEY}") as sandbox:
            open_shop(sandbox.url, KEY)
            _take_all(browser, sandbox.url)
    finally:
        browser.quit()


def _take_all(browser: Browser, url: str) -> None:
    project = httpx.get(f"{url}/sandbox/page/projects").json()["results"][0]["id"]
    home = f"{url}/#/{project}"
    ask = {"project": project}
    rejected = httpx.get(f"{url}/sandbox/page/calls", params=ask | {"status": "rejected"}).json()
    calls = rejected["results"]
    bad = next(call["number"] for call in calls if "events" in call.get("field", ""))
    ada = httpx.get(f"{url}/sandbox/page/subjects", params=ask | {"search": "ada@"}).json()
    user = ada["results"][0]["id"]
    sent = httpx.get(f"{url}/sandbox/page/broadcasts", params=ask).json()["results"][-1]["id"]
    for scheme in ("light", "dark"):
        _take(browser, f"{home}/stream/{bad}", f"stream-{scheme}", WIDE, scheme, ".python")
        _take(browser, f"{home}/stream", f"stream-narrow-{scheme}", NARROW, scheme, ".call")
    _take(browser, f"{home}/schedules", "schedules", WIDE, "light", ".schedule")
    _take(browser, f"{home}/lost", "lost", WIDE, "light", ".loss")
    _take(browser, f"{home}/events", "events", WIDE, "light", ".plot .c0")
    _take(browser, f"{home}/users/{user}", "user", WIDE, "light", ".identifiers")
    _take(browser, f"{home}/users/{user}", "user-narrow", NARROW, "light", ".identifiers")
    _take(browser, f"{home}/events", "events-narrow", NARROW, "dark", ".plot .c0")
    _take(browser, f"{home}/broadcasts/{sent}", "broadcast", WIDE, "dark", ".recipient")
    _take(browser, f"{home}/stream", "bar", WIDE, "light", ".call", press=".tool.faults")


def _take(  # noqa: PLR0917 - one line for each picture is worth it
    browser: Browser,
    address: str,
    name: str,
    size: tuple[int, int],
    scheme: str,
    wait_for: str,
    *,
    press: str = "",
) -> None:
    browser.resize(*size, scheme)
    browser.open(address)
    browser.one(wait_for)
    if press:
        browser.one(press).click()
    # Disable animations.
    browser.run("for (const each of document.getAnimations()) each.finish()")
    file = FOLDER / f"{name}.png"
    browser.driver.get_screenshot_as_file(str(file))
    length = file.stat().st_size
    print(f"{file.name}: {size[0]} by {size[1]}, {length:,} bytes")
    if length > LARGEST:
        sys.exit(f"{file.name} is larger than {LARGEST:,} bytes")


if __name__ == "__main__":
    main()
