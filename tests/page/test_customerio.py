"""The page's view of Customer.io, in a real browser."""

from __future__ import annotations

from base64 import b64encode

import httpx
import pytest

from lunogram.sandbox.keys import project_of
from tests.page.browser import Browser
from tests.page.project import PageProject
from tests.support.customerio_api import Workspace
from tests.support.sandbox_process import SandboxProcess

EVIL = "<img src=x onerror=alert(1)>"


class Shop(Workspace):
    """A workspace, and its page."""

    def __init__(self, http: httpx.Client, url: str, key: str) -> None:
        super().__init__(http, url, key)
        self.page = PageProject(http, url, key, project_of(key).id)


@pytest.fixture
def store(customerio_sandbox: SandboxProcess, http: httpx.Client) -> Shop:
    """One of everything."""
    shop = Shop(http, customerio_sandbox.url, customerio_sandbox.new_key())
    shop.identify("user_123", email="ada@example.com", plan="pro", bio=EVIL)
    shop.event("user_123", "order.completed", data={"total": 99.99})
    shop.event("user_123", "/pricing", type="page")
    shop.tracked(
        "POST", "/api/v1/events", {"name": "seen", "anonymous_id": "visitor_1", "data": {}}
    )
    device = {"id": "phone_1", "platform": "ios", "last_used": 1361205308}
    shop.tracked("PUT", "/api/v1/customers/user_123/devices", {"device": device})
    shop.tracked("POST", "/api/v1/segments/7/add_customers", {"ids": ["user_123"]})
    receipt = {"receipt.pdf": b64encode(b"secret words" * 100).decode()}
    message = {
        "to": "ada@example.com",
        "from": "shop@example.com",
        "subject": "Your order",
        "body": "It is on its way.",
        "identifiers": {"id": "user_123"},
        "attachments": receipt,
    }
    assert shop.app("POST", "/v1/send/email", message).status_code == 200
    assert shop.app("POST", "/v1/campaigns/12/triggers", {"ids": ["user_123"]}).status_code == 200
    return shop


def test_a_sandbox_without_it_does_not_speak_of_it(browser: Browser, shop: PageProject) -> None:
    shop.user("ada")
    browser.open(shop.home())
    browser.shows("#nav", "Broadcasts")
    browser.shows_not("#nav", "Customer.io")


def test_what_came_is_still_seen_when_it_is_off(browser: Browser, tmp_path: object) -> None:
    file = f"{tmp_path}/sandbox.db"
    with SandboxProcess("--customerio", "--db", file) as sandbox, httpx.Client() as http:
        before = Shop(http, sandbox.url, sandbox.new_key())
        before.identify("user_123")
    with SandboxProcess("--db", file) as sandbox, httpx.Client() as http:
        browser.open(Shop(http, sandbox.url, before.key).page.home("customerio"))
        browser.shows(".cio-person", "user_123")
        browser.driver.get("about:blank")


def test_people_are_seen_found_and_opened(browser: Browser, store: Shop) -> None:
    store.identify("user_456")
    browser.open(store.page.home("customerio"))
    browser.count(".cio-person", 2)
    browser.shows(".tabs a[aria-current]", "People 2")
    browser.one("input[type=search]").send_keys("ADA@")
    browser.count(".cio-person", 1)
    browser.one(".cio-person").click()
    side = browser.shows(".side", "Attributes")
    for text in ("ada@example.com", '"plan": "pro"', EVIL, "phone_1", "18 Feb 2013"):
        assert text in side.text
    browser.shows(".side .rows", "order.completed")
    browser.one(".side .close").click()
    browser.shows(".side", "Choose a person")


def test_what_comes_shows_up_by_itself(browser: Browser, store: Shop) -> None:
    browser.open(store.page.home("customerio/events"))
    browser.count(".rows > li", 3)
    browser.run("window.stays = true")
    store.event("user_789", "just.now", data={"a": 1})
    row = browser.shows(".rows > li:first-child", "just.now")
    assert "user_789" in row.text
    browser.shows(".tabs", "Events 4")
    browser.shows("#nav", "Customer.io 2")
    browser.one(".rows > li:first-child summary").click()
    browser.shows(".rows > li:first-child .json", '"a": 1')
    assert browser.run("return window.stays")


def test_events_say_whose_they_are_and_lead_there(browser: Browser, store: Shop) -> None:
    browser.open(store.page.home("customerio/events"))
    browser.shows(".rows", "visitor_1")
    browser.shows(".rows .tag", "page")
    browser.one(".rows a.who").click()
    browser.shows(".side", "ada@example.com")
    browser.shows(".tabs a[aria-current]", "People")


def test_a_send_shows_names_and_sizes_of_attachments_alone(browser: Browser, store: Shop) -> None:
    browser.open(store.page.home("customerio/sends"))
    row = browser.shows(".cio-send", "Your order")
    assert "1 attachment" in row.text
    row.click()
    browser.shows(".side .attachments", "receipt.pdf 1,200 bytes")
    browser.shows(".side .json", '"subject": "Your order"')
    assert b64encode(b"secret").decode() not in browser.run("return document.body.textContent")


def test_broadcasts_and_segments_are_seen(browser: Browser, store: Shop) -> None:
    browser.open(store.page.home("customerio/broadcasts"))
    browser.shows(".rows", "broadcast 12").click()
    browser.shows(".rows .json", '"user_123"')
    browser.shows(".tabs a", "Segments").click()
    browser.shows(".cio-segment", "1 person").click()
    browser.shows(".side", "user_123")


def test_its_calls_are_in_the_stream(browser: Browser, store: Shop) -> None:
    store.error("PUT", "/api/v1/customers/user_123", {"id": 5})
    store.track("POST", "/api/v2/batch", {"batch": [{"type": "object"}]})
    browser.open(store.page.home())
    browser.shows(".call.bad .reason", "id attribute must be a string value")
    browser.shows(".call.bad .path", "/customerio/track/api/v1/customers/user_123").click()
    browser.shows(".side .rejection", "id attribute must be a string value")
    assert "Python" not in browser.text(".side")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_it_fits_on_every_screen(browser: Browser, store: Shop, width: int, scheme: str) -> None:
    browser.resize(width, scheme=scheme)
    for tab in ("people?number=", "events", "sends?number=", "broadcasts", "segments"):
        what = tab.partition("?")[0]
        first = store.page.ask(f"cio/{what}")["results"][0]["number"] if "=" in tab else ""
        browser.open(store.page.home(f"customerio/{tab}{first}"))
        browser.wait(lambda _: browser.all(".rows > li, .json"), "something to show")
        assert browser.overflow() <= 0, tab


def test_its_tabs_are_used_with_the_keyboard(browser: Browser, store: Shop) -> None:
    browser.open(store.page.home("customerio"))
    browser.shows(".tabs a", "Sends").send_keys("\n")
    browser.one(".cio-send").send_keys("\n")
    browser.shows(".side", "receipt.pdf")


def test_no_person_is_found_by_a_number_of_another_project(store: Shop) -> None:
    other = Shop(store.http, store.url, f"{store.key}_other")
    other.identify("5")
    number = store.page.ask("cio/people")["results"][0]["number"]
    assert other.page.get("cio/person", number=number).status_code == 404
    assert other.page.ask("cio/events", person=number)["results"] == []
