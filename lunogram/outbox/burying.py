"""Giving up by hand what waits, so that it holds up nobody."""

from __future__ import annotations

import time
from collections.abc import Iterable

from .store import DeadLetter, Outcomes, Store


def bury(store: Store, sequences: Iterable[int]) -> int:
    """Make dead letters of entries that wait; return how many.

    Args:
        store: Where they wait.
        sequences: Their places. Those where nothing waits are left out.
    """
    found = [
        entry
        for place in sorted(set(sequences))
        for entry in store.pending(1, place - 1)
        if entry.sequence == place
    ]
    letters = [DeadLetter(entry, None, "given up by hand", time.time()) for entry in found]
    store.settle(Outcomes(dead=letters))
    return len(letters)
