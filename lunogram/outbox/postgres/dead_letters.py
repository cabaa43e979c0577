"""The dead letters of an outbox in PostgreSQL: added, retried, or dropped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..store import DeadLetter
from .connection import Connection
from .rows import values_of_dead_letter

Queries = Mapping[str, bytes]


def add_dead_letters(
    connection: Connection, queries: Queries, dead_letters: Iterable[DeadLetter]
) -> None:
    """Move entries to the dead letters, those that still wait.

    Args:
        connection: A connection, in a transaction.
        queries: The queries by their names.
        dead_letters: The dead letters, with their entries.
    """
    for dead_letter in dead_letters:
        connection.execute(queries["bury"], values_of_dead_letter(dead_letter))


def retry_dead_letters(
    connection: Connection, queries: Queries, sequences: Sequence[int] | None
) -> int:
    """Queue dead letters again; return how many there were.

    Args:
        connection: A connection, in a transaction.
        queries: The queries by their names.
        sequences: Their sequence numbers, or None for all.
    """
    return _count(connection, queries["retry"], sequences)


def drop_dead_letters(
    connection: Connection, queries: Queries, sequences: Sequence[int] | None
) -> int:
    """Drop dead letters; return how many there were.

    Args:
        connection: A connection, in a transaction.
        queries: The queries by their names.
        sequences: Their sequence numbers, or None for all.
    """
    return _count(connection, queries["drop"], sequences)


def _count(connection: Connection, query: bytes, sequences: Sequence[int] | None) -> int:
    values = {"sequences": None if sequences is None else [*sequences]}
    [[count]] = connection.execute(query, values).fetchall()
    return int(count)
