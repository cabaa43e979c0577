"""Ours, with a queue on disk: events and upserts queued, relayed, imported."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks import events, memory
from benchmarks.latency import Latencies
from benchmarks.singles import KEY
from lunogram import Event, Lunogram
from lunogram.outbox import Outbox

_CONCURRENCY = 8


class Queue:
    """Events one by one onto the disk, delivered, acknowledged."""

    size = 1

    def __init__(self, url: str) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._file = Path(self._folder.name) / "outbox.db"
        self._outbox = Outbox(f"sqlite:///{self._file}")
        self._client = Lunogram(KEY, base_url=url)

    def run(self, count: int) -> dict[str, float]:
        """Queue, and relay until nothing waits."""
        latencies, cpu, written = Latencies(), time.process_time(), _bytes_written()
        latencies.measure(count // self.size, self._queue)
        queueing = {
            "queueing": time.process_time() - cpu,
            "written": (_bytes_written() - written) / count,
        }
        self._outbox.relay(self._client).run(until_empty=True)
        assert self._outbox.stats().pending == 0
        return {**latencies.facts(), **queueing}

    def _queue(self, number: int) -> None:
        first = number * self.size
        self._outbox.user.events.post(
            [
                Event(events.EVENT, events.user(number), data=events.data(number))
                for number in range(first, first + self.size)
            ]
        )

    def close(self) -> None:
        """Remove the file."""
        self._outbox.close()
        self._folder.cleanup()


class QueueArrays(Queue):
    """The same, 500 to a call."""

    size = events.ARRAY


class QueueWhileRelaying(Queue):
    """A relay in a thread of the same program sends what is queued meanwhile."""

    def run(self, count: int) -> dict[str, float]:
        """Queue, and flush."""
        latencies = Latencies()
        with self._outbox.relay(self._client, concurrency=_CONCURRENCY):
            latencies.measure(count, self._queue)
            assert self._outbox.flush(timeout=600).pending == 0
        return latencies.facts()


class RelayEvents(QueueArrays):
    """Events that wait already: what relaying them costs."""

    def prepare(self, count: int) -> None:
        """Queue them."""
        Latencies().measure(-(-count // self.size), self._queue)

    def run(self, count: int) -> dict[str, float]:
        """Relay until nothing waits."""
        relay = self._outbox.relay(self._client)
        relay.run(until_empty=True)
        assert relay.stats().delivered >= count
        return {}


class RelaySingles(Queue):
    """Upserts that wait already, each a request of its own."""

    def __init__(self, url: str, concurrency: int) -> None:
        super().__init__(url)
        self._concurrency = concurrency

    def prepare(self, count: int) -> None:
        """Queue them."""
        for number in range(count):
            self._outbox.user.upsert(events.user(number), data=events.data(number))

    def run(self, count: int) -> dict[str, float]:
        """Relay until nothing waits."""
        relay = self._outbox.relay(self._client, concurrency=self._concurrency)
        relay.run(until_empty=True)
        assert relay.stats().delivered == count
        return {}


class Import(Queue):
    """Events from a CSV file: each row read, checked, queued."""

    def prepare(self, count: int) -> None:
        """Write the file."""
        with self._csv.open("w", encoding="ascii") as rows:
            rows.write("name,identifier,total,currency,items,first,number\n")
            rows.writelines(
                f"{events.EVENT},{events.user(n)},99.99,EUR,3,false,{n}\n" for n in range(count)
            )

    def run(self, count: int) -> dict[str, float]:
        """Import."""
        from lunogram.importing import import_events

        result = import_events(self._csv, self._outbox, restart=True)
        assert result.queued == count
        return {"peak": memory.peak()}

    @property
    def _csv(self) -> Path:
        return self._file.with_name("events.csv")


def _bytes_written() -> int:
    """How many bytes this process has handed to the disk's files so far; 0 if unknown."""
    try:
        lines = Path("/proc/self/io").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes"))
