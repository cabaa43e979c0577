"""The tools that hook httpx see the requests of a default client, and its log is silent."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import respx
import sentry_sdk
import vcr
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sentry_sdk.integrations.httpx import HttpxIntegration

from lunogram import InvalidResponseError
from tests.sending._async.clients import client_of, count_inbox, upsert
from tests.support.faulty_server import FaultyServer
from tests.support.private_data import USER, assert_unseen

pytestmark = [pytest.mark.anyio, pytest.mark.transports("httpx", "httpx2")]

FAR = "http://lunogram.invalid/api"


@pytest.mark.transports("httpx")  # the tool hooks nothing else
async def test_respx() -> None:
    with respx.mock as mocked:
        route = mocked.post(f"{FAR}/client/users").respond(json=USER)
        async with client_of(FAR) as client:
            await upsert(client)
            await upsert(client)
    assert route.call_count == 2


@pytest.mark.transports("httpx")  # the tool hooks nothing else
async def test_pytest_httpx(httpx_mock: Any) -> None:
    httpx_mock.add_response(url=f"{FAR}/client/users", method="POST", json=USER)
    async with client_of(FAR) as client:
        await upsert(client)
    assert len(httpx_mock.get_requests()) == 1


@pytest.mark.transports("httpx")  # the tool hooks nothing else
async def test_vcrpy(server: FaultyServer, tmp_path: Path) -> None:
    cassette = str(tmp_path / "cassette.yaml")
    for _ in range(2):
        with vcr.use_cassette(cassette, filter_headers=["authorization"]):
            async with client_of(server) as client:
                await upsert(client)
    assert server.attempts == 1  # the second was played back


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    instrumentor = HTTPXClientInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    yield exporter
    instrumentor.uninstrument()


@pytest.mark.transports("httpx")  # the tool hooks nothing else
async def test_opentelemetry(server: FaultyServer, spans: InMemorySpanExporter) -> None:
    async with client_of(server) as client:
        await upsert(client)
    [span] = spans.get_finished_spans()
    assert span.name == "POST"
    assert "traceparent" in server.request.headers


@pytest.fixture
def sentry() -> Iterator[list[Any]]:
    seen: list[Any] = []
    sentry_sdk.init(
        dsn="http://key@127.0.0.1:9/1",
        traces_sample_rate=1.0,
        default_integrations=False,  # those change more than this test may
        integrations=[HttpxIntegration()],
        before_send_transaction=lambda event, _hint: seen.append(event),
    )
    yield seen
    sentry_sdk.init(trace_propagation_targets=[])  # its hooks stay, and would add headers


@pytest.mark.transports("httpx")  # the tool hooks nothing else
async def test_sentry(server: FaultyServer, sentry: list[Any]) -> None:
    with sentry_sdk.start_transaction(name="checkout"):
        async with client_of(server) as client:
            await upsert(client)
    [transaction] = sentry
    assert [span["op"] for span in transaction["spans"]] == ["http.client"]
    assert "sentry-trace" in server.request.headers


async def test_its_log_says_nothing_of_ours(
    server: FaultyServer, transport: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        async with client_of(server, max_retries=0) as client:
            with pytest.raises(InvalidResponseError):
                await count_inbox(client)
    assert server.attempts == 1
    assert_unseen(caplog.text)
    assert transport not in [record.name for record in caplog.records]


async def test_its_log_says_what_others_send(
    server: FaultyServer, transport: str, caplog: pytest.LogCaptureFixture
) -> None:
    library = __import__(transport)
    with caplog.at_level(logging.INFO):
        async with client_of(server) as client:
            await upsert(client)
        async with library.AsyncClient(trust_env=False) as mine:
            await mine.get(f"{server.base_url}/theirs")
    [line] = [record.getMessage() for record in caplog.records if record.name == transport]
    assert "/theirs" in line
