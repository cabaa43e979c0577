"""The latency of calls, as the caller sees it."""

from __future__ import annotations

import time
from collections.abc import Callable


class Latencies:
    """Calls something many times, with a stopwatch."""

    def __init__(self) -> None:
        self._latencies: list[float] = []

    def measure(self, count: int, call: Callable[[int], object]) -> None:
        """Call so many times.

        Args:
            count: How many times.
            call: What; it is given the number of the call.
        """
        for number in range(count):
            begun = time.perf_counter()
            call(number)
            self._latencies.append(time.perf_counter() - begun)

    def facts(self) -> dict[str, float]:
        """In microseconds: what half of the calls took at the most, and 99 of 100."""
        latencies = sorted(self._latencies)
        return {
            "p50": latencies[len(latencies) // 2] * 1e6,
            "p99": latencies[min(len(latencies) - 1, len(latencies) * 99 // 100)] * 1e6,
        }
