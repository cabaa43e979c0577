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


def test_a_name_may_be_left_out(api: Api) -> None:
    assert "name" not in api.organization("acme")


def test_identifiers_of_two_organizations_are_a_conflict(api: Api) -> None:
    api.organization("acme")
    api.organization("globex")
    detail = api.refused(409, "POST", "/organizations", {"identifier": named("acme", "globex")})
    assert detail == "identifiers resolve to different existing organizations"


def test_the_platform_records_what_happens_to_an_organization(api: Api) -> None:
    api.organization("acme")
    api.organization("acme")
    assert api.events(organization="acme") == ["organization.created", "organization.updated"]


def test_a_member_has_data_that_is_merged(api: Api) -> None:
    api.organization("acme")
    api.user("ada")
    response = api.send("POST", "/organizations/users", pair(data={"role": "admin", "team": "x"}))
    assert (response.status_code, response.content) == (200, b"")
    api.done("POST", "/organizations/users", pair(data={"role": "owner"}))
    api.done("POST", "/organizations/users", pair(data=None))
    (member,) = api.look("members", organization="acme")["results"]
    assert member["data"] == {"role": "owner", "team": "x"}
    assert member["organization_identifier"] == [{"source": "default", "external_id": "acme"}]
    assert member["user_identifier"] == [{"source": "default", "external_id": "ada"}]


def test_the_platform_records_memberships(api: Api) -> None:
    api.organization("acme")
    ada = api.user("ada")
    api.done("POST", "/organizations/users", pair(data={"role": "admin"}))
    api.done("POST", "/organizations/users", pair())
    events = api.look("events", organization="acme")["results"][1:]
    assert [event["name"] for event in events] == [
        "organization.user.added",
        "organization.user.updated",
    ]
    assert events[0]["data"] == {"role": "admin"}
    assert {event["member_id"] for event in events} == {ada["id"]}


@pytest.mark.parametrize(
    ("missing", "detail"), [("user", "user"), ("organization", "organization")]
)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_both_have_to_exist(api: Api, method: str, missing: str, detail: str) -> None:
    api.organization("acme")
    api.user("ada")
    unknown = pair(**{missing: "nobody"})
    assert api.refused(404, method, "/organizations/users", unknown) == f"{detail} not found"


def test_a_membership_ends(api: Api) -> None:
    api.organization("acme")
    api.user("ada")
    api.done("POST", "/organizations/users", pair())
    response = api.send("DELETE", "/organizations/users", pair())
    assert (response.status_code, response.content) == (204, b"")
    assert api.look("members")["total"] == 0
    assert api.refused(404, "DELETE", "/organizations/users", pair()) == "member not found"


def test_memberships_go_with_the_organization_and_users_stay(api: Api) -> None:
    api.organization("acme")
    api.organization("globex")
    api.user("ada")
    api.done("POST", "/organizations/users", pair("acme"))
    api.done("POST", "/organizations/users", pair("globex"))
    assert api.send("DELETE", "/organizations", {"identifier": named("acme")}).status_code == 204
    (member,) = api.look("members", user="ada")["results"]
    assert member["organization_identifier"][0]["external_id"] == "globex"
    assert api.look("user", external_id="ada")
    detail = api.refused(404, "DELETE", "/organizations", {"identifier": named("acme")})
    assert detail == "organization not found"
