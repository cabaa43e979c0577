"""Others, with a queue in memory, and what is the least: the same bytes over a bare socket."""

from __future__ import annotations

import json
import logging
import socket
from typing import Any
from urllib.parse import urlsplit

from benchmarks import events
from benchmarks.latency import Latencies


class Thread:
    """A client that queues in memory, and sends in a thread of its own."""

    def __init__(self, url: str, places: int | None = None) -> None:
        logging.disable()  # it would say of each dropped event that the queue is full
        options: dict[str, Any] = {} if places is None else {"max_queue_size": places}
        self._client = self.open(url, options)

    def open(self, url: str, options: dict[str, Any]) -> Any:
        """Make the client."""
        raise NotImplementedError

    def queue(self, number: int) -> None:
        """Queue an event."""
        raise NotImplementedError

    def flush(self) -> None:
        """Wait until all of them are sent."""
        self._client.flush()

    def run(self, count: int) -> dict[str, float]:
        """Queue, and flush."""
        latencies = Latencies()
        latencies.measure(count, self.queue)
        self.flush()
        return latencies.facts()

    def close(self) -> None:
        """Stop its thread."""
        self._client.shutdown()


class Posthog(Thread):
    """posthog's client."""

    def open(self, url: str, options: dict[str, Any]) -> Any:
        """Make the client."""
        from posthog import Posthog as Client

        return Client("phc_benchmark", host=url, **options)

    def queue(self, number: int) -> None:
        """Capture."""
        self._client.capture(
            events.EVENT, distinct_id=events.user(number), properties=events.data(number)
        )

    def flush(self) -> None:
        """Wait for longer than its ten seconds."""
        self._client.flush(timeout_seconds=600)


class Segment(Thread):
    """segment-analytics-python's client."""

    def open(self, url: str, options: dict[str, Any]) -> Any:
        """Make the client."""
        from segment.analytics.client import Client

        return Client("benchmark", host=url, **options)

    def queue(self, number: int) -> None:
        """Track."""
        self._client.track(events.user(number), events.EVENT, events.data(number))


class Bare:
    """The floor: the standard library's JSON and a socket, arrays of 500."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname, parts.port))

    def run(self, count: int) -> dict[str, float]:
        """Encode each event, and send arrays."""
        latencies, self._bodies = Latencies(), list[bytes]()
        latencies.measure(count, self._encode)
        for begin in range(0, count, events.ARRAY):
            self._send(b"[" + b",".join(self._bodies[begin : begin + events.ARRAY]) + b"]")
        return latencies.facts()

    def _encode(self, number: int) -> None:
        self._bodies.append(json.dumps(events.plain(number)).encode())

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
