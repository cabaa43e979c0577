"""A small HTTP server that says how a relay is doing: /healthz for people, /metrics for machines.

Nothing it says is personal.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import attrs

from ...errors import ConfigurationError
from ..errors import OutboxError
from ..store import Stats, Store
from .progress import Progress, RelayStats

_STORE_ANSWERS_WITHIN = 1.0
_FAILING_TOO_OFTEN = 10
_LOOKS_FOR_ITS_END = 0.05
_TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Health:
    """The server. It listens from when it is made, and answers while it is entered."""

    def __init__(self, host: str, port: int, watch: Watch) -> None:
        """Listen.

        Args:
            host: At which address.
            port: At which port; 0 takes a free one.
            watch: What knows the answers.

        Raises:
            ConfigurationError: If the port can't be had.
        """
        self.watch = watch
        try:
            self._server = _Server((host, port), _handler(watch))
        except OSError as error:
            fault = error.strerror or type(error).__name__
            raise ConfigurationError(f"can't listen at {host}:{port}: {fault}") from None
        self.url = f"http://{host}:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            args=(_LOOKS_FOR_ITS_END,),
            name="lunogram-health",
            daemon=True,
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False


def _handler(watch: Watch) -> type[BaseHTTPRequestHandler]:
    pages: dict[str, Callable[[], tuple[int, str, str]]] = {
        "/healthz": watch.health,
        "/metrics": watch.metrics,
    }

    class Handler(BaseHTTPRequestHandler):
        """Answers GET."""

        def do_GET(self) -> None:
            """Answer with the page, or that there is none."""
            page = pages.get(self.path.partition("?")[0], _nothing)
            status, content_type, text = page()
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: it is asked every few seconds."""

    return Handler


def _nothing() -> tuple[int, str, str]:
    return 404, _TEXT, "there are /healthz and /metrics\n"


class Watch:
    """Looks at a relay and its outbox, without ever waiting long for them."""

    def __init__(self, store: Store, progress: Progress, lanes: int, silence: float) -> None:
        """Nothing is looked at yet.

        Args:
            store: What is emptied.
            progress: How far the relay is.
            lanes: In how many lanes it sends.
            silence: After how many seconds without a sign of it a relay counts as stuck.
        """
        self._store = store
        self._progress = progress
        self._lanes = lanes
        self._silence = silence
        self._look = _Look(store)
        self._lock = threading.Lock()

    def health(self) -> tuple[int, str, str]:
        """Is anything getting through?"""
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
        silent = time.monotonic() - self._progress.seen_at
        if self._progress.seen_at and silent > self._silence:
            return f"the relay has been stuck for {silent:.0f} s"
        if outbox is None or self._progress.store_fails:
            return "the outbox can't be used"
        if relay.paused:
            return relay.paused
        if relay.failing >= _FAILING_TOO_OFTEN:
            return f"{relay.failing} requests failed in a row: {relay.last_error}"
        return None

    def metrics(self) -> tuple[int, str, str]:
        """Numbers, as Prometheus reads them."""
        relay, outbox = self._progress.stats(), self._outbox()
        numbers = [*_of_relay(relay, self._lanes), *_of_outbox(outbox)]
        lines = [
            f"# HELP lunogram_{name} {words}\n# TYPE lunogram_{name} {kind}\n"
            f"lunogram_{name} {value}\n"
            for name, kind, words, value in numbers
        ]
        return 200, _TEXT, "".join(lines)

    def _outbox(self) -> Stats | None:
        """The numbers of the outbox, unless it fails or hangs."""
        with self._lock:
            if self._look.is_over:
                self._look = _Look(self._store)
                self._look.start()
            look = self._look
        look.join(_STORE_ANSWERS_WITHIN)
        return look.stats


class _Look(threading.Thread):
    """One look at a store, in a thread that may hang."""

    def __init__(self, store: Store) -> None:
        super().__init__(name="lunogram-health-look", daemon=True)
        self._store = store
        self.stats: Stats | None = None

    @property
    def is_over(self) -> bool:
        """Whether it is not going on: it has ended, or not begun."""
        return not self.is_alive()

    def run(self) -> None:
        """Look."""
        try:
            self.stats = self._store.stats()
        except OutboxError:
            self.stats = None


_Number = tuple[str, str, str, float]


def _of_relay(relay: RelayStats, lanes: int) -> Iterator[_Number]:
    yield "relay_delivered_total", "counter", "Entries this relay delivered.", relay.delivered
    yield (
        "relay_retried_total",
        "counter",
        "Requests that failed, and were tried again.",
        (relay.failures),
    )
    yield "relay_dead_total", "counter", "Entries this relay gave up.", relay.dead
    yield "relay_failing", "gauge", "Requests that failed in a row, up to now.", relay.failing
    yield "relay_paused", "gauge", "1 while the key or the URL is wrong.", int(bool(relay.paused))
    yield "relay_waiting_seconds", "gauge", "For how long nothing is sent.", relay.waiting
    yield "relay_rate", "gauge", "Entries delivered in a second, over the last ten.", relay.rate
    yield "relay_held", "gauge", "Entries in the hands of this relay.", relay.held
    yield "relay_in_flight", "gauge", "Requests on their way.", relay.in_flight
    yield "relay_lanes", "gauge", "Requests that may be on their way at once.", lanes


def _of_outbox(outbox: Stats | None) -> Iterator[_Number]:
    yield "outbox_up", "gauge", "1 if the outbox can be read.", int(outbox is not None)
    if outbox is None:
        return
    age = 0.0 if outbox.oldest_at is None else max(0.0, time.time() - outbox.oldest_at)
    yield "outbox_pending", "gauge", "Entries that wait.", outbox.pending
    yield "outbox_pending_bytes", "gauge", "Bytes of their bodies.", outbox.pending_bytes
    yield "outbox_oldest_age_seconds", "gauge", "For how long the oldest waits.", round(age, 3)
    yield "outbox_dead", "gauge", "Dead letters.", outbox.dead
    yield "outbox_queued_total", "counter", "Entries ever queued.", outbox.queued
    yield "outbox_delivered_total", "counter", "Entries ever delivered.", outbox.delivered
    yield "outbox_dead_total", "counter", "Entries that ever became dead letters.", outbox.died
    yield "outbox_refused_total", "counter", "Entries not queued for want of room.", outbox.refused
    yield "outbox_dropped_total", "counter", "Dead letters dropped by hand.", outbox.dropped
