"""The local Customer.io's App API: transactional messages, broadcasts, collections."""

from __future__ import annotations

import time
from base64 import b64encode
from typing import Any

import httpx
import pytest

from tests.support.customerio_api import Workspace

KINDS = ("email", "push", "sms", "inbox_message", "in_app", "whatsapp")


def _template(**fields: Any) -> dict[str, Any]:
    return {
        "transactional_message_id": "3",
        "to": "ada@example.com",
        "identifiers": {"id": "5"},
        "message_data": {"name": "Ada", "items": [{"price": 59.99}]},
    } | fields


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_is_kept_as_it_was_sent(workspace: Workspace, kind: str) -> None:
    response = workspace.app("POST", f"/v1/send/{kind}", _template(language="nl"))
    assert response.status_code == 200
    response = response.json()
    assert abs(response["queued_at"] - time.time()) < 600
    (delivery,) = workspace.there("deliveries", name=kind)
    assert delivery["delivery_id"] == response["delivery_id"]
    assert delivery["queued_at"] == response["queued_at"]
    assert delivery["request"] == _template(language="nl")
    assert delivery["person"]["id"] == "5"  # who was created by it


def test_an_email_needs_no_template_if_it_says_all(workspace: Workspace) -> None:
    whole = {
        "to": "ada@example.com",
        "from": "shop@example.com",
        "subject": "hello, {{ trigger.name }}",
        "body": "hello",
        "identifiers": {"email": "ada@example.com"},
    }
    assert workspace.app("POST", "/v1/send/email", whole).status_code == 200
    for field in whole:
        less = {name: value for name, value in whole.items() if name != field}
        rejected = workspace.app("POST", "/v1/send/email", less)
        assert (rejected.status_code, rejected.json()) == (
            400,
            {"meta": {"error": f"{field}: is required"}},
        )
    assert len(workspace.there("deliveries")) == 1


@pytest.mark.parametrize("field", ["to", "identifiers"])
def test_an_email_with_a_template_needs_a_recipient(workspace: Workspace, field: str) -> None:
    body = _template()
    del body[field]
    rejected = workspace.app("POST", "/v1/send/email", body)
    assert rejected.json() == {"meta": {"error": f"{field}: is required"}}


@pytest.mark.parametrize("kind", KINDS[1:])
@pytest.mark.parametrize("field", ["transactional_message_id", "identifiers"])
def test_others_need_a_template(workspace: Workspace, kind: str, field: str) -> None:
    body = _template()
    del body[field]
    rejected = workspace.app("POST", f"/v1/send/{kind}", body)
    assert rejected.json() == {"meta": {"error": f"{field}: is required"}}


@pytest.mark.parametrize("identifiers", [{"phone": "5"}, {"id": "5", "email": "a@b.c"}])
def test_one_identifier_is_needed(workspace: Workspace, identifiers: object) -> None:
    rejected = workspace.app("POST", "/v1/send/email", _template(identifiers=identifiers))
    assert rejected.status_code == 400
    assert rejected.json()["meta"]["error"].startswith("identifiers: must have exactly one of")


def test_attachments_are_base64(workspace: Workspace) -> None:
    content = b64encode(b"%PDF" + bytes(range(256))).decode()
    body = _template(attachments={"receipt.pdf": content})
    assert workspace.app("POST", "/v1/send/email", body).status_code == 200
    (delivery,) = workspace.there("deliveries")
    assert delivery["request"]["attachments"] == {"receipt.pdf": content}
    body = _template(attachments={"receipt.pdf": "not base64!"})
    rejected = workspace.app("POST", "/v1/send/email", body)
    assert rejected.json()["meta"]["error"] == "attachments.receipt.pdf: must be encoded in base64"


def test_a_push_message_brings_its_device(workspace: Workspace) -> None:
    device = {
        "token": "t",
        "platform": "android",
        "last_used": 1514764800,
        "attributes": {"a": "1"},
    }
    body = _template(to="all", custom_device=device)
    assert workspace.app("POST", "/v1/send/push", body).status_code == 200
    (found,) = workspace.there("devices", person="5")
    assert (found["id"], found["platform"], found["attributes"]) == ("t", "android", {"a": "1"})


def test_a_send_to_a_suppressed_person_is_accepted_and_dropped(workspace: Workspace) -> None:
    workspace.tracked("POST", "/api/v1/customers/5/suppress", {})
    assert workspace.app("POST", "/v1/send/email", _template()).status_code == 200
    (delivery,) = workspace.there("deliveries")
    assert "person" not in delivery
    assert workspace.there("people") == []


def test_what_was_sent_outlives_the_person(workspace: Workspace) -> None:
    workspace.app("POST", "/v1/send/email", _template())
    workspace.tracked("DELETE", "/api/v1/customers/5")
    assert len(workspace.there("deliveries")) == 1


# -- broadcasts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "audience",
    [
        {},
        {"recipients": {"segment": {"id": 7}}},
        {"ids": ["1", "2"], "id_ignore_missing": True},
        {"emails": ["a@b.c"], "email_ignore_missing": True, "email_add_duplicates": False},
        {"per_user_data": [{"id": "1", "data": {"voucher": "x"}}]},
        {"data_file_url": "https://example.com/people.json"},
    ],
)
def test_a_broadcast_is_kept(workspace: Workspace, audience: dict[str, Any]) -> None:
    body = {"data": {"headline": "Moon lamps"}} | audience
    first = workspace.app("POST", "/v1/campaigns/12/triggers", body)
    assert (first.status_code, first.json()) == (200, {"id": 1})
    assert workspace.app("POST", "/v1/campaigns/12/triggers", body).json() == {"id": 2}
    assert workspace.app("POST", "/v1/campaigns/13/triggers", body).json() == {"id": 1}
    kept = workspace.there("broadcasts")
    assert [(each["broadcast_id"], each["trigger_id"]) for each in kept] == [
        (12, 1),
        (12, 2),
        (13, 1),
    ]
    assert kept[0]["request"] == body


def test_a_broadcast_has_one_audience(workspace: Workspace) -> None:
    body = {"ids": ["1"], "emails": ["a@b.c"]}
    rejected = workspace.app("POST", "/v1/campaigns/12/triggers", body)
    assert (rejected.status_code, rejected.json()) == (
        400,
        {"errors": [{"detail": "emails: cannot be given together with ids", "status": "400"}]},
    )


def test_a_broadcast_has_a_number(workspace: Workspace) -> None:
    rejected = workspace.app("POST", "/v1/campaigns/spring/triggers", {})
    assert (rejected.status_code, rejected.json()) == (
        404,
        {"errors": [{"detail": "broadcast not found", "status": "404"}]},
    )


# -- collections ----------------------------------------------------------------------------------


def _collections(
    workspace: Workspace, method: str, body: object, number: object = ""
) -> httpx.Response:
    path = f"/v1/api/collections/{number}" if number else "/v1/api/collections"
    return workspace.app(method, path, body, host="collections")


def test_a_collection_is_made_and_its_contents_replaced(workspace: Workspace) -> None:
    items = [{"name": "lamp", "price": 9.5}, {"name": "moon"}]
    made = _collections(workspace, "POST", {"name": "catalog", "data": items})
    assert made.status_code == 200
    collection = made.json()["collection"]
    assert (collection["name"], collection["rows"]) == ("catalog", 2)
    assert sorted(collection["schema"]) == ["name", "price"]
    assert abs(collection["created_at"] - time.time()) < 600
    url = {"name": "catalog", "url": "https://example.com/catalog.json"}
    changed = _collections(workspace, "PUT", url, collection["id"])
    assert changed.json()["collection"]["rows"] == 0
    (kept,) = workspace.there("collections")
    assert (kept["url"], "data" in kept) == (url["url"], False)
    changed = _collections(workspace, "PUT", {"name": "goods", "data": items}, collection["id"])
    assert workspace.there("collections", name="goods")[0]["data"] == items


@pytest.mark.parametrize(
    "body", [{}, {"name": "c"}, {"name": "", "data": []}, {"name": "c", "data": [], "url": "u"}]
)
def test_a_collection_has_a_name_and_contents(workspace: Workspace, body: object) -> None:
    rejected = _collections(workspace, "POST", body)
    assert (rejected.status_code, set(rejected.json())) == (400, {"errors"})


def test_a_collection_that_is_not_there_is_not_found(workspace: Workspace) -> None:
    assert _collections(workspace, "PUT", {"name": "c", "data": []}, 999_999).status_code == 404
