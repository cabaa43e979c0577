"""OpenTelemetry spans that join queueing and delivery (extra ``[otel]``, the API alone).

A program that traces has imported OpenTelemetry already. In others, tracing costs one lookup. No
span holds a query, a body or a subject.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from ...calls import Call
from ...errors import RequestError
from ...operation import Operation
from ..store import Entry

if TYPE_CHECKING:
    from opentelemetry.trace import Link, Span, Tracer

_MOST_LINKS = 128
_UNTRACED = nullcontext("")


def queueing(calls: Sequence[Call[Any]]) -> AbstractContextManager[str]:
    """A span around the queueing of calls; yields its W3C ``traceparent``, or empty text.

    Args:
        calls: At least one.
    """
    return _queueing(calls) if _is_traced() and calls else _UNTRACED


@contextmanager
def _queueing(calls: Sequence[Call[Any]]) -> Iterator[str]:
    from opentelemetry.trace import SpanKind

    facts = _facts(calls[0].operation, calls[0].path, len(calls))
    with _tracer().start_as_current_span(
        "lunogram queue", kind=SpanKind.PRODUCER, attributes=facts, record_exception=False
    ):
        yield _traceparent()


def delivering(entries: Sequence[Entry]) -> AbstractContextManager[object]:
    """A span around one request of a relay.

    It is the child of the span in which a single call was queued, and linked to those of several.
    Of an error, the span has only the type and the HTTP status.

    Args:
        entries: The entries of the request.
    """
    return _delivering(entries) if _is_traced() else _UNTRACED


@contextmanager
def _delivering(entries: Sequence[Entry]) -> Iterator[None]:
    from opentelemetry.trace import SpanKind

    head = entries[0]
    alone = head.trace if len(entries) == 1 else ""
    with _tracer().start_as_current_span(
        "lunogram deliver",
        context=_context(alone),
        kind=SpanKind.CONSUMER,
        attributes=_facts(head.operation, head.path, len(entries)),
        links=[] if alone else _links(entries),
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield
        except Exception as error:
            _mark(span, error)
            raise


def _mark(span: Span, error: Exception) -> None:
    from opentelemetry.trace import StatusCode

    span.set_status(StatusCode.ERROR)
    span.set_attribute("error.type", type(error).__name__)
    if isinstance(error, RequestError) and error.status_code is not None:
        span.set_attribute("http.response.status_code", error.status_code)


def _facts(operation: Operation, path: str, count: int) -> dict[str, str | int]:
    return {
        "http.request.method": operation.method,
        "lunogram.path": operation.shown(path),
        "messaging.batch.message_count": count,
    }


def _is_traced() -> bool:
    return "opentelemetry.trace" in sys.modules


def _tracer() -> Tracer:
    from opentelemetry.trace import get_tracer

    return get_tracer("lunogram.outbox")


def _traceparent() -> str:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent", "")


def _context(trace: str) -> Any:
    """The context of a ``traceparent``; an empty one if it is invalid."""
    from opentelemetry.context import Context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({"traceparent": trace}, Context())


def _links(entries: Sequence[Entry]) -> list[Link]:
    from opentelemetry.trace import Link, get_current_span

    traces = [trace for trace in dict.fromkeys(entry.trace for entry in entries) if trace]
    return [
        Link(get_current_span(_context(trace)).get_span_context()) for trace in traces[:_MOST_LINKS]
    ]
