"""Entries that wait in an outbox, many at a time, without the calls that would queue them."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks import events
from lunogram import Event, User, calls
from lunogram.outbox.entries import entries_of
from lunogram.outbox.store import Entry, Limits, Store


def of_events(count: int) -> list[Entry]:
    """So many events, which a relay sends in arrays.

    Args:
        count: How many.
    """
    told = [
        Event(events.EVENT, events.user(number), data=events.data(number))
        for number in range(count)
    ]
    return entries_of(calls.post_events(calls.USER, told))


def of_upserts(count: int) -> list[Entry]:
    """So many upserts, each of which is a request of its own.

    Args:
        count: How many.
    """
    return [entry for number in range(count) for entry in entries_of(_upsert(number))]


def _upsert(number: int) -> calls.Call[User]:
    return calls.upsert_user(
        events.user(number), email="ada@example.com", phone=None, timezone="Europe/London",
        locale=None, data=events.data(number),
    )  # fmt: skip


def fill(store: Store, entries: Sequence[Entry], count: int) -> None:
    """Queue so many of these entries, again and again if need be.

    Args:
        store: Where.
        entries: What goes in at once.
        count: How many in all.
    """
    for _ in range(count // len(entries)):
        store.add(entries, Limits())
    store.add(entries[: count % len(entries)], Limits())
