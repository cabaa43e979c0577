"""Inspection into a sandbox, waiting for what comes, and starting over."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from lunogram import (
    ConfigurationError,
    Event,
    ExternalID,
    Lunogram,
    LunogramError,
    Message,
    Organization,
    User,
)
from lunogram.testing import NotThereError, Sandbox, SandboxError
from lunogram.testing import test_api as remote_module
from lunogram.testing.sandbox import _pauses

NAMES: list[str | tuple[str, str]] = ["user_123", ("stripe", "cus_1")]


@pytest.mark.parametrize(
    "name",
    [
        "user_123",
        ("stripe", "cus_1"),
        ExternalID("cus_1", source="stripe"),
        {"external_id": "user_123"},
    ],
)
def test_a_user_is_found_by_every_name(project: Sandbox, client: Lunogram, name: Any) -> None:
    known = client.user.upsert(
        NAMES, email="ada@example.com", timezone="Europe/London", data={"a": 1}
    )

    user = project.user(name)

    assert isinstance(user, User)
    assert user == known
    assert (user.email, user.timezone, user.data) == ("ada@example.com", "Europe/London", {"a": 1})
    assert (user.phone, user.locale, user.has_push_device) == (None, None, False)
    assert isinstance(user.id, UUID)
    assert user.created_at.tzinfo


def test_an_organization_and_its_members(project: Sandbox, client: Lunogram) -> None:
    known = client.organization.upsert("org_1", name="Acme", data={"plan": "pro"})
    client.organization.upsert("org_2")
    client.user.upsert(NAMES)
    client.organization.add_user("org_1", "user_123", data={"role": "admin"})
    client.organization.add_user("org_2", "user_123")

    organization = project.organization("org_1")
    (member,) = project.members("org_1")

    assert isinstance(organization, Organization)
    assert organization == known
    assert member.data == {"role": "admin"}
    assert member.organization_id == organization.id
    assert member.user_id == project.user("user_123").id
    assert [name.external_id for name in member.user_identifier] == ["user_123", "cus_1"]
    assert len(project.members(user=("stripe", "cus_1"))) == 2
    assert len(project.members()) == 2
    assert [one.name for one in project.organizations()] == ["Acme", None]
    assert [one.name for one in project.organizations("acme")] == ["Acme"]


def test_users_can_be_searched(project: Sandbox, client: Lunogram) -> None:
    client.user.upsert("user_1", email="ada@example.com")
    client.user.upsert("user_2", data={"city": "Delft"})

    assert [user.identifier[0].external_id for user in project.users()] == ["user_1", "user_2"]
    assert [user.identifier[0].external_id for user in project.users("delft")] == ["user_2"]


def test_somebody_unknown_fails_the_test_and_is_an_error_of_its_own(
    project: Sandbox, client: Lunogram
) -> None:
    with pytest.raises(AssertionError, match=r"^no user user_123; there are none$"):
        project.user("user_123")
    client.user.upsert(["user_12", ("stripe", "cus_1")])
    client.user.upsert("somebody")

    with pytest.raises(NotThereError) as failure:
        project.user("user_123")
    assert str(failure.value) == (
        "no user user_123; nearest of 3 identifiers: user_12, stripe:cus_1, somebody"
    )
    with pytest.raises(LookupError, match=r"^no organization stripe:cus_1; there are none$"):
        project.organization(("stripe", "cus_1"))


def test_events_come_in_their_order_with_what_caused_them(
    project: Sandbox, client: Lunogram
) -> None:
    client.user.upsert(NAMES, data={"plan": "pro"})
    client.user.events.post(Event("order.completed", ("stripe", "cus_1"), data={"total": 99.99}))
    client.user.events.post(Event("feature.released", match={"plan": "pro"}))
    client.organization.upsert("org_1")

    events = project.events()

    assert [(event.name, event.cause, event.kind) for event in events] == [
        ("user.created", "recorded", "user"),
        ("order.completed", "sent", "user"),
        ("feature.released", "matched", "user"),
        ("organization.created", "recorded", "organization"),
    ]
    assert [event.number for event in events] == sorted(event.number for event in events)
    completed = events[1]
    assert completed.data == {"total": 99.99}
    assert completed.user_id == project.user("user_123").id
    assert completed.organization_id is None
    assert [name.external_id for name in completed.identifier] == ["user_123", "cus_1"]
    assert completed.created_at <= datetime.now(UTC)
    assert events[2].cause_id is not None
    assert "user_123, stripe:cus_1" in repr(completed)


def test_events_by_name_and_by_whose_they_are(project: Sandbox, client: Lunogram) -> None:
    client.user.upsert("user_1")
    client.user.upsert("user_2")
    client.user.events.post([Event("a", "user_1"), Event("b", "user_1"), Event("a", "user_2")])
    client.organization.upsert("org_1")
    client.organization.events.post(Event("a", "org_1"))

    assert len(project.events("a")) == 3
    assert [event.name for event in project.events("a", user="user_1")] == ["a"]
    assert [event.kind for event in project.events("a", organization="org_1")] == ["organization"]
    assert project.events(user="nobody") == []
    with pytest.raises(ValueError, match="exclude each other"):
        project.events(user="user_1", organization="org_1")


def test_long_lists_are_complete(
    project: Sandbox, client: Lunogram, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.user.upsert("user_1")
    client.user.events.post([Event(f"event.{n}", "user_1") for n in range(25)])
    monkeypatch.setattr(remote_module, "_AT_ONCE", 10)

    sent = [event.name for event in project.events() if event.cause == "sent"]

    assert sent == [f"event.{n}" for n in range(25)]


def test_schedules_inbox_and_devices(project: Sandbox, client: Lunogram) -> None:
    client.user.upsert(NAMES)
    client.organization.upsert("org_1")
    start = datetime(2030, 1, 31, tzinfo=UTC)
    client.user.schedule.upsert(
        "trial.end", "user_123", interval="1 month", start_at=start, data={"n": 1}
    )
    client.user.inbox.send(Message(("shop", "m1"), "user_123", content={"title": "T"}, tags=["x"]))
    client.organization.inbox.send(Message("m2", "org_1"))
    client.user.devices.register("user_123", "phone", os="ios", token="t", app_version="2.4")

    (schedule,) = project.schedules("trial.end", user=("stripe", "cus_1"))
    (message,) = project.inbox("user_123")
    (other,) = project.inbox(organization="org_1")
    (device,) = project.devices("user_123")

    assert (schedule.interval, schedule.start_at, schedule.scheduled_at) == ("1 month", start, None)
    assert schedule.next_at
    assert schedule.next_at >= start
    assert schedule.data == {"n": 1}
    assert (message.id_source, message.external_id, message.channel) == ("shop", "m1", "inbox")
    assert (message.content, message.tags, message.priority) == ({"title": "T"}, ["x"], 3)
    assert (message.read_at, message.expires_at) == (None, None)
    assert (message.organization_id, other.user_id) == (None, None)
    assert (device.device_id, device.os, device.app_version) == ("phone", "ios", "2.4")
    assert device.config["token"] == "t"
    assert len(project.inbox()) == 2
    assert len(project.devices()) == 1


def test_calls_have_request_and_response(project: Sandbox, client: Lunogram) -> None:
    client.user.upsert("user_123")
    client.user.events.post(Event("a", "user_123"))
    with pytest.raises(LunogramError):
        client.user.schedule.delete("nothing", "user_123")
    client.user.inbox.page("user_123", limit=5)

    upsert, post, delete, page = project.calls()

    path = f"/api/client/projects/{project.project_id}/users"
    assert (upsert.method, upsert.path, upsert.status) == ("POST", path, 200)
    assert upsert.request == {"identifier": [{"external_id": "user_123"}]}
    assert upsert.response["version"] == project.user("user_123").version
    assert (post.status, post.response) == (202, None)
    assert (delete.status, delete.response["detail"]) == (404, "schedule not found")
    assert page.request is None
    assert "limit=5" in page.query
    assert upsert.at <= page.at


def test_a_call_too_long_to_be_kept_is_text(project: Sandbox, client: Lunogram) -> None:
    client.user.upsert("user_123", data={"text": "x" * 20_000})

    (call,) = project.calls()

    assert call.request.startswith('{"identifier"')
    assert call.request_bytes > 20_000


def test_counting(project: Sandbox, client: Lunogram) -> None:
    client.user.upsert("user_1")
    client.user.upsert("user_2")
    client.organization.upsert("org_1")
    client.organization.add_user("org_1", "user_1")

    assert project.count("users") == 2
    assert project.count("organizations") == 1
    assert project.count("members") == 1
    assert project.count("devices") == 0
    assert project.count("inbox") == 0
    assert project.count("calls") == 4
    assert project.count("events") == len(project.events())
    assert project.count("schedules") == len(project.schedules())


def test_a_reset_empties_this_project_only(project: Sandbox, client: Lunogram) -> None:
    other = project.new_project()
    with Lunogram(other.api_key, base_url=other.base_url) as others_client:
        others_client.user.upsert("user_1")
    client.user.upsert("user_1")

    project.reset()

    assert (project.count("users"), project.count("calls")) == (0, 0)
    assert other.count("users") == 1


def test_connecting_takes_the_urls_that_people_have(
    project: Sandbox, client: Lunogram, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.user.upsert("user_123")
    root = project.base_url.removesuffix("/api")
    for url in (project.base_url, f"{project.base_url}/", root, f"{root}/"):
        same = Sandbox.connect(url, api_key=project.api_key)
        assert same.base_url == project.base_url
        assert same.count("users") == 1
    for name, value in project.environ.items():
        monkeypatch.setenv(name, value)

    assert Sandbox.connect().count("users") == 1
    with Lunogram() as found:
        assert found.ping()


def test_connecting_needs_a_key_and_a_valid_url(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("LUNOGRAM_API_KEY", raising=False)

    with pytest.raises(ConfigurationError, match="no API key"):
        Sandbox.connect("http://127.0.0.1:8025/api")
    with pytest.raises(ConfigurationError, match="base_url"):
        Sandbox.connect("127.0.0.1:8025", api_key="sk_test")


def test_what_is_no_sandbox_is_said_to_be_none(project: Sandbox) -> None:
    elsewhere = Sandbox.connect(f"{project.base_url}/other/api", api_key=project.api_key)

    with pytest.raises(SandboxError, match="/other is no sandbox: it responds with a page"):
        elsewhere.count("users")
    with pytest.raises(SandboxError, match=r"no sandbox responds at http://127\.0\.0\.1:1"):
        Sandbox.connect("http://127.0.0.1:1/api", api_key="sk_test").reset()


def test_neither_a_proxy_nor_a_mock_of_an_http_library_comes_between(
    project: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setattr("httpx.HTTPTransport.handle_request", lambda *_: pytest.fail("mocked"))

    assert project.count("users") == 0


# -- waiting --------------------------------------------------------------------------------------


def test_an_event_that_is_there_is_not_waited_for(
    project: Sandbox, client: Lunogram, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.user.upsert("user_1")
    client.user.events.post([Event("a", "user_1", data={"n": n}) for n in (1, 2, 2)])
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)

    event = project.wait_for_event("a", user="user_1", data={"n": 2})

    assert event.data == {"n": 2}
    assert event.number == project.events("a")[1].number
    assert slept == [0]


def test_an_event_that_comes_later_is_waited_for(project: Sandbox, client: Lunogram) -> None:
    client.user.upsert("user_1")
    later = threading.Timer(0.1, client.user.events.post, [Event("a", "user_1")])
    later.start()

    event = project.wait_for_event("a", user="user_1", timeout=30)

    later.join()
    assert event.name == "a"


def test_what_does_not_come_is_said_with_what_did(
    project: Sandbox, client: Lunogram, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.user.upsert("user_123")
    client.user.events.post(Event("order.complete", "user_123", data={"total": 1}))
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)

    with pytest.raises(AssertionError) as failure:
        project.wait_for_event("order.completed", user="user_123", timeout=0.5)

    assert sum(slept) == pytest.approx(0.5)
    lines = str(failure.value).splitlines()
    assert lines == [
        (
            "event order.completed of user user_123 did not arrive within 0.5 s. "
            "Events there are, nearest first:"
        ),
        '  order.complete of user user_123 with {"total": 1}',
        lines[2],
    ]
    assert lines[2].startswith("  user.created of user user_123 with {")


@pytest.mark.parametrize("timeout", [0, 0.001, 0.3, 2.0, 7.7])
def test_pauses_are_as_long_as_the_timeout_together(timeout: float) -> None:
    pauses = list(_pauses(timeout))

    assert pauses[0] == 0
    assert sum(pauses) == pytest.approx(timeout)
    assert max(pauses) <= 0.05


def test_a_rejected_call_is_mentioned(project: Sandbox, client: Lunogram) -> None:
    for name in ("first", "last"):
        with pytest.raises(LunogramError):
            client.user.schedule.delete(name, "user_123")

    with pytest.raises(AssertionError) as failure:
        project.assert_sent("a")

    path = f"/api/client/projects/{project.project_id}/users/scheduled"
    assert str(failure.value).splitlines() == [
        "event a was not sent. There are no events at all.",
        f"Rejected: DELETE {path}: 404, user not found (and 1 before it)",
    ]


def test_assertions_look_at_whatever_caused_the_event(project: Sandbox, client: Lunogram) -> None:
    client.user.upsert("user_1", data={"plan": "pro"})
    client.user.events.post(Event("feature.released", match={"plan": "pro"}))

    assert project.assert_sent("feature.released", user="user_1").cause == "matched"
    assert project.assert_sent("user.created", user="user_1", times=1).cause == "recorded"
    project.assert_not_sent("feature.released", user="user_2")
    with pytest.raises(AssertionError, match=r"event user\.created was sent once:"):
        project.assert_not_sent("user.created")
