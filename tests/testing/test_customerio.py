"""The local Customer.io of lunogram.testing: its URLs, and what arrived."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from lunogram import ConfigurationError
from lunogram.testing import CustomerIOSandbox, NotThereError, Sandbox


@pytest.fixture
def cio(project: Sandbox) -> CustomerIOSandbox:
    return project.customerio


def track(cio: CustomerIOSandbox, method: str, path: str, body: object) -> None:
    """Send a request to the Track API that has to succeed."""
    auth = (cio.site_id, cio.track_api_key)
    httpx.request(method, f"{cio.track_url}{path}", json=body, auth=auth).raise_for_status()


def app(url: str, path: str, body: object, cio: CustomerIOSandbox) -> Any:
    """Send a request to the App API that has to succeed."""
    headers = {"Authorization": f"Bearer {cio.app_api_key}"}
    return httpx.post(f"{url}{path}", json=body, headers=headers).raise_for_status().json()


def test_people_and_what_they_did_are_seen(project: Sandbox, cio: CustomerIOSandbox) -> None:
    track(cio, "PUT", "/api/v1/customers/5", {"email": "ada@example.com", "plan": "pro"})
    event = {"name": "bought", "data": {"price": 9.5}, "timestamp": 1361205308}
    track(cio, "POST", "/api/v1/customers/5/events", event)
    track(cio, "POST", "/api/v1/events", {"name": "seen", "anonymous_id": "v", "data": {}})
    device = {"device": {"id": "t", "platform": "ios", "last_used": 1361205308}}
    track(cio, "PUT", "/api/v1/customers/5/devices", device)
    track(cio, "POST", "/api/v1/segments/7/add_customers", {"ids": ["5"]})
    track(cio, "POST", "/api/v1/customers/6/suppress", {})

    (person,) = cio.people()
    assert person == cio.person("5") == cio.person("ada@example.com")
    assert (person.id, person.attributes, person.segments) == ("5", {"plan": "pro"}, [7])
    (bought,) = cio.events("bought")
    assert bought.timestamp == datetime(2013, 2, 18, 16, 35, 8, tzinfo=UTC)
    assert bought.person == {"cio_id": person.cio_id, "id": "5", "email": "ada@example.com"}
    assert cio.events(person="5") == [bought]
    assert [each.anonymous_id for each in cio.events()] == [None, "v"]
    assert cio.devices("5")[0].last_used == bought.timestamp
    assert cio.suppressed() == ["6"]
    assert project.users() == []


def test_somebody_who_is_not_there_fails_with_who_is(cio: CustomerIOSandbox) -> None:
    track(cio, "PUT", "/api/v1/customers/5", {})
    with pytest.raises(NotThereError, match="no person 6; there are: 5"):
        cio.person("6")


def test_what_was_sent_is_seen(cio: CustomerIOSandbox) -> None:
    body = {
        "transactional_message_id": "3",
        "to": "ada@example.com",
        "identifiers": {"id": "5"},
        "attachments": {"receipt.pdf": b64encode(b"%PDF").decode()},
    }
    response = app(cio.app_url, "/v1/send/email", body, cio)
    (delivery,) = cio.deliveries("email", person="5")
    assert delivery.delivery_id == response["delivery_id"]
    assert delivery.queued_at.timestamp() == response["queued_at"]
    assert (delivery.request, delivery.attachments) == (body, {"receipt.pdf": b"%PDF"})
    assert cio.deliveries("sms") == []

    app(cio.app_url, "/v1/campaigns/12/triggers", {"ids": ["5"]}, cio)
    (broadcast,) = cio.broadcasts()
    assert (broadcast.broadcast_id, broadcast.request) == (12, {"ids": ["5"]})
    items = [{"name": "lamp"}]
    app(cio.collections_url, "/v1/api/collections", {"name": "goods", "data": items}, cio)
    assert cio.collections("goods")[0].data == items


def test_projects_have_workspaces_of_their_own(server: Sandbox, cio: CustomerIOSandbox) -> None:
    track(cio, "PUT", "/api/v1/customers/5", {})
    assert server.new_project().customerio.people() == []


def test_the_environment_says_where_it_is(cio: CustomerIOSandbox) -> None:
    assert cio.environ == {
        "CUSTOMERIO_TRACK_URL": cio.track_url,
        "CUSTOMERIO_APP_URL": cio.app_url,
        "CUSTOMERIO_COLLECTIONS_URL": cio.collections_url,
        "CUSTOMERIO_SITE_ID": cio.site_id,
        "CUSTOMERIO_TRACK_API_KEY": cio.track_api_key,
        "CUSTOMERIO_APP_API_KEY": cio.app_api_key,
    }
    assert cio.app_api_key not in repr(cio)


def test_a_key_of_another_form_has_no_workspace(server: Sandbox) -> None:
    with pytest.raises(ConfigurationError, match="sk_"):
        _ = Sandbox.connect(server.base_url, api_key="key").customerio
