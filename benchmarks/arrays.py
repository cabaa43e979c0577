"""Who sends events in arrays: the count is of events, however many go out at once."""

from __future__ import annotations

from benchmarks import events
from benchmarks.singles import HEADERS, KEY

PATH = "/api/client/users/events"


class Arrays:
    """Sends arrays of so many."""

    def __init__(self, url: str, size: int) -> None:
        self._size = size
        self.open(url)

    def open(self, url: str) -> None:
        """Make the client."""
        raise NotImplementedError

    def send(self, first: int) -> None:
        """Send one array, whose first event has this number."""
        raise NotImplementedError

    def run(self, count: int) -> dict[str, float]:
        """Send so many events."""
        for first in range(0, count, self._size):
            self.send(first)
        return {}

    def close(self) -> None:
        """Let go."""


class Facade(Arrays):
    """Ours, checks and all."""

    def open(self, url: str) -> None:
        """Make the client."""
        from lunogram import Lunogram

        self._client = Lunogram(KEY, base_url=url)

    def send(self, first: int) -> None:
        """Post events."""
        from lunogram import Event

        self._client.user.events.post(
            [
                Event(events.EVENT, events.user(number), data=events.data(number))
                for number in range(first, first + self._size)
            ]
        )


class Httpx(Arrays):
    """httpx by hand: dicts, and nothing is checked."""

    def open(self, url: str) -> None:
        """Make the client."""
        import httpx

        self._client = httpx.Client(base_url=url, headers=HEADERS)

    def send(self, first: int) -> None:
        """Post dicts."""
        body = [events.plain(number) for number in range(first, first + self._size)]
        self._client.post(PATH, json=body).raise_for_status()
