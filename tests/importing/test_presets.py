"""Presets: an invented export of each platform becomes users and events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lunogram.errors import ConfigurationError
from lunogram.importing import import_events, import_users
from lunogram.importing.preset import PRESETS, PresetName
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.support.import_files import bodies, run


def user(external_id: str, source: str = "default", **fields: Any) -> dict[str, Any]:
    where = {} if source == "default" else {"source": source}
    return {"identifier": [{"external_id": external_id, **where}], **fields}


def event(name: str, external_id: str, source: str = "default", **data: Any) -> dict[str, Any]:
    return {"name": name, **user(external_id, source), "data": data}


def flat(found: list[Any]) -> list[Any]:
    """The bodies of users, and those of events out of their batches."""
    return [each for body in found for each in (body if isinstance(body, list) else [body])]


USERS: Mapping[PresetName, tuple[str, list[Any]]] = {
    "posthog": (
        '[{"id": 1, "distinct_ids": ["u1"], "properties": {"email": "a@b.example", "n": 1}}]',
        [user("u1", email="a@b.example", data={"email": "a@b.example", "n": 1})],
    ),
    "mixpanel": (
        '[{"$distinct_id": "u1", "$properties": {"$email": "a@b.example"}}]',
        [user("u1", email="a@b.example", data={"$email": "a@b.example"})],
    ),
    "segment": (
        '[{"type": "identify", "userId": "u1", "traits": {"plan": "pro"}, "context": {}}]',
        [user("u1", data={"plan": "pro"})],
    ),
    "stripe": (
        "id,Description,Email,Name\ncus_1,first,a@b.example,Ada\n",
        [
            user(
                "cus_1", "stripe", email="a@b.example", data={"Description": "first", "Name": "Ada"}
            )
        ],
    ),
    "shopify": (
        "Customer ID,First Name,Email,Phone,Tags\n71,Ada,a@b.example,+31 6 12345678,vip\n",
        [
            user(
                "71",
                "shopify",
                email="a@b.example",
                phone="+31612345678",
                data={"First Name": "Ada", "Tags": "vip"},
            )
        ],
    ),
    "hubspot": (
        "Record ID,First Name,Email,Phone Number\n51,Ada,a@b.example,+31612345678\n",
        [
            user(
                "51",
                "hubspot",
                email="a@b.example",
                phone="+31612345678",
                data={"First Name": "Ada"},
            )
        ],
    ),
    "mailchimp": (
        "Email Address,First Name,TIMEZONE,MEMBER_RATING\na@b.example,Ada,Europe/Paris,2\n",
        [
            user(
                "a@b.example",
                "email",
                email="a@b.example",
                timezone="Europe/Paris",
                data={"First Name": "Ada", "MEMBER_RATING": 2},
            )
        ],
    ),
    "klaviyo": (
        "Email,Klaviyo ID,First Name,Locale\na@b.example,01K,Ada,nl_NL\n",
        [
            user("01K", "klaviyo", email="a@b.example", locale="nl-NL", data={"First Name": "Ada"}),
        ],
    ),
}
EVENTS: Mapping[PresetName, tuple[str, list[Any]]] = {
    "segment": (
        """[{"type": "track", "event": "Paid", "userId": "u1", "anonymousId": "a1",
             "properties": {"type": "gift"}, "timestamp": "2026-01-05"},
            {"type": "track", "event": "Seen", "userId": null, "anonymousId": "a2"},
            {"type": "page", "name": "Pricing", "userId": "u1", "properties": {"path": "/"}},
            {"type": "identify", "userId": "u1", "traits": {"email": "a@b.example"}},
            {"type": "identify", "anonymousId": "a2", "traits": {"plan": "pro"}}]""",
        [
            event("Paid", "u1", anonymous_id="a1", event_timestamp="2026-01-05", type="gift"),
            event("Seen", "a2", "anonymous"),
            event("Pricing", "u1", path="/"),
            user("u1", email="a@b.example", data={"email": "a@b.example"}),
            user("a2", "anonymous", data={"plan": "pro"}),
        ],
    ),
    "posthog": (
        '[{"uuid": "1", "event": "Paid", "distinct_id": "u1", "properties": {"n": 1}}]',
        [event("Paid", "u1", n=1)],
    ),
    "mixpanel": (
        '[{"event": "Paid", "properties": {"distinct_id": "u1", "n": 1}}]',
        [event("Paid", "u1", distinct_id="u1", n=1)],
    ),
    "amplitude": (
        """[{"event_type": "Paid", "user_id": "u1", "device_id": "d1"},
            {"event_type": "Seen", "user_id": null, "device_id": "d1",
             "event_properties": {"n": 1}, "user_properties": {"a": 1}}]""",
        [event("Paid", "u1", anonymous_id="d1"), event("Seen", "d1", "anonymous", n=1)],
    ),
    "customerio": (
        "event_name,customer_id,anonymous_id,timestamp\nPaid,u1,,1767571200\nSeen,,a1,\n",
        [event("Paid", "u1", event_timestamp=1767571200), event("Seen", "a1", "anonymous")],
    ),
}


def write(folder: Path, text: str) -> Path:
    path = folder / ("export.json" if text.startswith("[") else "export.csv")
    path.write_text(text)
    return path


@pytest.mark.parametrize("preset", USERS)
def test_users(tmp_path: Path, outbox: Outbox, preset: PresetName) -> None:
    text, expected = USERS[preset]
    assert import_users(write(tmp_path, text), outbox, preset=preset).rejected == 0
    assert bodies(outbox) == expected


@pytest.mark.parametrize("preset", EVENTS)
def test_events(tmp_path: Path, outbox: Outbox, preset: PresetName) -> None:
    text, expected = EVENTS[preset]
    assert import_events(write(tmp_path, text), outbox, preset=preset).rejected == 0
    assert flat(bodies(outbox)) == expected


def test_every_preset_has_an_example() -> None:
    assert {*USERS, *EVENTS} == set(PRESETS)


def test_a_mapping_takes_precedence(tmp_path: Path, outbox: Outbox) -> None:
    path = write(tmp_path, "id,Email,key\ncus_1,a@b.example,k\n")
    mapping = {"id": "data.stripe_id", "key": "identifier"}
    import_users(path, outbox, preset="stripe", mapping=mapping, source_name="crm")
    expected = user("k", "crm", email="a@b.example", data={"stripe_id": "cus_1"})
    assert bodies(outbox) == [expected]


def test_a_preset_without_such_rows_is_one_sentence(tmp_path: Path, outbox: Outbox) -> None:
    path = write(tmp_path, "id\n1\n")
    with pytest.raises(ConfigurationError, match="for events, not users; for people: "):
        import_users(path, outbox, preset="customerio")
    with pytest.raises(ConfigurationError, match="preset must be one of amplitude, "):
        import_users(path, outbox, preset="others")  # type: ignore[arg-type]


def test_rows_with_an_anonymous_id(tmp_path: Path, outbox: Outbox) -> None:
    path = tmp_path / "calls.jsonl"
    rows = [
        {"event": "Paid", "userId": "u1", "anonymousId": "a1"},
        {"event": "Paid", "userId": None, "anonymousId": "a2"},
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    mapping = {"event": "name", "userId": "identifier"}
    assert import_events(path, outbox, mapping=mapping, source_name="crm").rejected == 0
    assert flat(bodies(outbox)) == [
        event("Paid", "u1", "crm", anonymous_id="a1"),
        event("Paid", "a2", "anonymous"),
    ]


def test_the_command_takes_a_preset(tmp_path: Path, project: Sandbox) -> None:
    write(tmp_path, EVENTS["segment"][0])
    done = run(tmp_path, project, "events", "export.json", "--preset", "segment")
    assert done.returncode == 0, done.stderr
    assert [each.name for each in project.events(name="Pricing")] == ["Pricing"]
