"""Users: identity, merging, what is kept and what goes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.support.sandbox_api import Api, named


def test_a_new_user_is_answered_as_it_is_kept(api: Api) -> None:
    user = api.user(
        "ada",
        email="ada@example.com",
        phone="+31612345678",
        timezone="Europe/London",
        locale="en-GB",
        data={"plan": "pro"},
    )
    assert UUID(user["id"])
    assert UUID(user["project_id"])
    assert user["version"] == 0
    assert user["has_push_device"] is False
    assert user["data"] == {"plan": "pro"}
    assert [user[name] for name in ("email", "phone", "timezone", "locale")] == [
        "ada@example.com",
        "+31612345678",
        "Europe/London",
        "en-GB",
    ]
    identifier = user["identifier"][0]
    assert UUID(identifier["id"])
    assert identifier["source"] == "default"
    assert identifier["external_id"] == "ada"
    assert identifier["metadata"] == {}


def test_what_is_not_set_is_left_out(api: Api) -> None:
    user = api.user("ada")
    assert user.keys().isdisjoint({"email", "phone", "timezone", "locale", "name"})
    assert user["data"] == {}


def test_times_are_utc_with_microseconds(api: Api) -> None:
    text = api.user("ada")["created_at"]
    assert text.endswith("Z")
    assert len(text) == len("2026-11-20T12:00:00.000000Z")
    assert datetime.now(UTC) - datetime.fromisoformat(text) < timedelta(minutes=1)


def test_an_update_counts_and_keeps_the_creation(api: Api) -> None:
    first, second = api.user("ada"), api.user("ada", email="ada@example.com")
    assert second["id"] == first["id"]
    assert second["version"] == first["version"] + 1
    assert second["created_at"] == first["created_at"]
    assert second["updated_at"] > first["updated_at"]


@pytest.mark.parametrize("field", ["email", "phone", "timezone", "locale", "data"])
@pytest.mark.parametrize("empty", ["null", "missing"])
def test_null_or_missing_keeps_what_is_stored(api: Api, field: str, empty: str) -> None:
    fields: dict[str, Any] = {
        "email": "ada@example.com",
        "phone": "+31612345678",
        "timezone": "Europe/London",
        "locale": "en-GB",
        "data": {"plan": "pro"},
    }
    api.user("ada", **fields)
    assert api.user("ada", **({field: None} if empty == "null" else {}))[field] == fields[field]


def test_data_is_merged_at_its_top_level_only(api: Api) -> None:
    api.user("ada", data={"kept": 1, "replaced": {"a": 1, "b": 2}, "nulled": 1})
    user = api.user("ada", data={"replaced": {"c": 3}, "nulled": None, "new": [1]})
    assert user["data"] == {"kept": 1, "replaced": {"c": 3}, "nulled": None, "new": [1]}


def test_metadata_of_an_identifier_is_merged_too(api: Api) -> None:
    def upsert(metadata: object) -> Any:
        identifier = [{"external_id": "ada", "metadata": metadata}]
        return api.done("POST", "/users", {"identifier": identifier})["identifier"][0]

    first = upsert({"region": {"a": 1}, "kept": True})
    second = upsert({"region": {"b": 2}})
    assert second["metadata"] == {"region": {"b": 2}, "kept": True}
    assert second["id"] == first["id"]
    assert second["updated_at"] > first["updated_at"]
    assert upsert(None)["metadata"] == second["metadata"]


@pytest.mark.parametrize("source", ["", "default"])
def test_an_empty_source_is_default(api: Api, source: str) -> None:
    first = api.user("ada")
    identifier = [{"external_id": "ada", "source": source}]
    assert api.done("POST", "/users", {"identifier": identifier})["id"] == first["id"]


def test_the_same_external_id_in_two_sources_is_two_users(api: Api) -> None:
    assert api.user("1")["id"] != api.user("1:", identifier=named("stripe:1"))["id"]


def test_any_identifier_finds_the_user_and_new_ones_are_added(api: Api) -> None:
    ada = api.user("ada")
    body = {"identifier": named("anonymous:a1", "ada", "stripe:cus_1")}
    assert api.done("POST", "/users", body)["id"] == ada["id"]
    found = api.done("POST", "/users", {"identifier": named("stripe:cus_1")})
    assert found["id"] == ada["id"]
    pairs = [(known["source"], known["external_id"]) for known in found["identifier"]]
    assert pairs == [("default", "ada"), ("anonymous", "a1"), ("stripe", "cus_1")]


def test_an_identifier_named_twice_is_one(api: Api) -> None:
    twice = [
        {"external_id": "ada", "metadata": {"a": 1}},
        {"external_id": "ada", "metadata": {"b": 2}},
    ]
    user = api.done("POST", "/users", {"identifier": twice})
    assert [known["metadata"] for known in user["identifier"]] == [{"a": 1, "b": 2}]


def test_identifiers_of_two_users_are_a_conflict_and_nothing_is_done(api: Api) -> None:
    api.user("ada")
    api.user("grace")
    body = {"identifier": named("new", "ada", "grace"), "email": "x@example.com"}
    response = api.send("POST", "/users", body)
    assert response.status_code == 409
    assert response.json() == {
        "title": "conflict",
        "detail": "identifiers resolve to different existing users",
    }
    assert api.look("users", search="new")["total"] == 0
    assert api.look("users", search="x@example.com")["total"] == 0


def test_a_user_and_an_organization_may_share_an_identifier(api: Api) -> None:
    assert api.user("same")["id"] != api.organization("same")["id"]


def test_a_deleted_user_is_gone_with_all_that_was_theirs(api: Api) -> None:
    user = api.user("ada")
    api.organization("acme")
    pair = {"organization": {"identifier": named("acme")}, "user": {"identifier": named("ada")}}
    api.done("POST", "/organizations/users", pair)
    response = api.send("DELETE", "/users", {"identifier": named("ada")})
    assert (response.status_code, response.content) == (204, b"")
    assert "content-length" not in response.headers
    assert api.look("members")["total"] == 0
    assert api.look("schedules", kind="user")["total"] == 0
    assert "user.created" not in api.events()
    assert api.refused(404, "DELETE", "/users", {"identifier": named("ada")}) == "user not found"
    assert api.user("ada")["id"] != user["id"]


def test_deleting_identifiers_of_two_users_is_a_conflict(api: Api) -> None:
    api.user("ada")
    api.user("grace")
    api.refused(409, "DELETE", "/users", {"identifier": named("ada", "grace")})
    assert api.look("users")["total"] == 2


def test_the_platform_records_what_happens_to_a_user(api: Api) -> None:
    api.user("ada", data={"plan": "free"})
    api.user("ada", data={"plan": "pro"})
    events = api.look("events", user="ada")["results"]
    assert [(event["name"], event["cause"], event["data"]) for event in events] == [
        ("user.created", "recorded", {"plan": "free"}),
        ("user.updated", "recorded", {"plan": "pro"}),
    ]


@pytest.mark.parametrize(
    "number",
    [
        "123456789012345678901234567890",
        "-18446744073709551617",
        "0.1",
        "1.10",
        "100000000000000000000.000000001",
        "1E+400",
        "1E-300",
        "0",
        "-1",
    ],
)
def test_numbers_survive_as_they_were_written(api: Api, number: str) -> None:
    body = (
        f'{{"identifier": [{{"external_id": "ada"}}], "data": {{"n": {number}, "in": [{number}]}}}}'
    )
    api.raw("POST", "/api/client/users", content=body)
    again = '{"identifier": [{"external_id": "ada"}], "data": {"other": 1}}'
    response = api.raw("POST", "/api/client/users", content=again)
    assert f'"n":{number},"in":[{number}],"other":1' in response.text


def test_text_survives_as_it_was_written(api: Api) -> None:
    text = {"é": '日本 🎉 \u2028 "\\ <b>', "camelCase": {"inner_key": "ÅÄÖ"}, "": ""}
    assert api.user("ada", data=text)["data"] == text
    assert api.user("ada")["data"] == text


def test_of_a_key_written_twice_the_last_counts(api: Api) -> None:
    body = b"""{
        "identifier": [{"external_id": "ada"}],
        "data": {"a": 1}, "data": {"b": 1, "b": 2}
    }"""
    assert api.raw("POST", "/api/client/users", content=body).json()["data"] == {"b": 2}


def test_unknown_fields_are_ignored(api: Api) -> None:
    assert "nickname" not in json.dumps(api.user("ada", nickname="Countess"))
