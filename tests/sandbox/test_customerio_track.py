"""The local Customer.io's Track API: people, events, devices, segments, merging, batches."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.customerio_api import Workspace, path_of


def test_credentials_are_tested(workspace: Workspace) -> None:
    response = workspace.track("GET", "/auth")
    assert (response.status_code, response.json()) == (
        200,
        {"meta": {"message": "nice credentials."}},
    )


def test_the_region_is_found(workspace: Workspace) -> None:
    region = workspace.track("GET", "/api/v1/accounts/region").json()
    assert region["data_center"] == "us"
    assert region["url"] == f"{workspace.customerio}/track"
    assert isinstance(region["environment_id"], int)


# -- people ---------------------------------------------------------------------------------------


def test_a_person_is_identified_and_updated(workspace: Workspace) -> None:
    workspace.identify("5", email="Ada@example.com", created_at=1361205308, plan="basic")
    workspace.identify("5", plan="pro", tags=["a"])
    person = workspace.person("5")
    assert (person["id"], person["email"]) == ("5", "Ada@example.com")
    assert person["attributes"] == {"created_at": 1361205308, "plan": "pro", "tags": ["a"]}
    assert workspace.person("ada@EXAMPLE.com") == person
    assert workspace.person(f"cio_{person['cio_id']}") == person


def test_a_person_may_be_known_by_an_email_address_alone(workspace: Workspace) -> None:
    workspace.identify("ada@example.com", plan="pro")
    workspace.identify("5", email="ADA@example.com")
    (person,) = workspace.there("people")
    assert (person["id"], person["attributes"]) == ("5", {"plan": "pro"})


def test_identifiers_change_only_by_customer_ios_own(workspace: Workspace) -> None:
    workspace.identify("5", email="old@example.com")
    workspace.identify("5", email="new@example.com")
    workspace.identify("new@example.com", id="6")
    assert (workspace.person("5")["email"], workspace.person("6")) == ("new@example.com", None)
    workspace.identify(f"cio_{workspace.person('5')['cio_id']}", id="6")
    assert workspace.person("6")["email"] == "new@example.com"


def test_somebody_elses_identifier_stays_theirs(workspace: Workspace) -> None:
    workspace.identify("5", email="ada@example.com")
    workspace.identify("6", email="ada@example.com", plan="pro")
    assert workspace.person("6")["attributes"] == {"plan": "pro"}
    assert workspace.person("ada@example.com")["id"] == "5"


def test_an_unknown_cio_id_is_dropped(workspace: Workspace) -> None:
    workspace.identify("cio_unknown", plan="pro")
    workspace.event("cio_unknown", "seen")
    assert workspace.there("people") == workspace.there("events") == []


def test_an_update_alone_creates_no_person(workspace: Workspace) -> None:
    workspace.identify("5", _update=True, plan="pro")
    assert workspace.there("people") == []
    workspace.identify("5")
    workspace.identify("5", _update=True, plan="pro")
    assert workspace.person("5")["attributes"] == {"plan": "pro"}


@pytest.mark.parametrize("person", ["a/b", "..", ".", "a b", "é✓", "100%", "a?b#c", "line\nfeed"])
def test_ids_are_taken_literally(workspace: Workspace, person: str) -> None:
    body = {"name": "seen"}
    # An HTTP library would take dots for steps.
    quoted = path_of(person).replace(".", "%2E")
    workspace.tracked("PUT", quoted, {})
    workspace.tracked("POST", f"{quoted}/events", body)
    assert [each["id"] for each in workspace.there("people")] == [person]
    assert workspace.there("events")[0]["person"]["id"] == person


def test_deleting_takes_all_that_belongs_to_a_person(workspace: Workspace) -> None:
    workspace.identify("5")
    workspace.event("5", "seen")
    workspace.tracked("PUT", f"{path_of('5')}/devices", {"device": {"id": "t", "platform": "ios"}})
    workspace.tracked("POST", "/api/v1/segments/7/add_customers", {"ids": ["5"]})
    for _ in range(2):  # Once more is no mistake.
        workspace.tracked("DELETE", path_of("5"))
    for what in ("people", "events", "devices"):
        assert workspace.there(what) == []


def test_the_suppressed_are_gone_and_stay_away(workspace: Workspace) -> None:
    workspace.identify("5", email="ada@example.com", plan="pro")
    workspace.event("5", "before")
    workspace.tracked("POST", f"{path_of('5')}/suppress", {})
    assert {(each["field"], each["value"]) for each in workspace.there("suppressed")} == {
        ("id", "5"),
        ("email", "ada@example.com"),
    }
    workspace.identify("5", plan="free")
    workspace.identify("ADA@example.com")
    workspace.identify("6", email="ada@example.com")
    workspace.event("5", "after")
    assert workspace.there("people") == workspace.there("events") == []

    workspace.tracked("POST", f"{path_of('ada@example.com')}/unsuppress", {})
    assert workspace.there("suppressed") == []
    workspace.identify("5")
    assert "email" not in workspace.person("5")
    assert workspace.person("5")["attributes"] == {}


# -- events ---------------------------------------------------------------------------------------


def test_an_event_creates_its_person(workspace: Workspace) -> None:
    workspace.event("5", " purchase ", data={"price": 23.45})
    (event,) = workspace.there("events", person="5")
    assert (event["type"], event["name"], event["data"]) == ("event", "purchase", {"price": 23.45})


def test_events_have_types_and_times(workspace: Workspace) -> None:
    workspace.event("5", "/pricing", type="page", timestamp=1361205308)
    workspace.event("5", "Home", type="screen", timestamp=1361205308.9)
    workspace.event("5", "odd", type="other")
    found = [(each["type"], each["timestamp"]) for each in workspace.there("events")]
    assert found[:2] == [("page", 1361205308), ("screen", 1361205308)]
    assert found[2][0] == "event"
    assert found[2][1] > 1361205308


def test_an_event_that_comes_twice_is_one(workspace: Workspace) -> None:
    for name in ("first", "again"):
        workspace.event("5", name, id="01BX5ZZKBKACTAV9WEVGEMMVRY")
    workspace.event("5", "other", id="01BX5ZZKBKACTAV9WEVGEMMVRZ")
    workspace.event("5", "without")
    workspace.event("5", "without")
    assert workspace.names() == ["first", "other", "without", "without"]


def test_what_a_visitor_did_becomes_the_persons(workspace: Workspace) -> None:
    event = {"name": "seen", "anonymous_id": "visitor_1", "data": {}}
    workspace.tracked("POST", "/api/v1/events", event)
    workspace.tracked("POST", "/api/v1/events", event | {"name": "old", "timestamp": 1361205308})
    workspace.tracked("POST", "/api/v1/events", event | {"anonymous_id": "visitor_2"})
    assert workspace.names(person="5") == []
    workspace.identify("5", anonymous_id="visitor_1")
    assert workspace.names(person="5") == ["seen"]
    workspace.tracked("POST", "/api/v1/events", event | {"name": "later"})
    assert workspace.names(person="5") == ["seen", "later"]


def test_an_event_needs_neither_an_anonymous_id_nor_a_recipient(workspace: Workspace) -> None:
    invite: dict[str, Any] = {"name": "invite", "data": {"recipient": "alex@example.com"}}
    workspace.tracked("POST", "/api/v1/events", invite)
    workspace.tracked("POST", "/api/v1/events", {"name": "seen", "data": {"a": 1}})
    workspace.tracked("POST", "/api/v1/events", {"name": "seen", "anonymous_id": "", "data": {}})
    assert workspace.names() == ["invite", "seen", "seen"]


# -- devices and segments -------------------------------------------------------------------------


def test_a_device_is_added_updated_and_deleted(workspace: Workspace) -> None:
    devices = f"{path_of('5')}/devices"
    device = {"id": "a/b", "platform": "ios", "last_used": 1514764800, "attributes": {"a": "1"}}
    workspace.tracked("PUT", devices, {"device": device})
    changed = {"id": "a/b", "platform": "android", "attributes": {"b": "2"}}
    workspace.tracked("PUT", devices, {"device": changed})
    (found,) = workspace.there("devices", person="5")
    assert (found["platform"], found["last_used"]) == ("android", 1514764800)
    assert found["attributes"] == {"a": "1", "b": "2"}
    workspace.tracked("DELETE", f"{devices}/a%2Fb")
    assert workspace.there("devices") == []


def test_attributes_beside_the_fields_of_a_device_are_kept(workspace: Workspace) -> None:
    flat = {"id": "t", "platform": "ios", "last_used": 1514764800, "app": "2.4", "ok": True}
    workspace.tracked("PUT", f"{path_of('5')}/devices", {"device": flat})
    batched = {"token": "u", "platform": "android", "app": "2.5", "attributes": {"b": "2"}}
    operation = {"type": "person", "action": "add_device", "identifiers": {"id": "5"}}
    workspace.tracked("POST", "/api/v2/batch", {"batch": [{**operation, "device": batched}]})
    found = {row["id"]: row["attributes"] for row in workspace.there("devices", person="5")}
    assert found == {"t": {"app": "2.4", "ok": True}, "u": {"app": "2.5", "b": "2"}}


@pytest.mark.parametrize(
    "device", [{"platform": "ios"}, {"id": "", "platform": "ios"}, {"id": "t"}]
)
def test_a_device_needs_an_id_and_a_platform(workspace: Workspace, device: object) -> None:
    assert "device." in workspace.error("PUT", f"{path_of('5')}/devices", {"device": device})


def test_an_unknown_platform_is_rejected(workspace: Workspace) -> None:
    body = {"device": {"id": "t", "platform": "windows"}}
    reason = workspace.error("PUT", f"{path_of('5')}/devices", body)
    assert reason == "device.platform: must be one of ios, android"


@pytest.mark.parametrize("id_type", ["id", "email", "cio_id"])
def test_a_segment_takes_and_loses_people(workspace: Workspace, id_type: str) -> None:
    workspace.identify("5", email="ada@example.com")
    ids = {"ids": [workspace.person("5")[id_type], "nobody"]}
    workspace.tracked("POST", f"/api/v1/segments/7/add_customers?id_type={id_type}", ids)
    assert workspace.person("5")["segments"] == [7]
    workspace.tracked("POST", f"/api/v1/segments/7/remove_customers?id_type={id_type}", ids)
    assert workspace.person("5")["segments"] == []


def test_a_segment_is_a_number_and_takes_somebody(workspace: Workspace) -> None:
    path = "/api/v1/segments/7/add_customers"
    assert workspace.error("POST", path, {"ids": []}).startswith("ids: ")
    assert workspace.error("POST", f"{path}?id_type=phone", {"ids": ["5"]}).startswith("id_type: ")
    wrong = path.replace("7", "seven")
    assert workspace.error("POST", wrong, {"ids": ["5"]}, status=404) == "segment not found"


# -- merging --------------------------------------------------------------------------------------


def test_a_merge_leaves_the_primary_with_all_it_lacked(workspace: Workspace) -> None:
    workspace.identify("5", plan="pro", city="")
    workspace.identify("6", email="ada@example.com", plan="free", city="Paris", seats=3)
    workspace.event("5", "one")
    workspace.event("6", "two")
    for person, device in (("5", "shared"), ("6", "shared"), ("6", "own")):
        body = {"device": {"id": device, "platform": "ios"}}
        workspace.tracked("PUT", f"{path_of(person)}/devices", body)
    workspace.tracked("POST", "/api/v1/segments/7/add_customers", {"ids": ["5", "6"]})
    workspace.tracked("POST", "/api/v1/segments/8/add_customers", {"ids": ["6"]})
    body = {"primary": {"id": "5"}, "secondary": {"email": "ada@example.com"}}
    workspace.tracked("POST", "/api/v1/merge_customers", body)
    (person,) = workspace.there("people")
    assert (person["id"], person["email"]) == ("5", "ada@example.com")
    assert person["attributes"] == {"plan": "pro", "city": "Paris", "seats": 3}
    assert person["segments"] == [7, 8]
    assert workspace.names(person="5") == ["one", "two"]
    assert {each["id"] for each in workspace.there("devices", person="5")} == {"shared", "own"}


def test_a_merge_with_an_unknown_person_does_nothing(workspace: Workspace) -> None:
    workspace.identify("5", plan="pro")
    for pair in (("5", "6"), ("6", "5"), ("5", "5")):
        primary, secondary = ({"id": each} for each in pair)
        body = {"primary": primary, "secondary": secondary}
        workspace.tracked("POST", "/api/v1/merge_customers", body)
    assert [each["id"] for each in workspace.there("people")] == ["5"]


@pytest.mark.parametrize("primary", [{}, {"phone": "5"}, {"id": ""}, {"id": "5", "email": "a@b.c"}])
def test_a_merge_needs_one_identifier_of_each(workspace: Workspace, primary: object) -> None:
    body = {"primary": primary, "secondary": {"id": "6"}}
    assert workspace.error("POST", "/api/v1/merge_customers", body)


# -- batches --------------------------------------------------------------------------------------


def _person(action: str, person: str = "5", **fields: Any) -> dict[str, Any]:
    return {"type": "person", "action": action, "identifiers": {"id": person}} | fields


def test_a_batch_does_all_that_a_person_can_have_done(workspace: Workspace) -> None:
    operations = [
        _person("identify", attributes={"plan": "pro"}),
        _person("identify", "6", attributes={"seats": 3}),
        _person("event", name="bought", id="e1", timestamp=1361205308, attributes={"a": 1}),
        _person("event", name="bought", id="e1"),
        _person("page", name="/pricing"),
        _person("screen", name="Home"),
        _person("add_device", device={"token": "t", "platform": "ios"}),
        _person("add_device", device={"id": "u", "platform": "ios"}),
        _person("delete_device", device={"token": "u"}),
        {"type": "person", "action": "merge", "primary": {"id": "5"}, "secondary": {"id": "6"}},
        _person("identify", "7"),
        _person("delete", "7"),
        _person("suppress", "8"),
        _person("suppress", "9"),
        _person("unsuppress", "9"),
    ]
    workspace.tracked("POST", "/api/v2/batch", {"batch": operations})
    (person,) = workspace.there("people")
    assert person["attributes"] == {"plan": "pro", "seats": 3}
    events = [(each["type"], each["name"]) for each in workspace.there("events")]
    assert events == [("event", "bought"), ("page", "/pricing"), ("screen", "Home")]
    assert [each["id"] for each in workspace.there("devices")] == ["t"]
    assert [each["value"] for each in workspace.there("suppressed")] == ["8"]


def test_a_batch_says_which_operations_failed_and_does_the_rest(workspace: Workspace) -> None:
    operations = [
        _person("identify", attributes={"plan": "pro"}),
        _person("dance"),
        {"type": "object", "action": "identify"},
        _person("event", name=""),
        _person("event", name="big", attributes={"text": "x" * 33_000}),
        {"type": "person", "action": "delete"},
        _person("add_device", device={"id": "t", "platform": "windows"}),
        _person("event", name="never", timestamp=2**64),
        _person("event", name="fine"),
    ]
    response = workspace.track("POST", "/api/v2/batch", {"batch": operations})
    assert response.status_code == 207
    errors = {error["batch_index"]: error for error in response.json()["errors"]}
    assert list(errors) == [1, 2, 3, 4, 5, 6, 7]
    assert errors[3] == {
        "batch_index": 3,
        "reason": "invalid",
        "message": "event name must not be blank",
    }
    assert [errors[place].get("field") for place in (1, 2, 5, 6)] == [
        "action",
        "type",
        "identifiers",
        "platform",
    ]
    assert workspace.names() == ["fine"]


def test_an_invalid_batch_is_rejected(workspace: Workspace) -> None:
    response = workspace.track("POST", "/api/v2/batch", {"batch": {}})
    assert response.status_code == 400
    assert response.json() == {
        "errors": [
            {"reason": "invalid", "field": "batch", "message": "must be an array, not an object"}
        ]
    }
    big = {"batch": [_person("event", name="x", attributes={"t": "x" * 30_000})] * 18}
    assert workspace.track("POST", "/api/v2/batch", big).status_code == 413


# -- limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"id": 5}, "id attribute must be a string value"),
        ({"id": ""}, "id attribute cannot be an empty string"),
        (
            {str(n): n for n in range(301)},
            "cannot identify more than 300 attributes in one request",
        ),
        ({"n" * 151: 1}, "attribute name cannot be longer than 150 bytes"),
        ({"bio": "é" * 501}, "value for attribute 'bio' cannot be longer than 1000 bytes"),
    ],
)
def test_people_have_limits(workspace: Workspace, attributes: object, reason: str) -> None:
    assert workspace.error("PUT", path_of("5"), attributes) == reason
    assert workspace.there("people") == []


def test_an_id_has_a_limit(workspace: Workspace) -> None:
    workspace.identify("é" * 75)
    reason = workspace.error("PUT", path_of("é" * 75 + "x"), {})
    assert reason == "id attribute cannot be longer than 150 bytes"


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({}, "event name must not be blank"),
        ({"name": "  "}, "event name must not be blank"),
        ({"name": "n" * 101}, "event name cannot be longer than 100 bytes"),
        ({"name": "n", "data": ""}, "event data must be a hash"),
        ({"name": "n", "data": []}, "event data must be a hash"),
        (
            {"name": "n", "data": {"t": "x" * 100_000}},
            "event data cannot be longer than 100000 bytes",
        ),
        (
            {"name": "n", "timestamp": "now"},
            "timestamp: must be a whole number or a number or null, not a string",
        ),
    ],
)
def test_events_have_limits(workspace: Workspace, event: object, reason: str) -> None:
    for path in (f"{path_of('5')}/events", "/api/v1/events"):
        assert workspace.error("POST", path, event) == reason
    assert workspace.there("events") == []


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    method=st.sampled_from(["PUT", "POST"]),
    path=st.sampled_from(
        [
            path_of("5"),
            f"{path_of('5')}/events",
            f"{path_of('5')}/devices",
            "/api/v1/events",
            "/api/v1/merge_customers",
            "/api/v1/segments/7/add_customers",
            "/api/v2/batch",
        ]
    ),
    body=st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["id", "name", "data", "device", "ids", "batch", "type", "primary", "timestamp"]
                )
                | st.text(max_size=5),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ),
)
def test_whatever_is_sent_is_done_or_rejected(
    workspace: Workspace, method: str, path: str, body: object
) -> None:
    response = workspace.track(method, path, body)
    assert response.status_code in {200, 207, 400, 404, 405}, response.text
    assert set(response.json()) <= {"meta", "errors"}
