"""Calls in a real browser: found, opened, followed to what they recorded, and sent again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from lunogram import Event, Lunogram, Message
from tests.page.browser import Browser
from tests.page.project import PageProject
from tests.support.sandbox_api import named
from tests.support.sandbox_process import SandboxProcess

BATCH = 500

EXAMPLES = (
    ("Python", sys.executable, "-c"),
    ("JavaScript", "node", "--input-type=module", "-e"),
    ("curl", "bash", "-c"),
)


@pytest.fixture
def client(shop: PageProject) -> Iterator[Lunogram]:
    """A client of the project, which has a user."""
    with Lunogram(shop.key, base_url=f"{shop.url}/api", max_retries=0) as client:
        client.user.upsert("user_123", email="ada@example.com", data={"plan": "pro"})
        yield client


@pytest.fixture
def page(browser: Browser, shop: PageProject, client: Lunogram) -> Browser:
    """The stream, open and live."""
    assert client
    browser.open(shop.home())
    browser.shows("#live", "live")
    browser.count(".pane .rows > li a", 1)
    return browser


def press(browser: Browser, *keys: str) -> None:
    """Press keys, wherever the focus is."""
    for key in keys:
        ActionChains(browser.driver).send_keys(key).perform()


def rows(browser: Browser, wanted: int) -> None:
    """Wait until the list has this number of rows."""
    browser.count(".pane .rows > li a", wanted)


def test_a_batch_is_a_row_that_opens_into_its_events(page: Browser, client: Lunogram) -> None:
    batch = [Event("order.imported", "user_123", data={"n": n}) for n in range(BATCH - 1)]
    client.user.events.post([*batch, Event("import.done", "user_123")])
    row = page.shows(".pane .rows > li:first-child", "500 events")
    assert "order.imported \N{MULTIPLICATION SIGN}499, import.done · 1 subject" in row.text
    row.find_element("css selector", "a").click()
    page.shows(".side h4", "500 events")
    page.shows(".side .rows > li:first-child", '{"n":0}')
    page.run("document.querySelector('.side .rows').scrollTo(0, 1e9)")
    page.run("document.querySelector('.side .more').click()")
    page.wait(lambda _: len(page.all(".side .rows > li")) > 100, "the next hundred")


def test_a_call_leads_to_its_user_and_events_and_back(
    page: Browser, shop: PageProject, client: Lunogram
) -> None:
    client.user.events.post(Event("order.completed", "user_123", data={"total": 99.99}))
    rows(page, 2)
    page.one(".pane .rows > li:first-child a").click()
    page.shows(".side .event", "order.completed").click()
    page.shows(".side .event-box .json", "99.99")
    page.one(".side .about-links a").click()
    page.shows(".subject-head", "user_123")
    page.shows(".timeline .event", "order.completed").find_element(
        "css selector", ".by-call"
    ).click()
    page.shows(".side h3", "/users/events")
    page.open(shop.home("users"))
    page.one(".subject").click()
    page.one(".calls-of").click()
    rows(page, 2)
    assert "user=user_123" in page.driver.current_url


def test_who_does_not_exist_is_not_linked(page: Browser, shop: PageProject) -> None:
    shop.done("POST", "/users/events", [{"name": "a", "identifier": named("user_404"), "data": {}}])
    rows(page, 2)
    page.one(".pane .rows > li:first-child a").click()
    page.shows(".side .unknown", "user_404")
    page.count(".side .about-links a", 0)


def test_calls_are_filtered_and_the_address_says_how(
    page: Browser, shop: PageProject, client: Lunogram
) -> None:
    client.user.upsert("user_456")
    client.user.events.post(
        [Event("cart.updated", "user_456"), Event("order.completed", "user_123")]
    )
    shop.rejected(404, "DELETE", "/users", {"identifier": named("user_404")})
    rows(page, 4)
    for name, value, found in (
        ("status", "404", 1),
        ("status", "2xx", 3),
        ("path", "/users", 3),
        ("event", "cart.updated", 1),
    ):
        page.one(f"[data-filter={name}] option[value='{value}']").click()
        rows(page, found)
        assert f"{name}=" in page.driver.current_url
        page.driver.refresh()
        rows(page, found)
        page.one(".filters .clear").click()
        rows(page, 4)
    page.one("[aria-label=User]").send_keys("user_456")
    rows(page, 2)
    page.one(".pane .rows > li a").click()
    page.one(".side .code")
    page.one(".nav a").click()
    rows(page, 4)
    page.shows(".side", "Choose a call")
    page.driver.back()
    rows(page, 2)
    page.one(".close").click()
    client.user.upsert("user_456", email="a@example.com")
    rows(page, 3)
    client.user.upsert("user_789")
    page.shows("#nav", "Stream 6")
    rows(page, 3)


def test_a_status_is_searched(page: Browser, shop: PageProject) -> None:
    shop.rejected(404, "DELETE", "/users", {"identifier": named("user_404x")})
    rows(page, 2)
    press(page, "/")
    press(page, "200")
    rows(page, 1)
    assert "search=200" in page.driver.current_url


def test_a_call_is_copied_in_three_languages(page: Browser) -> None:
    page.one(".pane .rows > li a").click()
    for language, text in (
        ("Python", 'client.user.upsert("user_123"'),
        ("JavaScript", "await fetch(`${process.env.LUNOGRAM_BASE_URL}/client/"),
        ("curl", 'curl -X POST "$LUNOGRAM_BASE_URL/client/'),
    ):
        page.shows("[role=tab]", language).click()
        page.shows(f".code.{language.lower()} pre", text)
    page.shows("[role=tab]", "curl").send_keys(Keys.ARROW_RIGHT)
    page.shows(".code.python pre", "client.user.upsert")


def test_json_folds(page: Browser, client: Lunogram) -> None:
    client.user.upsert("user_123", data={"deep": {"er": [1, {"x": 1.50}]}, "none": {}})
    rows(page, 2)
    page.one(".pane .rows > li:first-child a").click()
    request = page.one(".side .copied pre")
    assert json.loads(request.text)["data"] == {"deep": {"er": [1, {"x": 1.50}]}, "none": {}}
    page.shows(".fold-all", "Fold").click()
    assert '"deep"' not in request.text
    page.one(".fold-all").click()
    assert '"x": 1.5' in request.text
    deep = page.shows(".fold > summary", '"deep": {')
    deep.send_keys(Keys.ENTER)
    assert '"x"' not in request.text


def test_a_cut_body_folds_too(page: Browser, shop: PageProject) -> None:
    events = [
        {"name": f"event.{n}", "identifier": named("user_123"), "data": {}} for n in range(400)
    ]
    shop.rejected(400, "POST", "/users/events", [*events, {"name": 1}])
    shop.raw("POST", f"{shop.family}/users/events", content="[}]{,:,}" + '"x",[1' * 6000)
    rows(page, 3)
    page.one(".pane .rows > li:first-child a").click()
    page.shows(".side .cut", "The first 16,384")
    page.all(".pane .rows > li a")[1].click()
    page.shows(".side .cut", "The first 16,384")
    first = page.shows(".side .fold .fold > summary", "{")
    assert "event.0" not in page.one(".side .copied pre").text
    first.click()
    page.shows(".side .copied pre", '"name": "event.0"')


def test_json_of_any_depth_is_shown(page: Browser, shop: PageProject) -> None:
    body = '{"identifier":[{"external_id":"ada"}],"data":{"x":' + "[" * 4000 + "]" * 4000 + "}}"
    shop.raw("POST", f"{shop.family}/users", content=body)
    rows(page, 2)
    page.one(".pane .rows > li:first-child a").click()
    assert page.one(".side .copied pre").text.count("[") > 4000
    assert page.overflow() <= 0


def test_a_call_is_sent_from_the_page(page: Browser, shop: PageProject) -> None:
    page.shows(".button", "Send a call").click()
    page.shows("#send-kind option", "Upsert a user").click()
    field = page.one("#send-body")
    assert json.loads(field.get_property("value"))["data"] == {"plan": "pro"}  # type: ignore[arg-type]
    field.clear()
    field.send_keys('{"identifier": [{"external_id": "by_hand"}]}')
    field.send_keys(Keys.CONTROL + Keys.ENTER)
    page.shows(".side .facts", "200")
    page.shows(".pane .rows > li:first-child", "by_hand")
    assert shop.ask("counts")["users"] == 2
    page.one(".again").click()
    page.one("#send-body").clear()
    page.one("#send-body").send_keys("{}")
    page.one(".send .primary").click()
    page.shows(".side .rejection", "at least one identifier is required")
    page.complained("400")
    page.open(shop.home("stream/new"))
    path = page.one(".target input")
    path.clear()
    path.send_keys("/nowhere")
    page.one(".send .primary").click()
    page.shows(".send .said", "path not found")
    path.clear()
    path.send_keys("/users/inbox/count")
    page.one(".send .primary").click()
    page.shows(".send .said", "POST")
    page.complained("404", "405")


def test_keys_move_search_and_close(page: Browser, client: Lunogram) -> None:
    client.user.upsert("user_456")
    client.user.upsert("user_789")
    rows(page, 3)
    press(page, "j")
    page.shows(".side .code", 'upsert("user_789"')
    press(page, "j", "j", "j")
    page.shows(".side .code", 'upsert("user_123"')
    press(page, "k")
    page.shows(".side .code", 'upsert("user_456"')
    press(page, Keys.ESCAPE)
    page.shows(".side", "Choose a call")
    press(page, "/", "jk")
    assert page.one("main input[type=search]").get_property("value") == "jk"
    press(page, Keys.ESCAPE)
    page.one(".tool.clock").click()
    page.shows(".tray", "Advance")
    press(page, Keys.ESCAPE)
    page.wait(lambda _: not page.one("body").find_elements("css selector", ".panel"), "no tray")


def test_times_are_local_utc_or_relative(page: Browser, shop: PageProject) -> None:
    at = shop.ask("calls")["results"][0]["at"]
    page.driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Tokyo"})
    try:
        page.open(shop.home())
        hour = (int(at[11:13]) + 9) % 24
        page.shows(".call time", f"{hour:02}{at[13:19]}")
        press(page, "t")
        page.shows(".call time", at[11:19])
        press(page, "t")
        page.shows(".call time", "ago")
        press(page, "t")
        page.shows(".call time", f"{hour:02}{at[13:19]}")
        page.one(".pane .rows > li a").click()
        page.shows(".side .facts", "ago")
    finally:
        page.driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": "UTC"})


def titled(browser: Browser, title: str) -> None:
    """Wait until the title begins so."""
    browser.wait(lambda _: browser.driver.title.startswith(f"{title} · "), title)


def test_each_view_has_a_title(page: Browser, shop: PageProject) -> None:
    for view, title in (
        ("stream", "Stream"),
        ("users", "Users"),
        ("events", "Events"),
        ("schedules", "Schedules"),
        ("inboxes", "Inboxes"),
        ("lost", "Lost"),
    ):
        page.open(shop.home(view))
        titled(page, title)
    page.open(shop.home("users"))
    page.one(".subject").click()
    titled(page, "user_123")
    page.open(shop.home())
    page.one(".pane .rows > li a").click()
    titled(page, "POST /users 200")


def test_the_clock_and_the_faults_stay_in_sight(browser: Browser, shop: PageProject) -> None:
    for number in range(60):
        shop.user(f"user_{number}")
    for width in (390, 1280):
        browser.resize(width)
        browser.open(shop.home("users"))
        browser.count(".subject", 60)
        browser.one(".tool.faults").click()
        browser.run("window.scrollTo(0, 1200)")
        for selector in (".tool.clock", ".tool.faults", ".panel"):
            top = browser.run(
                "return document.querySelector(arguments[0]).getBoundingClientRect().top", selector
            )
            assert 0 <= top < 500, (selector, width)


def test_schedules_say_which_fires_next(browser: Browser, shop: PageProject) -> None:
    with Lunogram(shop.key, base_url=f"{shop.url}/api", max_retries=0) as client:
        client.user.upsert("user_123")
        client.user.schedule.upsert("digest", "user_123", interval="4 hours", data={"n": 1})
        browser.open(shop.home("schedules"))
        browser.count(".schedule", 2)
        first, second = (each.text for each in browser.all(".schedule"))
        assert "digest" in first
        assert "every 4 hours" in first
        assert "in 3 hours" in first
        assert "anniversary" in second
        client.user.schedule.upsert("soon", "user_123", interval="1 hour")
        browser.shows(".rows > li:first-child", "soon")
        browser.one("main input[type=search]").send_keys("digest")
        browser.count(".schedule", 1)
        browser.one(".schedule .who").click()
        browser.shows(".schedules-card", "digest")


def test_inboxes_show_the_messages_of_all(browser: Browser, shop: PageProject) -> None:
    with Lunogram(shop.key, base_url=f"{shop.url}/api", max_retries=0) as client:
        client.user.upsert("user_123")
        client.organization.upsert("acme")
        browser.open(shop.home("inboxes"))
        browser.shows(".empty", "No messages")
        client.user.inbox.send(Message("m_1", "user_123", content={"title": "On its way"}))
        client.organization.inbox.send(
            Message("m_2", "acme", content={"title": "Later"}, scheduled_at="2090-01-01T00:00:00Z")
        )
    browser.count(".message", 2)
    browser.shows(".message", "planned")
    browser.one("[aria-label=Status] option[value=unread]").click()
    browser.count(".message", 1)
    assert "status=unread" in browser.driver.current_url
    browser.shows(".message", "On its way").find_element("css selector", ".who").click()
    browser.shows(".inbox-card", "On its way")


def run_all_examples(browser: Browser, sandbox: SandboxProcess) -> None:
    """Run what the empty page shows, in each language, with the variables that it shows."""
    lines = browser.text(".welcome pre").splitlines()
    variables = dict(line.removeprefix("export ").split("=", 1) for line in lines)
    examples = []
    for language, *command in EXAMPLES:
        browser.shows(".welcome [role=tab]", language).click()
        text = browser.text(f".in-languages .{language.lower()} pre")
        examples.append([*command, text])
    key = variables["LUNOGRAM_API_KEY"]
    api = PageProject(httpx.Client(), sandbox.url, key, variables["LUNOGRAM_PROJECT_ID"])
    with api.http:
        for place, command in enumerate(examples, 1):
            subprocess.run(command, env=os.environ | variables, check=True, capture_output=True)
            assert api.events(name="order.completed") == ["order.completed"] * place


def test_the_empty_page_teaches(browser: Browser) -> None:
    with SandboxProcess() as sandbox:
        browser.open(sandbox.url)
        run_all_examples(browser, sandbox)
        browser.shows(".pane .rows > li:first-child", "order.completed")
        browser.leave()


def test_a_demo_shop_is_loaded(browser: Browser) -> None:
    with SandboxProcess() as sandbox:
        browser.open(sandbox.url)
        browser.shows("button", "Load a demo shop").click()
        browser.shows(".pane .rows", "order.completed")
        browser.shows("#nav", "Users 8")
        for text in ("must be an array", "nobody has the identifier user_404", "user not found"):
            browser.shows(".pane .rows", text)
        browser.leave()
        assert all("40" in complaint for complaint in browser.complaints())
