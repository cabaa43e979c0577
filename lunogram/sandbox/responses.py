"""Responses. The queries choose the fields; here a row becomes JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Raw, Struct

from lunogram.sandbox.request_parser import write_json
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
_BOOLEAN = frozenset({"has_push_device", "waits"})


class Response(Struct):
    """A response: status, body and headers."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    content_type: bytes = b"application/json"


def as_json(status: int, value: object) -> Response:
    """Return a JSON response."""
    return Response(status, write_json(value))


def shown(row: Row, *, nulls: bool = False) -> dict[str, Any]:
    """Return a row as an object: null columns are omitted, JSON columns stay as stored."""
    pairs = zip(row.keys(), row, strict=True)
    return {name: _value(name, value) for name, value in pairs if nulls or value is not None}


def page(results: Sequence[object], total: int, limit: int, offset: int) -> Response:
    """Return a response with one page of results."""
    value = {"results": results, "total": total, "limit": limit, "offset": offset}
    return as_json(200, value)


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _JSON:
        return Raw(value.encode())
    return bool(value) if name in _BOOLEAN else value
