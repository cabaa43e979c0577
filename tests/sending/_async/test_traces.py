"""The timings and the body of raw responses, and the hooks that see every attempt."""

from __future__ import annotations

import json
import logging
from typing import Any

import httpx
import pytest

from lunogram import (
    AsyncLunogram,
    LunogramError,
    NetworkError,
    RequestTrace,
    ResponseTrace,
    Timings,
)
from tests.sending._async.clients import client_of, count_inbox, upsert
from tests.support import faults
from tests.support.faults import Response
from tests.support.faulty_server import FaultyServer, closed_port
from tests.support.private_data import EMAIL, KEY, PERSON, USER, assert_unseen, user

pytestmark = [pytest.mark.anyio, pytest.mark.uvloop]


async def timings_of(client: AsyncLunogram) -> Timings:
    """The timings of an upsert."""
    return (await client.with_raw_response.user.upsert(PERSON, email=EMAIL)).timings


def are_in_order(timings: Timings) -> bool:
    """Whether the steps of an attempt over a new connection fit into its total."""
    assert timings.connect is not None
    assert timings.first_byte is not None
    steps = timings.connect + (timings.tls or 0.0)
    return 0 <= steps <= timings.first_byte <= timings.total


async def test_timings_of_a_new_connection_and_of_a_reused_one(server: FaultyServer) -> None:
    async with client_of(server) as client:
        first = await timings_of(client)
        second = await timings_of(client)
    assert are_in_order(first)
    assert (first.tls, first.reused) == (None, False)
    assert (second.connect, second.tls, second.reused) == (None, None, True)
    assert second.first_byte is not None
    assert 0 <= second.first_byte <= second.total


async def test_timings_are_those_of_the_last_attempt(server: FaultyServer) -> None:
    server.plan(faults.closed(), user())
    async with client_of(server, max_retries=1) as client:
        response = await client.with_raw_response.user.upsert(PERSON)
    assert response.attempts == 2
    assert response.timings.reused is False
    assert response.timings.total <= response.elapsed


async def test_body_is_as_it_came(server: FaultyServer) -> None:
    server.plan(faults.gzipped(json.dumps(USER).encode()))
    async with client_of(server) as client:
        response = await client.with_raw_response.user.upsert(PERSON)
    assert json.loads(response.body) == USER
    assert PERSON not in repr(response)


async def test_a_transport_that_measures_nothing(server: FaultyServer) -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=USER)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as mine:
        timings = await timings_of(client_of(server, http_client=mine))
    assert timings == Timings(total=timings.total)


class Traces:
    """The hooks of a client, and what they were called with."""

    def __init__(self) -> None:
        self.requests: list[RequestTrace] = []
        self.responses: list[ResponseTrace] = []

    @property
    def hooks(self) -> dict[str, Any]:
        return {"on_request": self.requests.append, "on_response": self.responses.append}


async def test_hooks_see_every_attempt(server: FaultyServer) -> None:
    traces = Traces()
    server.plan(faults.closed(), Response(503, b"busy", {"X-Odd": "1"}), user())
    async with client_of(server, max_retries=2, **traces.hooks) as client:
        await upsert(client)

    assert [request.attempt for request in traces.requests] == [1, 2, 3]
    assert {request.body for request in traces.requests} == {server.requests[0].body}
    assert {(each.operation, str(each.request)) for each in traces.requests} == {
        ("upsert_user", "POST /client/users")
    }
    lost, busy, done = traces.responses
    assert [each.attempt for each in traces.responses] == [1, 2, 3]
    assert (lost.status_code, lost.body, lost.headers) == (None, None, {})
    assert lost.failure
    assert (busy.status_code, busy.body, busy.headers["x-odd"]) == (503, b"busy", "1")
    assert (done.status_code, done.failure, done.retry_in) == (200, None, None)
    assert lost.retry_in is not None
    assert busy.retry_in is not None
    assert json.loads(done.body or b"") == USER
    assert done.timings.total > 0


async def test_hooks_see_what_fails_to_connect() -> None:
    traces = Traces()
    with closed_port() as base_url:
        async with client_of(base_url, **traces.hooks) as client:
            with pytest.raises(NetworkError):
                await upsert(client)
    (response,) = traces.responses
    assert "connection refused" in str(response.failure)
    assert (response.timings.reused, response.timings.first_byte) == (None, None)


async def test_hooks_are_handed_no_key_and_show_nothing_personal(server: FaultyServer) -> None:
    traces = Traces()
    server.plan(Response(404))
    async with client_of(server, headers={"X-Own": "private"}, **traces.hooks) as client:
        with pytest.raises(LunogramError):
            await count_inbox(client)
        with pytest.raises(LunogramError):
            await upsert(client)
    assert_unseen(repr([*traces.requests, *traces.responses]))
    assert KEY not in str([(each.request, each.body) for each in traces.requests])


async def test_a_hook_that_raises_changes_nothing(
    server: FaultyServer, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_trace: object) -> None:
        raise ValueError(PERSON)

    with caplog.at_level(logging.WARNING, "lunogram"):
        async with client_of(server, on_request=fail, on_response=fail) as client:
            await upsert(client)
    assert [record.getMessage() for record in caplog.records if record.name == "lunogram"] == [
        "on_request raised ValueError; the request is not affected",
        "on_response raised ValueError; the request is not affected",
    ]


async def test_hooks_are_those_of_copies_too(server: FaultyServer) -> None:
    traces = Traces()
    async with client_of(server, **traces.hooks) as client:
        await upsert(client.with_options(timeout=3))
    assert len(traces.requests) == len(traces.responses) == 1
