"""Entries and dead letters as rows of the SQLite file."""

from __future__ import annotations

import json
import sqlite3
from json.encoder import encode_basestring_ascii
from typing import Any

from ..store import DeadLetter, Entry

_read = json.JSONDecoder().raw_decode

WIDTH = 10
"""How many columns of a dead letter are those of an entry."""


def row_of(entry: Entry) -> tuple[Any, ...]:
    """The row of a new entry, without a place and what will be counted there.

    Args:
        entry: What to queue.
    """
    # As `json.dumps` writes it, in a third of the time.
    subjects = f"[{', '.join(map(encode_basestring_ascii, entry.subjects))}]"
    return (
        entry.method, entry.path, entry.query, entry.body, subjects, entry.queued_at, entry.trace,
    )  # fmt: skip


def row_of_letter(letter: DeadLetter) -> tuple[Any, ...]:
    """The row of a dead letter.

    Args:
        letter: What was given up.
    """
    entry = letter.entry
    why = (letter.status, letter.problem, letter.died_at)
    return (entry.sequence, *row_of(entry), entry.attempts, entry.deaths, *why)


def entry_of(row: tuple[Any, ...]) -> Entry:
    """The entry that a row holds.

    Args:
        row: From the table of entries.

    Raises:
        sqlite3.DatabaseError: If the row is corrupt.
    """
    sequence, method, path, query, body, subjects, queued_at, trace, attempts, deaths = row
    try:
        about = _about(subjects)
    except (ValueError, TypeError):
        raise sqlite3.DatabaseError(f"it is corrupt at place {sequence}") from None
    return Entry(method, path, query, body, about, queued_at, trace, sequence, attempts, deaths)


def _about(subjects: str) -> tuple[str, ...]:
    about, end = _read(subjects)
    if end != len(subjects):
        raise ValueError("there is more")
    return tuple(about)


def letter_of(row: tuple[Any, ...]) -> DeadLetter:
    """The dead letter that a row holds.

    Args:
        row: From the table of dead letters.

    Raises:
        sqlite3.DatabaseError: If the row is corrupt.
    """
    return DeadLetter(entry_of(row[:WIDTH]), *row[WIDTH:])
