"""Answers as models: complete, with gaps, with surprises, and wrong in every field."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import attrs
import pytest
from lunogram_api.types import Unset

import lunogram
from lunogram import (
    Event,
    ExternalID,
    InboxMessage,
    InvalidResponseError,
    Message,
    Organization,
    Ping,
    RawResponse,
    ScheduledAccepted,
    User,
)
from tests.calls.recorder import Recorder, always
from tests.calls.responses import (
    COUNT,
    ID,
    IDENTIFIER,
    MESSAGE,
    METHOD,
    ORGANIZATION,
    PAGE,
    SCHEDULED,
    SESSION,
    USER,
    VAPID,
)

Path = tuple[str | int, ...]
Call = Callable[[Any], Any]

CALLS: dict[str, tuple[Any, Call]] = {
    "user": (USER, lambda c: c.user.upsert("u")),
    "organization": (ORGANIZATION, lambda c: c.organization.upsert("o")),
    "scheduled": (SCHEDULED, lambda c: c.user.schedule.upsert("s", "u", interval="1 day")),
    "page": (PAGE, lambda c: c.user.inbox.page("u")),
    "count": (COUNT, lambda c: c.organization.inbox.count("o")),
    "session": (SESSION, lambda c: c.sessions.create(METHOD, "u")),
    "vapid": (VAPID, lambda c: c.push.vapid_public_key()),
}
OPTIONAL = {
    "user": ["email", "phone", "timezone", "locale"],
    "organization": ["name"],
    "scheduled": ["data"],
}
OPTIONAL_OF_MESSAGE = [
    "user_id", "organization_id", "external_id", "source", "expires_at", "read_at", "archived_at",
    "sent_at", "sender_identity_id", "campaign_id", "broadcast_id",
]  # fmt: skip


def result_for(kind: str, body: Any) -> Any:
    """The result of a call for a response."""
    return CALLS[kind][1](Recorder(always(body)).client())


def paths(body: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every value in a response; a free-form object counts as one."""
    yield path
    if isinstance(body, dict) and path[-1:] not in (("data",), ("metadata",), ("content",)):
        for name, item in body.items():
            yield from paths(item, (*path, name))
    if isinstance(body, list) and body:
        yield from paths(body[0], (*path, 0))


def put(body: Any, path: Path, value: Any) -> Any:
    """The response with one value replaced or omitted."""
    if not path:
        return value
    changed = copy.deepcopy(body)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    if value is ...:
        del inner[path[-1]]
    return changed


def parts(value: Any) -> Iterator[Any]:
    """A value and everything in it."""
    yield value
    if attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            yield from parts(getattr(value, field.name))
    elif isinstance(value, dict):
        for item in (*value, *value.values()):
            yield from parts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from parts(item)


def assert_sound(result: Any) -> None:
    """Check that there is no UNSET, no model of the raw client and no naive datetime."""
    for part in parts(result):
        assert not isinstance(part, Unset)
        assert type(part).__module__.split(".")[0] != "lunogram_api"
        assert not isinstance(part, datetime) or part.utcoffset() is not None


PLACES = [(kind, path) for kind, (body, _) in CALLS.items() for path in paths(body)]
WRONG: list[Any] = [
    None, 5, -1, 2**70, 1.5, "x", "", [], {}, True, ["x"], [None], [[]], {"x": 1}, "2026-01-15",
    "2026-01-15T09:00:00", "0001-01-01T00:00:00+14:00", "9" * 5000, "\0", ...,
]  # fmt: skip


def test_there_are_places_enough() -> None:
    assert len(PLACES) > 60


@pytest.mark.parametrize(("kind", "path"), PLACES)
def test_any_value_anywhere_is_a_model_or_an_invalid_response(kind: str, path: Path) -> None:
    for wrong in WRONG:
        if wrong is ... and not path:
            continue
        try:
            result = result_for(kind, put(CALLS[kind][0], path, wrong))
        except InvalidResponseError as error:
            assert error.attempts == 1  # noqa: PT017 - it may also be a model
        else:
            assert_sound(result)


@pytest.mark.parametrize("kind", CALLS)
def test_no_field_that_is_required_may_be_missing_or_null(kind: str) -> None:
    body = CALLS[kind][0]
    for name in body.keys() - set(OPTIONAL.get(kind, ())):
        for wrong in (..., None):
            with pytest.raises(InvalidResponseError):
                result_for(kind, put(body, (name,), wrong))


@pytest.mark.parametrize("absent", [None, ...])
@pytest.mark.parametrize("kind", OPTIONAL)
def test_what_is_left_out_is_none(kind: str, absent: Any) -> None:
    body = CALLS[kind][0]
    for name in OPTIONAL[kind]:
        body = put(body, (name,), absent)
    result = result_for(kind, body)
    assert [getattr(result, name) for name in OPTIONAL[kind]] == [None] * len(OPTIONAL[kind])
    assert_sound(result)


@pytest.mark.parametrize("absent", [None, ...])
def test_what_a_message_leaves_out_is_none(absent: Any) -> None:
    body = PAGE
    for name in OPTIONAL_OF_MESSAGE:
        body = put(body, ("results", 0, name), absent)
    [message] = result_for("page", body).results
    assert [getattr(message, name) for name in OPTIONAL_OF_MESSAGE] == [None] * 11
    assert_sound(message)


@pytest.mark.parametrize("absent", [None, ...])
def test_an_identifier_without_metadata(absent: Any) -> None:
    user = result_for("user", put(USER, ("identifier", 0, "metadata"), absent))
    assert user.identifier[0].metadata is None


@pytest.mark.parametrize("kind", ["user", "organization", "scheduled"])
def test_a_field_of_a_newer_server_is_kept(kind: str) -> None:
    more = {"tier": {"camelCase": 1}, "extra": [1], "additional_properties": 5, "self": None}
    result = result_for(kind, {**CALLS[kind][0], **more})
    assert result.extra == more
    assert_sound(result)


def test_a_newer_field_of_an_inner_object_is_kept() -> None:
    page = result_for("page", put(PAGE, ("results", 0, "colour"), "red"))
    assert page.results[0].extra == {"colour": "red"}
    user = result_for("user", put(USER, ("identifier", 0, "verified"), True))
    assert user.identifier[0].extra == {"verified": True}


@pytest.mark.parametrize("kind", ["page", "count", "session"])
def test_a_newer_field_around_a_result_is_kept(kind: str) -> None:
    assert result_for(kind, {**CALLS[kind][0], "new": 1}).extra == {"new": 1}


def test_an_unknown_word_loses_no_message() -> None:
    page = result_for("page", put(PAGE, ("results", 0, "channel"), "carrier pigeon"))
    assert page.results[0].channel == "carrier pigeon"


def test_a_user_as_it_comes() -> None:
    user = result_for("user", USER)
    assert isinstance(user, User)
    at = datetime(2026, 1, 15, 9, tzinfo=UTC)
    assert (user.id, user.version, user.created_at) == (UUID(ID), 1, at)
    assert (user.email, user.timezone, user.data) == (
        "ada@example.com",
        "Europe/London",
        {"plan": "pro"},
    )
    assert user.identifier[0].external_id == IDENTIFIER["external_id"]
    assert user.extra == {}


def test_the_others_as_they_come() -> None:
    assert isinstance(result_for("organization", ORGANIZATION), Organization)
    assert isinstance(result_for("scheduled", SCHEDULED), ScheduledAccepted)
    assert isinstance(result_for("page", PAGE).results[0], InboxMessage)
    assert (result_for("count", COUNT).unread, result_for("count", COUNT).total) == (3, 12)
    assert result_for("session", SESSION).token == SESSION["token"]
    assert result_for("vapid", VAPID) == VAPID["public_key"]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-15T09:00:00.123456789Z", datetime(2026, 1, 15, 9, 0, 0, 123456, UTC)),
        ("2026-01-15T09:00:00", datetime(2026, 1, 15, 9, tzinfo=UTC)),
        ("2026-01-15 09:00:00+00", datetime(2026, 1, 15, 9, tzinfo=UTC)),
    ],
)
def test_times_as_go_and_postgresql_write_them(text: str, moment: datetime) -> None:
    created_at = result_for("user", {**USER, "created_at": text}).created_at
    assert created_at == moment
    assert created_at.utcoffset() == timedelta(0)


SECRETS = {
    "user_123", "ada@example.com", "+31612345678", "pro", "eu", "Acme", "enterprise", "Shipped",
    "ord_456", "order_456_shipped", SESSION["token"], VAPID["public_key"],
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(CALLS.keys() - {"vapid"}))
def test_the_repr_of_an_answer_is_not_personal(kind: str) -> None:
    result = result_for(kind, CALLS[kind][0])
    for part in parts(result):
        if attrs.has(type(part)):
            assert not [secret for secret in SECRETS if secret in repr(part)]


def test_the_repr_of_what_goes_in_is_not_personal() -> None:
    secret = "ada@example.com"
    event = Event("e", secret, match={"email": secret}, data={"email": secret})
    assert repr(event) == "Event(name='e')"
    message = Message(secret, [("crm", secret)], content={"to": secret}, data={"to": secret})
    assert secret not in repr(message)
    assert repr(ExternalID(secret, "crm", metadata={"e": secret})) == "ExternalID(source='crm')"


def test_the_repr_of_a_raw_response_is_not_personal() -> None:
    client = Recorder().client()
    raw = client.with_raw_response.user.upsert("user_123")
    assert isinstance(raw, RawResponse)
    assert not [secret for secret in SECRETS if secret in repr(raw)]
    assert repr(raw).startswith("RawResponse(status_code=200, elapsed=")


def test_no_repr_of_a_client_or_its_parts_shows_key_or_person() -> None:
    client = Recorder().client()
    visitor = client.visitor("anon_4711", external_id="user_123")
    pages = client.user.inbox.list("user_123")
    everything = [
        client, client.user, client.organization, client.user.events, client.user.inbox,
        client.user.schedule, client.user.devices, client.push, client.sessions, client.raw,
        client.with_raw_response, visitor, visitor.user, visitor.user.events, pages,
        client._sender, client._sender.target, client._sender.options, pages._first,
    ]  # fmt: skip
    shown = " ".join(map(repr, everything))
    for secret in ("only_for_tests", "user_123", "anon_4711"):
        assert secret not in shown


def test_answers_cannot_be_changed_by_accident() -> None:
    user = result_for("user", USER)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        user.email = "eve@example.com"


def test_a_ping_is_true_or_false() -> None:
    assert Ping(ok=True, message="good")
    assert not Ping(ok=False, message="bad")
    assert str(Ping(ok=False, message="bad")) == "bad"


def test_every_public_model_was_seen() -> None:
    seen = {"Event", "Message", "ExternalID", "Ping", "RawResponse", "RequestInfo"}
    seen |= {"Timings", "RequestTrace", "ResponseTrace"}  # tested with the hooks
    for kind, (body, _) in CALLS.items():
        seen |= {type(part).__name__ for part in parts(result_for(kind, body))}
    models = {name for name in lunogram.__all__ if attrs.has(getattr(lunogram, name))}
    assert models <= seen
    assert MESSAGE.keys() | {"extra"} == {field.name for field in attrs.fields(InboxMessage)}
