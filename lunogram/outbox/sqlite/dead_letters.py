"""The dead letters of an SQLite outbox: retried, or dropped."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from .schema import execute


def retry_dead_letters(connection: sqlite3.Connection, sequences: Sequence[int] | None) -> int:
    """Queue dead letters again, and return how many.

    Args:
        connection: To the file, in a transaction.
        sequences: Their sequence numbers, or None for all.
    """
    found = _found(connection, sequences)
    execute(connection, "count_queued")
    for sequence in found:
        execute(connection, "count_requeued", sequence=sequence)
        execute(connection, "requeue", sequence=sequence)
        execute(connection, "delete_dead_letter", sequence=sequence)
    return len(found)


def drop_dead_letters(connection: sqlite3.Connection, sequences: Sequence[int] | None) -> int:
    """Drop dead letters, and return how many.

    Args:
        connection: To the file, in a transaction.
        sequences: Their sequence numbers, or None for all.
    """
    found = _found(connection, sequences)
    for sequence in found:
        execute(connection, "delete_dead_letter", sequence=sequence)
    execute(connection, "count_dropped", entries=len(found))
    return len(found)


def _found(connection: sqlite3.Connection, sequences: Sequence[int] | None) -> list[int]:
    there = [row[0] for row in execute(connection, "dead_sequences")]
    wanted = None if sequences is None else set(sequences)
    return [sequence for sequence in there if wanted is None or sequence in wanted]
