"""Lengths of time, as PostgreSQL reads them: checked, and put into words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from .errors import ValidationError
from .values import text

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


def interval(value: Any, place: str) -> str:
    """A length of time, as PostgreSQL reads one.

    Args:
        value: Text such as ``"7 days"``, ``"24h"`` or ``"P1M"``; a timedelta; or a dateutil
            relativedelta, whose months and years stay months and years.
        place: Where it stands.

    Raises:
        ValidationError: If it can't be read, or is not longer than nothing.
    """
    if isinstance(value, timedelta):
        return _from_timedelta(value, place)
    if hasattr(value, "leapdays"):  # asked this way, dateutil is imported by those who use it
        return _from_relativedelta(value, place)
    words = text(value, place)
    parts = _parts(words) if len(words) <= 100 else []
    units = [unit for unit, _ in parts]
    if not parts or len(units) > len(set(units)) or not all(units):
        raise ValidationError.at(
            place, "is not an interval, such as '7 days', '1 month', '24h' or 'P7D'"
        )
    _check_length(parts, place)
    return words


def _parts(words: str) -> list[tuple[str, str]]:
    """Units and amounts, or nothing for what PostgreSQL can't read. An unknown unit is empty."""
    if iso := _IN_ISO.fullmatch(words):
        units = ("year", "month", "week", "day", "hour", "minute", "second")
        return [(u, amount) for u, amount in zip(units, iso.groups(), strict=True) if amount]
    form = _IN_WORDS.fullmatch(words)
    if not form:
        return []
    parts = [(_UNIT_OF.get(word.lower(), ""), n) for n, word in _IN_PARTS.findall(words)]
    clock = [amount or "0" for amount in form.groups()[2:]] if form[3] else []
    parts += zip(("hour", "minute", "second"), clock, strict=False)
    # To PostgreSQL, a second with a fraction names the smaller units too, and so does a clock.
    fraction = clock or any(unit == "second" and "." in amount for unit, amount in parts)
    return [*parts, ("millisecond", "0"), ("microsecond", "0")] if fraction else parts


def _check_length(parts: Iterable[tuple[str, float | str]], place: str) -> None:
    length = sum(_microseconds(unit, float(amount)) for unit, amount in parts)
    if length < 1:
        raise ValidationError.at(place, "has to be longer than nothing")
    if length > 120_000 * _MONTH:
        raise ValidationError.at(place, "is longer than 10,000 years")


def _microseconds(unit: str, amount: float) -> int:
    """PostgreSQL takes parts of a year as whole months, and parts of a month as they are."""
    size = _UNITS[unit][0]
    return int(amount * (size // _MONTH)) * _MONTH if size > _MONTH else int(amount * size)


def _from_timedelta(value: timedelta, place: str) -> str:
    if value <= timedelta(0):
        raise ValidationError.at(place, "has to be longer than nothing")
    minutes, seconds = divmod(value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = (value.days, hours, minutes, seconds, value.microseconds)
    return _in_words(zip(_RELATIVE[2:], parts, strict=True), place)


_RELATIVE = ("years", "months", "days", "hours", "minutes", "seconds", "microseconds")
_ABSOLUTE = ("year", "month", "day", "weekday", "hour", "minute", "second", "microsecond")


def _from_relativedelta(value: Any, place: str) -> str:
    if value.leapdays or any(getattr(value, name) is not None for name in _ABSOLUTE):
        raise ValidationError.at(place, "has to be a length of time; years=1 is one, year=1 is not")
    try:
        whole = value.normalized()
    except (ValueError, OverflowError):
        raise ValidationError.at(place, "is not a finite length of time") from None
    parts = [(name, getattr(whole, name)) for name in _RELATIVE]
    if any(amount < 0 for _, amount in parts):
        raise ValidationError.at(place, "has to be longer than nothing in each of its parts")
    return _in_words(parts, place)


def _in_words(parts: Iterable[tuple[str, int]], place: str) -> str:
    given = [(unit.removesuffix("s"), amount) for unit, amount in parts if amount]
    _check_length(given, place)
    return " ".join(f"{amount} {unit}{'s' if amount != 1 else ''}" for unit, amount in given)
