"""What the server accepts and loses, and what it delivers after all."""

from __future__ import annotations

from typing import Any

from tests.support.sandbox_api import Api, named

NOBODY = "nobody has the identifier nobody: upsert the user first"


def post(api: Api, name: str, *who: str, **data: Any) -> None:
    """Send an event to a user."""
    event = {"name": name, "identifier": named(*who), "data": data}
    assert api.send("POST", "/users/events", [event]).status_code == 202


def reasons(api: Api) -> list[str]:
    """Why something was lost."""
    return [lost["reason"] for lost in api.lost()]


def test_an_event_of_nobody_is_lost_and_says_so(api: Api) -> None:
    post(api, "order.completed", "nobody", total=99.99)
    (lost,) = api.lost()
    assert lost == {
        "number": lost["number"],
        "what": "event",
        "kind": "user",
        "name": "order.completed",
        "identifier": [{"source": "default", "external_id": "nobody"}],
        "data": {"total": 99.99},
        "reason": NOBODY,
        "waits": True,
        "created_at": lost["created_at"],
    }
    assert api.inspect("users")["total"] == api.inspect("events")["total"] == 0
    assert api.inspect("calls")["results"][-1]["notes"] == [NOBODY]


def test_a_user_who_is_upserted_right_after_it_gets_it(api: Api) -> None:
    post(api, "first", "nobody")
    post(api, "second", "nobody", "stripe:cus_1")
    api.user("nobody")
    assert api.events(user="nobody") == ["user.created", "first", "second"]
    assert api.lost() == []


def test_it_is_enough_to_have_one_of_the_identifiers(api: Api) -> None:
    api.user("ada")
    post(api, "bought", "anonymous:a1", "stripe:cus_1")
    api.done("POST", "/users", {"identifier": named("ada", "stripe:cus_1")})
    assert api.events(user="ada", name="bought") == ["bought"]


def test_a_user_who_is_upserted_later_does_not_get_it(api: Api) -> None:
    post(api, "order.completed", "nobody")
    api.control("clock", advance="2 seconds")
    assert [lost["waits"] for lost in api.lost()] == [False]
    api.user("nobody")
    assert api.events(user="nobody") == ["user.created"]
    assert reasons(api) == [NOBODY]


def test_events_of_two_users_wait_until_they_belong_to_one(api: Api) -> None:
    api.user("ada")
    api.user("grace")
    post(api, "order.completed", "ada", "grace")
    api.user("ada")
    assert len(api.lost()) == 1
    api.done("DELETE", "/users", {"identifier": named("grace")})
    api.user("ada")
    assert api.events(name="order.completed", user="ada") == ["order.completed"]


def test_a_long_name_of_an_event_is_lost(api: Api) -> None:
    api.user("ada")
    for length in (255, 256):
        post(api, "x" * length, "ada")
    body = [{"name": "y" * 300, "match": {}, "data": {}}]
    assert api.send("POST", "/users/events", body).status_code == 202
    assert api.events(cause="sent") == ["x" * 255]
    assert reasons(api) == [
        f"the name has {length} characters, of 255 at most" for length in (256, 300)
    ]
    assert not any(lost["waits"] for lost in api.lost())


def test_a_match_that_matches_nobody_is_not_lost(api: Api) -> None:
    api.done("POST", "/users/events", [{"name": "x", "match": {"a": 1}, "data": {}}])
    assert api.lost() == []


def test_lost_ones_are_filtered_and_have_pages(api: Api) -> None:
    for name in ("a", "b", "a"):
        post(api, name, "nobody")
    assert [lost["name"] for lost in api.lost()] == ["a", "b", "a"]
    assert api.inspect("lost", name="a")["total"] == 2
    assert api.inspect("lost", kind="organization")["total"] == 0
    first = api.lost()[0]["number"]
    assert api.inspect("lost", after=first)["total"] == 2
    assert len(api.inspect("lost", limit=1)["results"]) == 1


def test_a_reset_forgets_what_is_lost(api: Api) -> None:
    post(api, "order.completed", "nobody")
    api.control("reset")
    assert api.lost() == []
    api.user("nobody")
    assert api.events() == ["user.created"]
