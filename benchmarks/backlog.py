"""An outbox that is being filled: the cost of queueing, leasing and settling on the way."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable

from benchmarks import entries, events
from lunogram import Event
from lunogram.outbox import Outbox
from lunogram.outbox.owner import new_owner
from lunogram.outbox.store import Capacity, Limits, Outcomes

_AT_ONCE = 10_000
_QUEUED = 200
_LEASES = 20


class Fuller:
    """A file, filled up to what is asked before each turn."""

    def __init__(self, _url: str) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._outbox = Outbox(f"sqlite:///{self._folder.name}/outbox.db")
        self._store = self._outbox._store
        self._owner = new_owner()
        self._waiting = entries.of_events(_AT_ONCE)

    def prepare(self, count: int) -> None:
        """Fill it."""
        entries.fill(self._store, self._waiting, count - self._store.stats().pending)

    def run(self, _count: int) -> dict[str, float]:
        """Queue some, and lease and settle some; the middle of what each cost, in CPU seconds."""
        queueing = [_cost(self._queue, number) for number in range(_QUEUED)]
        leasing = [self._lease_and_settle() for _ in range(_LEASES)]
        self._store.release(self._owner)
        return {
            "queueing": statistics.median(queueing),
            "leasing": statistics.median(leasing) / events.ARRAY,
        }

    def _queue(self, number: int) -> None:
        event = Event(events.EVENT, events.user(number), data=events.data(number))
        self._outbox.user.events.post([event])

    def _lease_and_settle(self) -> float:
        cost = _cost(self._take, events.ARRAY)
        self._store.add(self._waiting[: events.ARRAY], Limits())  # so that as many wait as before
        return cost

    def _take(self, count: int) -> None:
        lease = self._store.lease(self._owner, 60, Capacity(count))
        assert len(lease.entries) == count
        self._store.settle(Outcomes(delivered=lease.entries))

    def close(self) -> None:
        """Remove the file."""
        self._outbox.close()
        self._folder.cleanup()


def _cost(work: Callable[[int], object], number: int) -> float:
    begun = time.process_time()
    work(number)
    return time.process_time() - begun
