"""Recording: nothing is sent, and everything is returned."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NoReturn
from uuid import UUID

import httpx
import pytest
from lunogram_api.api.users import upsert_user
from lunogram_api.models import ExternalID as RawExternalID
from lunogram_api.models import UserUpsert

from lunogram import AsyncLunogram, Event, ExternalID, Lunogram, Message, ValidationError
from lunogram.testing import Recording, recording

METHOD = "3f1ba1b5-7d3c-4b8c-8a43-a4bd09a1de5b"


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a socket fails the test."""

    def refuse(*_arguments: object, **_options: object) -> NoReturn:
        pytest.fail("a socket was connected")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.delenv("LUNOGRAM_API_KEY", raising=False)
    monkeypatch.delenv("LUNOGRAM_BASE_URL", raising=False)


@pytest.fixture
def recorded() -> Iterator[Recording]:
    with recording() as recorded:
        yield recorded


@pytest.fixture
def client(recorded: Recording) -> Iterator[Lunogram]:  # noqa: ARG001 - it sends nothing
    with Lunogram() as client:
        yield client


def test_calls_are_recorded_with_what_they_would_have_sent(
    recorded: Recording, client: Lunogram
) -> None:
    client.user.upsert(("stripe", "cus_1"), data={"plan": "pro"})
    client.user.inbox.page("user_123", limit=5, tags=["a", "b"])

    upsert, page = recorded.calls
    assert (upsert.name, upsert.method, upsert.path) == ("user.upsert", "POST", "/users")
    assert upsert.body == {
        "identifier": [{"source": "stripe", "external_id": "cus_1"}],
        "data": {"plan": "pro"},
    }
    assert (page.name, page.body) == ("user.inbox.list", None)
    assert page.query["tags"] == "a,b"
    assert repr(recorded) == "Recording(2 calls)"


def test_every_method_has_a_response_and_its_name(recorded: Recording, client: Lunogram) -> None:
    message = {"identifier": "m", "target": "x", "content": {"title": "T"}}
    event = {"name": "e", "identifier": "x"}
    for name, resource in (("user", client.user), ("organization", client.organization)):
        resource.events.post(event)
        accepted = resource.schedule.upsert("trial.end", "x", interval="7 days", data={"a": 1})
        assert (accepted.name, accepted.data) == ("trial.end", {"a": 1})
        resource.schedule.delete("trial.end", "x")
        resource.inbox.send(message)
        page = resource.inbox.page("x", limit=7, offset=3)
        assert (page.results, page.total, page.limit, page.offset) == ([], 0, 7, 3)
        assert list(resource.inbox.list("x")) == []
        assert resource.inbox.count("x").total == 0
        resource.inbox.mark_read("x", METHOD)
        resource.inbox.mark_archived("x", METHOD)
        resource.delete("x")
        assert [call.name for call in recorded.calls] == [
            f"{name}.events.post",
            f"{name}.schedule.upsert",
            f"{name}.schedule.delete",
            f"{name}.inbox.send",
            f"{name}.inbox.list",
            f"{name}.inbox.list",
            f"{name}.inbox.count",
            f"{name}.inbox.mark_read",
            f"{name}.inbox.mark_archived",
            f"{name}.delete",
        ]
        recorded.clear()
    assert client.user.upsert("x").version == 1
    assert client.organization.upsert("x", name="X").name == "X"
    client.user.devices.register("x", "phone", os="ios", token="t")
    client.organization.add_user("x", "y", data={"role": "admin"})
    client.organization.remove_user("x", "y")
    assert client.push.vapid_public_key()
    assert client.sessions.create(METHOD, "x").expires_at > datetime.now(UTC)
    assert client.ping()
    assert [call.name for call in recorded.calls] == [
        "user.upsert",
        "organization.upsert",
        "user.devices.register",
        "organization.add_user",
        "organization.remove_user",
        "push.vapid_public_key",
        "sessions.create",
        "user.inbox.count",
    ]


def test_an_upsert_returns_all_recorded_fields(client: Lunogram) -> None:
    client.user.upsert(["user_123", ("stripe", "cus_1")], email="a@b.co", data={"a": 1, "b": 1})
    user = client.user.upsert(("stripe", "cus_1"), locale="nl", data={"b": 2})
    organization = client.organization.upsert("user_123", data={"c": 3})

    assert (user.email, user.locale, user.data) == ("a@b.co", "nl", {"a": 1, "b": 2})
    assert [(name.source, name.external_id) for name in user.identifier] == [
        ("default", "user_123"),
        ("stripe", "cus_1"),
    ]
    assert user.version == 2
    assert organization.data == {"c": 3}
    assert organization.id != user.id


def test_what_was_deleted_is_forgotten_by_every_name(client: Lunogram) -> None:
    before = client.user.upsert(["user_123", ("stripe", "cus_1")], data={"a": 1})
    client.user.delete("user_123")

    assert client.user.upsert(("stripe", "cus_1")).data == {}
    assert before.data == {"a": 1}


def test_ids_are_the_same_whenever_a_test_runs() -> None:
    def ids() -> list[UUID]:
        with recording(), Lunogram() as client:
            user = client.user.upsert("user_123")
            schedule = client.user.schedule.upsert("a", "user_123", interval="1 day")
        return [user.id, user.project_id, user.identifier[0].id, schedule.id]

    assert ids() == ids()


def test_a_schedule_is_accepted_for_the_time_asked_for(client: Lunogram) -> None:
    moment = datetime(2030, 1, 2, 3, tzinfo=UTC)

    once = client.user.schedule.upsert("a", "user_123", scheduled_at=moment, id=METHOD)
    again = client.user.schedule.upsert("b", "user_123", interval="1 day", start_at=moment)
    now = client.user.schedule.upsert("c", "user_123", interval="1 day")

    assert (once.scheduled_at, once.id) == (moment, UUID(METHOD))
    assert again.scheduled_at == moment
    assert datetime.now(UTC) - now.scheduled_at < timedelta(minutes=1)


def test_events_are_there_by_name_and_by_whose_they_are(
    recorded: Recording, client: Lunogram
) -> None:
    client.user.events.post(
        [Event("a", "user_1", data={"n": 1}), Event("b", ["user_1", ("stripe", "cus_1")])]
    )
    client.organization.events.post(Event("a", "user_1"))
    client.user.events.post(Event("a", match={"plan": "pro"}, data={"n": 2}))

    assert [(event.name, event.kind) for event in recorded.events()] == [
        ("a", "user"),
        ("b", "user"),
        ("a", "organization"),
        ("a", "user"),
    ]
    assert [event.name for event in recorded.events(user=("stripe", "cus_1"))] == ["b"]
    assert [event.data for event in recorded.events("a", user=ExternalID("user_1"))] == [{"n": 1}]
    assert [event.data for event in recorded.events(organization="user_1")] == [{}]
    assert recorded.events("a")[-1].match == {"plan": "pro"}


@pytest.mark.filterwarnings("ignore:.*a list is one person")
def test_what_is_lost_is_there_with_the_reason(recorded: Recording, client: Lunogram) -> None:
    has, both = "has the identifier ", "the identifiers user_123, user_456"
    client.user.events.post([Event("first", "user_123"), Event("all", match={"plan": "pro"})])
    client.user.upsert("user_123")
    client.user.upsert("user_456")
    client.user.events.post([Event("second", "user_123"), Event("third", ["user_123", "user_456"])])
    client.user.schedule.upsert("trial.end", ("stripe", "cus_1"), interval="7 days")
    client.organization.inbox.send(Message("welcome", "acme", content={}))

    assert [(loss.what, loss.name, loss.reason) for loss in recorded.lost()] == [
        ("event", "first", f"nobody {has}user_123: upsert the user first"),
        ("event", "third", f"{both} belong to different users: send those of one"),
        ("schedule", "trial.end", f"nobody {has}stripe:cus_1: upsert the user first"),
        ("message", "welcome", f"no organization {has}acme: upsert the organization first"),
    ]
    with pytest.raises(AssertionError, match="\n  event first of user user_123: nobody has"):
        recorded.assert_nothing_lost()
    recorded.clear()
    client.user.events.post(Event("second", "user_123"))
    recorded.assert_nothing_lost()


def test_a_client_that_ensures_users_loses_nothing(recorded: Recording) -> None:
    with Lunogram(ensure_users=True) as client:
        client.user.events.post(Event("order.completed", "user_123"))
    recorded.assert_nothing_lost()


def test_assertions_say_what_there_was_instead(recorded: Recording, client: Lunogram) -> None:
    client.user.events.post([Event("order.completed", "user_123", data={"total": 89.99})])
    client.user.events.post(Event("order.completed", match={"plan": "pro"}))

    found = recorded.assert_sent("order.completed", user="user_123", data={"total": 89.99})
    assert found.data == {"total": 89.99}
    recorded.assert_not_sent("order.cancelled")
    with pytest.raises(AssertionError) as failure:
        recorded.assert_sent("order.completed", user="user_123", data={"total": 99.99})
    assert str(failure.value).splitlines() == [
        (
            'event order.completed of user user_123 with {"total": 99.99} was not sent. '
            "Events there are, nearest first:"
        ),
        "  order.completed of user user_123: total is 89.99, not 99.99",
        "  order.completed of all users that match: total is missing",
    ]


def test_arguments_are_checked_as_always(recorded: Recording, client: Lunogram) -> None:
    with pytest.raises(ValidationError):
        client.user.upsert("user_123", email="nobody")
    assert recorded.calls == []


def test_clients_made_before_send_nothing_either() -> None:
    with Lunogram("sk_test") as client:
        with recording() as recorded:
            client.user.upsert("user_123")
            client.with_options(timeout=1).user.upsert("user_123")
        assert len(recorded.calls) == 2


def test_a_client_handed_over_is_not_asked(recorded: Recording) -> None:
    def response(_request: httpx.Request) -> httpx.Response:
        pytest.fail("something was sent")

    with httpx.Client(transport=httpx.MockTransport(response)) as http:
        Lunogram(http_client=http).user.upsert("user_123")
    assert len(recorded.calls) == 1


def test_newer_paths_are_the_same_calls(recorded: Recording) -> None:
    with Lunogram(project_id="4c9d3163-7b64-4f9e-9068-d2e4b96be56b") as client:
        client.user.upsert("user_123")

    assert [(call.name, call.path) for call in recorded.calls] == [("user.upsert", "/users")]


def test_the_raw_client_is_recorded_too(recorded: Recording, client: Lunogram) -> None:
    body = UserUpsert([RawExternalID("user_123")], email="a@b.co")
    response = upsert_user.sync(client=client.raw, body=body)

    assert getattr(response, "email", None) == "a@b.co"
    assert recorded.calls[0].name == "user.upsert"


def test_the_async_client_is_recorded_too(recorded: Recording) -> None:
    async def work() -> list[str | None]:
        async with AsyncLunogram() as client:
            upserts = [client.user.upsert(f"user_{n}", email=f"{n}@b.co") for n in range(3)]
            return [user.email for user in await asyncio.gather(*upserts)]

    assert asyncio.run(work()) == ["0@b.co", "1@b.co", "2@b.co"]
    assert len(recorded.calls) == 3


def test_it_holds_in_every_thread(recorded: Recording, client: Lunogram) -> None:
    def work() -> None:
        for _ in range(50):
            client.user.upsert("user_123", data={"a": 1})

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(recorded.calls) == 200
    assert client.user.upsert("user_123").version == 201


def test_an_inner_recording_has_its_own_calls_and_then_the_outer_goes_on() -> None:
    with recording() as outer, Lunogram() as client:
        client.user.upsert("user_1")
        with recording() as inner:
            client.user.upsert("user_2")
        client.user.upsert("user_3")

    def whom(recorded: Recording) -> list[str]:
        return [call.body["identifier"][0]["external_id"] for call in recorded.calls]

    assert whom(outer) == ["user_1", "user_3"]
    assert whom(inner) == ["user_2"]


def test_a_key_is_there_only_inside_and_only_if_there_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with recording():
        assert os.environ["LUNOGRAM_API_KEY"]
    assert "LUNOGRAM_API_KEY" not in os.environ
    monkeypatch.setenv("LUNOGRAM_API_KEY", "sk_own")
    with recording():
        assert os.environ["LUNOGRAM_API_KEY"] == "sk_own"
    assert os.environ["LUNOGRAM_API_KEY"] == "sk_own"


def test_it_ends_with_the_block_however_that_ends() -> None:
    from lunogram._http import engine_state

    with pytest.raises(ZeroDivisionError), recording():
        _ = 1 / 0
    assert engine_state.recorder is None


def test_recording_needs_nothing_of_the_sandbox() -> None:
    code = """
import sys
from lunogram import Lunogram
from lunogram.testing import recording
with recording(), Lunogram() as client:
    client.user.upsert("user_123")
print(*sys.modules)
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, check=True, capture_output=True, text=True)

    assert "lunogram.testing.sandbox" not in done.stdout.split()
    assert "lunogram.sandbox" not in done.stdout.split()
