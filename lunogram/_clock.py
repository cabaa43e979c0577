"""The monotonic clock of time limits, delays and idle times."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

# A program's tests may freeze `time.monotonic` in every module that imports it (freezegun does).
# A time limit on a frozen clock never ends.
monotonic: Callable[[], float] = (
    partial(time.clock_gettime, time.CLOCK_MONOTONIC)
    if hasattr(time, "clock_gettime")
    else partial(time.monotonic)
)
"""The time of a monotonic clock that a program's tests do not freeze, in seconds."""

_SHORTEST = 0.001


def remaining(until: float) -> float:
    """The seconds until a time: at least a millisecond, because 0 may mean to wait forever.

    Args:
        until: The time, on the monotonic clock.
    """
    return max(until - monotonic(), _SHORTEST)
