"""The flush of an outbox: it waits until what is pending is delivered, within a time limit."""

from __future__ import annotations

import threading

import attrs

from .._clock import monotonic
from .errors import OutboxError
from .polling import wait_until
from .store import Stats, Store

# The least time that a store gets to respond.
_GRACE = 1.0
# The share of the time that is kept for counting.
_SHARE_OF_COUNTING = 0.05
_LONGEST_COUNTING = 0.1
_COUNTED_ONE_BY_ONE = 1000


@attrs.frozen
class FlushResult:
    """The outcome of all entries that were pending when `Outbox.flush` was called.

    Attributes:
        delivered: The number of entries delivered. An event of a batch counts as one.
        pending: The number of entries still pending. They stay in the outbox.
        dead: The number of entries that became dead letters.
    """

    delivered: int
    pending: int
    dead: int


def flushed(store: Store, timeout: float) -> FlushResult:
    """Wait until all that is pending now is delivered or dead, or the time is over.

    Args:
        store: The store of the outbox.
        timeout: The maximum number of seconds; a store gets at least one second to respond.

    Raises:
        OutboxError: If the store can't be read, or does not respond.
    """
    flush = Flush(store, timeout)
    try:
        return flush.run()
    finally:
        flush.stop()  # also if a signal handler has raised something


class Flush:
    """One flush."""

    def __init__(self, store: Store, timeout: float) -> None:
        """Note until when to wait.

        Args:
            store: The store of the outbox.
            timeout: The maximum number of seconds; a store gets at least one second to respond.
        """
        timeout = min(timeout, threading.TIMEOUT_MAX)
        self._store = store
        self._until = monotonic() + timeout
        self._until -= min(_LONGEST_COUNTING, _SHARE_OF_COUNTING * timeout)
        self._timeout = timeout
        self._result: FlushResult | None = None
        self._error: Exception | None = None
        self._is_over = False

    def run(self) -> FlushResult:
        """Wait until all that is pending now is delivered or dead, or the time is over.

        Raises:
            OutboxError: If the store can't be read, or does not respond.
        """
        self._run_aside()
        if self._error:
            raise self._error
        if self._result is None:
            raise OutboxError("the outbox did not respond in time")
        return self._result

    def stop(self) -> None:
        """Stop waiting; nobody is interested in the result any more."""
        self._is_over = True

    def _run_aside(self) -> None:
        """Wait and count in a thread, which is abandoned if the store hangs."""
        thread = threading.Thread(target=self._run_safely, name="lunogram-flush", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the program ends, and no thread can be started any more
            self._run_safely()
        else:
            thread.join(max(self._timeout, _GRACE))

    def _run_safely(self) -> None:
        try:
            self._run()
        except Exception as error:  # noqa: BLE001 - raised in the thread that waits for this one
            self._error = error

    def _run(self) -> None:
        before, newest = self._store.stats(), self._store.newest()
        self._result = FlushResult(0, before.pending, 0)  # for as long as nothing else is known
        left = self._until - monotonic()
        done = wait_until(left, lambda: self._is_over or not self._store.waits(newest))
        after = self._store.stats()
        dead = min(after.died - before.died, before.pending)
        pending = 0 if done else self._left(before, after, newest)
        dead = min(dead, before.pending - pending)
        self._result = FlushResult(before.pending - pending - dead, pending, dead)

    def _left(self, before: Stats, after: Stats, newest: int) -> int:
        """The number of entries that are still pending of those that were before."""
        gone = after.delivered + after.died - before.delivered - before.died
        at_least = max(0, before.pending - gone)
        if after.queued == before.queued:
            return at_least
        # Entries queued since may have overtaken them; so they are counted, if they are few.
        first = self._store.pending(_COUNTED_ONE_BY_ONE)
        counted = sum(entry.sequence <= newest for entry in first)
        return min(max(at_least, counted), before.pending)
