"""What a relay has done so far: written by its thread, read by all."""

from __future__ import annotations

import time

import attrs

from .pacing import Meter


@attrs.frozen
class RelayStats:
    """What one relay has done since it was made.

    Attributes:
        delivered: How many entries arrived. An array of events counts as that many.
        failures: How much failed and was tried again: requests, and uses of the outbox itself.
        dead: How many entries became dead letters.
        failing: How many requests failed in a row, up to now; 0 if all is well.
        last_error: What went wrong last, or None.
        held: How many entries it has in its hands.
        in_flight: How many requests are on their way.
        rate: How many entries arrived in a second, over the last ten.
        waiting: For how many seconds more nothing is sent, because the server asked for it or
            the key is wrong.
        paused: Why nothing goes out until somebody mends it, such as a wrong key, or None.
    """

    delivered: int = 0
    failures: int = 0
    dead: int = 0
    failing: int = 0
    last_error: str | None = None
    held: int = 0
    in_flight: int = 0
    rate: float = 0.0
    waiting: float = 0.0
    paused: str | None = None


@attrs.define(eq=False)
class Progress:
    """The same, while it changes.

    Attributes:
        delivered: As in `RelayStats`.
        failures: As in `RelayStats`.
        dead: As in `RelayStats`.
        failing: As in `RelayStats`.
        last_error: As in `RelayStats`.
        held: As in `RelayStats`.
        in_flight: As in `RelayStats`.
        opens_at: Until when nothing is sent, on the monotonic clock.
        paused: As in `RelayStats`.
        store_fails: How often in a row the outbox itself could not be used, up to now.
        seen_at: When the relay last looked around, on the monotonic clock.
        meter: How many entries arrive.
    """

    delivered: int = 0
    failures: int = 0
    dead: int = 0
    failing: int = 0
    last_error: str | None = None
    held: int = 0
    in_flight: int = 0
    opens_at: float = 0.0
    paused: str | None = None
    store_fails: int = 0
    seen_at: float = 0.0
    meter: Meter = attrs.Factory(Meter)

    def arrived(self, now: float, count: int) -> None:
        """Count what arrived, and was written down.

        Args:
            now: The time, on the monotonic clock.
            count: How many entries.
        """
        self.delivered += count
        self.meter.count(now, count)

    def failed(self, problem: str) -> None:
        """Count a failure.

        Args:
            problem: In words that anybody may see.
        """
        self.failures += 1
        self.last_error = problem

    def stats(self) -> RelayStats:
        """All of it, as it is now."""
        now = time.monotonic()
        return RelayStats(
            delivered=self.delivered,
            failures=self.failures,
            dead=self.dead,
            failing=self.failing,
            last_error=self.last_error,
            held=self.held,
            in_flight=self.in_flight,
            rate=round(self.meter.rate(now), 3),
            waiting=round(max(0.0, self.opens_at - now), 3),
            paused=self.paused,
        )
