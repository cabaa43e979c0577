"""The error bodies of Customer.io's APIs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def read_problem(value: Mapping[str, Any]) -> tuple[str, str] | None:
    """Title and detail of an error body, or None if the body is none of Customer.io's.

    The detail is in ``meta.error`` of a failed send, and in a list of ``errors`` elsewhere.

    Args:
        value: The JSON object of a response.
    """
    detail = "; ".join(_details(value))
    return ("", detail) if detail else None


def is_missing(detail: str) -> bool:
    """Whether a 404 means a missing resource, rather than an unknown path.

    Args:
        detail: The detail of the error body.
    """
    return detail != "path not found"


def _details(value: Mapping[str, Any]) -> Iterator[str]:
    meta = value.get("meta")
    if isinstance(meta, dict):
        yield from _texts(meta.get("error"))
        yield from _texts(meta.get("errors"))
    yield from _texts(value.get("errors"))


def _texts(errors: Any) -> Iterator[str]:
    for each in errors if isinstance(errors, list) else [errors]:
        text = (each.get("message") or each.get("detail")) if isinstance(each, dict) else each
        if isinstance(text, str):
            yield text
