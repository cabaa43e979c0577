"""Polling with a time limit, and where it must not block."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator

from .._clock import monotonic

_FIRST_PAUSE = 0.002
_LONGEST_PAUSE = 0.05


def wait_until(seconds: float, is_done: Callable[[], bool]) -> bool:
    """Poll until a condition holds, at growing intervals, or the time is over; at least once.

    Args:
        seconds: The maximum number of seconds.
        is_done: The condition.
    """
    end, growing = monotonic() + seconds, pauses()
    while not is_done():
        left = end - monotonic()
        if left <= 0:
            return False
        time.sleep(min(next(growing), left))
    return True


async def wait_until_async(seconds: float, is_done: Callable[[], Awaitable[bool]]) -> bool:
    """As `wait_until`, in an event loop.

    Args:
        seconds: The maximum number of seconds.
        is_done: The condition.
    """
    end, growing = monotonic() + seconds, pauses()
    while not await is_done():
        left = end - monotonic()
        if left <= 0:
            return False
        await asyncio.sleep(min(next(growing), left))
    return True


def pauses() -> Iterator[float]:
    """The growing intervals of polling, in seconds."""
    pause = _FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, _LONGEST_PAUSE)


def is_in_event_loop() -> bool:
    """Whether an event loop runs in this thread, which must not block."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
