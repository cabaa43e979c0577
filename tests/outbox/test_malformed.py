"""What others wrote into a store, or a newer version: it stops no relay, and is never sent."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TypeAlias

import pytest

from lunogram import Event, Lunogram
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.support.commands import run
from tests.support.known_users import upsert_users

from .damage import DAMAGES, SECRET
from .stores import KINDS, SQLiteKind, StoreKind

Plant: TypeAlias = Callable[[str], None]


@pytest.fixture(autouse=True)
def known(project: Sandbox) -> None:
    """The users of all events here."""
    upsert_users(project, ("u", "v", "w"))


def cases(what: str) -> pytest.MarkDecorator:
    """Each kind of store with each of its damages."""
    found = [
        pytest.param(kind, plant, id=f"{kind.name}: {name}")
        for kind in KINDS
        for name, plant in getattr(DAMAGES[kind.name], what).items()
    ]
    return pytest.mark.parametrize(("kind", "plant"), found)


@pytest.fixture
def url(kind: StoreKind) -> Iterator[str]:
    url = kind.make()
    yield url
    kind.destroy(url)


def names(project: Sandbox) -> list[str]:
    """What arrived."""
    return [event.name for event in project.events() if event.cause == "sent"]


@cases("entries")
def test_a_malformed_entry(
    plant: Plant,
    url: str,
    client: Lunogram,
    project: Sandbox,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, "lunogram.outbox")
    with Outbox(url) as outbox:
        outbox.user.events.post(Event("before", "u"))
        plant(url)
        outbox.user.events.post(Event("after", "u"))
        assert len(outbox.pending(None)) == 3
        with outbox.relay(client) as relay:
            assert outbox.flush(20).pending == 0
            assert relay.stats().failures == 0
        assert names(project) == ["before", "after"]
        assert (outbox.stats().pending, outbox.stats().dead) == (0, 1)
        [letter] = outbox.dead_letters()
        assert letter.status is None
        assert letter.problem
        [said] = [record.getMessage() for record in caplog.records]
        assert said.startswith("dead letter 2: ")
        assert letter.problem in said
        for text in (said, repr(letter)):
            assert SECRET not in text
            assert "evil" not in text
            assert "\n" not in text


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_malformed_entry_with_the_number_of_a_dead_letter(
    kind: StoreKind, url: str, client: Lunogram
) -> None:
    plant = DAMAGES[kind.name].entries["unknown method"]
    with Outbox(url) as outbox:
        for count in (1, 2, 3):
            plant(url)  # In an empty table of SQLite, it begins at 1 again.
            with outbox.relay(client) as relay:
                assert outbox.flush(20).pending == 0
                assert relay.stats().failures == 0
            stats = outbox.stats()
            assert (stats.dead, stats.queued) == (count, count)
            assert (stats.pending, stats.pending_bytes) == (0, 0)
        assert len({letter.entry.sequence for letter in outbox.dead_letters()}) == 3


@pytest.mark.parametrize("kind", [SQLiteKind()], ids=lambda kind: kind.name)
@pytest.mark.parametrize("name", ["text for a count", "huge count"])
def test_a_malformed_entry_whose_relay_has_crashed(
    kind: StoreKind, name: str, url: str, client: Lunogram, project: Sandbox
) -> None:
    with Outbox(url) as outbox:
        DAMAGES[kind.name].entries[name](url)
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute("UPDATE lease SET owner = 'crashed', last = 1")
            connection.commit()
        with outbox.relay(client):
            assert outbox.flush(20).pending == 0
        assert outbox.stats().dead == 1
        assert len(project.users()) == 3, "those of the fixture"


@cases("entries")
def test_the_commands_with_a_malformed_entry(plant: Plant, url: str) -> None:
    with Outbox(url) as outbox:
        outbox.user.upsert("u")
        plant(url)
    for command in (["status"], ["list"], ["list", "--show-data", "--json"], ["export"]):
        done = run("outbox", command[0], url, *command[1:])
        assert done.exit_code == 0, done.output
        if "--show-data" not in command:
            assert SECRET not in done.output
            assert "evil" not in done.output
    listed = run("outbox", "list", url, "--json").stdout.splitlines()
    assert len(listed) == 2
    assert json.loads(listed[1])["fault"]
    assert "fault" not in json.loads(listed[0])
    assert run("outbox", "bury", url, "2").stdout == "buried: 1\n"
    assert run("outbox", "dead-letters", url).exit_code == 0
    assert run("outbox", "retry", url, "--all").stdout == "retried: 1\n"


@cases("letters")
def test_a_malformed_dead_letter(
    plant: Plant, url: str, client: Lunogram, project: Sandbox
) -> None:
    with Outbox(url) as outbox:
        outbox.user.events.post(Event("here", "u"))
        outbox.bury([1])
        plant(url)
        assert 1 in [letter.entry.sequence for letter in outbox.dead_letters()]
        for command in ("dead-letters", "export"):
            flags = ["--dead-letters"] if command == "export" else []
            done = run("outbox", command, url, *flags)
            assert done.exit_code == 0, done.output
            assert SECRET not in done.output
        assert outbox.retry("all") in (1, 2)
        with outbox.relay(client):
            assert outbox.flush(20).pending == 0
        assert names(project) == ["here"]
        outbox.drop("all")
        assert outbox.stats().dead == 0
        assert not outbox.dead_letters()


@cases("relays")
def test_malformed_records_of_relays(
    plant: Plant, url: str, client: Lunogram, project: Sandbox
) -> None:
    with Outbox(url) as outbox:
        outbox.user.events.post([Event("one", "u"), Event("two", "v")])
        plant(url)
        with outbox.relay(client):
            assert outbox.flush(20).pending == 0
            plant(url)
            outbox.user.events.post(Event("three", "w"))
            assert outbox.flush(20).pending == 0
        assert set(names(project)) == {"one", "two", "three"}
        assert outbox.stats().dead == 0
