"""Calls as entries of a queue, and entries as the body of a request."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .. import values
from ..calls import Call, Repeat, repeat_of
from .store import Entry


def entries_of(call: Call[Any]) -> list[Entry]:
    """One entry for a call, or one for each event of an array of them.

    Args:
        call: A write.
    """
    now = time.time()
    parts = call.json if call.repeat is Repeat.EVENTS else [call.json]
    return [_entry(call, part, now) for part in parts]


def _entry(call: Call[Any], part: Any, now: float) -> Entry:
    body = None if part is None else values.encode(part)
    return Entry(call.method, call.path, call.query, body, subjects_of(call.path, part), now)


def body_of(entries: Sequence[Entry]) -> bytes | None:
    """The body of the request that delivers some entries.

    Args:
        entries: Events for one endpoint, or a single other call.
    """
    if repeat_of(entries[0].path) is Repeat.EVENTS:
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
        yield from _named("organization", body["organization"]["identifier"])
        yield from _named("user", body["user"]["identifier"])
        return
    kind = "organization" if path.startswith("/organizations") else "user"
    for part in body if isinstance(body, list) else [body]:
        # An inbox message has a target, and an identifier of its own.
        yield from _named(kind, part.get("target") or part.get("identifier") or ())


def _named(kind: str, names: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for name in names:
        yield f"{kind}:{name.get('source', 'default')}:{name['external_id']}"
