"""When a recurring schedule fires: its anchor, and multiples of its interval after that.

Counting from the anchor, and not from the last time, keeps the 31st where months have one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from itertools import count

from lunogram.sandbox.clock import read, written
from lunogram.sandbox.intervals import Interval, UnreadableInterval, parse
from lunogram.sandbox.problems import bad_request


def readable_interval(text: str) -> Interval:
    """Read the interval of a schedule, which has to be more than nothing."""
    try:
        interval = known_interval(text)
    except UnreadableInterval as error:
        raise bad_request("invalid interval") from error
    if not interval.is_positive():
        raise bad_request("invalid interval")
    return interval


@lru_cache(maxsize=1024)
def known_interval(text: str) -> Interval:
    """Read an interval; the same few are read again and again."""
    return parse(text)


def following(length: Interval, anchor: str, occurrence: int) -> Iterator[tuple[int, str]]:
    """Go on from an occurrence: the numbers and times of those after it, until time ends."""
    start = read(anchor)
    for number in count(occurrence + 1):
        try:
            yield number, written(length.after(start, number))
        except OverflowError:
            return


def next_occurrence(length: Interval, anchor: str, now: str) -> tuple[int, str | None]:
    """Find the first multiple of the interval after now, counted from the anchor."""
    start, present = read(anchor), read(now)
    try:
        times = _first_after(length, start, present)
        return times, written(length.after(start, times))
    except OverflowError:  # Beyond the year 9999, where time ends.
        return 0, None


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
