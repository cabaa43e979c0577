"""Users: identifiers, merging, updates and deletion."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.support.sandbox_api import Api, named


def test_a_new_user_is_returned_as_it_is_stored(api: Api) -> None:
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


def test_what_is_not_set_is_omitted(api: Api) -> None:
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
    assert response.status_code == 500
    assert response.json() == {
        "title": "internal server error",
        "detail": "an internal server error has occurred",
    }
    assert api.inspect("calls")["results"][-1]["notes"] == [
        "the identifiers new, ada, grace belong to different users"
    ]
    assert api.inspect("users", search="new")["total"] == 0
    assert api.inspect("users", search="x@example.com")["total"] == 0


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
    assert api.inspect("members")["total"] == 0
    assert api.inspect("schedules", kind="user")["total"] == 0
    assert "user.created" not in api.events()
    assert api.rejected(404, "DELETE", "/users", {"identifier": named("ada")}) == "user not found"
    assert api.user("ada")["id"] != user["id"]


def test_deleting_identifiers_of_two_users_is_a_conflict(api: Api) -> None:
    api.user("ada")
    api.user("grace")
    api.rejected(500, "DELETE", "/users", {"identifier": named("ada", "grace")})
    assert api.inspect("users")["total"] == 2


def test_the_platform_records_what_happens_to_a_user(api: Api) -> None:
    user = api.user("ada", email="ada@example.com", data={"plan": "free", "seats": 1})
    api.user("ada", locale="en-GB", data={"plan": "pro"})
    first, second = api.inspect("events", user="ada")["results"]
    assert (first["name"], first["cause"]) == ("user.created", "recorded")
    assert first["data"] == {
        "id": user["id"],
        "email": "ada@example.com",
        "phone": None,
        "timezone": None,
        "locale": None,
        "traits": {"plan": "free", "seats": 1},
        "version": 0,
    }
    assert (second["name"], second["cause"]) == ("user.updated", "recorded")
    changes = {"locale": "en-GB", "traits": {"plan": "pro", "seats": 1}, "version": 1}
    assert second["data"] == first["data"] | changes


@pytest.mark.parametrize(
    ("field", "longest"),
    [("email", 255), ("phone", 64), ("timezone", 50), ("locale", 255), ("data", 10_000)],
)
def test_a_value_that_is_too_long_is_an_internal_error(api: Api, field: str, longest: int) -> None:
    fits = "x" * longest
    value = {"text": fits} if field == "data" else fits
    assert api.user("ada", **{field: value})[field] == value
    if field != "data":
        body = {"identifier": named("ada"), field: f"{fits}x"}
        api.rejected(500, "POST", "/users", body)


@pytest.mark.parametrize("name", ["x" * 256, f"{'x' * 256}:ada"])
def test_an_identifier_that_is_too_long_is_an_internal_error(api: Api, name: str) -> None:
    api.rejected(500, "POST", "/users", {"identifier": named(name)})
    assert api.user(name[1:256].removesuffix(":ada"))


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize("body", [{}, {"identifier": []}])
def test_a_user_has_an_identifier(api: Api, method: str, body: object) -> None:
    detail = api.rejected(400, method, "/users", body)
    assert detail == "at least one identifier is required"


def test_what_the_server_does_not_check_is_stored(api: Api) -> None:
    fields = {"email": "a@b@c", "phone": "0612", "timezone": "", "locale": ""}
    assert fields.items() <= api.user("ada", **fields).items()


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("9007199254740993", "9007199254740992"),
        ("-18446744073709551617", "-18446744073709551616"),
        ("123456789012345678901234567890", "1.2345678901234568E+29"),
        ("0.1", "0.1"),
        ("1.10", "1.1"),
        ("3.0", "3"),
        ("100000000000000000000.000000001", "100000000000000000000"),
        ("1E-300", "1E-300"),
        ("1E-400", "0"),
        ("0", "0"),
        ("-1", "-1"),
    ],
)
def test_numbers_are_stored_as_doubles(api: Api, number: str, kept: str) -> None:
    body = (
        f'{{"identifier": [{{"external_id": "ada"}}], "data": {{"n": {number}, "in": [{number}]}}}}'
    )
    api.raw("POST", f"{api.family}/users", content=body)
    again = '{"identifier": [{"external_id": "ada"}], "data": {"other": 1}}'
    response = api.raw("POST", f"{api.family}/users", content=again)
    assert f'"n":{kept},"in":[{kept}],"other":1' in response.text


def test_text_survives_as_it_was_written(api: Api) -> None:
    text = {"é": '日本 🎉 \u2028 "\\ <b>', "camelCase": {"inner_key": "ÅÄÖ"}, "": ""}
    assert api.user("ada", data=text)["data"] == text
    assert api.user("ada")["data"] == text


def test_of_a_key_written_twice_the_last_counts(api: Api) -> None:
    body = b"""{
        "identifier": [{"external_id": "ada"}],
        "data": {"a": 1}, "data": {"b": 1, "b": 2}
    }"""
    assert api.raw("POST", f"{api.family}/users", content=body).json()["data"] == {"b": 2}


def test_unknown_fields_are_ignored(api: Api) -> None:
    assert "nickname" not in json.dumps(api.user("ada", nickname="Countess"))
