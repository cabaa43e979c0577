"""What is answered. The queries choose the fields; here a row becomes JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Raw, Struct

from lunogram.sandbox.decoding import write_json
from lunogram.sandbox.store import Row

_JSON = frozenset(
    {
        "attributes",
        "config",
        "content",
        "data",
        "identifier",
        "metadata",
        "organization_identifier",
        "person",
        "request",
        "schema",
        "segments",
        "tags",
        "user_identifier",
    }
)
_BOOLEAN = frozenset({"has_push_device"})


class Answer(Struct):
    """A status and a body."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    content_type: bytes = b"application/json"


def as_json(status: int, value: object) -> Answer:
    """Answer with JSON."""
    return Answer(status, write_json(value))


def shown(row: Row) -> dict[str, Any]:
    """Show a row as an object: what is not set is left out, JSON stands as it is kept."""
    pairs = zip(row.keys(), row, strict=True)
    return {name: _value(name, value) for name, value in pairs if value is not None}


def page(results: Sequence[object], total: int, limit: int, offset: int) -> Answer:
    """Answer with one page of results."""
    value = {"results": results, "total": total, "limit": limit, "offset": offset}
    return as_json(200, value)


def _value(name: str, value: Any) -> Any:
    if name in _JSON:
        return Raw(value.encode())
    return bool(value) if name in _BOOLEAN else value
