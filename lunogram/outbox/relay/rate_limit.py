"""The rate limiter of a relay: exponential backoff, and a limit of requests per second."""

from __future__ import annotations

import math
import random
from collections import deque

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_LONGEST_RETRY_AFTER = 3600.0

_MEASURED = 10
"""Over how many seconds a rate is measured."""

_SHORTEST_MEASURED = 0.1

_CATCHING_UP = 0.01
"""How much later than planned a request may be without making the next one later, in seconds."""

_SLOWEST = 1.0
_SLOWEST_CLIMB = 0.2
_CLIMB = 0.05
_ENOUGH = 1.5


def backoff(failing: int) -> float:
    """The seconds of exponential backoff after a failure, with jitter.

    Args:
        failing: The number of failures in a row before it.
    """
    longest: float = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(failing, 10))
    return random.uniform(0.5, 1) * longest


class Meter:
    """The rate of something, measured over the last ten seconds.

    Times are in seconds, of any clock that only goes forward.
    """

    def __init__(self) -> None:
        # For each second with an occurrence: the time of the first, and their number.
        self._counts: deque[tuple[float, int]] = deque(maxlen=_MEASURED)

    def count(self, now: float, number: int = 1) -> None:
        """Count occurrences.

        Args:
            now: The time.
            number: The number of occurrences.
        """
        if self._counts and now - self._counts[-1][0] < 1:
            first, before = self._counts.pop()
            self._counts.append((first, before + number))
        else:
            self._counts.append((now, number))

    def rate(self, now: float) -> float:
        """The occurrences per second.

        Args:
            now: The time.
        """
        recent = [each for each in tuple(self._counts) if each[0] > now - _MEASURED]
        if not recent:
            return 0.0
        return sum(number for _, number in recent) / max(_SHORTEST_MEASURED, now - recent[0][0])


class RateLimiter:
    """The rate limiter for all requests of a relay; it is closed for a while on 429.

    After 429, the rate starts at half of its previous value, and climbs each second until it limits
    nothing. When the server is down, or the key or the URL is wrong, one request at a time probes
    whether that is still so. All times are in seconds, of one clock.
    """

    def __init__(self, cap: float | None = None) -> None:
        """Make an open rate limiter.

        Args:
            cap: The maximum number of requests per second, or None.
        """
        self._cap = cap or math.inf
        self._meter = Meter()
        self._failing = 0
        self._probing = False
        self._opens_at = 0.0
        self._next_at = 0.0
        self._start = math.inf
        self._climb = 0.0
        self._enough = math.inf

    @property
    def is_probing(self) -> bool:
        """Whether one request at a time probes whether the server responds again."""
        return self._probing

    def pause(self, now: float, in_flight: int = 0) -> float:
        """Seconds until the next request may be sent; 0 or less is now.

        Args:
            now: The time.
            in_flight: The number of requests in flight.
        """
        if self._probing and in_flight:
            return math.inf
        return max(self._opens_at, self._next_at) - now

    def limit(self, now: float) -> float:
        """The maximum number of requests per second; infinite if nothing is limited.

        Args:
            now: The time.
        """
        climbed = self._start + self._climb * max(0.0, now - self._opens_at)
        return min(self._cap, math.inf if climbed >= self._enough else climbed)

    def sent(self, now: float) -> None:
        """Count a request that is sent.

        Args:
            now: The time.
        """
        self._meter.count(now)
        limit = self.limit(now)
        if limit < math.inf:
            self._next_at = max(self._next_at, now - _CATCHING_UP) + 1 / limit

    def busy(self, now: float, asked: float | None) -> float:
        """Close after a 429 response; return for how many seconds.

        Args:
            now: The time.
            asked: The seconds of ``Retry-After``, or None.
        """
        # Jitter, so that several relays do not retry at the same moment.
        jitter = random.uniform(0, _FIRST_PAUSE)
        pause = None if asked is None else min(asked, _LONGEST_RETRY_AFTER) + jitter
        if now >= self._opens_at:  # later ones were sent before anybody knew
            self._slow_down(now)
        return self._close(now, pause)

    def stop(self, now: float) -> float:
        """Close because the server is down, or the key or the URL is wrong; return for how long.

        Args:
            now: The time.
        """
        self._probing = True
        return self._close(now, None)

    def succeeded(self, now: float) -> None:
        """Note that a request has succeeded.

        Args:
            now: The time.
        """
        if self._failing and now >= self._opens_at:
            self._failing = 0
            self._probing = False

    def _close(self, now: float, pause: float | None) -> float:
        pause = backoff(self._failing) if pause is None else pause
        self._failing += now >= self._opens_at
        self._opens_at = max(self._opens_at, now + pause)
        return self._opens_at - now

    def _slow_down(self, now: float) -> None:
        held_back = self.limit(now)
        rate = min(held_back, self._meter.rate(now))
        if held_back == self._cap:  # else it is still climbing to its previous value
            self._enough = max(_ENOUGH * rate, 2 * _SLOWEST)
        self._start = max(rate / 2, _SLOWEST)
        self._climb = max(rate * _CLIMB, _SLOWEST_CLIMB)
