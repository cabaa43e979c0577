"""Errors, retries, options and raw answers: those of the Lunogram client, for all three hosts."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from customerio_api.api.messages import send_email
from customerio_api.api.people import track_event
from customerio_api.models import Delivery as ApiDelivery
from customerio_api.models import Email, Event, PersonIdentifier

from lunogram import (
    ClientClosedError,
    ConfigurationError,
    InvalidResponseError,
    LunogramError,
    NetworkError,
    NotFoundError,
    RateLimitError,
    RequestError,
    ServerError,
    UnauthorizedError,
    ValidationError,
)
from lunogram.customerio import AsyncCustomerIO, SendEmailRequest
from tests.customerio._async.clients import client_of
from tests.support import faults
from tests.support.faults import Response, json_answer
from tests.support.faulty_server import FaultyServer, closed_port
from tests.support.other_servers import IMPOSTORS

pytestmark = pytest.mark.anyio

PERSON = "ada.never.to.be.seen@example.com"
SECRETS = (PERSON, "ada.never.to.be.seen%40example.com", "track_c0ffee", "app_c0ffee", "token_4711")
EMAIL = SendEmailRequest(transactional_message_id=3, to=PERSON, identifiers={"email": PERSON})


async def identify(client: AsyncCustomerIO) -> None:
    await client.identify(PERSON, {"email": PERSON})


async def delete_device(client: AsyncCustomerIO) -> None:
    await client.delete_device(PERSON, "token_4711")


async def track(client: AsyncCustomerIO) -> None:
    await client.track(PERSON, "purchase")


async def track_once(client: AsyncCustomerIO) -> None:
    await client.track(PERSON, "purchase", id="01HB4H")


async def send(client: AsyncCustomerIO) -> object:
    return await client.send_email(EMAIL)


async def trigger(client: AsyncCustomerIO) -> object:
    return await client.trigger_broadcast(12)


async def create(client: AsyncCustomerIO) -> None:
    await client.create_collection("products", [])


ALL_CALLS = [identify, delete_device, track, track_once, send, trigger, create]
REPEATABLE = [identify, delete_device, track_once]
NOT_REPEATABLE = [track, send, trigger, create]


async def error_of(server: FaultyServer, answer: Response, call: Any = send) -> RequestError:
    """What a call raises for an answer."""
    server.plan(answer)
    async with client_of(server) as client:
        with pytest.raises(RequestError) as caught:
            await call(client)
    return caught.value


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ValidationError), (401, UnauthorizedError), (404, NotFoundError),
        (422, ValidationError), (429, RateLimitError), (500, ServerError), (413, RequestError),
    ],
)  # fmt: skip
async def test_failed_send_has_customerio_s_own_text(
    server: FaultyServer, status: int, kind: type[RequestError]
) -> None:
    error = await error_of(server, json_answer({"meta": {"error": "no such template"}}, status))
    assert type(error) is kind
    assert (error.status_code, error.detail) == (status, "no such template")
    assert str(error).endswith(": no such template (POST /v1/send/email)")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"meta": {"errors": ["a is missing", "b is odd"]}}, "a is missing; b is odd"),
        ({"errors": [{"reason": "required", "field": "name", "message": "name is needed"}]},
         "name is needed"),
        ({"errors": [{"detail": "first"}, {"message": "second"}, "third", 4]},
         "first; second; third"),
        ({"meta": {"error": "two\nlines"}}, "two lines"),
    ],
)  # fmt: skip
async def test_other_forms_of_its_text(server: FaultyServer, body: Any, detail: str) -> None:
    assert (await error_of(server, json_answer(body, 400), identify)).detail == detail


@pytest.mark.parametrize(
    "answer",
    [
        faults.html(502), faults.empty(502), json_answer({"meta": {"error": ""}}, 502),
        json_answer({"meta": "down", "errors": {"a": 1}}, 502), json_answer([], 502),
    ],
)  # fmt: skip
async def test_an_answer_of_something_in_between(server: FaultyServer, answer: Response) -> None:
    error = await error_of(server, answer)
    assert f"502 bad gateway: 127.0.0.1:{server.port} returned 502 with" in str(error)
    assert "which is not Customer.io's response; it may come from a proxy" in str(error)


OTHERS = {
    **IMPOSTORS,
    "404, no such path of theirs": json_answer({"meta": {"error": "path not found"}}, 404),
    "422, Lunogram": faults.problem(422),
}


@pytest.mark.parametrize("answer", OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize("call", ALL_CALLS)
async def test_another_server_is_never_taken_for_customerio(
    server: FaultyServer, answer: Response, call: Any
) -> None:
    error = await error_of(server, answer, call)
    assert isinstance(error, InvalidResponseError)
    assert re.search(r"check (track|app|collections)_url", str(error))
    assert f"127.0.0.1:{server.port} returned {answer.status} with" in str(error)


async def test_a_person_is_made_so_none_is_missing(server: FaultyServer) -> None:
    missing = json_answer({"meta": {"error": "no such person"}}, 404)
    assert isinstance(await error_of(server, missing, identify), InvalidResponseError)
    assert isinstance(await error_of(server, missing, track), NotFoundError)


async def test_a_delivery_need_not_say_when_it_was_queued(server: FaultyServer) -> None:
    server.plan(json_answer({"delivery_id": "d"}))
    async with client_of(server) as client:
        delivery = await client.send_email(EMAIL)
    assert (delivery.delivery_id, delivery.queued_at) == ("d", None)


async def test_redirect_names_the_setting(server: FaultyServer) -> None:
    moved = Response(301, headers={"Location": "https://track-eu.customer.io/x"})
    assert "redirects to https://track-eu.customer.io; set track_url" in str(
        await error_of(server, moved, identify)
    )
    assert "set app_url" in str(await error_of(server, moved, send))
    assert "set collections_url" in str(await error_of(server, moved, create))


async def test_page_is_no_success(server: FaultyServer) -> None:
    error = await error_of(server, faults.html(200), identify)
    assert isinstance(error, InvalidResponseError)
    assert "check track_url" in str(error)


@pytest.mark.parametrize(
    "body",
    [
        {"queued_at": 0}, {"delivery_id": 5, "queued_at": 0}, [],
        {"delivery_id": "d", "queued_at": "now"}, {"delivery_id": "d", "queued_at": 10**30},
    ],
)  # fmt: skip
async def test_success_that_is_none(server: FaultyServer, body: Any) -> None:
    assert isinstance(await error_of(server, json_answer(body)), InvalidResponseError)


async def test_batch_that_was_partly_refused(server: FaultyServer) -> None:
    server.plan(json_answer({"errors": [{"batch_index": 1, "message": "no name"}]}, 207))
    async with client_of(server) as client:
        with pytest.raises(RequestError, match=r"^207 multi-status: no name") as caught:
            await client.batch([{"type": "person"}])
    assert caught.value.status_code == 207


async def test_answers_are_typed(server: FaultyServer) -> None:
    later = json_answer({"delivery_id": "d", "queued_at": 1767225600, "mood": "bright"})
    server.plan(later)
    async with client_of(server) as client:
        delivery = await client.send_email(EMAIL)
    assert (delivery.delivery_id, delivery.extra) == ("d", {"mood": "bright"})
    assert delivery.queued_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert delivery.queued_at is not None
    assert delivery.queued_at.tzinfo is UTC


async def test_region_is_typed(server: FaultyServer) -> None:
    async with client_of(server) as client:
        found = await client.region()
        triggered = await client.trigger_broadcast(12)
    assert (found.url, found.data_center, found.environment_id) == (
        "track.customer.io",
        "us",
        90210,
    )
    assert triggered.id == 4


@pytest.mark.parametrize("call", ALL_CALLS)
@pytest.mark.parametrize("status", [429, 503])
async def test_busy_server_is_asked_again(server: FaultyServer, call: Any, status: int) -> None:
    server.plan(Response(status))
    async with client_of(server, max_retries=2) as client:
        with pytest.raises(RequestError, match="3 attempts"):
            await call(client)
    assert server.attempts == 3


@pytest.mark.parametrize("call", REPEATABLE)
async def test_lost_answer_is_asked_for_again(server: FaultyServer, call: Any) -> None:
    server.plan(faults.closed())
    async with client_of(server, max_retries=2) as client:
        with pytest.raises(NetworkError, match="3 attempts"):
            await call(client)
    assert len({request.body for request in server.requests}) == 1


@pytest.mark.parametrize("call", NOT_REPEATABLE)
async def test_nothing_is_sent_or_recorded_twice(server: FaultyServer, call: Any) -> None:
    server.plan(faults.closed())
    async with client_of(server, max_retries=2) as client:
        with pytest.raises(NetworkError):
            await call(client)
    assert server.attempts == 1


async def test_event_without_an_id_is_sent_again_if_told_so(server: FaultyServer) -> None:
    server.plan(faults.closed())
    async with client_of(server, max_retries=1, retry_lost_events=True) as client:
        for call in (track, send):
            with pytest.raises(NetworkError):
                await call(client)
    assert server.attempts == 3


@pytest.mark.parametrize("call", [send, trigger, create])
@pytest.mark.parametrize("status", [502, 504])
async def test_message_that_may_be_out_is_not_sent_again(
    server: FaultyServer, call: Any, status: int
) -> None:
    server.plan(Response(status))
    async with client_of(server, max_retries=2) as client:
        with pytest.raises(RequestError):
            await call(client)
        assert server.attempts == 1
        with pytest.raises(RequestError, match="3 attempts"):
            await call(client.with_options(retry_lost_messages=True))
    assert server.attempts == 4


@pytest.mark.parametrize("call", [send, trigger, create])
async def test_message_is_sent_again_after_a_lost_answer_if_told_so(
    server: FaultyServer, call: Any
) -> None:
    server.plan(faults.closed())
    async with client_of(server, max_retries=1, retry_lost_messages=True) as client:
        with pytest.raises(NetworkError, match="2 attempts"):
            await call(client)


@pytest.mark.parametrize("status", [502, 504])
async def test_call_that_may_be_repeated_is_sent_again(server: FaultyServer, status: int) -> None:
    server.plan(Response(status))
    async with client_of(server, max_retries=1) as client:
        for call in (identify, track):
            with pytest.raises(RequestError, match="2 attempts"):
                await call(client)
        with pytest.raises(RequestError, match="2 attempts"):
            await client.update_collection(3, "products", [])


async def test_options_change_over_the_same_connections(server: FaultyServer) -> None:
    async with client_of(server, headers={"X-Team": "a"}) as client:
        other = client.with_options(headers={"x-team": "b", "X-More": "1"}, max_retries=1)
        await identify(client)
        await identify(other)
        await send(other)
    assert [seen.headers["x-team"] for seen in server.requests] == ["a", "b", "b"]
    assert "x-more" not in server.requests[0].headers
    assert len(server.connections) == 2  # one for each host


async def test_raw_response(server: FaultyServer) -> None:
    server.plan(Response(503), json_answer({"delivery_id": "d", "queued_at": 0}, x_odd="1"))
    async with client_of(server, max_retries=1) as client:
        response = await client.with_raw_response.send_email(EMAIL)
    assert (response.status_code, response.attempts, response.headers["x-odd"]) == (200, 2, "1")
    assert response.parsed.delivery_id == "d"


async def test_raw_endpoints(server: FaultyServer) -> None:
    async with client_of(server) as client:
        done = await track_event.asyncio_detailed("..", client=client.raw, body=Event("e", {}))
        sent = await send_email.asyncio(
            client=client.raw, body=Email("a@b.c", PersonIdentifier(id="5"))
        )
    assert done.status_code == 200
    assert isinstance(sent, ApiDelivery)
    assert [seen.target for seen in server.requests] == [
        "/track/api/v1/customers/%2E%2E/events",
        "/app/v1/send/email",
    ]
    authorizations = [seen.headers["authorization"].split()[0] for seen in server.requests]
    assert authorizations == ["Basic", "Bearer"]


async def test_httpx_response_of_another_form(server: FaultyServer) -> None:
    server.plan(json_answer(["d"]))
    async with client_of(server) as client:
        with pytest.raises(InvalidResponseError, match="lacks a field"):
            await send_email.asyncio(
                client=client.raw, body=Email("a@b.c", PersonIdentifier(id="5"))
            )


async def test_raw_event_is_not_recorded_twice(server: FaultyServer) -> None:
    server.plan(faults.closed())
    async with client_of(server, max_retries=2) as client:
        for body in (Event("e", {}), Event("e", {}, id="01H")):
            with pytest.raises(NetworkError):
                await track_event.asyncio_detailed("5", client=client.raw, body=body)
    assert server.attempts == 1 + 3


async def test_raw_endpoint_without_a_key(server: FaultyServer) -> None:
    async with client_of(server, site_id=None) as client:
        with pytest.raises(ConfigurationError, match="site_id"):
            await track_event.asyncio_detailed("5", client=client.raw, body=Event("e", {}))
    assert server.attempts == 0


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            json_answer({"meta": {"message": "nice credentials."}}),
            "the site id and the key are valid",
        ),
        (json_answer({"meta": {"error": "Unauthorized"}}, 401), "Check site_id, track_api_key and"),
        (Response(404), "Unexpected response from"),
        (faults.closed(), "No response from"),
    ],
)
async def test_ping(server: FaultyServer, answer: Any, words: str) -> None:
    server.plan(answer)
    async with client_of(server) as client:
        result = await client.ping()
    assert bool(result) is (words.endswith("valid"))
    assert words in result.message
    assert server.request.target == "/track/auth"


async def test_nothing_personal_in_errors_and_logs(
    server: FaultyServer, caplog: pytest.LogCaptureFixture
) -> None:
    told = []
    with caplog.at_level(logging.DEBUG):
        async with client_of(server) as client:
            for fault in (Response(500), faults.closed(), json_answer({}, 400), faults.html(200)):
                server.plan(fault)
                for call in ALL_CALLS:
                    with pytest.raises(LunogramError) as caught:
                        await call(client)
                    told.append(f"{caught.value} {caught.value!r} {vars(caught.value)}")
            told.append(repr(client))
    logged = [record.getMessage() for record in caplog.records if record.name == "lunogram"]
    assert logged[0].startswith("PUT /api/v1/customers/…: 500 (attempt 1, ")
    assert logged[1].startswith("DELETE /api/v1/customers/…/devices/…: 500 (attempt 1, ")
    assert len(logged) == 4 * len(ALL_CALLS)
    assert not [secret for secret in SECRETS if secret in " ".join([*told, *logged])]


async def test_no_url_of_a_person_is_kept(server: FaultyServer) -> None:
    from lunogram._http.httpx_adapter import parse_url

    async with httpx.AsyncClient() as mine, client_of(server, http_client=mine) as client:
        await identify(client)
        before = parse_url.cache_info().currsize
        for person in range(5):
            await client.delete(person)
    assert parse_url.cache_info().currsize == before


async def test_closed(server: FaultyServer) -> None:
    async with client_of(server) as client:
        other = client.with_options(timeout=1)
    for each in (client, other):
        for call in (identify, send, create):
            with pytest.raises(ClientClosedError):
                await call(each)
    assert server.attempts == 0


async def test_nothing_listens() -> None:
    with closed_port() as url:
        async with client_of(url, max_retries=1) as client:
            with pytest.raises(NetworkError, match="2 attempts"):
                await send(client)  # nothing was sent, so it is tried again


async def test_own_http_client(server: FaultyServer) -> None:
    async with httpx.AsyncClient(headers={"X-Own": "1"}) as http_client:
        async with client_of(server, http_client=http_client) as client:
            await identify(client)
            await send(client)
        assert not http_client.is_closed
    assert [seen.headers["x-own"] for seen in server.requests] == ["1", "1"]
    assert [seen.headers["authorization"].split()[0] for seen in server.requests] == [
        "Basic",
        "Bearer",
    ]
