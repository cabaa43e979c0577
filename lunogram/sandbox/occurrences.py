"""The times of a recurring schedule: its anchor, and multiples of its interval after that.

Counting from the anchor, and not from the last time, keeps the 31st where months have one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from itertools import count

from lunogram.sandbox.clock import format_time, parse_time
from lunogram.sandbox.intervals import Interval, InvalidInterval, parse
from lunogram.sandbox.problems import bad_request

_BEYOND_TIME = 10**9
"""A number of intervals after which time has ended."""


def positive_interval(text: str) -> Interval:
    """Parse the interval of a schedule, which must be longer than zero."""
    try:
        interval = parsed_interval(text)
    except InvalidInterval as error:
        raise bad_request("invalid interval") from error
    if not interval.is_positive():
        raise bad_request("invalid interval")
    return interval


@lru_cache(maxsize=1024)
def parsed_interval(text: str) -> Interval:
    """Parse an interval, with a cache: schedules use the same few."""
    return parse(text)


def following(length: Interval, anchor: str, occurrence: int) -> Iterator[tuple[int, str]]:
    """Yield the numbers and times of the occurrences after this one, until time ends."""
    start = parse_time(anchor)
    for number in count(occurrence + 1):
        try:
            yield number, format_time(length.after(start, number))
        except OverflowError:
            return


def next_occurrence(length: Interval, anchor: str, now: str) -> tuple[int, str | None]:
    """Return number and time of the first occurrence after now, counted from the anchor."""
    start, present = parse_time(anchor), parse_time(now)
    try:
        times = _first_after(length, start, present)
        return times, format_time(length.after(start, times))
    except OverflowError:  # Beyond the year 9999, where time ends.
        return 0, None


def occurrence_before(length: Interval, anchor: str, moment: str) -> int:
    """Return the number of the last occurrence until a moment, counted from the anchor."""
    number, following_at = next_occurrence(length, anchor, moment)
    return number - 1 if following_at else _BEYOND_TIME


def _first_after(length: Interval, start: datetime, present: datetime) -> int:
    before, times = 0, 1
    while not _is_after(length, start, times, present):
        before, times = times, times * 2
    while times - before > 1:
        middle = (before + times) // 2
        if _is_after(length, start, middle, present):
            times = middle
        else:
            before = middle
    return times


def _is_after(length: Interval, start: datetime, times: int, present: datetime) -> bool:
    try:
        return length.after(start, times) > present
    except OverflowError:
        return True
