"""Debian's Chromium, driven by Selenium, without access to the outside."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar

from selenium.common.exceptions import (
    NoSuchElementException,
    StaleElementReferenceException,
)
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

T = TypeVar("T")

CHROMIUM = "/usr/bin/chromium"
DRIVER = "/usr/bin/chromedriver"
PATIENCE = 10
"""Seconds to wait for what should appear."""

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--font-render-hinting=none",
)


def reason_missing() -> str | None:
    """Return why there is no browser, or None if there is one."""
    missing = [path for path in (CHROMIUM, DRIVER) if not Path(path).exists()]
    return f"{', '.join(missing)} (apt-get install chromium chromium-driver)" if missing else None


class Browser:
    """A browser with a profile of its own."""

    def __init__(self, *flags: str) -> None:
        """Start the browser, with flags besides the usual ones."""
        self._profile = mkdtemp(prefix="lunogram-chromium-")
        options = ChromeOptions()
        options.binary_location = CHROMIUM
        for flag in (*_FLAGS, *flags, f"--user-data-dir={self._profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = Chrome(options=options, service=Service(DRIVER))
        self.driver.set_page_load_timeout(PATIENCE)

    def quit(self) -> None:
        """Stop the browser."""
        self.driver.quit()
        shutil.rmtree(self._profile, ignore_errors=True)

    def resize(
        self, width: int, height: int = 800, scheme: str = "light", scale: float = 1
    ) -> None:
        """Take a screen of this size, in this colour scheme."""
        metrics = {
            "width": width,
            "height": height,
            "deviceScaleFactor": scale,
            "mobile": width < 600,
        }
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def open(self, url: str) -> None:
        """Reload a page, even if only what follows the # differs."""
        self.driver.get("about:blank")
        self.driver.get(url)

    def leave(self) -> None:
        """Leave the page, before its sandbox stops."""
        self.run("localStorage.clear()")
        self.driver.get("about:blank")

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script in the page."""
        return self.driver.execute_script(script, *arguments)

    def all(self, selector: str) -> list[WebElement]:
        """Return all elements of a CSS selector."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        """Wait for an element that can be seen."""

        def find(_driver: object) -> WebElement | None:
            return next((each for each in self.all(selector) if each.is_displayed()), None)

        return self.wait(find, f"an element {selector}")

    def text(self, selector: str) -> str:
        """Return the text of an element, once it exists."""
        return self.one(selector).text

    def shows(self, selector: str, text: str) -> WebElement:
        """Wait until an element of this selector has this text in it."""

        def find(_driver: object) -> WebElement | None:
            return next((each for each in self.all(selector) if text in each.text), None)

        return self.wait(find, f"{text!r} in {selector}")

    def shows_not(self, selector: str, text: str) -> None:
        """Wait until no element of this selector has this text in it."""

        def gone(_driver: object) -> bool:
            return not any(text in each.text for each in self.all(selector))

        self.wait(gone, f"no {text!r} in {selector}")

    def count(self, selector: str, wanted: int) -> None:
        """Wait until there is this number of elements."""
        self.wait(lambda _: len(self.all(selector)) == wanted, f"{wanted} of {selector}")

    def wait(self, condition: Callable[[Any], T | None], what: str) -> T:
        """Wait until a condition holds."""
        ignored = (StaleElementReferenceException, NoSuchElementException)
        waiting = WebDriverWait(
            self.driver, PATIENCE, poll_frequency=0.03, ignored_exceptions=ignored
        )
        found = waiting.until(condition, f"waited for {what}")
        assert found is not None
        return found

    def complaints(self) -> list[str]:
        """Return the messages in the console, also violations of the content security policy."""
        return [entry["message"] for entry in self._log("browser")]

    def complained(self, *texts: str) -> None:
        """Wait for messages in the console, with these texts, and no others."""
        found: list[str] = []

        def all_there(_driver: object) -> bool:
            found.extend(self.complaints())
            return len(found) >= len(texts)

        self.wait(all_there, f"{texts} in the console")
        assert [text in each for text, each in zip(texts, found, strict=True)] == [True] * len(
            texts
        )

    def requested(self) -> set[str]:
        """Return the addresses that were requested since the last time."""
        messages = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        sent = [each for each in messages if each["method"] == "Network.requestWillBeSent"]
        return {each["params"]["request"]["url"] for each in sent}

    def _log(self, kind: str) -> list[Any]:
        driver: Any = self.driver  # Its logs have no types.
        entries: list[Any] = driver.get_log(kind)
        return entries

    def spilling(self) -> int:
        """Return how many columns have content that is wider than they are."""
        script = (
            "return [...document.querySelectorAll('.columns > *')]"
            ".filter((column) => column.scrollWidth > column.clientWidth).length"
        )
        count: int = self.run(script)
        return count

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the screen."""
        script = "return document.documentElement.scrollWidth - window.innerWidth"
        width: int = self.run(script)
        return width
