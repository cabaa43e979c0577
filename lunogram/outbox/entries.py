"""Calls as entries of a queue, and entries as the body of a request."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from .. import values
from ..calls import Call
from ..errors import ValidationError
from ..operation import Operation
from .store import Entry, MalformedEntry
from .validation import fault_of_body, fault_of_request


def entries_of(call: Call[Any], trace: str = "", stamp: str | None = None) -> list[Entry]:
    """The entries of a call: one, or one for each item of a batch.

    Args:
        call: A write.
        trace: The W3C ``traceparent`` of the span in which it is queued, or nothing.
        stamp: The key in the data of events that gets the time of queueing, or None.
    """
    now = time.time()
    operation = call.operation
    parts = call.json if operation.is_batch else [call.json]
    if stamp and operation.is_batch:
        parts = [_stamped(part, stamp, now) for part in parts]
    return [
        Entry(
            operation.method,
            call.path,
            call.query,
            None if part is None else values.encode(part),
            subjects_of(operation, part),
            now,
            trace,
            name=operation.name,
        )
        for part in parts
    ]


def _stamped(event: Mapping[str, Any], key: str, seconds: float) -> dict[str, Any]:
    """An event with a time in its data, unless that has one already."""
    at = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return {**event, "data": {key: at, **(event.get("data") or {})}}


def check(entries: Sequence[Entry]) -> None:
    """Check that a relay will send these entries.

    Args:
        entries: The entries to be queued, with bodies of `values.encode`.

    Raises:
        ValidationError: If it will not.
    """
    for entry in entries:
        if fault := _fault_of_request(entry):
            raise ValidationError.at("call", fault)


def fault_of(entry: Entry) -> str:
    """The fault for which an entry must not be sent, without any of its content; or nothing.

    Args:
        entry: An entry of a store, into which other programs may have written.
    """
    if isinstance(entry, MalformedEntry):
        return entry.fault
    if entry.operation.is_batch and entry.body is None:
        return "it is an event without a body"
    return _fault_of_request(entry) or fault_of_body(entry.body)


def _fault_of_request(entry: Entry) -> str:
    return fault_of_request(entry.name, entry.method, entry.path, entry.query)


def body_of(entries: Sequence[Entry]) -> bytes | None:
    """The body of the request that delivers some entries.

    Args:
        entries: The items of one batch, or a single other call.
    """
    if entries[0].operation.is_batch:
        return b"[" + b",".join(entry.body or b"" for entry in entries) + b"]"
    return entries[0].body


def subjects_of(operation: Operation, body: Any) -> tuple[str, ...]:
    """The subjects of a body, such as ``("user:default:user_123",)``.

    Args:
        operation: The operation that takes the body.
        body: The body, as JSON.
    """
    if operation.subject == "member":
        # The user first, which decides the partition: one organization may have a million.
        users, organizations = body["user"]["identifier"], body["organization"]["identifier"]
        return _named("user", users) + _named("organization", organizations)
    kind = operation.subject
    if isinstance(body, list):
        return _named(kind, [name for part in body for name in _identifiers_in(part)])
    return _named(kind, _identifiers_in(body))


def _identifiers_in(part: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    # An inbox message has a target, and an identifier of its own.
    return part.get("target") or part.get("identifier") or ()


def _named(kind: str, names: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    named = [f"{kind}:{name.get('source', 'default')}:{name['external_id']}" for name in names]
    return tuple(dict.fromkeys(named))
