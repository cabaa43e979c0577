"""Events that are queued: each has the time of its call, and an id.

They may be sent much later, and more than once. Nothing here does any I/O.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs

from ..calls import Call
from ..operations import BATCH, TRACK_ANONYMOUS_EVENT, TRACK_EVENT

T = TypeVar("T")

_EVENTS = (TRACK_EVENT, TRACK_ANONYMOUS_EVENT)
_EVENT_ACTIONS = frozenset({"event", "page", "screen"})
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_Change = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def dated(call: Call[T]) -> Call[T]:
    """The call, whose events have the present time as their timestamp, unless they have one.

    Args:
        call: A call of the Track API.
    """
    now = int(time.time())
    return _changed(call, lambda event: {**event, "timestamp": _given(event, "timestamp", now)})


def identified(call: Call[T]) -> Call[T]:
    """The call, whose events have ids of their own, so that Customer.io records each once.

    Args:
        call: A call of the Track API.
    """
    return _changed(call, lambda event: {**event, "id": event.get("id") or new_event_id()})


def _given(event: Mapping[str, Any], field: str, default: Any) -> Any:
    value = event.get(field)
    return default if value is None else value


def _changed(call: Call[T], change: _Change) -> Call[T]:
    if call.operation in _EVENTS:
        return attrs.evolve(call, json=change(call.json))
    if call.operation is BATCH:
        operations = [change(each) if _is_event(each) else each for each in call.json["batch"]]
        return attrs.evolve(call, json={"batch": operations})
    return call


def _is_event(operation: Mapping[str, Any]) -> bool:
    return operation.get("action") in _EVENT_ACTIONS


def new_event_id() -> str:
    """A ULID: the time in milliseconds and 80 random bits, in 26 characters."""
    number = time.time_ns() // 1_000_000 << 80 | secrets.randbits(80)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
