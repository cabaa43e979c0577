"""The page's queries over HTTP: their content, their bounds, and who may send them."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import httpx
import pytest

from lunogram.sandbox.keys import project_of
from lunogram.sandbox.store import Store
from tests.page.project import PAGE, PageProject
from tests.support.sandbox_api import named
from tests.support.sandbox_process import SandboxProcess

MEGABYTE = 1_000_000
QUERIES = (
    "counts",
    "calls",
    "choices",
    "subjects",
    "timeline",
    "names",
    "plot",
    "broadcasts",
    "schedules-ahead",
    "messages",
)


def test_the_page_is_served_at_the_root(shop: PageProject) -> None:
    response = shop.http.get(f"{shop.url}/")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["x-content-type-options"] == "nosniff"
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "access-control-allow-origin" not in response.headers
    assert shop.http.head(f"{shop.url}/").status_code == 200
    assert shop.http.post(f"{shop.url}/", headers={"X-Lunogram-Page": "1"}).status_code == 405


def test_nothing_in_the_page_is_inline_or_from_elsewhere(shop: PageProject) -> None:
    static = resources.files("lunogram.sandbox.page") / "static"
    for file in static.iterdir():
        text = shop.http.get(f"{shop.url}{PAGE}/static/{file.name}").text
        assert text == file.read_text("utf-8")
        elsewhere = text.replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in elsewhere
        assert "https://" not in elsewhere
        for forbidden in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "eval(",
            "document.write",
        ):
            assert forbidden not in text
    assert shop.http.get(f"{shop.url}{PAGE}/static/../routes.py").status_code == 404
    assert shop.http.get(f"{shop.url}{PAGE}/static/nothing.js").status_code == 404


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:1234", "127.0.0.1", "127.1.2.3:80", "[::1]:8025", "x.localhost"],
)
def test_loopback_names_are_accepted(shop: PageProject, host: str) -> None:
    assert shop.http.get(f"{shop.url}/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "evil.example:8025",
        "192.168.1.9",
        "[::2]",
        "[",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/", f"{PAGE}/projects", f"{PAGE}/stream", f"{PAGE}/clock"])
def test_other_names_are_not(shop: PageProject, host: str, path: str) -> None:
    query = {"project": shop.id}
    response = shop.http.get(f"{shop.url}{path}", headers={"Host": host}, params=query)
    assert response.status_code in {400, 403}


def test_the_name_that_it_listens_at_is_accepted() -> None:
    with SandboxProcess("--host", "0.0.0.0") as sandbox:  # As in a container.
        url = f"http://127.0.0.1:{sandbox.url.rpartition(':')[2]}"
        assert httpx.get(url).status_code == 200
        assert httpx.get(url, headers={"Host": "evil.example"}).status_code == 403


@pytest.mark.parametrize(
    ("method", "what"),
    [("POST", "reset"), ("POST", "clock"), ("POST", "faults"), ("DELETE", "faults")],
)
def test_other_sites_change_nothing(shop: PageProject, method: str, what: str) -> None:
    shop.user("ada")
    path = f"{shop.url}{PAGE}/{what}"
    response = shop.http.request(method, path, params={"project": shop.id})
    assert response.status_code == 403
    assert shop.ask("counts")["users"] == 1
    allowed = shop.http.options(path, headers={"Origin": "https://evil.example"})
    assert "access-control-allow-headers" not in allowed.headers


def test_no_key_is_needed_or_shown(http: httpx.Client) -> None:
    key = "sk_live_0123456789abcdef"
    with SandboxProcess("--api-key", key) as sandbox:
        shop = PageProject(http, sandbox.url, key, project_of(key).id)
        shop.user("ada")
        (project,) = shop.ask("projects")["results"]
        assert (project["key"], project["users"], project["events"]) == ("sk_liv…ef", 1, 1)
        responses = [shop.get(what).text for what in (*QUERIES, "projects", "clock")]
        assert not any(key in response for response in responses)
        assert shop.ask("projects")["variables"] == [
            "# LUNOGRAM_API_KEY: sk_liv…ef",
            f"export LUNOGRAM_PROJECT_ID={shop.id}",
        ]


def test_projects_come_with_what_is_in_them(shop: PageProject) -> None:
    shop.user("ada")
    shop.post("a", "b")
    first = shop.ask("projects")["results"][0]
    assert (first["id"], first["users"], first["events"], first["calls"]) == (shop.id, 1, 3, 2)
    assert first["last_call_at"] <= shop.ask("clock")["now"]


def test_an_unknown_project_is_a_problem(shop: PageProject) -> None:
    for what in (*QUERIES, "stream", "clock", "users"):
        response = shop.get(what, project="no")
        assert (response.status_code, response.json()["detail"]) == (404, "project not found")


def test_a_call_is_shown_as_it_was_sent(shop: PageProject) -> None:
    shop.post("order.completed", total=1.50)
    call = shop.last_call()
    assert json.loads(call["request"])[0]["data"] == {"total": 1.5}
    assert (call["status"], call["what"], call["who"]) == (202, "order.completed", "ada")
    assert shop.get("call", number=call["number"] + 1).status_code == 404


def test_a_rejection_has_its_reason_and_field(shop: PageProject) -> None:
    shop.rejected(400, "POST", "/users", {"identifier": named("ada"), "email": 1})
    (call,) = shop.ask("calls", status="rejected")["results"]
    assert (call["title"], call["field"]) == ("bad request", "email")
    assert call["reason"] == "must be a string or null, not a whole number"
    shop.rejected(404, "DELETE", "/users", {"identifier": named("ada")})
    call = shop.ask("calls", status="rejected")["results"][0]
    assert "field" not in call
    assert call["reason"] == "user not found"


def test_the_cause_of_an_internal_error_is_shown(shop: PageProject) -> None:
    shop.user("ada")
    shop.user("grace")
    shop.rejected(500, "POST", "/users", {"identifier": named("ada", "grace")})
    (call,) = shop.ask("calls", status="rejected")["results"]
    assert call["reason"] == "the identifiers ada, grace belong to different users"


def test_what_is_lost_is_shown_with_the_reason(shop: PageProject) -> None:
    events = [
        {"name": name, "identifier": named("nobody"), "data": {"total": 1}} for name in ("a", "b")
    ]
    shop.done("POST", "/users/events", events)
    reason = "nobody has the identifier nobody: upsert the user first"
    last, first = shop.ask("losses")["results"]
    assert (first["name"], last["name"]) == ("a", "b")
    assert (last["what"], last["kind"], last["reason"]) == ("event", "user", reason)
    assert (last["data"], last["until"] > last["created_at"]) == ('{"total":1}', True)
    assert shop.ask("counts")["lost"] == 2
    (call,) = shop.ask("calls")["results"]
    assert (call["status"], call["lost"], call["losses"]) == (202, reason, 2)
    shop.user("nobody")
    assert shop.ask("losses")["results"] == []


def test_calls_by_the_paths_of_older_servers_are_marked(shop: PageProject) -> None:
    shop.user("ada")
    shop.of_the_documents().user("ada")
    older, today = shop.ask("calls")["results"]
    assert older["older"] is True
    assert "older" not in today


def test_calls_are_searched_and_have_pages(shop: PageProject) -> None:
    for number in range(120):
        shop.send("GET", f"/push/vapid?number={number}")
    first = shop.ask("calls")
    assert len(first["results"]) == 100
    second = shop.ask("calls", before=first["next"])
    assert len(second["results"]) == 20
    assert "next" not in second
    assert len(shop.ask("calls", search="NUMBER=11")["results"]) == 11


def test_users_are_searched(shop: PageProject) -> None:
    shop.user("ada", email="ada@example.com", data={"plan": "Pro"})
    shop.user("stripe:cus_9")
    for search, found in (("ADA@", 1), ("plan", 1), ("cus_", 1), ("%", 0), ("", 2)):
        assert len(shop.ask("subjects", search=search)["results"]) == found
    assert shop.ask("subjects", kind="organization")["results"] == []


def test_a_user_is_shown_with_all_that_belongs_to_it(shop: PageProject) -> None:
    user = shop.user("ada", identifier=named("ada", "stripe:cus_1"), email="a@b.c")
    shop.organization("acme", name="Acme")
    pair = {"organization": {"identifier": named("acme")}, "user": {"identifier": named("ada")}}
    shop.done("POST", "/organizations/users", pair | {"data": {"role": "owner"}})
    device = {"identifier": named("ada"), "device_id": "d", "os": "ios", "config": {"token": "t"}}
    shop.done("POST", "/users/devices", device)
    message = {"target": named("ada"), "identifier": named("m")[0], "channel": "inbox"}
    shop.done("POST", "/users/inbox", [message])
    shown = shop.ask("subject", id=user["id"])
    assert (shown["kind"], shown["email"], shown["data"]) == ("user", "a@b.c", "{}")
    first = {what: belonging(shop, user["id"], what) for what in BELONGINGS}
    assert first["identifiers"]["source"] == "default"
    assert first["memberships"]["data"] == '{"role":"owner"}'
    assert first["devices"]["config"] == '{"token":"t"}'
    assert first["inbox"]["external_id"] == "m"
    assert first["schedules"]["name"] == "anniversary"
    assert first["schedules"]["next_at"] > shown["created_at"]
    (member,) = shop.ask("belongings", id=first["memberships"]["other_id"], what="members")[
        "results"
    ]
    assert member["other_id"] == user["id"]
    assert shop.get("subject", id="no").status_code == 404
    assert shop.get("belongings", id="no", what="inbox").status_code == 404
    assert shop.get("belongings", id=user["id"], what="projects").status_code == 400


BELONGINGS = ("identifiers", "memberships", "devices", "inbox", "schedules")


def belonging(shop: PageProject, subject: str, what: str) -> Any:
    (*_, last) = reversed(shop.ask("belongings", id=subject, what=what)["results"])
    return last


def test_projects_do_not_see_each_other(shop: PageProject, sandbox: SandboxProcess) -> None:
    user = shop.user("ada")
    shop.done("POST", "/users/events", [{"name": "a", "match": {}, "data": {}}])
    broadcast = shop.ask("broadcasts")["results"][0]["id"]
    key = sandbox.new_key()
    other = PageProject(shop.http, shop.url, key, project_of(key).id)
    other.user("eve")
    assert other.get("subject", id=user["id"]).status_code == 404
    assert other.get("belongings", id=user["id"], what="inbox").status_code == 404
    assert other.get("broadcast", id=broadcast).status_code == 404
    assert other.ask("timeline", subject=user["id"])["results"] == []
    assert other.ask("timeline", cause_id=broadcast)["results"] == []


def test_broadcasts_say_whom_they_matched(shop: PageProject) -> None:
    for place, plan in enumerate(("pro", "pro", "free")):
        shop.user(f"user_{place}", data={"plan": plan})
    for plan in ("pro", "none"):
        event = {"name": "price", "match": {"plan": plan}, "data": {"was": 12}}
        shop.done("POST", "/users/events", [event])
    unmatched, some = shop.ask("broadcasts")["results"]
    assert (unmatched["matched"], unmatched["match"]) == (0, '{"plan":"none"}')
    assert (some["matched"], some["name"]) == (2, "price")
    assert shop.ask("broadcast", id=some["id"])["data"] == '{"was":12}'
    matched = shop.ask("timeline", cause_id=some["id"])["results"]
    assert [event["cause"] for event in matched] == ["matched", "matched"]
    assert shop.act("POST", "reset").status_code == 204
    assert shop.ask("broadcasts")["results"] == []


def test_the_plot_is_narrowed(shop: PageProject) -> None:
    shop.post("a", "a", "b", "c")  # and user.created
    whole = shop.ask("plot", apart="a\nb")
    counts: dict[str, int] = {}
    for _, name, count in whole["steps"]:
        counts[name] = counts.get(name, 0) + count
    assert counts == {"a": 2, "b": 1, "": 2}
    shop.act("POST", "clock", {"advance": "3 days"})
    shop.post("a")
    assert shop.ask("plot", name="a")["seconds"] == 3600
    since = shop.ask("timeline", name="a")["results"][0]["created_at"]
    late = shop.ask("plot", since=since)
    assert sum(count for _, _, count in late["steps"]) == 1
    assert len(shop.ask("timeline", since=since)["results"]) == 1
    assert len(shop.ask("timeline", until=since, name="a")["results"]) == 2
    assert shop.ask("names", until=since)["results"][0]["events"] == 2
    assert shop.get("plot", since="yesterday").status_code == 400


def test_the_clock_and_faults_go_by_project(shop: PageProject) -> None:
    shop.user("ada")
    moved = shop.act("POST", "clock", {"advance": "7 days"}).json()
    assert moved["moved"]
    assert shop.raw("GET", "/sandbox/clock").json()["moved"]
    assert shop.act("POST", "faults", {"kind": "error", "status": 503}).status_code == 201
    shop.rejected(503, "GET", "/push/vapid")
    call = shop.ask("calls")["results"][0]
    assert call["faults"] == ["error"]
    assert shop.act("DELETE", "faults").status_code == 204
    shop.user("ada")


def test_what_is_long_is_cut(shop: PageProject) -> None:
    long = "x" * 300_000
    user = shop.user("ada", data={"text": long}, locale="x" * 255)
    shop.user("x" * 255, email="x" * 255)
    for _ in range(3):
        shop.post(long, "\x01" * 9, text="\x01" * 100_000)
    event = {"name": "x" * 255, "match": {long: 1}, "data": {long: 1}}
    shop.done("POST", "/users/events", [event])
    message = {
        "target": named("ada"),
        "channel": "inbox",
        "content": {"t": long},
        "data": {"t": long},
    }
    for place in range(100):
        shop.done("POST", "/users/inbox", [message | {"identifier": named(f"m{place}")[0]}])
    responses = [shop.get(what) for what in QUERIES]
    responses += [shop.get("subject", id=user["id"])]
    responses += [shop.get("belongings", id=user["id"], what=what) for what in BELONGINGS]
    responses += [
        shop.get("call", number=call["number"]) for call in shop.ask("calls")["results"][-7:]
    ]
    assert all(response.status_code == 200 for response in responses)
    assert max(len(response.content) for response in responses) < MEGABYTE
    assert shop.ask("subject", id=user["id"])["data_size"] > 300_000


def test_pages_of_long_lists_are_bounded_in_size(shop: PageProject) -> None:
    shop.user("ada")
    data = {"text": "x" * 8000}
    names = [f"n{number}" for number in range(150)]
    shop.post(*names, **data)
    seen: list[str] = []
    query: dict[str, Any] = {}
    pages = 0
    while query.get("before", 1):
        response = shop.get("timeline", **query)
        assert len(response.content) < MEGABYTE
        seen += [event["name"] for event in response.json()["results"]]
        query["before"] = response.json().get("next", 0)
        pages += 1
    assert seen == [*reversed(names), "user.created"]
    assert pages == 3


# -- with 100,000 events and 10,000 users ---------------------------------------------------------

USERS, EVENTS = 10_000, 100_000
KEY = "sk_many_of_everything"


@pytest.fixture(scope="module")
def many(tmp_path_factory: Any, http: httpx.Client) -> Iterator[PageProject]:
    path = tmp_path_factory.mktemp("many") / "sandbox.db"
    Store(path).close()
    fill(path)
    with SandboxProcess("--db", str(path)) as sandbox:
        yield PageProject(http, sandbox.url, KEY, project_of(KEY).id)


def fill(path: Path) -> None:
    """Write straight into the database: through the API it would take a minute."""
    at = "2026-11-{:02}T{:02}:{:02}:00.000000Z"
    project = project_of(KEY)
    with sqlite3.connect(path) as base:
        base.execute(
            "INSERT INTO projects (id, key, created_at) VALUES (?, ?, ?)",
            (project.id, project.shown, at.format(1, 0, 0)),
        )
        base.executemany(
            "INSERT INTO subjects (number, id, project_id, kind, email, data, created_at,"
            " updated_at) VALUES (?, ?, ?, 'user', ?, ?, ?, ?)",
            (
                (
                    n,
                    f"u{n}",
                    project.id,
                    f"user{n}@example.com",
                    '{"plan":"pro"}',
                    *[at.format(1, 0, 0)] * 2,
                )
                for n in range(1, USERS + 1)
            ),
        )
        base.executemany(
            "INSERT INTO identifiers (project_id, kind, source, external_id, id, subject_id,"
            " metadata, created_at, updated_at) VALUES (?, 'user', 'default', ?, ?, ?, '{}', ?, ?)",
            (
                (project.id, f"user_{n}", f"i{n}", f"u{n}", *[at.format(1, 0, 0)] * 2)
                for n in range(1, USERS + 1)
            ),
        )
        base.executemany(
            "INSERT INTO events (number, id, project_id, subject_id, name, data, cause,"
            " created_at) VALUES (?, ?, ?, ?, ?, ?, 'sent', ?)",
            (
                (
                    n,
                    f"e{n}",
                    project.id,
                    f"u{n % USERS + 1}",
                    f"event.{n % 30}",
                    '{"total":99.99}',
                    moment(at, n),
                )
                for n in range(1, EVENTS + 1)
            ),
        )
    base.close()


def moment(form: str, number: int) -> str:
    minutes = number * 28 * 24 * 60 // (EVENTS + 1)
    return form.format(1 + minutes // 1440, minutes // 60 % 24, minutes % 60)


def test_the_page_is_small() -> None:
    static = resources.files("lunogram.sandbox.page") / "static"
    assert sum(len(file.read_bytes()) for file in static.iterdir()) < MEGABYTE / 4


def test_every_response_is_small(many: PageProject) -> None:
    assert many.ask("counts")["events"] == EVENTS
    questions: list[tuple[str, dict[str, Any]]] = [
        *((what, {}) for what in (*QUERIES, "projects")),
        ("timeline", {"name": "event.7"}),
        ("timeline", {"subject": "u17"}),
        ("timeline", {"before": 500}),
        ("timeline", {"since": "2026-11-02T00:00:00Z", "until": "2026-11-03T00:00:00Z"}),
        ("subjects", {"search": "user_99"}),
        ("subjects", {"search": "nobody at all"}),
        ("plot", {"apart": "event.1\nevent.2", "since": "2026-11-02T00:00:00Z"}),
        ("belongings", {"id": "u17", "what": "identifiers"}),
    ]
    for what, query in questions:
        response = many.get(what, **query)
        assert response.status_code == 200
        assert len(response.content) < 200_000
        assert len(response.json().get("results", [])) <= 100


def test_the_plot_has_few_steps_however_much_there_is(many: PageProject) -> None:
    for since, until in (("2026-11-01", "2026-11-29"), ("2026-11-05", "2026-11-06")):
        span = {"since": f"{since}T00:00:00Z", "until": f"{until}T00:00:00Z"}
        plot = many.ask("plot", apart="event.1", **span)
        assert len({step for step, _, _ in plot["steps"]}) <= 160
    assert sum(count for _, _, count in many.ask("plot")["steps"]) == EVENTS


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("page_events", "events_of_project"),
        ("page_events_of_name", "events_of_name"),
        ("page_events_of_subject", "events_of_subject"),
        ("page_events_of_cause", "events_of_cause"),
        ("page_events_since", "events_of_project"),
        ("page_subjects", "subjects_of_project"),
        ("page_broadcasts", "broadcasts_of_project"),
        ("page_events_of_call", "events_of_project"),
        ("page_schedules_ahead", "schedules_due"),
        ("page_messages", "messages_of_project"),
        ("page_names", "COVERING INDEX events_of_name"),
        ("page_plot", "COVERING INDEX events_of_name"),
        ("page_inbox", "sqlite_autoindex_messages_2"),
    ],
)
def test_lists_are_read_from_an_index_in_order(query: str, index: str) -> None:
    """What makes it quick, without a stopwatch: nothing is scanned, and lists aren't sorted."""
    store = Store()
    sql = f"EXPLAIN QUERY PLAN {store._queries[query]}"
    names = set(re.findall(r":(\w+)", sql))
    values: dict[str, Any] = dict.fromkeys(names)
    plan = [row["detail"] for row in store._connection.execute(sql, values)]
    assert index in plan[0], plan
    tables = ("SCAN events", "SCAN subjects", "SCAN identifiers", "SCAN broadcasts")
    assert not any(step.startswith(tables) for step in plan), plan
    ordered = ("page_events", "page_subjects", "page_broadcasts", "page_schedules", "page_messages")
    if query.startswith(ordered):
        assert not any("TEMP B-TREE" in step for step in plan), plan
