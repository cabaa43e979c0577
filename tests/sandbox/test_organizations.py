"""Organizations and their members."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.sandbox_api import Api, named


def pair(organization: str = "acme", user: str = "ada", **more: Any) -> dict[str, Any]:
    """Name a membership."""
    return {
        "organization": {"identifier": named(organization)},
        "user": {"identifier": named(user)},
    } | more


def test_an_organization_merges_as_a_user_does(api: Api) -> None:
    first = api.organization("acme", name="Acme", data={"plan": "free", "seats": 1})
    second = api.organization("acme", name=None, data={"plan": "enterprise"})
    assert second["id"] == first["id"]
    assert second["name"] == "Acme"
    assert second["data"] == {"plan": "enterprise", "seats": 1}
    assert second["version"] == first["version"] + 1
    assert second.keys().isdisjoint({"has_push_device", "email"})


def test_a_name_may_be_omitted(api: Api) -> None:
    assert "name" not in api.organization("acme")


def test_identifiers_of_two_organizations_are_a_conflict(api: Api) -> None:
    api.organization("acme")
    api.organization("globex")
    for method in ("POST", "DELETE"):
        api.rejected(500, method, "/organizations", {"identifier": named("acme", "globex")})


def test_the_platform_records_what_happens_to_an_organization(api: Api) -> None:
    api.organization("acme", data={"seats": 1})
    acme = api.organization("acme", name="Acme", data={"plan": "pro"})
    first, second = api.inspect("events", organization="acme")["results"]
    assert (first["name"], second["name"]) == ("organization.created", "organization.updated")
    assert first["data"]["name"] is None
    assert second["data"] == {
        "id": acme["id"],
        "identifiers": acme["identifier"],
        "name": "Acme",
        "traits": {"seats": 1, "plan": "pro"},
        "version": 1,
    }


def test_a_name_that_is_too_long_is_an_internal_error(api: Api) -> None:
    body = {"identifier": named("acme"), "name": "x" * 256}
    api.rejected(500, "POST", "/organizations", body)


def test_a_member_has_data_that_is_merged(api: Api) -> None:
    api.organization("acme")
    api.user("ada")
    response = api.send("POST", "/organizations/users", pair(data={"role": "admin", "team": "x"}))
    assert (response.status_code, response.content) == (200, b"")
    api.done("POST", "/organizations/users", pair(data={"role": "owner"}))
    api.done("POST", "/organizations/users", pair(data=None))
    (member,) = api.inspect("members", organization="acme")["results"]
    assert member["data"] == {"role": "owner", "team": "x"}
    assert member["organization_identifier"] == [{"source": "default", "external_id": "acme"}]
    assert member["user_identifier"] == [{"source": "default", "external_id": "ada"}]


def test_the_platform_records_memberships(api: Api) -> None:
    acme = api.organization("acme")
    ada = api.user("ada")
    api.done("POST", "/organizations/users", pair(data={"role": "admin"}))
    api.done("POST", "/organizations/users", pair(data={"team": "x"}))
    events = api.inspect("events", organization="acme")["results"][1:]
    assert [event["name"] for event in events] == [
        "organization.user.added",
        "organization.user.updated",
    ]
    for event, traits, version in zip(
        events, [{"role": "admin"}, {"role": "admin", "team": "x"}], (0, 1), strict=True
    ):
        assert event["data"] == {
            "organization_id": acme["id"],
            "organization_identifiers": acme["identifier"],
            "user_id": ada["id"],
            "traits": traits,
            "version": version,
        }
    assert {event["member_id"] for event in events} == {ada["id"]}


@pytest.mark.parametrize(
    ("missing", "detail"), [("user", "user"), ("organization", "organization")]
)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_both_have_to_exist(api: Api, method: str, missing: str, detail: str) -> None:
    api.organization("acme")
    api.user("ada")
    unknown = pair(**{missing: "nobody"})
    assert api.rejected(404, method, "/organizations/users", unknown) == f"{detail} not found"


def test_a_membership_ends(api: Api) -> None:
    api.organization("acme")
    api.user("ada")
    api.done("POST", "/organizations/users", pair())
    for _ in ("a member", "no member"):
        response = api.send("DELETE", "/organizations/users", pair())
        assert (response.status_code, response.content) == (204, b"")
        assert api.inspect("members")["total"] == 0


def test_memberships_go_with_the_organization_and_users_stay(api: Api) -> None:
    api.organization("acme")
    api.organization("globex")
    api.user("ada")
    api.done("POST", "/organizations/users", pair("acme"))
    api.done("POST", "/organizations/users", pair("globex"))
    assert api.send("DELETE", "/organizations", {"identifier": named("acme")}).status_code == 204
    (member,) = api.inspect("members", user="ada")["results"]
    assert member["organization_identifier"][0]["external_id"] == "globex"
    assert api.inspect("user", external_id="ada")
    detail = api.rejected(404, "DELETE", "/organizations", {"identifier": named("acme")})
    assert detail == "organization not found"
