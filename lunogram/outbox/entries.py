"""Calls as entries of a queue, and entries as the body of a request."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from .. import values
from ..calls import Call
from .store import Entry

_ARRAYS = frozenset({"/users/events", "/organizations/events"})


def entries_of(call: Call[Any], trace: str = "") -> list[Entry]:
    """One entry for a call, or one for each event of an array of them.

    Args:
        call: A write.
        trace: The W3C ``traceparent`` of the span in which it is queued, or nothing.
    """
    now = time.time()
    parts = call.json if goes_in_arrays(call.path) else [call.json]
    return [
        Entry(
            call.method,
            call.path,
            call.query,
            None if part is None else values.encode(part),
            subjects_of(call.path, part),
            now,
            trace,
        )
        for part in parts
    ]


def goes_in_arrays(path: str) -> bool:
    """Whether what is sent to a path are arrays of events.

    Args:
        path: The path below the path family, such as ``"/users/events"``.
    """
    return path in _ARRAYS


def body_of(entries: Sequence[Entry]) -> bytes | None:
    """The body of the request that delivers some entries.

    Args:
        entries: Events for one endpoint, or a single other call.
    """
    if goes_in_arrays(entries[0].path):
        return b"[" + b",".join(entry.body or b"" for entry in entries) + b"]"
    return entries[0].body


def subjects_of(path: str, body: Any) -> tuple[str, ...]:
    """Whom a body is about, such as ``("user:default:user_123",)``.

    Args:
        path: Below the path family; it says whether they are users or organizations.
        body: What JSON can hold.
    """
    if path == "/organizations/users":
        # The user first, who decides the lane: one organization may have a million.
        users, organizations = body["user"]["identifier"], body["organization"]["identifier"]
        return _named("user", users) + _named("organization", organizations)
    kind = "organization" if path.startswith("/organizations") else "user"
    if isinstance(body, list):
        return _named(kind, [name for part in body for name in _names_in(part)])
    return _named(kind, _names_in(body))


def _names_in(part: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    # An inbox message has a target, and an identifier of its own.
    return part.get("target") or part.get("identifier") or ()


def _named(kind: str, names: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Each of them once."""
    named = [f"{kind}:{name.get('source', 'default')}:{name['external_id']}" for name in names]
    return tuple(dict.fromkeys(named))
