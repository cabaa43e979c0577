"""Batches: any number of events and messages, in order, in requests that the API takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any

import httpx
import pytest

from lunogram import AsyncLunogram, Event, Message, ServerError, ValidationError
from lunogram.outbox import Outbox
from tests.calls.recorder import BASE_URL, KEY, Recorder

pytestmark = pytest.mark.anyio

NAMES = [f"event.{number}" for number in range(1203)]


class Broken(Recorder):
    """A server that takes some requests, and fails from then on."""

    def __init__(self, successes: int) -> None:
        super().__init__()
        self._successes = successes

    def __call__(self, request: httpx.Request) -> httpx.Response:
        response = super().__call__(request)
        failed = len(self.requests) > self._successes
        problem = {"title": "Internal Server Error", "detail": "broken"}
        return httpx.Response(500, json=problem) if failed else response


def client_of(recorder: Recorder, **options: Any) -> AsyncLunogram:
    http_client = httpx.AsyncClient(transport=httpx.MockTransport(recorder))
    return AsyncLunogram(KEY, base_url=BASE_URL, http_client=http_client, max_retries=0, **options)


def sizes(recorder: Recorder) -> list[int]:
    return [len(json.loads(request.content)) for request in recorder.requests]


def names(recorder: Recorder) -> list[str]:
    sent = [event for request in recorder.requests for event in json.loads(request.content)]
    return [event["name"] for event in sent]


def events(names: list[str]) -> list[Event]:
    return [Event(name, "user_123") for name in names]


@pytest.mark.parametrize("convert", [list, tuple, iter])
async def test_events_are_sent_in_batches_and_in_order(convert: Any) -> None:
    recorder = Recorder()
    async with client_of(recorder) as client:
        await client.user.events.post(convert(events(NAMES)))
    assert sizes(recorder) == [500, 500, 203]
    assert names(recorder) == NAMES


async def test_messages_are_sent_in_batches() -> None:
    recorder = Recorder()
    async with client_of(recorder) as client:
        messages = [Message(f"m{n}", "user_123", content={"title": "T"}) for n in range(250)]
        await client.organization.inbox.send(messages)
    assert sizes(recorder) == [100, 100, 50]


async def test_a_request_has_no_more_than_a_megabyte() -> None:
    recorder = Recorder()
    data = {"text": "x" * 300_000}
    large = [Event(f"e{n}", "user_123", data=data) for n in range(7)]
    async with client_of(recorder) as client:
        await client.user.events.post([*large, Event("e7", "u", data={"text": "x" * 1_500_000})])
    assert names(recorder) == [f"e{n}" for n in range(8)]
    assert max(sizes(recorder)) > 1
    assert all(
        len(request.content) <= 1_000_000 or size == 1
        for request, size in zip(recorder.requests, sizes(recorder), strict=True)
    )


async def test_a_generator_is_read_while_its_batches_are_sent() -> None:
    recorder = Recorder()
    sent_before = []

    def generated() -> Iterator[Event]:
        for number in range(1100):
            if number % 500 == 0:
                sent_before.append(len(recorder.requests))
            yield Event("e", str(number))

    async with client_of(recorder) as client:
        response = await client.with_raw_response.user.events.post(generated())
        await client.visitor().user.events.post(Event("e") for _ in range(501))
    assert sent_before == [0, 1, 2]
    assert response.status_code == 202
    assert sizes(recorder) == [500, 500, 100, 500, 1]


@pytest.mark.parametrize("convert", [list, iter])
async def test_an_error_says_what_was_delivered_before(convert: Any) -> None:
    recorder = Broken(successes=2)
    async with client_of(recorder) as client:
        with pytest.raises(ServerError, match="after 1000 items were delivered") as caught:
            await client.user.events.post(convert(events(NAMES)))
    assert caught.value.delivered == 1000
    with pytest.raises(ServerError) as caught:
        await client_of(Broken(successes=0)).user.events.post(events(NAMES[:2]))
    assert caught.value.delivered == 0
    assert "delivered" not in str(caught.value)


async def test_an_invalid_event_of_a_list_is_found_before_anything_is_sent() -> None:
    recorder = Recorder()
    async with client_of(recorder) as client:
        with pytest.raises(ValidationError, match=r"events\[1203\].name: is empty") as caught:
            await client.user.events.post(events([*NAMES, ""]))
    assert (recorder.requests, caught.value.delivered) == ([], 0)


async def test_an_invalid_event_of_a_generator_ends_it() -> None:
    recorder = Recorder()
    async with client_of(recorder) as client:
        with pytest.raises(ValidationError, match=r"events\[1203\].name: is empty") as caught:
            await client.user.events.post(iter(events([*NAMES, ""])))
    assert (sizes(recorder), caught.value.delivered) == ([500, 500], 1000)


@pytest.mark.parametrize("convert", [list, tuple, iter])
async def test_nothing_is_sent_for_nothing(convert: Any) -> None:
    recorder = Recorder()
    async with client_of(recorder) as client:
        await client.user.events.post(convert([]))
        await client.user.inbox.send(convert([]))
        assert (await client.with_raw_response.user.events.post([])).attempts == 0
        strict = client.with_options(strict=True)
        with pytest.raises(ValidationError, match="events: is empty"):
            await strict.user.events.post(convert([]))
        with pytest.raises(ValidationError, match="messages: is empty"):
            await strict.user.inbox.send(convert([]))
    assert recorder.requests == []


async def test_the_number_in_a_warning_is_that_of_the_event() -> None:
    given = events([*NAMES, "user.left"])
    async with client_of(Recorder(), strict=True) as client:
        with pytest.raises(ValidationError, match=r"events\[1203\].name"):
            await client.user.events.post(given)


# -- outboxes -------------------------------------------------------------------------------------


async def test_an_outbox_queues_a_list_as_a_whole_and_a_generator_in_parts(tmp_path: Path) -> None:
    with Outbox(f"sqlite:///{tmp_path}/outbox.db") as outbox:
        with pytest.raises(ValidationError):
            outbox.user.events.post(events([*NAMES, ""]))
        assert outbox.stats().pending == 0
        outbox.user.events.post([])
        outbox.user.events.post(events(NAMES))
        assert outbox.stats().pending == 1203
        outbox.user.events.post(Event("e", str(n)) for n in islice(count(), 501))
        assert outbox.stats().pending == 1704
    is_empty = pytest.raises(ValidationError, match="events: is empty")
    with Outbox(f"sqlite:///{tmp_path}/outbox.db", strict=True) as outbox, is_empty:
        outbox.user.events.post([])
