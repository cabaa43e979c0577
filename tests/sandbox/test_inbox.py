"""Inboxes of users and organizations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.sandbox_api import Api, named

ADA = {"source": "default", "external_id": "ada", "channel": "inbox"}
KINDS = pytest.mark.parametrize("kind", ["user", "organization"])


@pytest.fixture(autouse=True)
def ada(api: Api) -> None:
    """A user and an organization of that name."""
    api.user("ada")
    api.organization("ada")


def message(name: str = "m1", who: str = "ada", **more: Any) -> dict[str, Any]:
    """Write a message."""
    identifier = named(name)[0]
    return {"target": named(who), "identifier": identifier, "channel": "inbox"} | more


def in_(**time: float) -> str:
    """Write the time that is so far away."""
    return (datetime.now(UTC) + timedelta(**time)).isoformat()


def shown(api: Api, kind: str = "user", **query: Any) -> list[str]:
    """Return the external ids of the messages that are listed."""
    response = api.done("GET", f"/{kind}s/inbox", params=ADA | query)
    return [each["external_id"] for each in response["results"]]


def count(api: Api, kind: str = "user") -> Any:
    """Count a message."""
    return api.done("GET", f"/{kind}s/inbox/count", params=ADA)


def mark(api: Api, state: str, message_id: str, kind: str = "user", who: str = "ada") -> None:
    """Mark a message."""
    body = [{"target": named(who), "message_id": message_id}]
    response = api.send("POST", f"/{kind}s/inbox/{state}", body)
    assert (response.status_code, response.content) == (202, b"")


@KINDS
def test_a_message_is_listed_as_it_was_sent(api: Api, kind: str) -> None:
    sender, campaign, broadcast = (str(uuid4()) for _ in range(3))
    expires = in_(days=1)
    body = message(
        "m1",
        channel="email",
        sender_identity_id=sender,
        campaign_id=campaign,
        broadcast_id=broadcast,
        content={"title": "Hello"},
        data={"order_id": "ord_456"},
        tags=["orders"],
        priority=1,
        source="campaign",
        expires_at=expires,
    )
    response = api.send("POST", f"/{kind}s/inbox", [body])
    assert (response.status_code, response.content) == (202, b"")
    response = api.done("GET", f"/{kind}s/inbox", params=ADA | {"channel": "email"})
    assert (response["total"], response["limit"], response["offset"]) == (1, 20, 0)
    (listed,) = response["results"]
    assert UUID(listed["id"])
    assert listed[f"{kind}_id"] == api.inspect(kind, external_id="ada")["id"]
    other = {"user": "organization", "organization": "user"}[kind]
    assert listed[f"{other}_id"] is None
    kept = {name: listed[name] for name in body.keys() & listed.keys()}
    left_out = {"target", "identifier", "expires_at"}
    assert kept == {name: value for name, value in body.items() if name not in left_out} | {
        "expires_at": expires.replace("+00:00", "Z")
    }
    assert listed["external_id"] == "m1"
    assert [listed[name] for name in ("read_at", "archived_at", "sent_at")] == [None] * 3


def test_omitted_fields_have_defaults(api: Api) -> None:
    nothing = dict.fromkeys(("content", "data", "source", "scheduled_at", "expires_at"))
    api.done("POST", "/users/inbox", [message() | nothing])
    (listed,) = api.done("GET", "/users/inbox", params=ADA)["results"]
    assert (listed["content"], listed["data"], listed["tags"]) == ({}, {}, [])
    assert listed["priority"] == 3
    assert listed["scheduled_at"] == listed["created_at"]


@KINDS
def test_a_message_sent_again_is_not_shown_twice(api: Api, kind: str) -> None:
    for content in ({"n": 1}, {"n": 2}):
        api.done("POST", f"/{kind}s/inbox", [message(content=content), message(content=content)])
    response = api.done("GET", f"/{kind}s/inbox", params=ADA)
    assert [each["content"] for each in response["results"]] == [{"n": 1}]


def test_another_recipient_or_channel_is_another_message_and_another_source_is_not(
    api: Api,
) -> None:
    api.user("grace")
    push = message(channel="push")
    api.done("POST", "/users/inbox", [message(), message(who="grace"), push, message("shop:m1")])
    assert api.inspect("inbox", kind="user")["total"] == 3
    assert shown(api) == ["m1"]
    assert shown(api, external_id="grace") == ["m1"]
    assert shown(api, channel="push") == ["m1"]


def test_a_target_is_found_by_any_of_its_identifiers(api: Api) -> None:
    target = named("anonymous:unknown", "ada")
    api.done("POST", "/users/inbox", [message(target=target)])
    assert shown(api) == ["m1"]


def test_messages_for_nobody_known_are_accepted_and_lost(api: Api) -> None:
    api.user("grace")
    dropped = [message(who="nobody"), message(target=named("ada", "grace"))]
    assert api.send("POST", "/users/inbox", dropped).status_code == 202
    assert api.inspect("inbox")["total"] == 0
    assert api.inspect("users")["total"] == 2
    assert [(lost["what"], lost["waits"], lost["reason"]) for lost in api.lost()] == [
        ("message", False, "nobody has the identifier nobody: upsert the user first"),
        (
            "message",
            False,
            "the identifiers ada, grace belong to different users: send those of one",
        ),
    ]


@KINDS
@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"channel": "email"}, "a message on email needs a sender_identity_id"),
        ({"channel": "sms"}, "a message on sms needs a sender_identity_id"),
        ({"sender_identity_id": str(uuid4())}, "a message on inbox has no sender_identity_id"),
        (
            {"channel": "push", "sender_identity_id": str(uuid4())},
            "a message on push has no sender_identity_id",
        ),
        (
            {"source": "shop"},
            "the source of a message is one of inbox, campaign, broadcast, journey, or null",
        ),
    ],
)
def test_a_message_that_the_platform_drops(
    api: Api, kind: str, more: dict[str, Any], reason: str
) -> None:
    body = [message(), message("m2", **more)]
    assert api.send("POST", f"/{kind}s/inbox", body).status_code == 202
    assert shown(api, kind) == ["m1"]
    assert [(lost["name"], lost["reason"]) for lost in api.lost()] == [("m2", reason)]


@KINDS
def test_the_platform_records_what_happens_to_a_message(api: Api, kind: str) -> None:
    campaign = str(uuid4())
    api.done("POST", f"/{kind}s/inbox", [message(campaign_id=campaign), message()])
    (sent,) = api.inspect("inbox")["results"]
    mark(api, "read", sent["id"], kind)
    mark(api, "archived", sent["id"], kind)
    events = api.inspect("events", **{kind: "ada"})["results"][1:]
    assert [event["name"] for event in events] == [
        f"inbox.message.{happened}" for happened in ("created", "sent", "read", "archived")
    ]
    for event in events:
        assert event["data"] == {
            "message_id": sent["id"],
            "channel": "inbox",
            "external_id": "m1",
            "campaign_id": campaign,
        }


@KINDS
def test_a_message_of_later_is_sent_when_it_is_due(api: Api, kind: str) -> None:
    first, second = in_(hours=1), in_(hours=2)
    later = [message("m2", scheduled_at=second), message("m1", scheduled_at=first)]
    api.done("POST", f"/{kind}s/inbox", later)
    about = {kind: "ada", "name": "inbox.message.sent"}
    assert api.events(**about) == []
    assert api.control("clock", advance="3 hours")["fired"] == 0
    events = api.inspect("events", **about)["results"]
    assert [event["data"]["external_id"] for event in events] == ["m1", "m2"]
    assert [event["created_at"][:19] for event in events] == [first[:19], second[:19]]
    api.control("clock", advance="1 day")
    assert len(api.events(**about)) == 2
    response = api.done("GET", f"/{kind}s/inbox", params=ADA)
    assert [each["sent_at"] for each in response["results"]] == [None, None]


def test_a_push_message_is_not_sent(api: Api) -> None:
    body = [message("m1", channel="push"), message("m2", channel="push", scheduled_at=in_(hours=1))]
    api.done("POST", "/users/inbox", body)
    api.control("clock", advance="1 day")
    assert api.events(user="ada")[1:] == ["inbox.message.created"] * 2


def test_the_newest_scheduled_comes_first(api: Api) -> None:
    for hours in (3, 1, 2):
        api.done("POST", "/users/inbox", [message(f"m{hours}", scheduled_at=in_(hours=-hours))])
    assert shown(api) == ["m1", "m2", "m3"]


def test_what_is_to_come_or_expired_is_not_shown(api: Api) -> None:
    body = [
        message("future", scheduled_at=in_(hours=1)),
        message("expired", scheduled_at=in_(hours=-2), expires_at=in_(hours=-1)),
        message("now", expires_at=in_(hours=1)),
    ]
    api.done("POST", "/users/inbox", body)
    assert shown(api) == ["now"]
    assert count(api) == {"unread": 1, "total": 1}
    assert api.inspect("inbox")["total"] == 3


@KINDS
def test_states(api: Api, kind: str) -> None:
    api.done("POST", f"/{kind}s/inbox", [message(f"m{number}") for number in range(4)])
    ids = {each["external_id"]: each["id"] for each in api.inspect("inbox")["results"]}
    assert count(api, kind) == {"unread": 4, "total": 4}
    mark(api, "read", ids["m1"], kind)
    mark(api, "archived", ids["m2"], kind)
    mark(api, "read", ids["m3"], kind)
    mark(api, "archived", ids["m3"], kind)
    assert shown(api, kind) == ["m1", "m0"]
    assert shown(api, kind, status="unread") == ["m0"]
    assert shown(api, kind, status="read") == ["m1"]
    assert shown(api, kind, status="archived") == ["m3", "m2"]
    assert count(api, kind) == {"unread": 1, "total": 2}


def test_the_first_mark_counts(api: Api) -> None:
    api.done("POST", "/users/inbox", [message()])
    (sent,) = api.inspect("inbox")["results"]
    mark(api, "read", sent["id"])
    (first,) = api.inspect("inbox")["results"]
    mark(api, "read", sent["id"])
    (second,) = api.inspect("inbox")["results"]
    assert first == second
    assert first["read_at"] == first["updated_at"] > sent["updated_at"]


def test_marks_of_others_or_of_nothing_are_accepted_and_dropped(api: Api) -> None:
    api.user("grace")
    api.done("POST", "/users/inbox", [message()])
    (sent,) = api.inspect("inbox")["results"]
    mark(api, "read", sent["id"], who="grace")
    mark(api, "read", sent["id"], who="nobody")
    mark(api, "read", sent["id"], kind="organization")
    mark(api, "read", str(uuid4()))
    assert count(api) == {"unread": 1, "total": 1}


def test_marks_of_what_is_not_shown_are_accepted_and_dropped(api: Api) -> None:
    body = [
        message("future", scheduled_at=in_(hours=1)),
        message("expired", scheduled_at=in_(hours=-2), expires_at=in_(hours=-1)),
    ]
    api.done("POST", "/users/inbox", body)
    before = api.inspect("inbox")["results"]
    for sent in before:
        mark(api, "read", sent["id"])
        mark(api, "archived", sent["id"])
    assert api.inspect("inbox")["results"] == before


def test_pages(api: Api) -> None:
    for start in (0, 100):
        batch = [
            message(f"m{start + n}", scheduled_at=in_(seconds=start + n - 1000)) for n in range(100)
        ]
        api.done("POST", "/users/inbox", batch)
    pages = [shown(api, limit=70, offset=offset) for offset in (0, 70, 140, 210)]
    assert [len(page) for page in pages] == [70, 70, 60, 0]
    assert list(chain(*pages)) == [f"m{number}" for number in reversed(range(200))]
    assert api.done("GET", "/users/inbox", params=ADA | {"offset": 500})["total"] == 0


def test_filters(api: Api) -> None:
    body = [
        message("m1", tags=["a", "b"], priority=1, source="journey"),
        message("m2", tags=["b"], priority=2, source="campaign"),
        message("m3", tags=["a,b"]),
    ]
    api.done("POST", "/users/inbox", body)
    assert shown(api, tags="b") == ["m2", "m1"]
    assert shown(api, tags="b,a") == shown(api, tags=" b , a ") == ["m1"]
    assert shown(api, tags="c") == []
    assert shown(api, priority=2) == ["m2"]
    assert shown(api, priority=0) == ["m3", "m2", "m1"]
    assert shown(api, priority=-7) == []
    assert shown(api, message_source="journey") == ["m1"]
    assert shown(api, message_source="journey", tags="a", priority=1, status="unread") == ["m1"]


@KINDS
@pytest.mark.parametrize("path", ["inbox", "inbox/count"])
def test_an_inbox_of_nobody_known_is_not_found(api: Api, kind: str, path: str) -> None:
    query = ADA | {"external_id": "nobody"}
    assert api.rejected(404, "GET", f"/{kind}s/{path}", params=query) == f"{kind} not found"


@pytest.mark.parametrize("missing", ADA)
@pytest.mark.parametrize("path", ["inbox", "inbox/count"])
def test_the_query_has_to_be_complete(api: Api, path: str, missing: str) -> None:
    query = {name: value for name, value in ADA.items() if name != missing}
    assert api.rejected(400, "GET", f"/users/{path}", params=query) == f"{missing}: is required"


@pytest.mark.parametrize(
    ("wrong", "detail"),
    [
        ({"limit": 0}, "limit: must be 1 or more"),
        ({"limit": 101}, "limit: must be 100 or less"),
        ({"limit": "x"}, "limit: must be a whole number, not a string"),
        ({"offset": -1}, "offset: must be 0 or more"),
        ({"priority": "1.0"}, "priority: must be a whole number, not a string"),
        ({"priority": ""}, "priority: must be a whole number, not a string"),
        *(
            ({name: ""}, f"{name}: must be a string of 1 character or more")
            for name in ("source", "tags", "message_source")
        ),
        ({"status": "seen"}, "status: must be one of unread, read, archived"),
        ({"channel": "fax"}, "channel: must be one of email, sms, push, inbox"),
        ({"external_id": ""}, "external_id: must be a string of 1 character or more"),
        ({"external_id": "\0"}, "the query has a NUL character"),
    ],
)
def test_the_query_has_to_be_valid(api: Api, wrong: dict[str, Any], detail: str) -> None:
    assert api.rejected(400, "GET", "/users/inbox", params=ADA | wrong) == detail


@pytest.mark.parametrize(
    ("wrong", "detail"),
    [
        ([], "messages: must be an array of 1 item or more"),
        ([message()] * 101, "messages: must be an array of 100 items or less"),
        (
            [message(identifier=named("x"))],
            "messages[0].identifier: must be an object, not an array",
        ),
        ([message(channel="fax")], "messages[0].channel: must be one of email, sms, push, inbox"),
        ([message(priority=0)], "messages[0].priority: must be 1 or more"),
        ([message(priority=6)], "messages[0].priority: must be 5 or less"),
        *(
            (
                [message(priority=point)],
                "messages[0].priority: must be a whole number, not a number",
            )
            for point in (1.5, 3.0)
        ),
        ([message(tags=[1])], "messages[0].tags[0]: must be a string, not a whole number"),
        ([message(campaign_id="x")], "messages[0].campaign_id: must be a UUID"),
        ([message(target=[])], "messages[0].target: must be an array of 1 item or more"),
    ],
)
def test_a_message_has_to_be_valid(api: Api, wrong: object, detail: str) -> None:
    assert api.rejected(400, "POST", "/users/inbox", wrong) == detail


@pytest.mark.parametrize("state", ["read", "archived"])
def test_a_mark_has_to_be_valid(api: Api, state: str) -> None:
    wrong = [{"target": named("ada"), "message_id": "m1"}]
    detail = api.rejected(400, "POST", f"/users/inbox/{state}", wrong)
    assert detail == "marks[0].message_id: must be a UUID"
    too_many = [{"target": named("ada"), "message_id": str(uuid4())}] * 101
    api.rejected(400, "POST", f"/users/inbox/{state}", too_many)
