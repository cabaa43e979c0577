"""OpenTelemetry: what was queued and what was delivered are one trace, and nothing is personal."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from lunogram import Lunogram
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.support.relays import empty_it, post

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """What was traced."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    yield exporter
    provider.shutdown()


def spans(exporter: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    """The spans of a name, in the order they ended."""
    return [span for span in exporter.get_finished_spans() if span.name == name]


def ids(span: ReadableSpan) -> tuple[int, int]:
    """Of which trace it is, and which span."""
    assert span.context is not None
    return span.context.trace_id, span.context.span_id


def test_a_single_call_is_one_trace(
    outbox: Outbox, client: Lunogram, exporter: InMemorySpanExporter
) -> None:
    with trace.get_tracer("shop").start_as_current_span("order") as order:
        outbox.user.upsert("person_4711", email="ada@example.com")
    empty_it(outbox, client)
    (queued,), (delivered,) = (spans(exporter, f"lunogram {what}") for what in ("queue", "deliver"))
    assert queued.parent is not None
    assert queued.parent.span_id == order.get_span_context().span_id
    assert (queued.kind, delivered.kind) == (SpanKind.PRODUCER, SpanKind.CONSUMER)
    assert delivered.parent is not None
    assert (delivered.parent.trace_id, delivered.parent.span_id) == ids(queued)
    facts = {
        "http.request.method": "POST",
        "lunogram.path": "/users",
        "messaging.batch.message_count": 1,
    }
    assert dict(queued.attributes or {}) == dict(delivered.attributes or {}) == facts
    assert delivered.status.status_code is StatusCode.UNSET


def test_an_array_is_linked_to_all_its_calls(
    outbox: Outbox, client: Lunogram, exporter: InMemorySpanExporter
) -> None:
    post(outbox, "a", "b")
    post(outbox, "c")
    empty_it(outbox, client)
    (delivered,) = spans(exporter, "lunogram deliver")
    links = [(link.context.trace_id, link.context.span_id) for link in delivered.links]
    assert links == [ids(queued) for queued in spans(exporter, "lunogram queue")]
    assert delivered.parent is None
    assert (delivered.attributes or {})["messaging.batch.message_count"] == 3


def test_failures_are_told_without_anything_personal(
    outbox: Outbox, client: Lunogram, project: Sandbox, exporter: InMemorySpanExporter
) -> None:
    project.fault("error", status=503, count=1)
    project.fault("reset", count=1)
    outbox.user.upsert("person_4711", email="ada@example.com")
    empty_it(outbox, client)
    first, second, third = spans(exporter, "lunogram deliver")
    assert first.status.status_code is StatusCode.ERROR
    assert (first.attributes or {})["http.response.status_code"] == 503
    assert (first.attributes or {})["error.type"] == "ServerError"
    assert (second.attributes or {})["error.type"] == "NetworkError"
    assert third.status.status_code is StatusCode.UNSET
    told = "".join(span.to_json() for span in exporter.get_finished_spans())
    assert "person_4711" not in told
    assert "ada@" not in told


def test_what_was_queued_untraced_is_delivered_in_a_trace_of_its_own(
    outbox: Outbox, client: Lunogram, exporter: InMemorySpanExporter
) -> None:
    trace._TRACER_PROVIDER, provider = None, trace._TRACER_PROVIDER
    post(outbox, "a")
    trace._TRACER_PROVIDER = provider
    assert outbox.pending(1)[0].trace == ""
    empty_it(outbox, client)
    (delivered,) = spans(exporter, "lunogram deliver")
    assert (delivered.parent, list(delivered.links)) == (None, [])


def test_who_does_not_trace_does_not_load_opentelemetry(outbox: Outbox, url: str) -> None:
    code = (
        "import sys; from lunogram.outbox import Outbox; Outbox(sys.argv[1]).user.upsert('u'); "
        "print([name for name in sys.modules if 'opentelemetry' in name])"
    )
    command = [sys.executable, "-c", code, url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    assert outbox.pending(1)[0].trace == ""
