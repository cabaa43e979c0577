"""How full an outbox in PostgreSQL is, as it was counted not long ago.

No row may be changed by all who queue: their transactions would wait for each other. So what waits
is counted, as seldom as is needed to spend a twentieth of the time on it at the most.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from ..store import Entry, Limits

_SHARE = 20


class Fill:
    """What a process believes to wait: what it counted last, and what it has added since."""

    def __init__(self, count: Callable[[], tuple[int, int]]) -> None:
        """Know nothing yet.

        Args:
            count: Counts the entries and the bytes of their bodies.
        """
        self._count = count
        self.forget()

    def forget(self) -> None:
        """Count anew with the next look."""
        self._valid_until = float("-inf")

    def has_room(self, entries: Sequence[Entry], limits: Limits) -> bool:
        """Whether entries go in.

        Args:
            entries: What is to be queued.
            limits: How much may wait, with them.
        """
        if not entries or limits == Limits():
            return True
        if time.monotonic() > self._valid_until:
            self._recount()
        return _fits(self._entries + len(entries), limits.entries) and _fits(
            self._bytes + sum(entry.size for entry in entries), limits.bytes
        )

    def add(self, entries: Sequence[Entry]) -> None:
        """Remember that entries went in.

        Args:
            entries: What was queued.
        """
        if self._valid_until > 0:
            self._entries += len(entries)
            self._bytes += sum(entry.size for entry in entries)

    def _recount(self) -> None:
        begin = time.monotonic()
        self._entries, self._bytes = self._count()
        end = time.monotonic()
        self._valid_until = end + _SHARE * (end - begin)


def _fits(amount: int, limit: int | None) -> bool:
    return limit is None or amount <= limit
