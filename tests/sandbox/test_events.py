"""Events: sent to one, or to all that match."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.sandbox_api import Api, named


def event(name: str = "order.completed", who: str | None = "ada", **more: Any) -> dict[str, Any]:
    """Write an event."""
    identifier = {"identifier": named(who)} if who else {}
    return {"name": name, "data": {}} | identifier | more


def sent(api: Api, **query: Any) -> list[str]:
    """Return the names of all events but the platform's own."""
    events = api.inspect("events", **query)["results"]
    return [each["name"] for each in events if each["cause"] != "recorded"]


def test_an_event_is_kept_with_its_data(api: Api) -> None:
    api.user("ada")
    response = api.send("POST", "/users/events", [event(data={"total": 99.99})])
    assert (response.status_code, response.content) == (202, b"")
    (kept,) = api.inspect("events", name="order.completed")["results"]
    assert kept["data"] == {"total": 99.99}
    assert kept["cause"] == "sent"
    assert kept["identifier"] == [{"source": "default", "external_id": "ada"}]


def test_events_come_in_order(api: Api) -> None:
    api.user("ada")
    names = [f"step.{number}" for number in range(20)]
    api.done("POST", "/users/events", [event(name) for name in names])
    assert sent(api, user="ada") == names


def test_an_event_adds_no_identifiers(api: Api) -> None:
    api.user("ada")
    api.done("POST", "/users/events", [event(who=None, identifier=named("ada", "stripe:c1"))])
    user = api.inspect("user", external_id="ada")
    assert [known["external_id"] for known in user["identifier"]] == ["ada"]
    assert sent(api, user="ada") == ["order.completed"]


def test_an_event_for_an_organization(api: Api) -> None:
    api.organization("acme")
    api.done("POST", "/organizations/events", [event(who="acme"), event("none", "acme", data=None)])
    assert sent(api, organization="acme") == ["order.completed", "none"]


def test_an_event_for_an_unknown_organization_is_lost(api: Api) -> None:
    api.organization("acme")
    api.done("POST", "/organizations/events", [event("lost", "nobody"), event("kept", "acme")])
    assert sent(api) == ["kept"]
    assert api.inspect("organizations")["total"] == 1
    (lost,) = api.lost()
    assert lost["reason"] == (
        "no organization has the identifier nobody: upsert the organization first"
    )
    assert lost["waits"] is False


@pytest.mark.parametrize("kind", ["user", "organization"])
def test_a_match_reaches_everybody_who_contains_it_once(api: Api, kind: str) -> None:
    upsert = getattr(api, kind)
    upsert("a", data={"plan": "pro", "tags": ["x", "y"], "address": {"city": "Paris", "zip": 1}})
    upsert("b", data={"plan": "pro"})
    upsert("c", data={"plan": "free"})
    match = {"plan": "pro"}
    body = [event("all", None, match=match), event("one", None, match=match | {"tags": ["y"]})]
    assert api.send("POST", f"/{kind}s/events", body).status_code == 202
    got = {who: sent(api, **{kind: who}) for who in "abc"}
    assert got == {"a": ["all", "one"], "b": ["all"], "c": []}
    causes = api.inspect("events", cause="matched")["results"]
    assert len({each["cause_id"] for each in causes}) == 2


def test_a_match_stays_with_its_kind(api: Api) -> None:
    api.user("ada", data={"plan": "pro"})
    api.organization("acme", data={"plan": "pro"})
    api.done("POST", "/users/events", [event(who=None, match={"plan": "pro"})])
    assert sent(api, kind="organization") == []
    assert sent(api, kind="user") == ["order.completed"]


def test_an_empty_match_reaches_everybody(api: Api) -> None:
    api.user("ada")
    api.user("grace")
    api.done("POST", "/users/events", [event(who=None, match={})])
    assert len(sent(api)) == 2


def test_a_match_does_not_create_anybody(api: Api) -> None:
    api.done("POST", "/users/events", [event(who=None, match={"plan": "pro"})])
    assert api.inspect("users")["total"] == 0


@pytest.mark.parametrize("kind", ["users", "organizations"])
@pytest.mark.parametrize(
    ("wrong", "detail"),
    [
        (event(match={"a": 1}), "match and identifier are mutually exclusive"),
        (event(match={}), "match and identifier are mutually exclusive"),
        (event(who=None), "one of match or identifier is required"),
        (event(who=None, match=None), "one of match or identifier is required"),
    ],
)
def test_an_event_has_an_identifier_or_a_match(
    api: Api, kind: str, wrong: object, detail: str
) -> None:
    api.user("ada")
    api.organization("ada")
    response = api.send("POST", f"/{kind}/events", [event("before"), wrong, event("after")])
    assert response.status_code == 400
    assert response.json() == {"title": "bad request", "detail": detail}
    assert sent(api) == ["before"]


def test_null_for_a_match_is_as_if_it_were_omitted(api: Api) -> None:
    api.user("ada")
    api.done("POST", "/users/events", [event(match=None)])
    assert sent(api) == ["order.completed"]


def test_a_malformed_event_rejects_the_complete_batch(api: Api) -> None:
    body = [event(), event(), event(), event(who=None, identifier=[{"external_id": ""}])]
    response = api.send("POST", "/users/events", body)
    assert response.status_code == 400
    assert response.json() == {
        "title": "bad request",
        "detail": "events[3].identifier[0].external_id: must be a string of 1 character or more",
    }
    assert api.inspect("users")["total"] == 0


@pytest.mark.parametrize("kind", ["user", "organization"])
def test_an_event_of_two_subjects_is_lost(api: Api, kind: str) -> None:
    upsert = getattr(api, kind)
    upsert("ada")
    upsert("grace")
    conflict = event("second", None, identifier=named("ada", "grace"))
    body = [event("first"), conflict, event("third")]
    assert api.send("POST", f"/{kind}s/events", body).status_code == 202
    assert sent(api, **{kind: "ada"}) == ["first", "third"]
    assert [lost["reason"] for lost in api.lost()] == [
        f"the identifiers ada, grace belong to different {kind}s: send those of one"
    ]


@pytest.mark.parametrize(
    ("path", "body", "detail"),
    [
        ("/users/events", [], "events: must be an array of 1 item or more"),
        ("/users/events", {}, "events: must be an array, not an object"),
        ("/users/events", [1], "events[0]: must be an object, not a whole number"),
        ("/users/events", [{"name": "x", "identifier": named("a")}], "events[0].data: is required"),
        ("/users/events", [event(data=None)], "events[0].data: must be an object, not null"),
        ("/users/events", [event(data=[])], "events[0].data: must be an object, not an array"),
        ("/users/events", [{"data": {}}], "events[0].name: is required"),
        (
            "/users/events",
            [event(who=None, identifier=[])],
            "events[0].identifier: must be an array of 1 item or more",
        ),
        (
            "/organizations/events",
            [{"name": 1}],
            "events[0].name: must be a string, not a whole number",
        ),
    ],
)
def test_errors_name_the_field(api: Api, path: str, body: object, detail: str) -> None:
    assert api.rejected(400, "POST", path, body) == detail
