"""The statistics of a relay: written by its thread, read by all."""

from __future__ import annotations

import attrs

from ..._clock import monotonic
from .rate_limit import Meter


@attrs.frozen
class RelayStats:
    """The statistics of one relay since it was made.

    Attributes:
        delivered: The number of entries delivered. An event of a batch counts as one.
        failures: The number of failures that were retried: of requests, and of the outbox itself.
        dead: The number of entries that became dead letters.
        consecutive_failures: The number of requests that have failed in a row; 0 after a success.
        last_error: The last failure, or None.
        held: The number of entries leased.
        parked: The number of parked entries in its partitions.
        in_flight: The number of requests in flight.
        rate: Entries delivered per second, over the last ten seconds.
        backoff_seconds: Seconds until the next request, because the server asked for it or the key
            is wrong.
        halted: Why the relay has halted until it is corrected, such as a wrong key, or None.
        crashed: Why the relay has ended by itself, or could not start; None while it runs, or if
            it has not been started.
    """

    delivered: int = 0
    failures: int = 0
    dead: int = 0
    consecutive_failures: int = 0
    last_error: str | None = None
    held: int = 0
    parked: int = 0
    in_flight: int = 0
    rate: float = 0.0
    backoff_seconds: float = 0.0
    halted: str | None = None
    crashed: str | None = None


@attrs.define(eq=False)
class Progress:
    """The statistics of a relay while they change.

    Attributes:
        delivered: As in `RelayStats`.
        failures: As in `RelayStats`.
        dead: As in `RelayStats`.
        consecutive_failures: As in `RelayStats`.
        last_error: As in `RelayStats`.
        held: As in `RelayStats`.
        parked: As in `RelayStats`.
        in_flight: As in `RelayStats`.
        opens_at: When the next request may be sent, on the monotonic clock.
        halted: As in `RelayStats`.
        crashed: As in `RelayStats`.
        store_fails: How often in a row the outbox itself has failed.
        seen_at: When the relay was last alive, on the monotonic clock.
        meter: The rate of delivery.
    """

    delivered: int = 0
    failures: int = 0
    dead: int = 0
    consecutive_failures: int = 0
    last_error: str | None = None
    held: int = 0
    parked: int = 0
    in_flight: int = 0
    opens_at: float = 0.0
    halted: str | None = None
    crashed: str | None = None
    store_fails: int = 0
    seen_at: float = 0.0
    meter: Meter = attrs.Factory(Meter)

    def arrived(self, now: float, count: int) -> None:
        """Count entries that are delivered.

        Args:
            now: The time, on the monotonic clock.
            count: How many entries.
        """
        self.delivered += count
        self.meter.count(now, count)

    def failed(self, problem: str) -> None:
        """Count a failure.

        Args:
            problem: Its message, as logs may show it.
        """
        self.failures += 1
        self.last_error = problem

    def stats(self) -> RelayStats:
        """The statistics as they are now."""
        now = monotonic()
        return RelayStats(
            delivered=self.delivered,
            failures=self.failures,
            dead=self.dead,
            consecutive_failures=self.consecutive_failures,
            last_error=self.last_error,
            held=self.held,
            parked=self.parked,
            in_flight=self.in_flight,
            rate=round(self.meter.rate(now), 3),
            backoff_seconds=round(max(0.0, self.opens_at - now), 3),
            halted=self.halted,
            crashed=self.crashed,
        )
