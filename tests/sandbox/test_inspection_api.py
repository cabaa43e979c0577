"""The test API: inspection and reset."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.sandbox_api import Api, named
from tests.support.sandbox_process import SandboxProcess


def post(api: Api, *names: str, who: str = "ada") -> None:
    """Send events of these names, to a user who exists from now on."""
    if not api.inspect("users", search=who)["total"]:
        api.user(who)
    body = [{"name": name, "identifier": named(who), "data": {}} for name in names]
    api.done("POST", "/users/events", body)


def test_health_needs_no_key(api: Api) -> None:
    response = api.http.get(f"{api.url}/sandbox/health")
    assert response.status_code == 200
    assert response.json()["status"] == "ok"


def test_everything_else_needs_one(api: Api) -> None:
    for what in ("users", "events", "calls"):
        assert api.http.get(f"{api.url}/sandbox/{what}").status_code == 401


def test_subjects_are_shown_as_the_api_does(api: Api) -> None:
    user, organization = api.user("ada"), api.organization("acme", name="Acme")
    assert api.inspect("users") == {"results": [user], "total": 1, "limit": 100, "offset": 0}
    assert api.inspect("organizations")["results"] == [organization]
    assert api.inspect("user", external_id="ada") == user
    assert api.inspect("organization", external_id="acme", source="default") == organization
    response = api.raw("GET", "/sandbox/user", params={"external_id": "acme"})
    assert (response.status_code, response.json()["detail"]) == (404, "user not found")


def test_lists_have_pages(api: Api) -> None:
    for number in range(5):
        api.user(f"user_{number}")
    page = api.inspect("users", limit=2, offset=3)
    assert [user["identifier"][0]["external_id"] for user in page["results"]] == [
        "user_3",
        "user_4",
    ]
    assert (page["total"], page["limit"], page["offset"]) == (5, 2, 3)
    assert api.inspect("users", offset=9) == {"results": [], "total": 5, "limit": 100, "offset": 9}


@pytest.mark.parametrize(
    "search", ["ada_l", "ADA_L", "cus_9", "Ada@Example", "+3161", "countess", "'"]
)
def test_search_finds_any_part(api: Api, search: str) -> None:
    api.user("grace")
    api.user(
        "ada_lovelace",
        identifier=named("ada_lovelace", "stripe:cus_99"),
        email="ada@example.com",
        phone="+31612345678",
        data={"title": "Countess of Lovelace's"},
    )
    (found,) = api.inspect("users", search=search)["results"]
    assert found["email"] == "ada@example.com"
    assert api.inspect("users", search="%")["total"] == 0


def test_events_are_filtered(api: Api) -> None:
    post(api, "a", "b", "a")
    post(api, "a", who="grace")
    api.organization("acme")
    assert api.events(name="a") == ["a", "a", "a"]
    assert api.events(user="ada") == ["user.created", "a", "b", "a"]
    assert api.events(user="ada", name="b") == ["b"]
    assert api.events(cause="recorded") == ["user.created", "user.created", "organization.created"]
    assert api.events(organization="acme") == ["organization.created"]
    assert api.events(user="nobody") == []
    assert api.events(user="ada", source="stripe") == []
    seen = api.inspect("events", limit=2)["results"][-1]["number"]
    assert api.events(after=seen) == ["b", "a", "user.created", "a", "organization.created"]


def test_a_filter_has_to_be_valid(api: Api) -> None:
    for query in ({"limit": 1001}, {"cause": "x"}, {"kind": "x"}, {"after": -1}):
        assert api.raw("GET", "/sandbox/events", params=query).status_code == 400


def test_calls_are_kept_with_their_responses(api: Api) -> None:
    api.user("ada")
    api.rejected(400, "POST", "/users", {"identifier": []})
    api.send("GET", "/users/inbox", params={"source": "default"})
    calls = api.inspect("calls")["results"]
    assert [(call["method"], call["path"], call["status"]) for call in calls] == [
        ("POST", f"{api.family}/users", 200),
        ("POST", f"{api.family}/users", 400),
        ("GET", f"{api.family}/users/inbox", 400),
    ]
    assert json.loads(calls[0]["request"]) == {"identifier": [{"external_id": "ada"}]}
    assert calls[0]["response"].startswith('{"id":"')
    assert "at least one identifier" in calls[1]["response"]
    assert calls[2]["query"] == "source=default"
    assert all(call["milliseconds"] > 0 for call in calls)
    assert api.key not in str(calls)
    assert [
        call["number"] for call in api.inspect("calls", after=calls[0]["number"])["results"]
    ] == [call["number"] for call in calls[1:]]


@pytest.mark.slow
def test_calls_are_bounded(api: Api) -> None:
    for number in range(1005):
        api.send("GET", f"/push/vapid?{number}")
    api.user("ada", data={"text": "x" * 100_000})
    page = api.inspect("calls", limit=1000)
    assert page["total"] == 1000
    assert page["results"][0]["query"] == "6"
    last = page["results"][-1]
    assert len(last["request"]) == 16 * 1024
    assert last["request_bytes"] > 100_000


def test_a_reset_empties_this_project_only(api: Api, sandbox: SandboxProcess) -> None:
    other = Api(api.http, api.url, sandbox.new_key())
    before = fill(api)
    fill(other)
    assert all(before.values())
    response = api.raw("POST", "/sandbox/reset")
    assert (response.status_code, response.content) == (204, b"")
    assert held(api) == dict.fromkeys(before, 0)
    assert held(other) == before
    assert fill(api) == before


def fill(api: Api) -> dict[str, Any]:
    """Create one of everything in a project."""
    api.user("ada")
    api.organization("acme")
    pair = {"organization": {"identifier": named("acme")}, "user": {"identifier": named("ada")}}
    api.done("POST", "/organizations/users", pair)
    post(api, "a")
    device = {"identifier": named("ada"), "device_id": "d", "os": "ios", "config": {"token": "t"}}
    api.done("POST", "/users/devices", device)
    message = {"target": named("ada"), "identifier": named("m")[0], "channel": "inbox"}
    api.done("POST", "/users/inbox", [message])
    return held(api)


def held(api: Api) -> dict[str, Any]:
    """Count what a project holds."""
    lists = "users organizations members events schedules inbox devices calls"
    return {what: api.inspect(what)["total"] for what in lists.split()}
