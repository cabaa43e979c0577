"""Entries and dead letters as rows of the SQLite file."""

from __future__ import annotations

import json
from functools import partial
from json.encoder import encode_basestring_ascii
from math import isfinite
from typing import Any

from ..store import DeadLetter, Entry, ParkedEntry
from ..stored import salvaged, validated, validated_letter, validated_parked

_read = json.JSONDecoder().raw_decode

text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
"""The decoder of texts: one that is not UTF-8 must not make other rows unreadable."""

# Longer than any lease of a relay: a longer one was written by another program.
_LONGEST_LEASE = 30 * 86400.0

WIDTH = 11
"""The number of columns of an entry, which are the first columns of a dead letter, and of a parked
entry."""


def row_of(entry: Entry) -> tuple[Any, ...]:
    """The row of a new entry, without sequence number and counters.

    Args:
        entry: The entry.
    """
    # As `json.dumps` writes it, in a third of the time.
    subjects = f"[{', '.join(map(encode_basestring_ascii, entry.subjects))}]"
    return (
        entry.name, entry.method, entry.path, entry.query, entry.body, subjects, entry.queued_at,
        entry.trace,
    )  # fmt: skip


def row_of_letter(letter: DeadLetter) -> tuple[Any, ...]:
    """The row of a dead letter.

    Args:
        letter: The dead letter.
    """
    entry = letter.entry
    why = (letter.status, letter.problem, letter.died_at)
    return (entry.sequence, *row_of(entry), entry.attempts, entry.crashes, *why)


def row_of_parked(parked: ParkedEntry) -> tuple[Any, ...]:
    """The row of a parked entry.

    Args:
        parked: The parked entry.
    """
    entry = parked.entry
    why = (parked.status, parked.problem, parked.parked_at, parked.retry_at)
    return (entry.sequence, *row_of(entry), entry.attempts, entry.crashes, *why)


def entry_of(row: tuple[Any, ...]) -> Entry:
    """The entry that a row holds, or a malformed entry.

    Args:
        row: The columns in the order of the query "queue".
    """
    sequence, name, method, path, query, body, subjects, queued_at, trace, attempts, crashes = row
    try:
        about = _about(subjects)
    except (ValueError, TypeError, RecursionError):
        about = None
    entry = Entry(
        method, path, query, body, (subjects,) if about is None else about, queued_at, trace,
        sequence, attempts, crashes, name,
    )  # fmt: skip
    return salvaged(entry, "its subjects can't be read", 0) if about is None else validated(entry)


def _about(subjects: str) -> tuple[str, ...]:
    about, end = _read(subjects)
    if end != len(subjects) or not isinstance(about, list):
        raise ValueError("not a list")
    return tuple(about)


def lease_of(found: dict[str, Any]) -> dict[str, Any]:
    """The lease that a row holds; one without owner, if the row is invalid.

    Args:
        found: The row, by the names of its columns.
    """
    owner, last = found["owner"], found["last"]
    times = found["taken_at"], found["seconds"]
    are_numbers = all(type(time) in (int, float) and isfinite(time) for time in times)
    if are_numbers and type(last) is int and found["seconds"] < _LONGEST_LEASE:
        return {**found, "owner": owner if isinstance(owner, str) else None}
    return {"owner": None, "taken_at": 0.0, "seconds": 0.0, "last": 0}


def letter_of(row: tuple[Any, ...]) -> DeadLetter:
    """The dead letter that a row holds, with what could be read of it.

    Args:
        row: The columns in the order of the query "dead_letters".
    """
    return validated_letter(entry_of(row[:WIDTH]), *row[WIDTH:])


def parked_of(row: tuple[Any, ...]) -> ParkedEntry:
    """The parked entry that a row holds, with what could be read of it.

    Args:
        row: The columns in the order of the query "parked".
    """
    return validated_parked(entry_of(row[:WIDTH]), *row[WIDTH:])
