"""What can't be right is rejected before anything is sent, and the place is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import Enum
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import pytest

from lunogram import Event, Lunogram, Message
from tests.calls.recorder import Recorder, rejected
from tests.calls.responses import ID

NAN = float("nan")
NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001 - that is the point
Act = Callable[[Any], Any]


def event(**fields: Any) -> dict[str, Any]:
    return {"name": "e", "identifier": "u", **fields}


EVENTS: list[tuple[Any, str, str]] = [
    ("order.completed", "events", "must be a list, not str"),
    (b"e", "events", "must be a list, not bytes"),
    (5, "events", "must be a list, not int"),
    (None, "events", "must be a list, not NoneType"),
    (["e"], "events[0]", "must be Event(…) or a mapping, not str"),
    ([event(), None], "events[1]", "not NoneType"),
    ([event(), Message("m", "u")], "events[1]", "not Message"),
    ({}, "events[0]", "has neither identifier nor match"),
    (event(identifier=None), "events[0]", "has neither identifier nor match"),
    (event(match={"a": 1}), "events[0]", "has both identifier and match"),
    (event(match={}), "events[0]", "has both identifier and match"),
    (Event("e", "u", match={"a": 1}), "events[0]", "has both identifier and match"),
    ([event(), event(), Event("e")], "events[2]", "has neither identifier nor match"),
    ({"identifier": "u"}, "events[0].name", "is missing"),
    (event(name=None), "events[0].name", "is missing"),
    (event(name=""), "events[0].name", "is empty"),
    (event(name=5), "events[0].name", "must be a string, not int"),
    (event(name="a\0b"), "events[0].name", "NUL"),
    (event(userId="u"), "events[0].userId", "is not a field; the fields are name, identifier"),
    ([event(), event(user_id="u")], "events[1].user_id", "is not a field"),
    (event(identifier=[]), "events[0].identifier", "is an empty list"),
    (event(identifier=5), "events[0].identifier", "not int"),
    (event(identifier=[("s", "")]), "events[0].identifier[0].external_id", "is empty"),
    (event(data=[]), "events[0].data", "must be a mapping, not list"),
    (event(data="x"), "events[0].data", "must be a mapping, not str"),
    (event(data={"a": {"b": [1, 2, NAN]}}), "events[0].data.a.b[2]", "is not a finite number"),
    ([event()] * 3 + [event(data={"total": NAN})], "events[3].data.total", "finite"),
    ({"name": "e", "match": [1]}, "events[0].match", "must be a mapping"),
    ({"name": "e", "match": {"at": NAIVE}}, "events[0].match.at", "without a time zone"),
]


@pytest.mark.parametrize("kind", ["user", "organization"])
@pytest.mark.parametrize(("events", "field", "words"), EVENTS)
def test_events(kind: str, events: Any, field: str, words: str) -> None:
    with rejected(field, words) as client:
        getattr(client, kind).events.post(events)


@pytest.mark.parametrize(
    "events",
    [
        Event("e", "u"),
        event(),
        MappingProxyType(event()),
        [Event("e", "u")],
        (Event("e", "u"),),
        {Event("e", "u"): 1}.keys(),
    ],
)
def test_events_come_in_several_forms(events: Any) -> None:
    recorder = Recorder()
    recorder.client().user.events.post(events)
    assert recorder.body == [{"name": "e", "identifier": [{"external_id": "u"}], "data": {}}]


def message(**fields: Any) -> dict[str, Any]:
    return {"identifier": "m", "target": "u", **fields}


class Way(Enum):
    EMAIL = "email"
    INBOX = "inbox"


MESSAGES: list[tuple[Any, str, str]] = [
    ("m", "messages", "must be a list"),
    ([message(), 5], "messages[1]", "must be Message(…) or a mapping, not int"),
    ({"target": "u"}, "messages[0].identifier", "not NoneType"),
    ({"identifier": "m"}, "messages[0].target", "not NoneType"),
    (message(identifier=["a", "b"]), "messages[0].identifier", "has 2 identifiers"),
    (message(identifier=""), "messages[0].identifier", "is empty"),
    (message(target=[]), "messages[0].target", "is an empty list"),
    (message(channel="fax"), "messages[0].channel", "one of email, sms, push, inbox"),
    (message(channel=None), "messages[0].channel", "is missing"),
    (message(channel=["email"]), "messages[0].channel", "must be a string, not list"),
    (message(channel="email"), "messages[0].sender_identity_id", "is missing"),
    (message(channel="sms"), "messages[0].sender_identity_id", "is missing"),
    (message(channel=Way.EMAIL), "messages[0].sender_identity_id", "is missing"),
    (
        message(channel="sms", sender_identity_id="x"),
        "messages[0].sender_identity_id",
        "is not a UUID",
    ),
    (message(sender_identity_id=ID), "messages[0].sender_identity_id", "must not be set"),
    (
        message(channel="push", sender_identity_id=ID),
        "messages[0].sender_identity_id",
        "must not be set",
    ),
    (message(campaign_id=5), "messages[0].campaign_id", "must be a string, not int"),
    (message(broadcast_id=""), "messages[0].broadcast_id", "is empty"),
    (message(content=[]), "messages[0].content", "must be a mapping"),
    (message(data={"a": {1}}), "messages[0].data.a", "is of type set"),
    (message(tags="orders"), "messages[0].tags", "must be a list, not str"),
    (message(tags=["a", 5]), "messages[0].tags[1]", "must be a string"),
    (message(tags=[""]), "messages[0].tags[0]", "is empty"),
    (message(priority=0), "messages[0].priority", "must be between 1 and 5"),
    (message(priority=6), "messages[0].priority", "must be between 1 and 5"),
    (message(priority=True), "messages[0].priority", "must be an integer"),
    (message(priority=2.0), "messages[0].priority", "must be an integer"),
    (message(source=""), "messages[0].source", "is empty"),
    (message(source="shop"), "messages[0].source", "one of inbox, campaign, broadcast, journey"),
    (message(scheduled_at=NAIVE), "messages[0].scheduled_at", "without a time zone"),
    (message(expires_at=date(2026, 1, 1)), "messages[0].expires_at", "not date"),
    (message(expires_at="tomorrow"), "messages[0].expires_at", "ISO 8601"),
    (message(to="u"), "messages[0].to", "is not a field"),
]


@pytest.mark.parametrize("kind", ["user", "organization"])
@pytest.mark.parametrize(("messages", "field", "words"), MESSAGES)
def test_messages(kind: str, messages: Any, field: str, words: str) -> None:
    with rejected(field, words) as client:
        getattr(client, kind).inbox.send(messages)


def test_a_hundred_messages_are_sent() -> None:
    recorder = Recorder()
    recorder.client().user.inbox.send([message(channel=Way.INBOX)] * 100)
    assert [sent["channel"] for sent in recorder.body] == ["inbox"] * 100


KEYS = {"p256dh": "a", "auth": "b"}
WEB = {"endpoint": "https://push.example.com", "keys": KEYS}
DEVICES: list[tuple[dict[str, Any], str, str]] = [
    ({}, "token", "exactly one"),
    ({"token": "t", "subscription": WEB}, "token", "exactly one"),
    ({"token": ""}, "token", "is empty"),
    ({"token": 5}, "token", "must be a string"),
    ({"token": "t"}, "os", "is missing"),
    ({"token": "t", "os": "web"}, "os", "must be web for a subscription"),
    ({"subscription": WEB, "os": "ios"}, "os", "must be web for a subscription"),
    ({"token": "t", "os": "windows"}, "os", "must be one of web, ios, android"),
    ({"token": "t", "os": 5}, "os", "must be a string, not int"),
    ({"subscription": "x"}, "subscription", "must be a mapping, not str"),
    ({"subscription": {}}, "subscription.endpoint", "is missing"),
    ({"subscription": {"endpoint": ""}}, "subscription.endpoint", "is empty"),
    ({"subscription": {"endpoint": "e"}}, "subscription.keys.p256dh", "is missing"),
    ({"subscription": {"endpoint": "e", "keys": "x"}}, "subscription.keys", "a mapping, not str"),
    ({"subscription": {**WEB, "keys": {"p256dh": "a"}}}, "subscription.keys.auth", "is missing"),
    ({"os": "ios", "token": "t", "os_version": ""}, "os_version", "is empty"),
    ({"os": "ios", "token": "t", "model": 5}, "model", "must be a string"),
    ({"os": "ios", "token": "t", "app_version": 2.4}, "app_version", "must be a string"),
    ({"os": "ios", "token": "t", "data": "x"}, "data", "must be a mapping"),
]


@pytest.mark.parametrize(("options", "field", "words"), DEVICES)
def test_devices(options: dict[str, Any], field: str, words: str) -> None:
    with rejected(field, words) as client:
        client.user.devices.register("u", "d", **options)


@pytest.mark.parametrize("moment", [1e20, 10**30, -1e20, "soon", "2026-01-01T00:00:00", []])
def test_a_subscription_that_ends_at_no_time(moment: Any) -> None:
    with rejected("subscription.expiration_time") as client:
        client.user.devices.register("u", "d", subscription={**WEB, "expirationTime": moment})


@pytest.mark.parametrize("ends", [None, "2027-01-01T00:00:00Z", datetime(2027, 1, 1, tzinfo=UTC)])
def test_a_subscription_may_end_or_not(ends: Any) -> None:
    recorder = Recorder()
    subscription = {**WEB, "expirationTime": ends}
    recorder.client().user.devices.register("u", "d", os="web", subscription=subscription)
    expected = {} if ends is None else {"expiration_time": "2027-01-01T00:00:00+00:00"}
    assert recorder.body["config"] == {**WEB, **expected}


@pytest.mark.parametrize("device_id", ["", None, 5])
def test_a_device_without_an_id(device_id: Any) -> None:
    with rejected("device_id") as client:
        client.user.devices.register("u", device_id, token="t")


MARKS: list[tuple[Any, str, str]] = [
    ([], "message_id", "is empty"),
    ([ID] * 101, "message_id", "has 101 items"),
    ("nope", "message_id[0]", "is not a UUID"),
    ("", "message_id[0]", "is empty"),
    ([ID, "nope"], "message_id[1]", "is not a UUID"),
    ([ID, 5], "message_id[1]", "must be a string"),
    (5, "message_id", "must be a list, not int"),
    (None, "message_id", "must be a list"),
    ({"id": ID}, "message_id", "must be a list, not dict"),
]


@pytest.mark.parametrize("method", ["mark_read", "mark_archived"])
@pytest.mark.parametrize(("message_id", "field", "words"), MARKS)
def test_marks(method: str, message_id: Any, field: str, words: str) -> None:
    with rejected(field, words) as client:
        getattr(client.user.inbox, method)("u", message_id)


def test_a_hundred_marks_are_sent() -> None:
    recorder = Recorder()
    recorder.client().user.inbox.mark_read("u", (uuid4() for _ in range(100)))
    assert len(recorder.body) == 100


SCHEDULES: list[tuple[dict[str, Any], str, str]] = [
    ({}, "scheduled_at", "is missing; it is required without an interval"),
    ({"start_at": datetime.now(UTC)}, "scheduled_at", "is missing"),
    ({"scheduled_at": NAIVE}, "scheduled_at", "without a time zone"),
    ({"scheduled_at": "2026-01-01T00:00:00"}, "scheduled_at", "without a time zone"),
    ({"scheduled_at": "2026-01-01"}, "scheduled_at", "without a time zone"),
    ({"scheduled_at": "soon"}, "scheduled_at", "ISO 8601"),
    ({"scheduled_at": ""}, "scheduled_at", "ISO 8601"),
    ({"scheduled_at": 1767225600}, "scheduled_at", "must be a datetime or ISO 8601 text, not int"),
    ({"interval": "1 day", "start_at": NAIVE}, "start_at", "without a time zone"),
    ({"interval": ""}, "interval", "is empty"),
    ({"interval": 5}, "interval", "must be a string, not int"),
    ({"interval": "1 day", "data": 5}, "data", "must be a mapping"),
    ({"interval": "1 day", "id": "x"}, "id", "is not a UUID"),
]


@pytest.mark.parametrize("kind", ["user", "organization"])
@pytest.mark.parametrize(("options", "field", "words"), SCHEDULES)
def test_schedules(kind: str, options: dict[str, Any], field: str, words: str) -> None:
    with rejected(field, words) as client:
        getattr(client, kind).schedule.upsert("s", "u", **options)


LISTS: list[tuple[dict[str, Any], str, str]] = [
    ({"channel": "fax"}, "channel", "one of"),
    ({"channel": None}, "channel", "is missing"),
    ({"status": "new"}, "status", "one of unread, read, archived"),
    ({"tags": ["a,b"]}, "tags", "comma"),
    ({"tags": "a,b"}, "tags", "comma"),
    ({"tags": [1]}, "tags[0]", "must be a string"),
    ({"tags": 5}, "tags", "must be a list"),
    ({"source": ""}, "source", "is empty"),
    ({"priority": 6}, "priority", "between 1 and 5"),
    ({"limit": 0}, "limit", "between 1 and 100"),
    ({"limit": 101}, "limit", "between 1 and 100"),
    ({"limit": "20"}, "limit", "must be an integer"),
]


@pytest.mark.parametrize("method", ["page", "list"])
@pytest.mark.parametrize(("options", "field", "words"), LISTS)
def test_lists(method: str, options: dict[str, Any], field: str, words: str) -> None:
    with rejected(field, words) as client:
        getattr(client.organization.inbox, method)("u", **options)


@pytest.mark.parametrize("offset", [-1, 2**63, pytest.param(10**5000, id="huge"), 1.5, True, "0"])
def test_offsets(offset: Any) -> None:
    with rejected("offset") as client:
        client.user.inbox.page("u", offset=offset)
    with rejected("offset") as client:
        client.user.inbox.list("u").page(offset)


OTHERS: list[tuple[Act, str, str]] = [
    (lambda c: c.sessions.create("x", "u"), "auth_method_id", "is not a UUID"),
    (lambda c: c.sessions.create(None, "u"), "auth_method_id", "is missing"),
    (lambda c: c.sessions.create(5, "u"), "auth_method_id", "must be a string"),
    (lambda c: c.sessions.create("../../users", "u"), "auth_method_id", "is not a UUID"),
    (lambda c: c.sessions.create(ID, ""), "user_id", "is empty"),
    (lambda c: c.sessions.create(ID, ("s", "u")), "user_id", "must be a string, not tuple"),
    (lambda c: c.organization.upsert("o", name=""), "name", "is empty"),
    (lambda c: c.organization.upsert("o", name=5), "name", "must be a string"),
    (lambda c: c.organization.upsert("o", data=[1]), "data", "must be a mapping"),
    (lambda c: c.organization.add_user([], "u"), "organization", "is an empty list"),
    (lambda c: c.organization.add_user("o", []), "user", "is an empty list"),
    (lambda c: c.organization.add_user("o", "u", data="x"), "data", "must be a mapping"),
    (lambda c: c.organization.remove_user("o", 5), "user", "not int"),
    (lambda c: c.organization.delete(None), "identifier", "not NoneType"),
    (lambda c: c.user.delete(""), "identifier", "is empty"),
    (lambda c: c.user.schedule.delete("", "u"), "name", "is empty"),
    (lambda c: c.user.schedule.delete("s", []), "identifier", "is an empty list"),
    (lambda c: c.user.inbox.count(["a", "b"]), "identifier", "has 2 identifiers"),
    (lambda c: c.user.inbox.count("a", channel="x"), "channel", "one of"),
    (lambda c: c.user.inbox.page(["a", "b"]), "identifier", "has 2 identifiers"),
]


@pytest.mark.parametrize(("act", "field", "words"), OTHERS)
def test_the_rest(act: Act, field: str, words: str) -> None:
    with rejected(field, words) as client:
        act(client)


@pytest.mark.parametrize(("act", "field", "words"), OTHERS)
def test_raw_responses_reject_the_same(act: Act, field: str, words: str) -> None:
    with rejected(field, words) as client:
        act(client.with_raw_response)


def test_nothing_is_sent_for_a_list_until_it_is_asked_for() -> None:
    recorder = Recorder()
    client: Lunogram = recorder.client()
    pages = client.user.inbox.list("u", limit=5)
    assert recorder.requests == []
    assert [str(message.id) for message in pages] == [ID]
    assert recorder.last.url.query.endswith(b"limit=5&offset=0")
