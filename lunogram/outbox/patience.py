"""Asking again and again until something is done, or the time is over; and who must not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

_FIRST_PAUSE = 0.002
_LONGEST_PAUSE = 0.05


def within(seconds: float, is_done: Callable[[], bool]) -> bool:
    """Ask until it is done, ever less often, or the time is over; at least once.

    Args:
        seconds: For how long.
        is_done: What to ask.
    """
    end, pause = time.monotonic() + seconds, _FIRST_PAUSE
    while not is_done():
        left = end - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(pause, left))
        pause = min(2 * pause, _LONGEST_PAUSE)
    return True


def is_in_event_loop() -> bool:
    """Whether an event loop turns in this thread, which has to go on."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
