"""When the next request may go out: pauses that grow, rates, and a gate for all lanes."""

from __future__ import annotations

import math
import random
from collections import deque

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_LONGEST_ASKED = 3600.0

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
    """Seconds to wait after a failure, with jitter.

    Args:
        failing: How many failures there were in a row before it.
    """
    longest: float = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(failing, 10))
    return random.uniform(0.5, 1) * longest


class Meter:
    """How often something happens, measured over the last ten seconds.

    Times are in seconds, of any clock that only goes forward.
    """

    def __init__(self) -> None:
        # For each second in which it happened: when first, and how often.
        self._counts: deque[tuple[float, int]] = deque(maxlen=_MEASURED)

    def count(self, now: float, number: int = 1) -> None:
        """It has happened.

        Args:
            now: The time.
            number: How often.
        """
        if self._counts and now - self._counts[-1][0] < 1:
            first, before = self._counts.pop()
            self._counts.append((first, before + number))
        else:
            self._counts.append((now, number))

    def rate(self, now: float) -> float:
        """How often it happens in a second.

        Args:
            now: The time.
        """
        recent = [each for each in tuple(self._counts) if each[0] > now - _MEASURED]
        if not recent:
            return 0.0
        return sum(number for _, number in recent) / max(_SHORTEST_MEASURED, now - recent[0][0])


class Gate:
    """Through which all requests of a relay go: shut for a while when the server asks for it.

    After 429, the rate starts at half of what it was, and climbs a little each second until it
    holds nothing back any more. When the key or the URL is wrong, one request at a time tries
    whether it has become right. All times are in seconds, of one clock.
    """

    def __init__(self, cap: float | None = None) -> None:
        """Make one that is open.

        Args:
            cap: How many requests may go through in a second, at the most.
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

    def pause(self, now: float, on_their_way: int = 0) -> float:
        """Seconds until the next request may go through; 0 or less is now.

        Args:
            now: The time.
            on_their_way: How many requests are.
        """
        if self._probing and on_their_way:
            return math.inf
        return max(self._opens_at, self._next_at) - now

    def limit(self, now: float) -> float:
        """How many requests may go through in a second; infinite, if nothing is held back.

        Args:
            now: The time.
        """
        climbed = self._start + self._climb * max(0.0, now - self._opens_at)
        return min(self._cap, math.inf if climbed >= self._enough else climbed)

    def sent(self, now: float) -> None:
        """A request goes through.

        Args:
            now: The time.
        """
        self._meter.count(now)
        limit = self.limit(now)
        if limit < math.inf:
            self._next_at = max(self._next_at, now - _CATCHING_UP) + 1 / limit

    def busy(self, now: float, asked: float | None) -> float:
        """The server has too much to do (429); return for how many seconds the gate is shut.

        Args:
            now: The time.
            asked: For how many seconds it asked to wait, if it did.
        """
        # Several relays that were asked to wait come back a little later each.
        jitter = random.uniform(0, _FIRST_PAUSE)
        pause = None if asked is None else min(asked, _LONGEST_ASKED) + jitter
        if now >= self._opens_at:  # later ones were sent before anybody knew
            self._slow_down(now)
        return self._shut(now, pause)

    def stop(self, now: float) -> float:
        """The key or the URL is wrong; return for how many seconds the gate is shut.

        Args:
            now: The time.
        """
        self._probing = True
        return self._shut(now, None)

    def succeeded(self, now: float) -> None:
        """A request has arrived.

        Args:
            now: The time.
        """
        if self._failing and now >= self._opens_at:
            self._failing = 0
            self._probing = False

    def _shut(self, now: float, pause: float | None) -> float:
        pause = backoff(self._failing) if pause is None else pause
        self._failing += now >= self._opens_at
        self._opens_at = max(self._opens_at, now + pause)
        return self._opens_at - now

    def _slow_down(self, now: float) -> None:
        held_back = self.limit(now)
        rate = min(held_back, self._meter.rate(now))
        if held_back == self._cap:  # else it is on its way up to what it was before
            self._enough = max(_ENOUGH * rate, 2 * _SLOWEST)
        self._start = max(rate / 2, _SLOWEST)
        self._climb = max(rate * _CLIMB, _SLOWEST_CLIMB)
