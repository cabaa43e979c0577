"""Containment of JSON values, as PostgreSQL's `@>` for jsonb."""

from __future__ import annotations

from typing import Any


def contains(value: Any, part: Any) -> bool:
    """Return whether `value @> part`.

    Objects contain objects key by key; arrays contain arrays regardless of order and repetition;
    a scalar contains its equal. Only at the top level does an array contain a lone scalar.
    """
    if isinstance(value, list) and not isinstance(part, (dict, list)):
        part = [part]
    return _contains(value, part)


def _contains(value: Any, part: Any) -> bool:
    if isinstance(part, dict):
        return isinstance(value, dict) and all(
            key in value and _contains(value[key], inner) for key, inner in part.items()
        )
    if isinstance(part, list):
        return isinstance(value, list) and all(
            any(_contains(element, inner) for element in value) for inner in part
        )
    return _equal(value, part)


def _equal(value: Any, scalar: Any) -> bool:
    # In Python, True == 1; in JSON they differ.
    return isinstance(value, bool) == isinstance(scalar, bool) and bool(value == scalar)
