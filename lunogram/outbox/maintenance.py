"""What people do by hand with the entries of an outbox, in any store."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence

import attrs

from .store import DeadLetter, Entry, Outcomes, Store, in_pages

_BY_HAND = "buried by hand"


def entries_of(store: Store) -> Iterator[Entry]:
    """All pending entries of a store.

    Args:
        store: The store of an outbox.
    """
    return in_pages(store.pending, lambda entry: entry.sequence)


def dead_letters_of(store: Store) -> Iterator[DeadLetter]:
    """All dead letters of a store.

    Args:
        store: The store of an outbox.
    """
    return in_pages(store.dead_letters, lambda letter: letter.entry.sequence)


def bury(store: Store, sequences: Iterable[int]) -> int:
    """Move pending entries to the dead letters, and return how many.

    Args:
        store: The store of an outbox.
        sequences: The sequence numbers of the entries. Those that are not pending are ignored.
    """
    found = [
        entry
        for place in sorted(set(sequences))
        for entry in store.pending(1, place - 1)
        if entry.sequence == place
    ]
    return _bury(store, found)


def bury_parked(store: Store, subject: str) -> int:
    """Move the parked entries about a subject to the dead letters, and return how many.

    Args:
        store: The store of an outbox.
        subject: The subject, such as ``"user:default:user_123"``.
    """
    parked = (each.entry for each in store.parked(None))
    return _bury(store, [entry for entry in parked if subject in entry.subjects])


def _bury(store: Store, entries: Sequence[Entry]) -> int:
    now = time.time()
    store.settle(Outcomes(dead=[DeadLetter(entry, None, _BY_HAND, now) for entry in entries]))
    return len(entries)


def retry_parked(store: Store, subject: str | None) -> int:
    """Let a relay send parked entries within seconds, and return how many.

    Args:
        store: The store of an outbox.
        subject: The subject that they are about; None for all parked entries.
    """
    found = [
        attrs.evolve(parked, retry_at=time.time())
        for parked in store.parked(None)
        if parked.retry_at and (subject is None or subject in parked.entry.subjects)
    ]
    store.settle(Outcomes(parked=found))
    return len(found)


def drop_older(store: Store, seconds: float, sequences: Sequence[int] | None = None) -> int:
    """Delete dead letters by their age, and return how many.

    Args:
        store: The store of an outbox.
        seconds: How long ago they became dead letters, at least.
        sequences: Their sequence numbers; None for all.
    """
    latest = time.time() - seconds
    old = [each.entry.sequence for each in dead_letters_of(store) if each.died_at <= latest]
    return store.drop(old if sequences is None else sorted({*old} & {*sequences}))


def forget(store: Store, subject: str) -> int:
    """Delete everything about a subject, pending or dead, and return how many entries that were.

    Args:
        store: The store of an outbox.
        subject: The subject, such as ``"user:default:user_123"``.
    """
    _bury(store, [entry for entry in entries_of(store) if subject in entry.subjects])
    letters = dead_letters_of(store)
    return store.drop([each.entry.sequence for each in letters if subject in each.entry.subjects])
