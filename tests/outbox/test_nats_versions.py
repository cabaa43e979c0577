"""Outboxes in NATS that hold messages and records of other versions of lunogram."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client

from lunogram import Event, Lunogram
from lunogram.operations import (
    ADD_ORGANIZATION_USER,
    DELETE_USER,
    POST_USER_EVENTS,
    UPSERT_ORGANIZATION,
    UPSERT_USER,
)
from lunogram.outbox import Outbox, OutboxError
from lunogram.outbox.nats.records import VERSION as RECORD_VERSION
from lunogram.outbox.nats.rows import VERSION
from lunogram.testing import Sandbox
from tests.support import nats_server

from .stores import NATSKind

FIXTURES = sorted(Path(__file__).parent.joinpath("fixtures").glob("nats_*.json"))


@pytest.fixture
def url() -> Iterator[str]:
    kind = NATSKind()
    url = kind.make()
    yield url
    kind.destroy(url)


def publish(url: str, messages: list[dict[str, Any]]) -> None:
    """Publish messages into an outbox, under subjects of its own."""
    server, _, stream = url.removeprefix("nats://").partition("/")

    async def publish(client: Client) -> None:
        for each in messages:
            response = await client.request(
                f"{stream}.{each['subject']}", each["data"].encode(), headers=each["headers"]
            )
            assert b"error" not in response.data, response.data

    nats_server.use(server, publish)


def messages_of(url: str) -> list[tuple[dict[str, str], bytes]]:
    """The headers and the data of all messages and records."""
    server, _, stream = url.removeprefix("nats://").partition("/")

    async def read(client: Client) -> list[tuple[dict[str, str], bytes]]:
        context = client.jetstream()
        found = []
        for name in (stream, f"{stream}-state"):
            state = (await context.stream_info(name)).state
            for sequence in range(max(1, state.first_seq), state.last_seq + 1):
                message = await context.get_msg(name, sequence)
                found.append((message.headers or {}, message.data or b""))
        return found

    return nats_server.use(server, read)


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_what_each_version_so_far_has_queued_is_delivered(
    fixture: Path, url: str, client: Lunogram, project: Sandbox
) -> None:
    with Outbox(url) as outbox:
        publish(url, json.loads(fixture.read_text()))
        assert (outbox.stats().pending, outbox.stats().dead, outbox.stats().refused) == (6, 1, 2)
        assert outbox._store.checkpoint("import users 1") == '{"rows": 5}'
        assert outbox._store.verify() == []
        assert [entry.operation for entry in outbox._store.pending(None)] == [
            UPSERT_USER, POST_USER_EVENTS, POST_USER_EVENTS,
            UPSERT_ORGANIZATION, ADD_ORGANIZATION_USER, DELETE_USER,
        ]  # fmt: skip
        [letter] = outbox.dead_letters()
        assert (letter.entry.attempts, letter.entry.crashes) == (3, 1)
        assert letter.problem == "invalid data (§)"
        assert outbox.retry("all") == 1
        for user in ("user_1", "user_2", "user_3", "user_4"):  # an entry deletes the third
            client.user.upsert(user)
        with outbox.relay(client):
            assert outbox.flush(30).pending == 0
        assert outbox.stats().dead == 0
    names = [event.name for event in project.events() if event.cause == "sent"]
    assert sorted(names) == ["dead", "order.completed", "order.completed"]
    assert project.user("user_1").email == "ada@example.com"


def test_a_fixture_of_each_version_is_there() -> None:
    numbers = [int(path.stem.rpartition("_")[2]) for path in FIXTURES]
    assert numbers == [*range(1, VERSION)]


def test_messages_and_records_say_their_version(url: str) -> None:
    with Outbox(url) as outbox:
        outbox.user.events.post(Event("seen", "user_1"))
        outbox._store.refuse(1)
    (headers, _), (_, record) = messages_of(url)
    call = json.loads(headers["Lunogram-Call"])
    assert (call["version"], call["name"]) == (VERSION, "post_user_events")
    assert json.loads(record) == {"version": RECORD_VERSION, "refused": 1}


def test_a_message_of_a_newer_version_is_not_sent_and_not_lost(
    url: str, client: Lunogram, project: Sandbox
) -> None:
    with Outbox(url) as outbox:
        outbox.user.upsert("user_1")
        [(headers, data)] = messages_of(url)
        subject = f"partition.{outbox._store.pending(1)[0].partition}"
        call = headers["Lunogram-Call"]
        assert outbox.bury([1]) == 1
        newer = re.sub(r'"version": \d+', '"version": 99', call)
        publish(
            url, [{"subject": subject, "headers": {"Lunogram-Call": newer}, "data": data.decode()}]
        )
        with outbox.relay(client):
            assert outbox.flush(30).pending == 0
        letter = outbox.dead_letters()[-1]
        assert letter.problem.startswith("it was written by a newer version of lunogram")
        assert letter.entry.body == data
    assert project.users() == []


@pytest.mark.parametrize("name", ["counters", "partitions", "failed"])
def test_a_record_of_a_newer_version_stops_who_needs_it(name: str, url: str) -> None:
    with Outbox(url) as outbox:
        publish(url, [{"subject": f"state.{name}", "headers": {}, "data": '{"version": 99}'}])
        with pytest.raises(OutboxError, match="written by a newer version of lunogram; upgrade"):
            outbox._store.pending(1) if name != "counters" else outbox.stats()
