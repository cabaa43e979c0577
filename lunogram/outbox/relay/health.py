"""The health checks of a relay: /healthz, and /metrics for Prometheus. Neither is personal."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Self

import attrs

from ..._clock import monotonic
from ...errors import ConfigurationError
from ..errors import OutboxError
from ..store import Stats, Store
from .health_server import TEXT, HealthServer, Page
from .stats import Progress, RelayStats

_STORE_RESPONDS_WITHIN = 1.0
_FAILING_TOO_OFTEN = 10


class Health:
    """The health server. It listens once it is made, and responds while it is entered."""

    def __init__(self, host: str, port: int, checks: HealthChecks) -> None:
        """Listen.

        Args:
            host: The address to listen at.
            port: The port; 0 takes a free one.
            checks: The checks of the relay and its outbox.

        Raises:
            ConfigurationError: If the port can't be had.
        """
        self.checks = checks
        try:
            self._server = HealthServer(host, port, self._page)
        except (OSError, UnicodeError, TypeError) as error:  # the host may be no valid name
            fault = getattr(error, "strerror", None) or "not a host name"
            raise ConfigurationError(f"can't listen at {host}:{port}: {fault}") from None
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._server.port}"

    def _page(self, path: str) -> Page:
        if path == "/healthz":
            return self.checks.health()
        return self.checks.metrics() if path == "/metrics" else _NOT_FOUND

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.stop()


_NOT_FOUND: Page = (404, TEXT, "there are /healthz and /metrics\n")


class HealthChecks:
    """The checks of a relay and its outbox, which never wait long for them."""

    def __init__(self, store: Store, progress: Progress, slots: int, silence: float) -> None:
        """Check nothing yet.

        Args:
            store: The store of the outbox.
            progress: The statistics of the relay.
            slots: The number of its slots.
            silence: The number of seconds without a sign of life after which it counts as stuck.
        """
        self._store = store
        self._progress = progress
        self._slots = slots
        self._silence = silence
        self._look = _Look(store)

    def health(self) -> Page:
        """The page /healthz: status 200, or 503 if nothing is being delivered."""
        relay, outbox = self._progress.stats(), self._outbox()
        problem = self._problem(relay, outbox)
        facts = {
            "status": "failing" if problem else "ok",
            **({"problem": problem} if problem else {}),
            **attrs.asdict(relay),
            "pending": outbox and outbox.pending,
        }
        return 503 if problem else 200, "application/json", json.dumps(facts) + "\n"

    def _problem(self, relay: RelayStats, outbox: Stats | None) -> str | None:
        if relay.crashed:
            return relay.crashed
        silent = monotonic() - self._progress.seen_at
        if self._progress.seen_at and silent > self._silence:
            return f"the relay has been stuck for {silent:.0f} s"
        if outbox is None or self._progress.store_fails:
            return "the outbox can't be used"
        if relay.halted:
            return relay.halted
        if relay.consecutive_failures >= _FAILING_TOO_OFTEN:
            return f"{relay.consecutive_failures} requests failed in a row: {relay.last_error}"
        return None

    def metrics(self) -> Page:
        """The page /metrics, in Prometheus' text format."""
        relay, outbox = self._progress.stats(), self._outbox()
        numbers = [*_of_relay(relay, self._slots), *_of_outbox(outbox)]
        lines = [
            f"# HELP lunogram_{name} {words}\n# TYPE lunogram_{name} {kind}\n"
            f"lunogram_{name} {value}\n"
            for name, kind, words, value in numbers
        ]
        return 200, TEXT, "".join(lines)

    def _outbox(self) -> Stats | None:
        """The statistics of the outbox, or None if it fails or hangs."""
        if self._look.is_over:
            self._look = _Look(self._store)
            self._look.start()
        self._look.wait(_STORE_RESPONDS_WITHIN)
        return self._look.stats


class _Look(threading.Thread):
    """One read of a store's statistics, in a thread that may hang."""

    def __init__(self, store: Store) -> None:
        super().__init__(name="lunogram-health-look", daemon=True)
        self._store = store
        self._began = time.monotonic()
        self.stats: Stats | None = None

    def wait(self, seconds: float) -> None:
        """Wait until it has ended, or so many seconds after its start.

        The next request does not wait for a thread that hangs.
        """
        self.join(max(0.0, self._began + seconds - time.monotonic()))

    @property
    def is_over(self) -> bool:
        """Whether it has ended, or not been started."""
        return not self.is_alive()

    def run(self) -> None:
        """Read the statistics."""
        try:
            self.stats = self._store.stats()
        except OutboxError:
            self.stats = None


_Number = tuple[str, str, str, float]


def _of_relay(relay: RelayStats, slots: int) -> Iterator[_Number]:
    yield "relay_delivered_total", "counter", "Entries this relay delivered.", relay.delivered
    yield (
        "relay_retried_total",
        "counter",
        "Requests that failed and were retried.",
        (relay.failures),
    )
    yield "relay_dead_total", "counter", "Entries this relay moved to the dead letters.", relay.dead
    yield (
        "relay_consecutive_failures",
        "gauge",
        "Requests that have failed in a row.",
        relay.consecutive_failures,
    )
    yield "relay_halted", "gauge", "1 while the key or the URL is wrong.", int(bool(relay.halted))
    yield "relay_backoff_seconds", "gauge", "Seconds until the next request.", relay.backoff_seconds
    yield (
        "relay_rate",
        "gauge",
        "Entries delivered per second, over ten seconds.",
        relay.rate,
    )
    yield "relay_held", "gauge", "Entries leased by this relay.", relay.held
    yield "relay_in_flight", "gauge", "Requests in flight.", relay.in_flight
    yield "relay_concurrency", "gauge", "The maximum number of requests in flight.", slots


def _of_outbox(outbox: Stats | None) -> Iterator[_Number]:
    yield "outbox_up", "gauge", "1 if the outbox can be read.", int(outbox is not None)
    if outbox is None:
        return
    age = 0.0 if outbox.oldest_at is None else max(0.0, time.time() - outbox.oldest_at)
    yield "outbox_pending", "gauge", "Pending entries.", outbox.pending
    yield "outbox_pending_bytes", "gauge", "Bytes of pending bodies.", outbox.pending_bytes
    yield (
        "outbox_oldest_age_seconds",
        "gauge",
        "Age of the oldest pending entry.",
        round(age, 3),
    )
    yield "outbox_parked", "gauge", "Entries that wait parked; they are pending too.", outbox.parked
    yield "outbox_dead", "gauge", "Dead letters.", outbox.dead
    yield "outbox_queued_total", "counter", "Entries ever queued.", outbox.queued
    yield "outbox_delivered_total", "counter", "Entries ever delivered.", outbox.delivered
    yield "outbox_dead_total", "counter", "Entries that ever became dead letters.", outbox.died
    yield (
        "outbox_refused_total",
        "counter",
        "Entries that did not fit.",
        outbox.refused,
    )
    yield "outbox_dropped_total", "counter", "Dead letters dropped.", outbox.dropped
