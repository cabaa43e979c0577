"""The ids of schedules: a second upsert replaces the first, on every generation of servers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from lunogram import ConfigurationError, Lunogram
from lunogram.outbox import Outbox
from tests.calls.recorder import Recorder, rejected
from tests.calls.responses import ID

PROJECT = "4c9d3163-7b64-4f9e-9068-d2e4b96be56b"
OTHER_PROJECT = "5c9d3163-7b64-4f9e-9068-d2e4b96be56b"
PAST = datetime(2020, 1, 1, tzinfo=UTC)


def upsert(client: Lunogram, name: str = "trial", identifier: Any = "u", **more: Any) -> Any:
    return client.user.schedule.upsert(name, identifier, interval="1 day", **more)


def sent_id(act: Callable[[Lunogram], Any], project_id: str | None = PROJECT) -> Any:
    """The id that goes out with a schedule."""
    recorder = Recorder()
    act(recorder.client(project_id=project_id))
    return recorder.body.get("id")


SAME: list[Callable[[Lunogram], Any]] = [
    lambda c: upsert(c, data={"a": 1}),
    lambda c: upsert(c, identifier=("default", "u")),
    lambda c: upsert(c, identifier=["u", ("stripe", "c")]),
    lambda c: c.user.schedule.upsert("trial", "u", scheduled_at="2126-01-01T00:00:00Z"),
    lambda c: c.with_raw_response.user.schedule.upsert("trial", "u", interval="2 days"),
]
OTHERS: list[Callable[[Lunogram], Any]] = [
    lambda c: upsert(c, "trial.end"),
    lambda c: upsert(c, identifier="v"),
    lambda c: upsert(c, identifier=("stripe", "u")),
    lambda c: upsert(c, identifier=[("stripe", "c"), "u"]),
    lambda c: c.organization.schedule.upsert("trial", "u", interval="1 day"),
    lambda c: upsert(c, id=ID),
]


def test_the_id_is_derived_from_project_subject_and_name() -> None:
    usual = sent_id(upsert)
    assert UUID(usual).version == 5
    assert {sent_id(act) for act in SAME} == {usual}
    others = [sent_id(act) for act in OTHERS] + [sent_id(upsert, OTHER_PROJECT)]
    assert len({usual, *others}) == len(others) + 1
    assert sent_id(upsert, PROJECT.upper()) == usual


def test_an_id_of_ones_own_goes_out() -> None:
    assert sent_id(lambda c: upsert(c, id=ID)) == ID


def test_older_servers_get_none() -> None:
    assert sent_id(upsert, None) is None


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_the_async_client_sends_the_same() -> None:
    recorder = Recorder()
    async with recorder.async_client(project_id=PROJECT) as client:
        await client.user.schedule.upsert("trial", "u", interval="1 day")
    assert recorder.body["id"] == sent_id(upsert)


def test_a_relay_sends_the_same(tmp_path: Path) -> None:
    recorder = Recorder()
    with Outbox(f"sqlite:///{tmp_path}/outbox.db") as outbox:
        outbox.user.schedule.upsert("trial", "u", interval="1 day")
        [entry] = outbox.pending()
        assert "id" not in json.loads(entry.body or b"")
        with outbox.relay(recorder.client(project_id=PROJECT)):
            assert outbox.flush(20).pending == 0
    assert recorder.body["id"] == sent_id(upsert)


@pytest.mark.parametrize("kind", ["user", "organization"])
def test_deleting_by_id_needs_a_project(kind: str) -> None:
    recorder = Recorder()
    with pytest.raises(ConfigurationError, match="pass project_id, or set LUNOGRAM_PROJECT_ID"):
        getattr(recorder.client(), kind).schedule.delete(id=ID, identifier="u")
    assert recorder.requests == []
    getattr(recorder.client(project_id=PROJECT), kind).schedule.delete(id=ID, identifier="u")
    assert recorder.body == {"id": ID, "identifier": [{"external_id": "u"}]}


@pytest.mark.parametrize("kind", ["user", "organization"])
def test_an_id_of_ones_own_needs_a_project(kind: str) -> None:
    """Older servers would ignore it, and replace the schedule of the same name."""
    recorder = Recorder()
    with pytest.raises(ConfigurationError, match="pass project_id, or set LUNOGRAM_PROJECT_ID"):
        getattr(recorder.client(), kind).schedule.upsert("trial", "u", interval="1 day", id=ID)
    assert recorder.requests == []


@pytest.mark.parametrize("which", [{}, {"name": "trial", "id": ID}])
def test_schedules_are_deleted_by_name_or_by_id(which: dict[str, Any]) -> None:
    with rejected("name", "exactly one of name and id") as client:
        client.user.schedule.delete(identifier="u", **which)


def test_a_schedule_is_deleted_for_somebody() -> None:
    with rejected("identifier") as client:
        client.user.schedule.delete("trial")


@pytest.mark.parametrize("kind", ["user", "organization"])
def test_a_single_schedule_in_the_past_would_never_fire(kind: str) -> None:
    with rejected("scheduled_at", "is in the past") as client:
        getattr(client, kind).schedule.upsert("trial", "u", scheduled_at=PAST)
    with rejected("scheduled_at", "is in the past") as client:
        getattr(client, kind).schedule.upsert("trial", "u", scheduled_at=PAST.isoformat())


def test_a_recurring_one_goes_on_from_the_past() -> None:
    client = Recorder().client()
    client.user.schedule.upsert("trial", "u", scheduled_at=PAST, interval=timedelta(days=1))
    client.user.schedule.upsert("trial", "u", scheduled_at=datetime.now(UTC) + timedelta(minutes=1))
