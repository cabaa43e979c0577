"""Who takes part: each class makes itself ready, does something so many times, and goes.

The event is the same for all: a name, whom it is about, and what most shops say of an order.
"""

from __future__ import annotations

import json
import socket
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

EVENT = "it.happened"
DATA: dict[str, Any] = {"total": 99.99, "currency": "EUR", "items": 3, "first": False}
ARRAY = 500


class Waits:
    """How long the caller waits, call by call."""

    def __init__(self) -> None:
        self._waits: list[float] = []

    def measure(self, count: int, call: Callable[[int], object]) -> None:
        """Call so many times."""
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


class Queue:
    """The outbox: events one by one onto the disk, delivered, acknowledged."""

    size = 1

    def __init__(self, url: str) -> None:
        from lunogram import Lunogram
        from lunogram.outbox import Outbox

        self._folder = tempfile.TemporaryDirectory()
        self._file = Path(self._folder.name) / "outbox.db"
        self._outbox = Outbox(f"sqlite:///{self._file}")
        self._client = Lunogram("sk_benchmark", base_url=url)

    def run(self, count: int) -> dict[str, float]:
        """Queue, and relay until nothing waits."""
        waits, written = Waits(), _bytes_written()
        waits.measure(count // self.size, self._queue)
        queued_cpu, written = time.process_time(), _bytes_written() - written
        self._client.relay(self._outbox).run(until_empty=True)
        relayed = time.process_time() - queued_cpu
        assert self._outbox.stats().pending == 0
        return {**waits.facts(), "written": written / count, "relayed": relayed}

    def _queue(self, number: int) -> None:
        from lunogram import Event

        events = [
            Event(EVENT, f"user_{number % 1000}", data={**DATA, "number": number})
            for _ in range(self.size)
        ]
        self._outbox.user.events.post(events)

    def close(self) -> None:
        """Remove the file."""
        self._outbox.close()
        self._folder.cleanup()


class QueueArrays(Queue):
    """The same, 500 to a call."""

    size = ARRAY


class RelaySingles(Queue):
    """Upserts that wait already, each a request of its own: what relaying them costs."""

    def __init__(self, url: str, concurrency: int) -> None:
        super().__init__(url)
        self._concurrency = concurrency

    def prepare(self, count: int) -> None:
        """Queue them."""
        for number in range(count):
            self._outbox.user.upsert(f"user_{number % 1000}", data={**DATA, "number": number})

    def run(self, count: int) -> dict[str, float]:
        """Relay until nothing waits."""
        relay = self._client.relay(self._outbox, concurrency=self._concurrency)
        relay.run(until_empty=True)
        assert relay.stats().delivered == count
        return {}


class Import(Queue):
    """The same events from a file: each row read, checked, queued, delivered."""

    def run(self, count: int) -> dict[str, float]:
        """Import, and relay until nothing waits."""
        from lunogram.importing import import_events

        file = Path(self._folder.name) / "events.csv"
        with file.open("w", encoding="ascii") as rows:
            rows.write("name,identifier,total,currency,items,first,number\n")
            rows.writelines(
                f"{EVENT},user_{n % 1000},99.99,EUR,3,false,{n}\n" for n in range(count)
            )
        begun = time.perf_counter()
        import_events(file, self._outbox, restart=True)
        wait = (time.perf_counter() - begun) * 1e6 / count
        self._client.relay(self._outbox).run(until_empty=True)
        return {"p50": wait, "p99": wait}


class Posthog:
    """posthog's client, as large a queue as it takes."""

    def __init__(self, url: str) -> None:
        from posthog import Posthog as Client

        self._client = Client("phc_benchmark", host=url, max_queue_size=10_000_000)

    def run(self, count: int) -> dict[str, float]:
        """Capture, and flush."""
        waits = Waits()
        waits.measure(count, self._capture)
        self._client.flush(timeout_seconds=600)
        return waits.facts()

    def _capture(self, number: int) -> None:
        properties = {**DATA, "number": number}
        self._client.capture(EVENT, distinct_id=f"user_{number % 1000}", properties=properties)

    def close(self) -> None:
        """Stop its thread."""
        self._client.shutdown()


class Segment:
    """segment-analytics-python's client, as large a queue as it takes."""

    def __init__(self, url: str) -> None:
        from segment.analytics.client import Client

        self._client = Client("benchmark", host=url, max_queue_size=10_000_000)

    def run(self, count: int) -> dict[str, float]:
        """Track, and flush."""
        waits = Waits()
        waits.measure(count, self._track)
        self._client.flush()
        return waits.facts()

    def _track(self, number: int) -> None:
        properties = {**DATA, "number": number}
        self._client.track(f"user_{number % 1000}", EVENT, properties)

    def close(self) -> None:
        """Stop its thread."""
        self._client.shutdown()


class Bare:
    """The floor: the same bytes by the standard library's JSON and socket, arrays of 500."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname, parts.port))

    def run(self, count: int) -> dict[str, float]:
        """Encode each event, and send arrays."""
        waits, self._bodies = Waits(), list[bytes]()
        waits.measure(count, self._encode)
        for begin in range(0, count, ARRAY):
            self._send(b"[" + b",".join(self._bodies[begin : begin + ARRAY]) + b"]")
        return waits.facts()

    def _encode(self, number: int) -> None:
        identifier = [{"external_id": f"user_{number % 1000}"}]
        event = {"name": EVENT, "identifier": identifier, "data": {**DATA, "number": number}}
        self._bodies.append(json.dumps(event).encode())

    def _send(self, body: bytes) -> None:
        head = (
            f"POST /api/client/users/events HTTP/1.1\r\nHost: sink\r\n"
            f"Authorization: Bearer sk_benchmark\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._socket.sendall(head.encode() + body)
        self._socket.recv(65536)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def _bytes_written() -> int:
    """How many bytes this process has handed to the disk's files so far; 0 if unknown."""
    try:
        lines = Path("/proc/self/io").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes"))
