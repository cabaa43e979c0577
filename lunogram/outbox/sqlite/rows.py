"""Entries and dead letters as rows of the SQLite file."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from ..store import DeadLetter, Entry

WIDTH = 10
"""How many columns of a dead letter are those of an entry."""


def row_of(entry: Entry, sequence: int) -> tuple[Any, ...]:
    """The row of a new entry.

    Args:
        entry: What to queue.
        sequence: Its place.
    """
    return (*_facts(entry, sequence), 0, 0)


def row_of_letter(letter: DeadLetter) -> tuple[Any, ...]:
    """The row of a dead letter.

    Args:
        letter: What was given up.
    """
    entry = letter.entry
    why = (letter.status, letter.problem, letter.died_at)
    return (*_facts(entry, entry.sequence), entry.attempts, entry.deaths, *why)


def _facts(entry: Entry, sequence: int) -> tuple[Any, ...]:
    subjects = json.dumps(entry.subjects)
    return (
        sequence, entry.method, entry.path, entry.query, entry.body, subjects, entry.queued_at,
        entry.trace,
    )  # fmt: skip


def entry_of(row: tuple[Any, ...]) -> Entry:
    """The entry that a row holds.

    Args:
        row: From the table of entries.

    Raises:
        sqlite3.DatabaseError: If the row is corrupt.
    """
    sequence, method, path, query, body, subjects, queued_at, trace, attempts, deaths = row
    try:
        about = tuple(json.loads(subjects))
    except (ValueError, TypeError):
        raise sqlite3.DatabaseError(f"it is corrupt at place {sequence}") from None
    return Entry(method, path, query, body, about, queued_at, trace, sequence, attempts, deaths)


def letter_of(row: tuple[Any, ...]) -> DeadLetter:
    """The dead letter that a row holds.

    Args:
        row: From the table of dead letters.

    Raises:
        sqlite3.DatabaseError: If the row is corrupt.
    """
    return DeadLetter(entry_of(row[:WIDTH]), *row[WIDTH:])
