"""The visitor's identity, rule by rule, as the JavaScript SDK has it in a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest

from lunogram import Event, ExternalID, RequestError, ValidationError, Visitor
from tests.calls.recorder import Recorder, always, rejected

ANONYMOUS = {"source": "anonymous", "external_id": "anon"}
STICKY = {"external_id": "u"}


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def visitor(recorder: Recorder) -> Visitor:
    return recorder.client().visitor("anon")


@pytest.fixture
def known(recorder: Recorder) -> Visitor:
    return recorder.client().visitor("anon", external_id="u")


def identifier(recorder: Recorder) -> Any:
    return recorder.body["identifier"]


# -- the anonymous id -----------------------------------------------------------------------------


def test_the_anonymous_id_is_random(recorder: Recorder) -> None:
    client = recorder.client()
    ids = {client.visitor().anonymous_id for _ in range(100)}
    assert len(ids) == 100
    assert {UUID(each).version for each in ids} == {4}


def test_the_anonymous_id_stays_the_same(recorder: Recorder) -> None:
    visitor = recorder.client().visitor()
    for _ in range(3):
        visitor.user.upsert()
        assert identifier(recorder) == [
            {"source": "anonymous", "external_id": visitor.anonymous_id}
        ]


def test_the_anonymous_id_may_be_known(visitor: Visitor) -> None:
    assert visitor.anonymous_id == "anon"
    assert visitor.external_id is None


def test_an_empty_cookie_is_as_good_as_none(recorder: Recorder) -> None:
    visitor = recorder.client().visitor("", external_id="")
    assert UUID(visitor.anonymous_id)
    assert visitor.external_id is None


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"anonymous_id": 5}, "anonymous_id.external_id"),
        ({"anonymous_id": "a\0"}, "anonymous_id.external_id"),
        ({"anonymous_id": ("s", "a")}, "anonymous_id.external_id"),
        ({"external_id": 5}, "external_id.external_id"),
        ({"external_id": ("stripe", "cus_1")}, "external_id.external_id"),
    ],
)
def test_ids_that_cannot_be_right(arguments: dict[str, Any], field: str) -> None:
    with rejected(field) as client:
        client.visitor(**arguments)


# -- upsert and delete ----------------------------------------------------------------------------

Act = Callable[..., Any]
upsert_and_delete = pytest.mark.parametrize(
    "act",
    [lambda v, *i: v.user.upsert(*i), lambda v, *i: v.user.delete(*i)],
    ids=["upsert", "delete"],
)


@upsert_and_delete
def test_of_somebody_unknown_only_the_anonymous_id_is_sent(
    act: Act, visitor: Visitor, recorder: Recorder
) -> None:
    act(visitor)
    assert identifier(recorder) == [ANONYMOUS]
    assert visitor.external_id is None


@upsert_and_delete
def test_of_somebody_known_the_sticky_id_comes_second(
    act: Act, known: Visitor, recorder: Recorder
) -> None:
    act(known)
    assert identifier(recorder) == [ANONYMOUS, STICKY]


@upsert_and_delete
def test_what_is_given_comes_last(act: Act, known: Visitor, recorder: Recorder) -> None:
    act(known, [("stripe", "cus_1"), "v"])
    stripe = {"source": "stripe", "external_id": "cus_1"}
    assert identifier(recorder) == [ANONYMOUS, STICKY, stripe, {"external_id": "v"}]


@upsert_and_delete
@pytest.mark.parametrize(
    "given",
    [
        "u",
        ("default", "u"),
        ExternalID("u", metadata={"a": 1}),
        ["u", "u"],
        [("anonymous", "anon"), "u", {"external_id": "u", "source": ""}],
    ],
)
def test_nothing_is_sent_twice(act: Act, known: Visitor, recorder: Recorder, given: Any) -> None:
    act(known, given)
    assert identifier(recorder) == [ANONYMOUS, STICKY]


@upsert_and_delete
def test_what_is_given_twice_is_sent_once(act: Act, visitor: Visitor, recorder: Recorder) -> None:
    act(visitor, ["u", ("s", "u"), "u", ("s", "u")])
    assert identifier(recorder) == [ANONYMOUS, STICKY, {"source": "s", "external_id": "u"}]


@upsert_and_delete
def test_another_anonymous_id_is_sent_too(act: Act, visitor: Visitor, recorder: Recorder) -> None:
    act(visitor, ("anonymous", "before"))
    before = {"source": "anonymous", "external_id": "before"}
    assert identifier(recorder) == [ANONYMOUS, before]
    assert visitor.anonymous_id == "anon"


@upsert_and_delete
def test_a_default_id_sticks(act: Act, visitor: Visitor, recorder: Recorder) -> None:
    act(visitor, "u")
    assert identifier(recorder) == [ANONYMOUS, STICKY]
    assert visitor.external_id == "u"
    visitor.user.upsert()
    assert identifier(recorder) == [ANONYMOUS, STICKY]


@upsert_and_delete
def test_a_new_default_id_takes_over(act: Act, known: Visitor, recorder: Recorder) -> None:
    act(known, "v")
    assert identifier(recorder) == [ANONYMOUS, STICKY, {"external_id": "v"}]
    assert known.external_id == "v"
    known.user.upsert()
    assert identifier(recorder) == [ANONYMOUS, {"external_id": "v"}]


@upsert_and_delete
@pytest.mark.parametrize("given", [("stripe", "c"), ExternalID("c", "crm"), ("anonymous", "c")])
def test_only_a_default_id_sticks(act: Act, visitor: Visitor, given: Any) -> None:
    act(visitor, given)
    assert visitor.external_id is None


@upsert_and_delete
def test_a_default_id_sticks_from_within_a_list(act: Act, visitor: Visitor) -> None:
    act(visitor, [("stripe", "c"), {"external_id": "u"}, ExternalID("c", "crm")])
    assert visitor.external_id == "u"


@upsert_and_delete
@pytest.mark.parametrize("given", ["", [], 5, ["u", ""], {"externalId": "u"}])
def test_what_is_rejected_does_not_stick(
    act: Act, visitor: Visitor, recorder: Recorder, given: Any
) -> None:
    with pytest.raises(ValidationError):
        act(visitor, given)
    assert visitor.external_id is None
    assert recorder.requests == []


@upsert_and_delete
def test_an_id_sticks_whatever_the_answer(act: Act) -> None:
    recorder = Recorder(always({"title": "resource not found", "detail": "user not found"}, 404))
    visitor = recorder.client().visitor("anon")
    with pytest.raises(RequestError):
        act(visitor, "u")
    assert visitor.external_id == "u"


def test_the_other_fields_go_along(visitor: Visitor, recorder: Recorder) -> None:
    user = visitor.user.upsert("u", email="ada@example.com", timezone="UTC", data={"a": 1})
    assert recorder.body == {
        "identifier": [ANONYMOUS, STICKY],
        "email": "ada@example.com",
        "timezone": "UTC",
        "data": {"a": 1},
    }
    assert user.version == 1


# -- events ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "event",
    [
        Event("e", data={"a": 1}),
        {"name": "e", "data": {"a": 1}},
        {"name": "e", "identifier": None, "match": None, "data": {"a": 1}},
        MappingProxyType({"name": "e", "data": {"a": 1}}),
    ],
)
@pytest.mark.parametrize("form", [lambda e: e, lambda e: [e], lambda e: (x for x in (e,))])
def test_an_event_of_nobody_is_the_visitors(
    event: Any, form: Any, known: Visitor, recorder: Recorder
) -> None:
    known.user.events.post(form(event))
    assert recorder.body == [{"name": "e", "identifier": [ANONYMOUS, STICKY], "data": {"a": 1}}]


def test_an_event_of_a_stranger_has_the_anonymous_id(visitor: Visitor, recorder: Recorder) -> None:
    visitor.user.events.post(Event("page.viewed"))
    assert recorder.body[0]["identifier"] == [ANONYMOUS]


@pytest.mark.parametrize(
    ("event", "sent"),
    [
        (Event("e", "v"), {"identifier": [{"external_id": "v"}]}),
        ({"name": "e", "identifier": "v"}, {"identifier": [{"external_id": "v"}]}),
        (Event("e", match={"a": 1}), {"match": {"a": 1}}),
        ({"name": "e", "match": {"a": 1}}, {"match": {"a": 1}}),
        (Event("e", match={}), {"match": {}}),
        ({"name": "e", "match": {}}, {"match": {}}),
    ],
)
def test_an_event_of_somebody_is_left_alone(
    event: Any, sent: Any, known: Visitor, recorder: Recorder
) -> None:
    known.user.events.post(event)
    assert recorder.body == [{"name": "e", "data": {}, **sent}]
    assert known.external_id == "u"


@pytest.mark.parametrize(
    ("events", "field"),
    [
        ("e", "events[0]"),
        (5, "events[0]"),
        (None, "events[0]"),
        ([Event("e"), 5], "events[1]"),
        ({"name": "e", "identifier": []}, "events[0].identifier"),
        ({"name": "e", "identifier": "", "match": {}}, "events[0]"),
        (Event("e", "u", match={}), "events[0]"),
        ({"name": "e", "who": "u"}, "events[0].who"),
        (Event(""), "events[0].name"),
    ],
)
def test_events_are_rejected_as_anybodys(events: Any, field: str) -> None:
    with rejected(field) as client:
        client.visitor("anon").user.events.post(events)


def test_what_was_given_is_not_changed(known: Visitor) -> None:
    event, mapping = Event("e"), {"name": "e"}
    known.user.events.post([event, mapping])
    assert event == Event("e")
    assert mapping == {"name": "e"}


# -- schedules and devices ------------------------------------------------------------------------

fillable = pytest.mark.parametrize(
    "act",
    [
        lambda v, *i: v.user.schedule.upsert("s", *i, interval="1 day"),
        lambda v, *i: v.user.schedule.delete("s", *i),
        lambda v, *i: v.user.devices.register(
            "d", os="ios", token="t", **({"identifier": i[0]} if i else {})
        ),
    ],
    ids=["schedule.upsert", "schedule.delete", "devices.register"],
)


@fillable
def test_schedules_and_devices_are_the_visitors(
    act: Act, known: Visitor, recorder: Recorder
) -> None:
    act(known)
    assert identifier(recorder) == [ANONYMOUS, STICKY]
    act(recorder.client().visitor("anon"))
    assert identifier(recorder) == [ANONYMOUS]


@fillable
def test_or_somebody_elses(act: Act, visitor: Visitor, recorder: Recorder) -> None:
    act(visitor, "v")
    assert identifier(recorder) == [{"external_id": "v"}]
    assert visitor.external_id is None


@fillable
@pytest.mark.parametrize("given", [[], "", 5])
def test_an_empty_identifier_is_not_filled(act: Act, given: Any) -> None:
    with rejected("identifier") as client:
        act(client.visitor("anon"), given)


# -- organizations --------------------------------------------------------------------------------


def test_organizations_are_left_alone(known: Visitor, recorder: Recorder) -> None:
    known.organization.upsert("o")
    assert recorder.body == {"identifier": [{"external_id": "o"}]}
    known.organization.add_user("o", "v")
    assert recorder.body["user"] == {"identifier": [{"external_id": "v"}]}
    known.organization.events.post(Event("e", "o"))
    assert recorder.body[0]["identifier"] == [{"external_id": "o"}]
    known.organization.schedule.delete("s", "o")
    assert identifier(recorder) == [{"external_id": "o"}]
    assert known.external_id == "u"


def test_an_organizations_event_of_nobody_is_rejected() -> None:
    with rejected("events[0]", "pass exactly one of them") as client:
        client.visitor("anon", external_id="u").organization.events.post(Event("e"))


# -- and in general -------------------------------------------------------------------------------


def test_visitors_of_one_client_do_not_mix(recorder: Recorder) -> None:
    client = recorder.client()
    one, other = client.visitor("one"), client.visitor("other")
    one.user.upsert("u")
    other.user.upsert()
    assert identifier(recorder) == [{"source": "anonymous", "external_id": "other"}]
    assert other.external_id is None


def test_the_async_visitor_does_the_same(recorder: Recorder) -> None:
    async def visit() -> None:
        visitor = recorder.async_client().visitor("anon")
        await visitor.user.upsert(["u", ("s", "x")])
        await visitor.user.events.post([Event("e"), {"name": "f", "match": {}}])
        await visitor.user.schedule.upsert("s", interval="1 day")
        await visitor.organization.delete("o")
        assert (visitor.anonymous_id, visitor.external_id) == ("anon", "u")

    asyncio.run(visit())
    first, *_ = (request.content for request in recorder.requests)
    assert b'"external_id":"x"' in first
    bodies = [request.content.decode() for request in recorder.requests]
    assert [body.count('"anonymous"') for body in bodies] == [1, 1, 1, 0]
    assert [body.count('"u"') for body in bodies] == [1, 1, 1, 0]
