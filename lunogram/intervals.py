"""Intervals: lengths of time in the syntax of PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from .errors import ValidationError
from .values import guarded, text

_SECOND = 1_000_000
_DAY = 86400 * _SECOND
_MONTH = 30 * _DAY  # as PostgreSQL compares one
_UNITS = {
    "microsecond": (1, "us usec usecs microsecond microseconds"),
    "millisecond": (1000, "ms msec msecs millisecond milliseconds"),
    "second": (_SECOND, "s sec secs second seconds"),
    "minute": (60 * _SECOND, "m min mins minute minutes"),
    "hour": (3600 * _SECOND, "h hr hrs hour hours"),
    "day": (_DAY, "d day days"),
    "week": (7 * _DAY, "w week weeks"),
    "month": (_MONTH, "mon mons month months"),
    "year": (12 * _MONTH, "y yr yrs year years"),
    "decade": (120 * _MONTH, "dec decs decade decades"),
    "century": (1200 * _MONTH, "century centuries"),
}
_UNIT_OF = {word: unit for unit, (_, words) in _UNITS.items() for word in words.split()}

_AMOUNT = r"(\d{1,15}(?:\.\d{1,15})?)"
# Between a word and the next amount there is a space, but for words of one letter: 1h30m.
_PART = rf"{_AMOUNT}\s*([a-z]+)(?:\s+|\Z|(?<=[\d\s][dhmsy])(?=\d))"
_CLOCK = r"(\d{1,8}):([0-5]?\d)(?::([0-5]?\d(?:\.\d{1,15})?))?\s*"
_IN_PARTS = re.compile(_PART, re.ASCII | re.IGNORECASE)
_IN_WORDS = re.compile(rf"\s*@?\s*(?:{_PART})*(?:{_CLOCK})?", re.ASCII | re.IGNORECASE)
_IN_ISO = re.compile(
    "P(?=.)" + "".join(f"(?:{_AMOUNT}{letter})?" for letter in "YMWD")
    + "(?:T(?=.)" + "".join(f"(?:{_AMOUNT}{letter})?" for letter in "HMS") + ")?",
    re.ASCII,
)  # fmt: skip


@guarded
def interval(value: Any, path: str) -> str:
    """An interval in the syntax of PostgreSQL.

    Args:
        value: Text such as ``"7 days"``, ``"24h"`` or ``"P1M"``; a timedelta; or a dateutil
            relativedelta, whose months and years stay months and years.
        path: The path of the field, for errors, such as ``"events[3].data"``.

    Raises:
        ValidationError: If PostgreSQL can't read it, or it is not longer than zero.
    """
    if isinstance(value, timedelta):
        return _from_timedelta(value, path)
    if hasattr(value, "leapdays"):  # without an import of dateutil, which most programs do not need
        return _from_relativedelta(value, path)
    words = text(value, path)
    parts = _parts(words) if len(words) <= 100 else []
    units = [unit for unit, _ in parts]
    if not parts or len(units) > len(set(units)) or not all(units):
        raise ValidationError.at(
            path, "is not an interval, for example '7 days', '1 month', '24h' or 'P7D'"
        )
    _check_length(parts, path)
    return words


def _parts(words: str) -> list[tuple[str, str]]:
    """The units and amounts of an interval; none if it is invalid. An unknown unit is ""."""
    if iso := _IN_ISO.fullmatch(words):
        units = ("year", "month", "week", "day", "hour", "minute", "second")
        return [(u, amount) for u, amount in zip(units, iso.groups(), strict=True) if amount]
    form = _IN_WORDS.fullmatch(words)
    if not form:
        return []
    parts = [(_UNIT_OF.get(word.lower(), ""), n) for n, word in _IN_PARTS.findall(words)]
    clock = [amount or "0" for amount in form.groups()[2:]] if form[3] else []
    parts += zip(("hour", "minute", "second"), clock, strict=False)
    # For PostgreSQL, a fraction of a second sets the smaller units too, and so does a clock.
    fraction = clock or any(unit == "second" and "." in amount for unit, amount in parts)
    return [*parts, ("millisecond", "0"), ("microsecond", "0")] if fraction else parts


def _check_length(parts: Iterable[tuple[str, float | str]], path: str) -> None:
    length = sum(_microseconds(unit, float(amount)) for unit, amount in parts)
    if length < 1:
        raise ValidationError.at(path, "must be longer than zero")
    if length > 120_000 * _MONTH:
        raise ValidationError.at(path, "is longer than 10,000 years")


def _microseconds(unit: str, amount: float) -> int:
    """The length in microseconds. PostgreSQL rounds fractions of a year to whole months."""
    size = _UNITS[unit][0]
    return int(amount * (size // _MONTH)) * _MONTH if size > _MONTH else int(amount * size)


def _from_timedelta(value: timedelta, path: str) -> str:
    if value <= timedelta(0):
        raise ValidationError.at(path, "must be longer than zero")
    minutes, seconds = divmod(value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = (value.days, hours, minutes, seconds, value.microseconds)
    return _in_words(zip(_RELATIVE[2:], parts, strict=True), path)


_RELATIVE = ("years", "months", "days", "hours", "minutes", "seconds", "microseconds")
_ABSOLUTE = ("year", "month", "day", "weekday", "hour", "minute", "second", "microsecond")


def _from_relativedelta(value: Any, path: str) -> str:
    if value.leapdays or any(getattr(value, name) is not None for name in _ABSOLUTE):
        raise ValidationError.at(path, "must be relative: use years=1, not year=1")
    try:
        whole = value.normalized()
    except (ValueError, OverflowError):
        raise ValidationError.at(path, "is not a finite interval") from None
    parts = [(name, getattr(whole, name)) for name in _RELATIVE]
    if any(amount < 0 for _, amount in parts):
        raise ValidationError.at(path, "must be longer than zero, without a negative part")
    return _in_words(parts, path)


def _in_words(parts: Iterable[tuple[str, int]], path: str) -> str:
    given = [(unit.removesuffix("s"), amount) for unit, amount in parts if amount]
    _check_length(given, path)
    return " ".join(f"{amount} {unit}{'s' if amount != 1 else ''}" for unit, amount in given)
