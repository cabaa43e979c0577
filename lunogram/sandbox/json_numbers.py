"""Numbers in JSON: as they were written, or as the platform stores them in free-form data."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from math import isinf
from typing import Any

# The range of PostgreSQL's numeric, and so of its jsonb.
_LARGEST_EXPONENT = 131_071
_SMALLEST_EXPONENT = -16_383

_WRITTEN_OUT = 1e21
"""The whole numbers below it are written without an exponent."""


def number(text: str) -> Decimal:
    """Parse a number exactly; raise a ValueError if PostgreSQL can't store it."""
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("a number is out of range") from error
    if value and not _SMALLEST_EXPONENT <= value.adjusted() <= _LARGEST_EXPONENT:
        raise ValueError("a number is out of range")
    return value


def as_doubles(value: Any) -> Any:
    """Return a JSON value with each number as a double, as the platform's Go decodes it."""
    if isinstance(value, dict):
        return {key: as_doubles(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_doubles(each) for each in value]
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return value
    return _double(value)


def _double(value: int | Decimal) -> int | float:
    try:
        double = float(value)
    except OverflowError:
        double = float("inf")
    if isinf(double):
        raise ValueError("a number is out of range")
    return int(double) if double.is_integer() and abs(double) < _WRITTEN_OUT else double
