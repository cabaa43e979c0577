"""Warnings about what the platform ignores in silence."""

from __future__ import annotations

from typing import Any

import pytest

from tests.page.browser import Browser
from tests.page.project import PageProject
from tests.support.sandbox_api import named

_UNKNOWN_ZONE = "timezone: 'Europe/Amsterdm' is not a time zone of IANA, and is stored unchecked"

EVIL = "<img src=x onerror=alert(1)>"


def warnings(shop: PageProject, method: str, path: str, body: object = None) -> Any:
    """Send a call; return the warnings about it."""
    shop.done(method, path, body)
    return shop.last_call()["all_warnings"]


@pytest.mark.parametrize(
    ("fields", "warning"),
    [
        (
            {"time_zone": "Europe/Amsterdam"},
            "time_zone: the API has no such field and drops it; did you mean timezone?",
        ),
        (
            {"favourite": "blue"},
            "favourite: the API has no such field and drops it; free-form fields go into data",
        ),
        ({"timezone": "Europe/Amsterdm"}, f"{_UNKNOWN_ZONE}; did you mean Europe/Amsterdam?"),
        ({"email": "ada"}, "email: it is not an email address, and is stored unchecked"),
        ({"phone": "0612345678"}, "phone: it is not a number in E.164, and is stored unchecked"),
    ],
)
def test_a_field_is_named_with_what_is_wrong(
    shop: PageProject, fields: dict[str, str], warning: str
) -> None:
    assert warnings(shop, "POST", "/users", {"identifier": named("ada")} | fields) == [warning]


def test_fields_inside_of_others_are_found(shop: PageProject) -> None:
    shop.user("ada")
    shop.organization("acme")
    good = {"name": "a", "identifier": named("ada"), "data": {"any": {"thing": 1}}}
    wrong = {
        "name": "b",
        "identifier": [{"external_id": "ada", "sources": "x"}],
        "data": {},
        "user": 1,
    }
    assert [
        each.partition(":")[0] for each in warnings(shop, "POST", "/users/events", [good, wrong])
    ] == [
        "events[1].identifier[0].sources",
        "events[1].user",
    ]
    pair = {
        "organization": {"identifier": named("acme"), "name": "x"},
        "user": {"identifier": named("ada")},
    }
    (warning,) = warnings(shop, "POST", "/organizations/users", pair)
    assert warning.startswith("organization.name: ")
    query = "source=default&external_id=ada&channel=inbox&page=2"
    (warning,) = warnings(shop, "GET", f"/users/inbox?{query}")
    assert warning.startswith("page: ")


def test_names_of_the_platform_are_told(shop: PageProject) -> None:
    event = {"name": "user.upgraded", "identifier": named("ada"), "data": {}}
    assert warnings(shop, "POST", "/users/events", [event]) == [
        "events[0].name: names that begin with user. belong to the platform"
    ]


def test_what_is_right_has_no_warning(shop: PageProject) -> None:
    body = {
        "identifier": [{"external_id": "ada", "source": "crm", "metadata": {"any": 1}}],
        "email": "ada@example.com",
        "phone": "+31612345678",
        "timezone": "Europe/Amsterdam",
        "locale": "nl-NL",
        "data": {"anything": {"goes": 1}},
    }
    assert warnings(shop, "POST", "/users", body) == []


def test_what_is_rejected_has_no_warning_besides(shop: PageProject) -> None:
    shop.rejected(400, "POST", "/users", {"identifier": "ada", "nonsense": 1})
    call = shop.last_call()
    assert call["all_warnings"] == []
    assert "warning" not in call


def test_a_long_list_is_cut(shop: PageProject) -> None:
    body = {"identifier": named("ada")} | {f"field_{n}": n for n in range(5000)}
    assert len(warnings(shop, "POST", "/users", body)) == 20


def test_warnings_are_seen_and_filtered(browser: Browser, shop: PageProject) -> None:
    shop.user("ada", **{EVIL: EVIL, "timezone": "Nowhere"})
    shop.user("grace")
    browser.open(f"{shop.home()}?status=warned")
    row = browser.shows(".pane .rows > li .warning", f"ignored: {EVIL}")
    assert "(and 1 more)" in row.text
    browser.count(".pane .rows > li", 1)
    browser.one(".pane .rows > li a").click()
    browser.shows(".warnings", "'Nowhere' is not a time zone of IANA")
    browser.shows(".warnings", EVIL)
    assert browser.run("return document.querySelectorAll('main img').length") == 0
