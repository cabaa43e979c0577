"""What is tried again, how often, and what is told of it."""

from __future__ import annotations

import pytest

from lunogram import LunogramError, NetworkError, NetworkTimeoutError, RequestError, ServerError
from tests.sending._async.clients import (
    client_of,
    count_inbox,
    create_session,
    delete,
    post_events,
    upsert,
)
from tests.support import faults
from tests.support.faults import Bytes, Fault, Response
from tests.support.faulty_server import FaultyServer, closed_port, silent_port
from tests.support.private_data import accepted, assert_clean, session, user

pytestmark = pytest.mark.anyio

ALL_CALLS = [upsert, delete, post_events, create_session, count_inbox]
REPEATABLE = [upsert, delete, post_events, count_inbox]

LOST: dict[str, Fault] = {
    "reset": faults.Reset(),
    "reset after the request": faults.ResetAfter(),
    "closed": faults.closed(),
    "half an answer": faults.truncated(),
    "another protocol": faults.not_http(),
}


@pytest.mark.parametrize("call", ALL_CALLS)
@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
async def test_busy_server_is_asked_again(server: FaultyServer, call, status: int) -> None:
    server.plan(Response(status))
    async with client_of(server, max_retries=2) as client:
        with pytest.raises(RequestError, match="3 attempts") as caught:
            await call(client)
    assert server.attempts == 3
    assert (caught.value.status_code, caught.value.attempts) == (status, 3)
    assert_clean(caught.value)


@pytest.mark.parametrize("call", ALL_CALLS)
@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 418, 422, 500, 501, 505, 599])
async def test_clear_no_is_taken(server: FaultyServer, call, status: int) -> None:
    server.plan(Response(status))
    async with client_of(server, max_retries=2) as client:
        with pytest.raises(RequestError) as caught:
            await call(client)
    assert (server.attempts, caught.value.attempts) == (1, 1)


@pytest.mark.parametrize("call", REPEATABLE)
@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
@pytest.mark.uvloop
async def test_lost_answer_is_asked_for_again(server: FaultyServer, call, fault: Fault) -> None:
    server.plan(fault)
    async with client_of(server, max_retries=2) as client:
        with pytest.raises(NetworkError, match="3 attempts") as caught:
            await call(client)
    assert (server.attempts, caught.value.attempts) == (3, 3)
    assert_clean(caught.value)


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
@pytest.mark.uvloop
async def test_session_is_never_made_twice(server: FaultyServer, fault: Fault) -> None:
    server.plan(fault)
    async with client_of(server, max_retries=2) as client:
        with pytest.raises(NetworkError):
            await create_session(client)
    assert server.attempts == 1


async def test_session_is_asked_for_again_after_503(server: FaultyServer) -> None:
    server.plan(Response(503), session())
    async with client_of(server, max_retries=2) as client:
        assert await create_session(client)
    assert server.attempts == 2


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
@pytest.mark.uvloop
async def test_events_are_not_sent_again_if_told_so(server: FaultyServer, fault: Fault) -> None:
    server.plan(fault)
    async with client_of(server, max_retries=2, retry_lost_events=False) as client:
        with pytest.raises(NetworkError):
            await post_events(client)
        with pytest.raises(NetworkError):
            await client.organization.events.post({"name": "moved", "identifier": "org_1"})
    assert server.attempts == 2
    server.plan(fault, user())
    async with client_of(server, max_retries=2, retry_lost_events=False) as client:
        await upsert(client)
    assert server.attempts == 2


async def test_events_are_sent_again_after_503_even_then(server: FaultyServer) -> None:
    server.plan(Response(503), accepted())
    async with client_of(server, max_retries=2, retry_lost_events=False) as client:
        await post_events(client)
    assert server.attempts == 2


@pytest.mark.parametrize("call", ALL_CALLS)
@pytest.mark.uvloop
async def test_connection_is_tried_again(call, pauses: list[float]) -> None:
    """Even for a session: nothing was sent."""
    with closed_port() as base_url:
        async with client_of(base_url, max_retries=2) as client:
            with pytest.raises(NetworkError) as caught:
                await call(client)
    assert caught.value.attempts == 3
    assert len(pauses) == 2


@pytest.mark.uvloop
async def test_slow_server_is_asked_again(server: FaultyServer) -> None:
    server.plan(faults.Stall(), user())
    async with client_of(server, max_retries=2, timeout=1) as client:
        answer = await client.with_raw_response.user.upsert("user_123")
    assert (answer.attempts, server.attempts) == (2, 2)


@pytest.mark.uvloop
async def test_time_runs_out_again_and_again() -> None:
    with silent_port() as base_url:
        async with client_of(base_url, max_retries=2, timeout=0.05) as client:
            with pytest.raises(NetworkTimeoutError) as caught:
                await upsert(client)
    assert caught.value.attempts == 3


@pytest.mark.parametrize("max_retries", [0, 1, 4])
async def test_number_of_retries(
    server: FaultyServer, pauses: list[float], max_retries: int
) -> None:
    server.plan(Response(503))
    async with client_of(server, max_retries=max_retries) as client:
        with pytest.raises(ServerError) as caught:
            await upsert(client)
    assert server.attempts == caught.value.attempts == max_retries + 1
    assert len(pauses) == max_retries


@pytest.mark.uvloop
async def test_each_attempt_is_the_same_request(server: FaultyServer) -> None:
    server.plan(faults.closed(), faults.truncated(), Response(503), Response(429), user())
    async with client_of(server, max_retries=4) as client:
        answer = await client.with_raw_response.user.upsert("user_123", data={"plan": "pro"})
    assert answer.attempts == len(server.requests) == 5
    assert len({request.body for request in server.requests}) == 1
    assert len({request.target for request in server.requests}) == 1


async def test_last_attempt_is_what_is_told(server: FaultyServer) -> None:
    server.plan(Response(503), faults.closed(), faults.problem(409, "conflict", "two users"))
    async with client_of(server, max_retries=2) as client:
        with pytest.raises(RequestError, match=r"409 conflict: two users .*3 attempts"):
            await upsert(client)


async def test_unreadable_success_is_not_asked_for_again(server: FaultyServer) -> None:
    server.plan(faults.html(200))
    async with client_of(server, max_retries=2) as client:
        for call in ALL_CALLS:
            with pytest.raises(LunogramError):
                await call(client)
    assert server.attempts == len(ALL_CALLS)


@pytest.mark.uvloop
async def test_connection_that_ends_while_idle(server: FaultyServer) -> None:
    server.plan(Bytes(user().written()))
    async with client_of(server, max_retries=2) as client:
        for _ in range(3):
            await upsert(client)
    assert len(server.connections) == 3
