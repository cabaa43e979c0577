"""Exports of Customer.io that people have brought, each as the command reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lunogram.customerio.migration import migrate_events, migrate_people, survey_events
from lunogram.importing import Query, import_users
from lunogram.outbox import Outbox
from tests.support.import_files import bodies

FILES = Path(__file__).parent / "cases"


def case(folder: Path, name: str) -> Path:
    """A copy of a file, beside which rejected rows may be written."""
    copy = folder / name
    copy.write_bytes((FILES / name).read_bytes())
    return copy


def test_consent_is_kept(tmp_path: Path, outbox: Outbox) -> None:
    result = migrate_people(case(tmp_path, "q01_cio_people.csv"), outbox)
    first, *others = bodies(outbox)
    assert first["identifier"] == [
        {"external_id": "5"},
        {"source": "customerio", "external_id": "03a"},
    ]
    assert first.keys() == {"identifier", "data"}  # and nothing to send a message to
    assert first["data"] == {
        "created_at": 1767571200, "unsubscribed": True, "plan": "pro", "language": "en_US",
        "cio_subscription_preferences": {"topics": {"topic_1": False}},
        "timezone": "Pacific Time (US & Canada)",
        "unsubscribed_email": "Ada@Example.com", "unsubscribed_phone": "+31 6 1234 5678",
    }  # fmt: skip
    bob = {"source": "email", "external_id": "bob@example.com"}
    assert [body["identifier"][0] for body in others] == [bob, bob]
    assert others[0]["email"] == "BOB@example.com"
    assert [note.partition(":")[0] for note in result.notes] == [
        "people who have unsubscribed at Customer.io",
        "people with subscription preferences",
    ]


def test_nothing_of_an_event_is_lost(tmp_path: Path, outbox: Outbox) -> None:
    result = migrate_events(case(tmp_path, "q03_cio_events.csv"), outbox)
    assert (result.queued, result.rejected) == (2, 1)
    events = [(body["name"], body["data"]) for body in bodies(outbox) if "name" in body]
    assert events == [
        (
            "purchase",
            {"price": 13.99, "type": "gift", "timestamp": "own", "event_timestamp": 1767571200},
        ),
        ("https://example.com/", {"type": "page", "timestamp": 1767571201}),
    ]


def test_the_array_of_activities_is_found(tmp_path: Path) -> None:
    found = survey_events(case(tmp_path, "q04_cio_activities.json"))
    assert (found.result.rows, found.result.rejected) == (1, 0)
    becomes = {each.name: each.becomes for each in found.attributes}
    assert (becomes["customer_id"], becomes["name"]) == ("identifier, source default", "name")


def test_long_attributes_are_turned_by_the_query_of_the_docs(
    tmp_path: Path, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    case(tmp_path, "q05_cio_attributes_long.csv").rename(tmp_path / "attributes.csv")
    monkeypatch.chdir(tmp_path)
    page = Path(__file__).parents[2] / "docs/how-to/migrating.md"
    sql = page.read_text().partition("```sql\n")[2].partition("```")[0]
    options: dict[str, Any] = {"source_name": "customerio"}
    import_users(Query(sql), outbox, **options)
    assert bodies(outbox) == [
        {
            "identifier": [{"source": "customerio", "external_id": "03a"}],
            "data": {"plan": "pro", "city": "Paris"},
        }
    ]
