"""The page in a real browser: what a client sends appears, and correctly."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from lunogram import Event, Lunogram, Message
from lunogram.sandbox.keys import project_of
from tests.page.browser import Browser
from tests.page.project import PageProject
from tests.page.shop import open_shop
from tests.support.sandbox_api import named
from tests.support.sandbox_process import SandboxProcess

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>&amp;\"'"


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
    browser.count(".rows > li a", 1)
    return browser


def test_what_is_sent_shows_up_without_a_reload(page: Browser, client: Lunogram) -> None:
    page.run("window.stays = true")
    client.user.events.post(Event("order.completed", "user_123", data={"total": 99.99}))
    row = page.shows(".rows > li:first-child", "order.completed")
    for part in ("POST", "/users/events", "202", "ms", "user_123"):
        assert part in row.text
    page.shows("#nav", "Events 2")
    assert page.run("return window.stays")


def test_what_is_lost_is_seen_with_the_reason(page: Browser, shop: PageProject) -> None:
    reason = "nobody has the identifier user_404: upsert the user first"
    lost = {"name": "order.completed", "identifier": named("user_404"), "data": {"total": 99.99}}
    shop.done("POST", "/users/events", [lost])
    row = page.shows(".rows > li:first-child", reason)
    assert "202" in row.text
    row.find_element("css selector", "a").click()
    page.shows(".rejection", "accepted and lost")
    page.shows("#nav", "Lost 1")
    page.open(shop.home("lost"))
    page.shows(".loss .status", "lost")
    assert page.text(".loss .reason") == reason
    page.one(".loss summary").click()
    page.shows(".loss .json", "99.99")
    shop.done("POST", "/users/events", [lost | {"name": "order.paid"}])
    page.shows(".loss .name", "order.paid")


def test_the_path_of_an_older_server_is_marked(page: Browser, shop: PageProject) -> None:
    shop.user("user_456")
    row = page.shows(".rows > li:first-child", "user_456")
    assert "older path" not in row.text
    shop.of_the_documents().user("user_457")
    page.shows(".rows > li:first-child", "older path")
    page.one(".rows > li a").click()
    page.shows(".side", "The path of an older server")


def test_the_first_call_ends_the_welcome(browser: Browser) -> None:
    with SandboxProcess() as sandbox:
        browser.open(sandbox.url)
        project_id = sandbox.project_id("sk_sandbox")
        assert browser.text(".welcome pre").splitlines() == [
            f"export LUNOGRAM_BASE_URL={sandbox.base_url}",
            "export LUNOGRAM_API_KEY=sk_sandbox",
            f"export LUNOGRAM_PROJECT_ID={project_id}",
        ]
        with Lunogram("sk_first", base_url=sandbox.base_url) as client:
            client.user.upsert("user_123")
        browser.shows(".rows > li", "/users")
        browser.shows("#project", "sk_first")


def test_a_rejection_has_colour_reason_and_field(page: Browser, shop: PageProject) -> None:
    event = {"name": "a", "identifier": named("user_123"), "data": {}}
    wrong = event | {"identifier": "user_123"}
    shop.rejected(400, "POST", "/users/events", [event, wrong])
    row = page.shows(".rows > li:first-child .bad", "must be an array, not a string")
    assert "events[1].identifier" in row.text
    page.one("[data-filter=status] option[value=rejected]").click()
    page.count(".pane .rows > li", 1)
    page.one(".rows > li a").click()
    assert page.text(".rejection code") == "events[1].identifier"
    assert page.text(".json .fault").strip() == '"identifier": "user_123",'
    shop.post("fine")
    page.shows("#nav", "Stream 4")
    page.count(".pane .rows > li", 1)


def test_a_call_opens_with_request_response_and_python(page: Browser) -> None:
    page.one(".rows > li a").click()
    expected = 'client.user.upsert("user_123", email="ada@example.com", data={"plan": "pro"})'
    page.shows(".python pre", expected)
    request, response = (each.text for each in page.all(".side .json pre"))
    assert '"external_id": "user_123"' in request
    assert '"version": 0' in response
    page.one(".close").click()
    page.shows(".side", "Choose a call")


def test_a_truncated_body_is_marked(page: Browser, client: Lunogram) -> None:
    client.user.upsert("user_456", data={"text": "é" * 1000})
    page.count(".rows > li", 2)
    page.one(".rows > li a").click()
    page.shows(".side .json .string", "éé")
    assert page.all(".cut") == []
    client.user.upsert("user_456", data={"text": "x" * 20_000})
    page.count(".pane .rows > li", 3)
    page.one(".rows > li a").click()
    page.shows(".side .cut", "The first 16,384 of 20,")
    page.shows(".python", "longer than")


def test_calls_are_searched(page: Browser, client: Lunogram) -> None:
    client.user.upsert("user_456")
    page.count(".rows > li", 2)
    page.one("main input[type=search]").send_keys("user_45")
    page.count(".rows > li", 1)
    client.user.upsert("user_457")
    page.count(".rows > li", 2)


def test_users_are_searched(browser: Browser, shop: PageProject, client: Lunogram) -> None:
    client.user.upsert(("stripe", "cus_9"), data={"plan": "free"})
    browser.open(shop.home("users"))
    browser.count(".subject", 2)
    for text, found in (("cus_9", "cus_9"), ("ada@", "user_123"), ('"free"', "cus_9")):
        field = browser.one("#search")
        field.clear()
        field.send_keys(text)
        browser.count(".subject", 1)
        browser.shows(".subject", found)
    browser.one("#search").clear()
    browser.one("#search").send_keys("nobody")
    browser.shows(".empty", "No matches")
    browser.one("#search").send_keys(Keys.BACKSPACE * 6)
    client.user.upsert("user_999")
    browser.shows(".subject", "user_999")


def test_a_user_has_a_page(browser: Browser, shop: PageProject, client: Lunogram) -> None:
    client.organization.upsert("acme", name="Acme")
    client.organization.add_user("acme", "user_123", data={"role": "owner"})
    client.user.schedule.upsert("trial.end", "user_123", scheduled_at="2090-01-31T09:00:00Z")
    client.user.devices.register("user_123", "phone_1", os="ios", token="t", model="iPhone17,1")
    client.user.inbox.send(Message("m_1", "user_123", content={"title": "It is on its way"}))
    client.user.events.post(Event("price.changed", match={"plan": "pro"}))
    shop.act("POST", "clock", {"advance": "1 year"})
    browser.open(shop.home("users"))
    browser.one(".subject").click()
    browser.shows(".fields-card", "ada@example.com")
    browser.shows(".data-card", '"plan": "pro"')
    browser.shows(".identifiers-card", "user_123")
    browser.shows(".memberships-card", "acme")
    browser.shows(".schedules-card", "next 31 Jan 2090, 09:00:00")
    browser.shows(".devices-card", "iPhone17,1")
    browser.shows(".inbox-card", "It is on its way")
    for cause in ("recorded by the platform", "matched by a broadcast", "fired by a schedule"):
        browser.shows(".timeline .event", cause)
    client.user.events.post(Event("just.now", "user_123", data={"total": 99.90}))
    row = browser.shows(".timeline li:first-child .event", "just.now")
    assert "sent" in row.text
    row.click()
    browser.shows(".timeline .json", '"total": 99.9')
    browser.one(".memberships-card a").click()
    browser.shows(".subject-head", "Acme")
    browser.shows(".members-card", "user_123")


def test_broadcasts_show_whom_they_matched(
    browser: Browser, shop: PageProject, client: Lunogram
) -> None:
    client.user.upsert("user_456", data={"plan": "pro"})
    browser.open(shop.home("broadcasts"))
    browser.shows(".empty", "No broadcasts")
    client.user.events.post(
        [Event("price", match={"plan": "pro"}), Event("price", match={"plan": "no"})]
    )
    browser.shows(".broadcast", "matched no user")
    browser.shows(".broadcast", "matched 2 users").click()
    browser.count(".recipient", 2)
    browser.shows(".recipient", "user_123")


def drawn(browser: Browser, events: int) -> None:
    """Wait until the plot and the list show so many events."""
    browser.count(".events[aria-busy=false] .rows > li", events)


def test_events_are_plotted_and_narrowed(
    browser: Browser, shop: PageProject, client: Lunogram
) -> None:
    for _ in range(5):
        client.user.events.post([Event("page.viewed", "user_123"), Event("rare", "user_123")])
        client.user.events.post(Event("page.viewed", "user_123"))
        shop.act("POST", "clock", {"advance": "2 hours"})
    browser.open(shop.home("events"))
    plot = browser.one(".plot")
    drawn(browser, 16)
    browser.count(".plot rect.c0", 5)
    ActionChains(browser.driver).move_to_element(browser.all(".plot rect.c0")[2]).perform()
    browser.shows(".tip", "page.viewed 2")
    browser.shows(".event-name", "rare").click()
    drawn(browser, 5)
    browser.shows(".event-name[aria-pressed=true]", "rare").click()
    drawn(browser, 16)
    left, right = browser.all(".plot rect.c0")[1], browser.all(".plot rect.c0")[3]
    ActionChains(browser.driver).click_and_hold(left).move_to_element(right).release().perform()
    drawn(browser, 9)
    assert "since=" in browser.driver.current_url
    plot = browser.one(".plot")
    plot.send_keys(Keys.HOME, Keys.ENTER)
    drawn(browser, 3)
    browser.one(".clear").click()
    drawn(browser, 16)
    client.user.events.post(Event("just.now", "user_123"))
    browser.shows(".rows > li:first-child", "just.now")
    browser.shows(".event-name", "just.now")


def test_a_reset_asks_first(page: Browser, shop: PageProject) -> None:
    page.shows(".tool", "Reset").click()
    assert "1 user" in page.text("dialog")
    page.shows("dialog button", "Keep it").click()
    page.count("dialog", 0)
    assert shop.ask("counts")["users"] == 1
    page.shows(".tool", "Reset").click()
    page.shows("dialog button", "Empty it").click()
    page.shows(".empty", "No calls")
    page.shows("#nav", "Users 0")
    assert shop.ask("counts")["users"] == 0


def test_the_bar_says_what_others_changed(page: Browser, shop: PageProject) -> None:
    shop.raw("POST", "/sandbox/clock", json={"advance": "2 years"})
    shop.raw("POST", "/sandbox/faults", json={"kind": "latency", "seconds": 0.01})
    shop.user("ada")
    page.shows(".tool.faults.on", "1 fault")
    page.one(".tool.clock.moved")
    shop.raw("POST", "/sandbox/reset")
    page.shows(".tool.faults:not(.on)", "No faults")
    page.one(".tool.clock:not(.moved)")


def test_the_clock_is_moved(page: Browser, shop: PageProject, client: Lunogram) -> None:
    client.user.schedule.upsert("trial.end", "user_123", interval="6 days")
    page.one(".tool.clock").click()
    page.shows(".panel button", "+ 7 days").click()
    page.shows(".said", "1 schedule event fired.")
    page.shows("#nav", "Events 2")
    page.one(".tool.clock.moved")
    assert shop.events(cause="fired") == ["scheduled.trial.end"]
    page.one("#advance").clear()
    page.one("#advance").send_keys("soon", Keys.ENTER)
    page.shows(".said.bad", "soon")
    assert ["status of 400" in complaint for complaint in page.complaints()] == [True]
    page.shows(".panel button", "Back to real time").click()
    page.wait(lambda _: not shop.ask("clock")["moved"], "the real time")


def test_faults_are_set_and_mended(page: Browser, shop: PageProject) -> None:
    page.one(".tool.faults").click()
    page.one("#fault-kind").send_keys("Errors")
    page.shows(".panel button", "Set the fault").click()
    page.shows(".active-faults", "status 503")
    page.shows(".tool.faults", "1 fault")
    shop.rejected(503, "GET", "/push/vapid")
    page.shows(".rows > li:first-child .broken", "fault: error")
    page.shows(".panel button", "End all faults").click()
    page.shows(".tool.faults", "No faults")
    shop.user("ada")


def shown(browser: Browser) -> str:
    """Return the text of the view, and of its fields."""
    fields = "[...document.querySelectorAll('textarea, input')].map((each) => each.value).join()"
    text: str = browser.run(f"return document.querySelector('main').textContent + {fields}")
    return text.replace('\\"', '"')


def test_html_is_shown_as_text(browser: Browser, shop: PageProject) -> None:
    with Lunogram(shop.key, base_url=f"{shop.url}/api") as client:
        user = client.user.upsert([EVIL, (EVIL, EVIL)], data={EVIL: EVIL})
        organization = client.organization.upsert(EVIL, name=EVIL, data={EVIL: [EVIL]})
        client.organization.add_user(EVIL, EVIL, data={EVIL: EVIL})
        client.user.events.post(
            [Event(EVIL, EVIL, data={EVIL: EVIL}), Event(EVIL, match={EVIL: EVIL})]
        )
        client.user.inbox.send(Message(EVIL, EVIL, content={"title": EVIL}, tags=[EVIL]))
        client.user.schedule.upsert(EVIL, EVIL, interval="1 day", data={EVIL: EVIL})
        client.user.devices.register(EVIL, EVIL, os="ios", token=EVIL, model=EVIL)
    shop.rejected(404, "DELETE", "/users", {"identifier": named(f"{EVIL}?")})
    shop.send("GET", f"/users/inbox?source={EVIL}")
    broadcast = shop.ask("broadcasts")["results"][0]["id"]
    numbers = [call["number"] for call in shop.ask("calls")["results"]]
    views = [f"stream/{number}" for number in numbers]
    views += ["users", f"users/{user.id}", "organizations", f"organizations/{organization.id}"]
    views += ["events", f"broadcasts/{broadcast}", "schedules", "inboxes"]
    views += [f"stream/new?from={numbers[-1]}", f"stream?{urlencode({'event': EVIL})}"]
    for view in views:
        browser.open(shop.home(view))
        kind, _, one = view.partition("/")
        hints = {"schedules": ".schedule", "inboxes": ".message", "events": ".event-name"}
        waits = {
            "users": ".subject",
            "organizations": ".subject",
            f"stream/{numbers[0]}": ".side .json",
        }
        browser.one(hints.get(kind, waits.get(view, "main h3, main h2")))
        browser.wait(lambda _: EVIL in shown(browser), f"the text in {view}")
        if one and kind in {"users", "organizations"}:
            browser.shows(".timeline", EVIL)
        assert browser.run("return document.querySelectorAll('main img, main script').length") == 0
        assert browser.run("return document.querySelectorAll('head img, head script').length") == 1


def test_projects_are_switched(
    browser: Browser, shop: PageProject, client: Lunogram, sandbox: SandboxProcess
) -> None:
    key = sandbox.new_key()
    other = PageProject(shop.http, shop.url, key, project_of(key).id)
    other.organization("acme")
    browser.open(shop.home())
    browser.shows(".rows", "user_123")
    browser.one(f"#projects option[value='{other.id}']").click()
    browser.shows(".rows", "acme")
    browser.shows_not(".rows", "user_123")
    client.user.upsert("user_456")
    other.organization("beta")
    browser.shows(".rows", "beta")
    browser.shows_not(".rows", "user_456")
    assert key in browser.text("#projects")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_views_fit_on_any_screen_in_any_light(
    browser: Browser, shop: PageProject, width: int, scheme: str
) -> None:
    open_shop(shop.url, shop.key)
    shop.user("x" * 255, email=f"{'y' * 200}@example.com", data={"z" * 100: "z" * 300})
    shop.post("n" * 200, who="x" * 255)
    lost = {"name": "n" * 255, "identifier": named("y" * 255), "data": {"z" * 100: "z" * 300}}
    shop.done("POST", "/users/events", [lost])
    user = shop.ask("subjects", search="ada@")["results"][0]["id"]
    call = shop.ask("calls", status="rejected")["results"][0]["number"]
    broadcast = shop.ask("broadcasts")["results"][0]["id"]
    browser.resize(width, 800, scheme)
    for view in (
        "stream",
        f"stream/{call}",
        "users",
        f"users/{user}",
        "organizations",
        "events",
        "lost",
        "broadcasts",
        f"broadcasts/{broadcast}",
        "schedules",
        "inboxes",
        "stream/new",
    ):
        browser.open(shop.home(view))
        browser.one("main h2, main h3")
        browser.wait(lambda _: browser.all(".rows > li, .json"), "something to show")
        for tool in ("clock", "faults"):
            browser.one(f".tool.{tool}").click()
            assert browser.overflow() <= 0, view
            assert browser.spilling() == 0, view
    ground = browser.run("return getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in ground.strip("rgb()").split(","))
    assert brightness < 200 if scheme == "dark" else brightness > 600


def test_nothing_is_asked_for_elsewhere(browser: Browser, shop: PageProject) -> None:
    open_shop(shop.url, shop.key)
    browser.requested()
    for view in ("stream", "users", "organizations", "events", "broadcasts"):
        browser.open(shop.home(view))
        browser.one(".rows > li")
    origins = {urlsplit(address).netloc for address in browser.requested()}
    assert origins - {""} == {urlsplit(shop.url).netloc}


def test_it_is_used_with_the_keyboard(page: Browser, client: Lunogram) -> None:
    client.user.upsert("user_456")
    page.count(".rows > li", 2)
    page.one(".rows > li a").send_keys(Keys.ENTER)
    page.shows(".python", 'client.user.upsert("user_456")')
    page.one(".tool.clock").send_keys(Keys.ENTER)
    page.shows(".tray", "Advance")
    page.shows(".tool", "Reset").send_keys(Keys.ENTER)
    page.one("dialog").send_keys(Keys.ESCAPE)
    page.count("dialog", 0)


def test_a_sandbox_that_starts_again_is_found(browser: Browser) -> None:
    sandbox = SandboxProcess()
    port = int(sandbox.url.rpartition(":")[2])
    try:
        with Lunogram("sk_again", base_url=sandbox.base_url) as client:
            client.user.upsert("before")
            browser.open(sandbox.url)
            browser.shows(".rows", "before")
            sandbox.stop()
            browser.shows("#live", "offline")
            sandbox = SandboxProcess(port=port)
            browser.shows(".welcome", "No calls yet")
            client.user.upsert("after")
            browser.shows(".rows", "after")
            browser.shows_not(".rows", "before")
            browser.shows("#live", "live")
    finally:
        browser.driver.get("about:blank")
        browser.complaints()  # The console reports that the sandbox was offline, as it should.
        sandbox.stop()


def test_many_rows_are_read_a_hundred_at_a_time(browser: Browser, shop: PageProject) -> None:
    shop.post(*[f"event.{number}" for number in range(450)])
    browser.open(shop.home("events"))
    browser.one(".rows > li")
    assert len(browser.all(".rows > li")) in {100, 200}
    for wanted in (200, 300, 400, 451):
        browser.run("window.scrollTo(0, document.body.scrollHeight)")
        browser.one(f".rows > li:nth-child({wanted})")
    names = browser.run(
        "return [...document.querySelectorAll('.rows .name')].map((each) => each.textContent)"
    )
    assert names == [*(f"event.{number}" for number in reversed(range(450))), "user.created"]
    shop.post("just.now")
    browser.shows(".news", "1 new one above").click()
    browser.shows(".rows > li:first-child", "just.now")
    assert not browser.one(".rows > li").text.startswith("event.")


def test_a_flood_does_not_drown_the_page(browser: Browser, shop: PageProject) -> None:
    shop.user("ada")
    browser.open(shop.home("events"))
    browser.shows("#live", "live")
    for number in range(100):
        shop.post(*["flood"] * 99, f"wave.{number}")
    browser.shows("#nav", "Events 10,001")
    browser.shows(".rows > li:first-child", "wave.99")
    assert len(browser.all(".rows > li")) <= 660
    shop.post("after")
    browser.shows(".rows > li:first-child", "after")
