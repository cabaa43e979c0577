"""How long the caller waits, call by call."""

from __future__ import annotations

import time
from collections.abc import Callable


class Waits:
    """Calls something many times, with a stopwatch."""

    def __init__(self) -> None:
        self._waits: list[float] = []

    def measure(self, count: int, call: Callable[[int], object]) -> None:
        """Call so many times.

        Args:
            count: How many times.
            call: What; it is given the number of the call.
        """
        for number in range(count):
            begun = time.perf_counter()
            call(number)
            self._waits.append(time.perf_counter() - begun)

    def facts(self) -> dict[str, float]:
        """In microseconds: what half of the calls took at the most, and 99 of 100."""
        waits = sorted(self._waits)
        return {
            "p50": waits[len(waits) // 2] * 1e6,
            "p99": waits[min(len(waits) - 1, len(waits) * 99 // 100)] * 1e6,
        }
