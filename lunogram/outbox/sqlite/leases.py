"""The lease of an SQLite outbox: which relay may send, and the entries that are leased to it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from ..owner import is_gone
from ..store import ALL_PARTITIONS, NO_PARTITIONS, Capacity, Entry, Lease, in_turn
from .rows import entry_of, lease_of
from .schema import execute, first_row, only_row

# A lease is written for longer than a relay asks for, and written again when only that is left. So
# a relay that asks often writes seldom.
_LONGER = 4 / 3


def unchanged_lease(
    connection: sqlite3.Connection, owner: str, seconds: float, room: Capacity
) -> Lease | None:
    """The lease as it is, or None if there is something to write.

    Args:
        connection: To the file.
        owner: The relay.
        seconds: For how long it asks.
        room: How much it can take.
    """
    found = lease_of(only_row(connection, "lease"))
    if found["owner"] != owner:
        is_wanted = room.entries > 0 and not _is_held(found, owner)
        if is_wanted and first_row(connection, "oldest"):
            return None
        return Lease(NO_PARTITIONS, ())
    if _is_due(found, seconds) or _has_more(connection, found["last"], room):
        return None
    return Lease(ALL_PARTITIONS, ())


def take_lease(connection: sqlite3.Connection, owner: str, seconds: float, room: Capacity) -> Lease:
    """Take or keep the lease and lease entries, unless another relay has it.

    Args:
        connection: To the file, in a transaction.
        owner: The relay.
        seconds: For how long it asks.
        room: How much it can take.
    """
    found = lease_of(only_row(connection, "lease"))
    if _is_held(found, owner):
        return Lease(NO_PARTITIONS, ())
    kept = found["owner"] == owner
    if not kept:
        execute(connection, "count_crashes", last=found["last"])
    last = found["last"] if kept else 0
    with closing(_queue(connection, last)) as queue:
        entries = tuple(in_turn(map(entry_of, queue), room))
    execute(
        connection, "take", owner=owner, now=time.time(), seconds=_LONGER * seconds,
        last=entries[-1].sequence if entries else last,
    )  # fmt: skip
    return Lease(ALL_PARTITIONS if kept else NO_PARTITIONS, entries)


def take_parked(
    connection: sqlite3.Connection, owner: str, sequences: Iterable[int]
) -> list[Entry]:
    """Lease parked entries, if the relay has the lease; return those that exist.

    Args:
        connection: To the file, in a transaction.
        owner: The relay.
        sequences: Their sequence numbers.
    """
    if lease_of(only_row(connection, "lease"))["owner"] != owner:
        return []
    rows = []
    for sequence in sequences:
        execute(connection, "count_crash_of_parked", sequence=sequence, owner=owner)
        execute(connection, "take_parked", sequence=sequence, owner=owner)
        rows.append(first_row(connection, "parked_entry", sequence=sequence))
    return [entry_of(row) for row in rows if row]


def end_lease(connection: sqlite3.Connection, owner: str) -> None:
    """End the lease of a relay that has nothing in flight.

    Args:
        connection: To the file, in a transaction.
        owner: The relay.
    """
    execute(connection, "release", owner=owner)
    execute(connection, "give_back_parked", owner=owner)


def _is_due(lease: dict[str, Any], seconds: float) -> bool:
    # It is too long if less was asked this time, or the clock was put back.
    left = lease["taken_at"] + lease["seconds"] - time.time()
    return not seconds <= left <= _LONGER * seconds


def _has_more(connection: sqlite3.Connection, after: int, room: Capacity) -> bool:
    with closing(_queue(connection, after)) as queue:
        return any(True for _ in in_turn(map(entry_of, queue), room))


def _queue(connection: sqlite3.Connection, after: int) -> sqlite3.Cursor:
    return execute(connection, "queue", after=after, limit=-1)


def _is_held(lease: dict[str, Any], owner: str) -> bool:
    """Whether another relay has the lease, which is alive as far as we know."""
    # Whoever took it in the future did so before the clock was put back.
    lasts = abs(time.time() - lease["taken_at"]) < lease["seconds"]
    return lasts and lease["owner"] not in (None, owner) and not is_gone(lease["owner"])
