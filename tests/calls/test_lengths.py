"""What is too long for the server's columns: answered 500, or accepted and lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lunogram import Event, ExternalID, Lunogram, Message
from tests.calls.recorder import Recorder, rejected

LONGEST = "é" * 255

FIELDS: dict[str, Callable[[Lunogram, str], Any]] = {
    "identifier": lambda c, text: c.user.upsert(text),
    "identifier.external_id": lambda c, text: c.user.upsert(ExternalID(text, source="crm")),
    "identifier.source": lambda c, text: c.user.upsert((f"s{text[1:]}", "1")),
    "identifier[1]": lambda c, text: c.organization.upsert([("crm", "a"), text]),
    "name": lambda c, text: c.organization.upsert("org", name=text),
    "events[1].name": lambda c, text: c.user.events.post([Event("e", "u"), Event(text, "u")]),
    "events[0].identifier": lambda c, text: c.organization.events.post(Event("e", text)),
    "messages[0].target": lambda c, text: c.user.inbox.send(Message("m", text)),
    "messages[0].identifier": lambda c, text: c.user.inbox.send(Message(text, "u")),
    "user": lambda c, text: c.organization.add_user("org", text),
}
ATTRIBUTES = [
    ("email", f"{'a' * 64}@{'b' * 190}", "254 characters"),
    ("locale", "en" + "-abcdefgh" * 29, "255 characters"),
    ("phone", "+" + "1" * 65, "E.164"),
    ("timezone", "Europe/" + "x" * 50, "IANA"),
]


@pytest.mark.parametrize("field", FIELDS)
def test_255_characters_are_sent_and_256_are_not(field: str) -> None:
    FIELDS[field](Recorder().client(), LONGEST)
    with rejected(field, "is longer than 255 characters") as client:
        FIELDS[field](client, LONGEST + "x")


@pytest.mark.parametrize(("field", "value", "words"), ATTRIBUTES)
def test_attributes_of_a_user(field: str, value: str, words: str) -> None:
    attributes: dict[str, Any] = {field: value}
    with rejected(field, words) as client:
        client.user.upsert("user_123", **attributes)
