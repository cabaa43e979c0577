"""Warnings about identifiers of somebody else: two people in one list can't be separated again."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from lunogram import Event, LunogramWarning, Message, ValidationError, call_warnings
from lunogram.outbox import Outbox
from tests.calls.recorder import Recorder

TWO = ["user_1", "user_2"]
ONE_PERSON = "has two ids of one source: a list is one person; call once for each"


@pytest.fixture(autouse=True)
def nothing_was_issued(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test sees the warnings that this process has issued before, too."""
    monkeypatch.setattr(call_warnings, "_issued", call_warnings._Issued())


CALLS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "upsert": ("identifier", lambda c: c.user.upsert(TWO)),
    "delete": ("identifier", lambda c: c.user.delete(TWO)),
    "organization": ("identifier", lambda c: c.organization.upsert([("crm", "1"), ("crm", "2")])),
    "event": ("events[0].identifier", lambda c: c.user.events.post(Event("e", TWO))),
    "schedule": ("identifier", lambda c: c.user.schedule.upsert("s", TWO, interval="1 day")),
    "device": ("identifier", lambda c: c.user.devices.register(TWO, "d", os="ios", token="t")),
    "message": ("messages[0].target", lambda c: c.user.inbox.send(Message("m", TWO))),
    "member": ("user.identifier", lambda c: c.organization.add_user("org_1", TWO)),
}


@pytest.mark.parametrize("call", CALLS)
def test_two_people_in_a_list(call: str) -> None:
    path, act = CALLS[call]
    recorder = Recorder()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(2):  # it warns once
            act(recorder.client())
    [warning] = caught
    assert issubclass(warning.category, LunogramWarning)
    assert str(warning.message) == f"{path}: {ONE_PERSON}"
    assert warning.filename == __file__
    assert len(recorder.requests) == 2

    recorder = Recorder()
    with pytest.raises(ValidationError, match="a list is one person"):
        act(recorder.client(strict=True))
    assert recorder.requests == []


@pytest.mark.parametrize(
    "identifier",
    [
        "user_1",
        ["user_1", ("stripe", "cus_1")],
        ["user_1", "user_1"],
        ("auth0", "x"),
        [("s3", "a"), ("my-crm", "b")],
    ],
)
def test_one_person_is_no_reason_to_warn(identifier: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Recorder().client(strict=True).user.upsert(identifier)


def test_the_rules_of_a_visitor_are_its_own() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        visitor = Recorder().client().visitor("anon_1", external_id="user_1")
        visitor.user.upsert("user_2")
        visitor.user.events.post(Event("page.viewed"))


@pytest.mark.parametrize(
    "pair", [("user_1", "user_2"), ("ada@example.com", "eve@example.com"), ("4711", "4712")]
)
def test_a_tuple_of_two_ids(pair: tuple[str, str]) -> None:
    client = Recorder().client()
    client.user.upsert("user_1")
    with pytest.warns(LunogramWarning, match=r"a tuple is \(source, id\)") as caught:
        client.user.upsert(pair)
    client.user.upsert(pair)  # it warns once
    assert pair[0] not in str(caught[0].message)


def test_an_event_the_wrong_way_round() -> None:
    user = f"user-{uuid4()}"
    client = Recorder().client()
    client.user.events.post(Event("order.completed", user))
    client.user.events.post(Event(user, "user"))
    with pytest.warns(
        LunogramWarning, match=r"events\[0\].name: was used as an id before"
    ) as caught:
        client.user.events.post(Event(user, "order.completed"))
    assert caught[0].filename == __file__
    with pytest.raises(ValidationError, match="has the name first"):
        client.with_options(strict=True).user.events.post(Event(user, "order.completed"))


def test_an_outbox_warns_too(tmp_path: Any) -> None:
    with Outbox(f"sqlite:///{tmp_path}/outbox.db") as outbox:
        with pytest.warns(LunogramWarning, match="a list is one person") as caught:
            outbox.user.events.post(Event("e", TWO))
        assert caught[0].filename == __file__
