"""Intervals, parsed and added as PostgreSQL does: months, days and microseconds, kept apart."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, datetime, timedelta
from typing import NamedTuple

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_DAYS_OF_MONTH = 30
_MONTHS_OF_YEAR = 12


class InvalidInterval(ValueError):  # noqa: N818 - what it is
    """An invalid interval, or one too large for PostgreSQL."""


@dataclass(slots=True)
class Interval:
    """An interval in which a month stays a month."""

    months: int = 0
    days: int = 0
    microseconds: int = 0

    def is_positive(self) -> bool:
        """Return whether the interval is longer than zero, a month counting as 30 days."""
        return (self.months * _DAYS_OF_MONTH + self.days) * DAY + self.microseconds > 0

    def after(self, start: datetime, times: int = 1) -> datetime:
        """Return the time that many intervals after `start`; short months end on their last day."""
        month = start.year * _MONTHS_OF_YEAR + start.month - 1 + self.months * times
        year, month = month // _MONTHS_OF_YEAR, month % _MONTHS_OF_YEAR + 1
        if not MINYEAR <= year <= MAXYEAR:
            raise OverflowError
        day = min(start.day, monthrange(year, month)[1])
        rest = timedelta(days=self.days * times, microseconds=self.microseconds * times)
        return start.replace(year=year, month=month, day=day) + rest

    def add(self, unit: str, whole: int, fraction: float) -> None:
        """Add an amount of a unit; the rest of a fraction goes to the smaller units."""
        if unit in _IN_MONTHS:
            self._add_months(_IN_MONTHS[unit], whole, fraction)
        elif unit in _IN_DAYS:
            self._add_days(_IN_DAYS[unit], whole, fraction)
        else:
            scale = _IN_MICROSECONDS[unit]
            self.microseconds += whole * scale + _nearest(fraction * scale)

    def _add_months(self, scale: int, whole: int, fraction: float) -> None:
        self.months += whole * scale
        if scale == 1:
            self._add_days(_DAYS_OF_MONTH, 0, fraction)
        else:
            self.months += round(fraction * scale)

    def _add_days(self, scale: int, whole: int, fraction: float) -> None:
        days = int(fraction * scale)
        self.days += whole * scale + days
        self.microseconds += _nearest((fraction * scale - days) * DAY)


_IN_MONTHS = {"month": 1, "year": 12, "decade": 120, "century": 1200, "millennium": 12000}
_IN_DAYS = {"day": 1, "week": 7}
_IN_MICROSECONDS = {
    "microsecond": 1,
    "millisecond": 1000,
    "second": SECOND,
    "minute": MINUTE,
    "hour": HOUR,
}

_SPELLINGS = {
    "microsecond": "us usec usecond useconds usecs microsecon",
    "millisecond": "ms msec msecond mseconds msecs millisecon",
    "second": "s sec secs second seconds",
    "minute": "m min mins minute minutes",
    "hour": "h hr hrs hour hours",
    "day": "d day days",
    "week": "w week weeks",
    "month": "mon mons month months",
    "year": "y yr yrs year years",
    "decade": "dec decs decade decades",
    "century": "c cent century centuries",
    "millennium": "mil mils millennia millennium",
}
_UNITS = {word: unit for unit, words in _SPELLINGS.items() for word in words.split()}
_SIGNIFICANT = 10  # PostgreSQL compares no more letters of a word,
_LONGEST = 256  # and accepts no longer text.

# PostgreSQL's tokens. It parses a word followed by a digit as a date, unless it is one that
# dates know too: hence "1h30m", and no "1hour30".
_PART = re.compile(
    r"""
    (?P<sign>[+-])\s*(?P<signed>\d[\d:.-]*+)
    | (?P<plain>
        \d++:[\d:.]*+
        | \d++(?P<mark>[-/.])(?:\d++(?:(?P=mark)(?:\d|(?P=mark))*+)?+|(?:[a-z\d]|(?P=mark))*+)
        | \d++
        | \.\d*+
    )
    | (?P<word>(?:[dhmsy]|mon|dec)(?![a-z/.-])|[a-z]++(?![\d+/.-]))
    | [\s!-*,/:-@\[-`{-~]  # Other punctuation stands for a space.
    """,
    re.ASCII | re.VERBOSE,
)
_CLOCK = re.compile(r"(\d+):(\d*)(?::(\d*))?(\.\d*)?")
_AMOUNT = re.compile(r"(\d*)(?:-(\d*)|(\.\d*))?")
_LONGEST_MINUTE = 60  # PostgreSQL allows for a leap second.
_CLOCK_UNITS = ("hour", "minute", "second")
_SUBSECONDS = ("millisecond", "microsecond")

_ISO = re.compile(r"P(?=.)([^T]*)(?:T(.*))?")
_ISO_NUMBER = r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?"


class _IsoForm(NamedTuple):
    """The ISO 8601 notation of one half of an interval: before the T, or after it."""

    designators: dict[str, str]
    separator: str
    basic: str
    units: tuple[str, str, str]

    def amounts(self, part: str) -> list[tuple[str, str]]:
        """Return the units and numbers of a half."""
        designated = f"({_ISO_NUMBER})([{''.join(self.designators)}])"
        extended = f"({_ISO_NUMBER})" + f"(?:{self.separator}({_ISO_NUMBER}))?" * 2
        if re.fullmatch(f"(?:{designated})*", part, re.ASCII):
            found = re.findall(designated, part, re.ASCII)
            return [(self.designators[letter], number) for number, letter in found]
        for form in (self.basic, extended):
            if fields := re.fullmatch(form, part, re.ASCII):
                pairs = zip(self.units, fields.groups(), strict=True)
                return [(unit, number) for unit, number in pairs if number]
        raise InvalidInterval


_ISO_DATE = _IsoForm(
    designators={"Y": "year", "M": "month", "W": "week", "D": "day"},
    separator="-",
    basic=r"(\d{4})(\d\d)(\d\d)",
    units=("year", "month", "day"),
)
_ISO_TIME = _IsoForm(
    designators={"H": "hour", "M": "minute", "S": "second"},
    separator=":",
    basic=r"(\d\d)(\d\d)(\d\d)",
    units=_CLOCK_UNITS,
)


def parse(text: str) -> Interval:
    """Parse an interval in any of PostgreSQL's formats."""
    if len(text) > _LONGEST:
        raise InvalidInterval
    try:
        interval = _verbose(text.lower())
    except InvalidInterval:
        interval = _iso(text)
    if abs(interval.microseconds) >> 63 or max(abs(interval.months), abs(interval.days)) >> 31:
        raise InvalidInterval
    return interval


def _nearest(number: float) -> int:
    """Round as PostgreSQL does: a half goes towards zero."""
    whole = int(number)
    rest = number - whole
    return whole + (rest > 0.5) - (rest < -0.5)


class _Verbose:
    """A parser of `@ 3 days 04:05:06 ago` and the like, right to left: units follow numbers."""

    def __init__(self) -> None:
        self.interval = Interval()
        self._unit = "second"
        self._seen: set[str] = set()
        self._ago = False

    def result(self) -> Interval:
        """Return the parsed interval."""
        if not self._seen:
            raise InvalidInterval
        total = self.interval
        return Interval(-total.months, -total.days, -total.microseconds) if self._ago else total

    def take(self, part: re.Match[str]) -> None:
        """Parse one token."""
        if word := part["word"]:
            self._take_word(word)
        elif number := part["signed"] or part["plain"]:
            sign = -1 if part["sign"] == "-" else 1
            if clock := _CLOCK.fullmatch(number):
                self._take_clock(clock, sign)
            elif amount := _AMOUNT.fullmatch(number):
                self._take_amount(amount, sign)
            else:
                raise InvalidInterval

    def _take_word(self, word: str) -> None:
        self._ago = self._ago or word == "ago"
        self._unit = "ago" if word == "ago" else _UNITS.get(word[:_SIGNIFICANT], "")
        if not self._unit:
            raise InvalidInterval

    def _take_clock(self, clock: re.Match[str], sign: int) -> None:
        hour, minute, second = (int(clock[group] or 0) for group in (1, 2, 3))
        fraction = float(f"0{clock[4] or '.'}0")
        if clock[4] and clock[3] is None:  # mm:ss.ffffff
            hour, minute, second = 0, hour, minute
        if minute >= _LONGEST_MINUTE or second > _LONGEST_MINUTE:
            raise InvalidInterval
        self._see(*_CLOCK_UNITS, *_SUBSECONDS)
        length = hour * HOUR + minute * MINUTE + second * SECOND + round(fraction * SECOND)
        # Not added: a fraction of days to the right of it is lost, as in PostgreSQL.
        self.interval.microseconds = sign * length
        self._unit = "day"

    def _take_amount(self, amount: re.Match[str], sign: int) -> None:
        whole, months = int(amount[1] or 0), amount[2]
        fraction = float(f"0{amount[3] or '.'}0")
        if months is not None:  # years-months
            if int(months or 0) >= _MONTHS_OF_YEAR:
                raise InvalidInterval
            whole, self._unit = whole * _MONTHS_OF_YEAR + int(months or 0), "month"
        if self._unit == "ago":
            raise InvalidInterval
        self._see(self._unit)
        if self._unit == "second" and fraction:
            self._see(*_SUBSECONDS)
        self.interval.add(self._unit, sign * whole, sign * fraction)
        self._unit = "day" if self._unit == "hour" else self._unit

    def _see(self, *units: str) -> None:
        if self._seen.intersection(units):
            raise InvalidInterval
        self._seen.update(units)


def _verbose(text: str) -> Interval:
    reading = _Verbose()
    for part in reversed(list(_parts(text))):
        reading.take(part)
    return reading.result()


def _parts(text: str) -> Iterator[re.Match[str]]:
    offset = 0
    while offset < len(text):
        part = _PART.match(text, offset)
        if part is None:
            raise InvalidInterval
        yield part
        offset = part.end()


def _iso(text: str) -> Interval:
    """Parse ISO 8601: `P1Y2M3DT4H5M6S`, `P0001-02-03T04:05:06`, `P00010203T040506`."""
    parts = _ISO.fullmatch(text)
    if parts is None:
        raise InvalidInterval
    interval = Interval()
    for form, part in ((_ISO_DATE, parts[1]), (_ISO_TIME, parts[2] or "")):
        for unit, number in form.amounts(part):
            whole = int(float(number))
            interval.add(unit, whole, float(number) - whole)
    return interval
