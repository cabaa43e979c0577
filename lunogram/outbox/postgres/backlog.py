"""The backlog of an outbox in PostgreSQL, as it was counted last.

A counter row would make all transactions that queue wait for each other. So the entries are
counted, as seldom as is needed to spend at most a twentieth of the time on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..._clock import monotonic
from ..store import Entry, Limits

_SHARE = 20


class Backlog:
    """An estimate of what waits: what was counted last, and what this process has added since."""

    def __init__(self, count: Callable[[], tuple[int, int]]) -> None:
        """Create it, with nothing counted yet.

        Args:
            count: Counts the entries and the bytes of their bodies.
        """
        self._count = count
        self.forget()

    def forget(self) -> None:
        """Count again the next time."""
        self._valid_until = float("-inf")

    def has_room(self, entries: Sequence[Entry], limits: Limits) -> bool:
        """Whether there is room for entries.

        Args:
            entries: The entries to be queued.
            limits: How much may wait, with them.
        """
        if not entries or not limits.are_set:
            return True
        if monotonic() > self._valid_until:
            self._recount()
        size = sum(entry.size for entry in entries)
        return limits.allow(entries=self._entries + len(entries), bytes=self._bytes + size)

    def add(self, entries: Sequence[Entry]) -> None:
        """Add entries to the estimate.

        Args:
            entries: The entries that were queued.
        """
        if self._valid_until > 0:
            self._entries += len(entries)
            self._bytes += sum(entry.size for entry in entries)

    def _recount(self) -> None:
        begin = monotonic()
        self._entries, self._bytes = self._count()
        end = monotonic()
        self._valid_until = end + _SHARE * (end - begin)
