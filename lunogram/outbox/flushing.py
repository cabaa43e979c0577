"""Waiting until what is queued has arrived: always back within the time, with honest numbers."""

from __future__ import annotations

import threading
import time

import attrs

from .errors import OutboxError
from .patience import within
from .store import Stats, Store

# What a store may take, at the least, to say anything at all.
_GRACE = 1.0
# How much of the time is kept for counting.
_SHARE_OF_COUNTING = 0.05
_LONGEST_COUNTING = 0.1
_COUNTED_ONE_BY_ONE = 1000


@attrs.frozen
class FlushResult:
    """What became, within the time given, of all that waited when `Outbox.flush` was called.

    Attributes:
        delivered: How many entries arrived. An array of events counts as that many.
        pending: How many still wait. They stay in the outbox.
        dead: How many became dead letters.
    """

    delivered: int
    pending: int
    dead: int


def flushed(store: Store, timeout: float) -> FlushResult:
    """Wait until all that waits now is delivered or dead, or the time is over.

    Args:
        store: Where it waits.
        timeout: For how many seconds to wait; a store that says nothing gets a second at least.

    Raises:
        OutboxError: If the store can't be read, or says nothing.
    """
    look = _Look(store, timeout)
    # In a thread, which is left behind if the store hangs.
    thread = threading.Thread(target=look.run, name="lunogram-flush", daemon=True)
    thread.start()
    thread.join(max(timeout, _GRACE))
    if look.error:
        raise look.error
    if look.result is None:
        raise OutboxError("the outbox did not answer in time")
    return look.result


class _Look:
    """One flush."""

    def __init__(self, store: Store, timeout: float) -> None:
        self._store = store
        self._until = time.monotonic() + timeout
        self._until -= min(_LONGEST_COUNTING, _SHARE_OF_COUNTING * timeout)
        self.result: FlushResult | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        """Wait, and count."""
        try:
            self._run()
        except Exception as error:  # noqa: BLE001 - raised in the thread that waits for this one
            self.error = error

    def _run(self) -> None:
        before, newest = self._store.stats(), self._store.newest()
        self.result = FlushResult(0, before.pending, 0)  # for as long as nothing else is known
        left = self._until - time.monotonic()
        done = within(left, lambda: not self._store.waits(newest))
        after = self._store.stats()
        dead = min(after.died - before.died, before.pending)
        pending = 0 if done else self._left(before, after, newest)
        dead = min(dead, before.pending - pending)
        self.result = FlushResult(before.pending - pending - dead, pending, dead)

    def _left(self, before: Stats, after: Stats, newest: int) -> int:
        """How many still wait of those that waited before."""
        gone = after.delivered + after.died - before.delivered - before.died
        at_least = max(0, before.pending - gone)
        if after.queued == before.queued:
            return at_least
        # What was queued since may have overtaken them; so they are counted, if they are few.
        first = self._store.pending(_COUNTED_ONE_BY_ONE)
        counted = sum(entry.sequence <= newest for entry in first)
        return min(max(at_least, counted), before.pending)
