"""Placeholders of cases, and their values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from lunogram.conformance.matchers import Only

T = TypeVar("T")

NAMES = ("user", "other", "org", "other_org", "unknown", "message", "schedule")
"""The ids that are unique to each case."""

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_AWAY = re.compile(r"([+-]\d+) (second|minute|hour|day)s?")


def names(prefix: str) -> dict[str, str]:
    """Return the ids of a case."""
    return {name: f"{prefix}-{name}" for name in NAMES}


def fill(value: T, values: Mapping[str, Any], now: datetime) -> T:
    """Replace placeholders by their values, at every depth."""
    return _filled(value, values, now)  # type: ignore[no-any-return]


def _filled(value: Any, values: Mapping[str, Any], now: datetime) -> Any:
    if isinstance(value, str):
        return _text(value, values, now)
    if isinstance(value, Mapping):
        pairs = ((_text(name, values, now), each) for name, each in value.items())
        filled = {name: _filled(each, values, now) for name, each in pairs}
        return Only(filled) if isinstance(value, Only) else filled
    if isinstance(value, list | tuple):
        return type(value)(_filled(each, values, now) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = {each.name: getattr(value, each.name) for each in fields(value)}
        return replace(value, **_filled(parts, values, now))
    return value


def _text(text: str, values: Mapping[str, Any], now: datetime) -> Any:
    """Fill a text; one that is a single placeholder becomes its value, of whatever type."""
    if whole := _PLACEHOLDER.fullmatch(text):
        return _value(whole[1], values, now)
    return _PLACEHOLDER.sub(lambda found: str(_value(found[1], values, now)), text)


def _value(name: str, values: Mapping[str, Any], now: datetime) -> Any:
    if name == "now":
        return _written(now)
    if away := _AWAY.fullmatch(name):
        return _written(now + timedelta(**{f"{away[2]}s": int(away[1])}))
    return values[name]


def _written(time: datetime) -> str:
    return time.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
