"""Clients that hold calls which no server takes: the memory and disk that they need."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path

from benchmarks import events, memory, queues

_MOMENT = 3.0


class Outbox:
    """Ours: queued in arrays of 500, and then a relay that finds nobody to send to."""

    def __init__(self, url: str) -> None:
        from lunogram import Lunogram
        from lunogram.outbox import Outbox as Ours

        self._client = Lunogram("sk_benchmark", base_url=url)
        self._folder = tempfile.TemporaryDirectory()
        self._outbox = Ours(f"sqlite:///{self._folder.name}/outbox.db")

    def run(self, count: int) -> dict[str, float]:
        """Queue so many, and try to send them for a moment."""
        self._queue(0)
        before = memory.resident()
        for first in range(events.ARRAY, count, events.ARRAY):
            self._queue(first)
        tried = threading.Event()
        with self._outbox.relay(self._client, on_error=lambda _error: tried.set()):
            assert tried.wait(60)
            tried.clear()
            tried.wait(_MOMENT)
        return {"before": before, "peak": memory.peak(), **self._disk()}

    def _queue(self, first: int) -> None:
        from lunogram import Event

        self._outbox.user.events.post(
            [
                Event(events.EVENT, events.user(number), data=events.data(number))
                for number in range(first, first + events.ARRAY)
            ]
        )

    def _disk(self) -> dict[str, float]:
        # The reserve is the same size whatever waits.
        files = Path(self._folder.name).glob("outbox.db*")
        size = sum(file.stat().st_size for file in files if not file.name.endswith("-reserve"))
        return {"disk": size, "bodies": self._outbox.stats().pending_bytes}

    def close(self) -> None:
        """Remove the file."""
        self._outbox.close()
        self._folder.cleanup()


class Thread:
    """Others: what is in their queue is in memory."""

    kind: type[queues.Thread]

    def __init__(self, url: str) -> None:
        self._one = self.kind(url, 10_000_000)

    def run(self, count: int) -> dict[str, float]:
        """Queue so many."""
        self._one.queue(0)
        before = memory.resident()
        for number in range(1, count):
            self._one.queue(number)
        return {"before": before, "peak": memory.peak()}

    def close(self) -> None:
        """Go, without waiting for what nobody takes."""
        os._exit(0)


class Posthog(Thread):
    """posthog's client."""

    kind = queues.Posthog


class Segment(Thread):
    """segment-analytics-python's client."""

    kind = queues.Segment
