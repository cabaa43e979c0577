"""Calls as entries of a queue, and entries as the body of a request."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
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
    return [_entry(call, part, now, trace) for part in parts]


def _entry(call: Call[Any], part: Any, now: float, trace: str) -> Entry:
    body = None if part is None else values.encode(part)
    subjects = subjects_of(call.path, part)
    return Entry(call.method, call.path, call.query, body, subjects, now, trace)


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
    return tuple(dict.fromkeys(_subjects(path, body)))


def _subjects(path: str, body: Any) -> Iterator[str]:
    if path == "/organizations/users":
        # The user first, who decides the lane: one organization may have a million.
        yield from _named("user", body["user"]["identifier"])
        yield from _named("organization", body["organization"]["identifier"])
        return
    kind = "organization" if path.startswith("/organizations") else "user"
    for part in body if isinstance(body, list) else [body]:
        # An inbox message has a target, and an identifier of its own.
        yield from _named(kind, part.get("target") or part.get("identifier") or ())


def _named(kind: str, names: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for name in names:
        yield f"{kind}:{name.get('source', 'default')}:{name['external_id']}"
