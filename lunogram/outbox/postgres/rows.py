"""Entries and dead letters as rows of PostgreSQL.

All texts are written as JSON in ASCII: so any text goes into a database of any encoding, even one
with a NUL, which PostgreSQL's own texts don't take.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..store import DeadLetter, Entry

_WIDTH = 6


def columns_of(entries: Sequence[Entry]) -> dict[str, list[Any]]:
    """What is written of new entries, column by column.

    Args:
        entries: What to queue.
    """
    return {
        "lanes": [entry.lane for entry in entries],
        "calls": [_call_of(entry) for entry in entries],
        "bodies": [entry.body for entry in entries],
        "times": [entry.queued_at for entry in entries],
    }


def _call_of(entry: Entry) -> str:
    call = {
        "method": entry.method,
        "path": entry.path,
        "query": entry.query,
        "subjects": entry.subjects,
        "trace": entry.trace,
    }
    return json.dumps(call)


def values_of_letter(letter: DeadLetter) -> dict[str, Any]:
    """What is written of a dead letter; the call itself is there already.

    Args:
        letter: What was given up.
    """
    return {
        "sequence": letter.entry.sequence,
        "attempts": letter.entry.attempts,
        "deaths": letter.entry.deaths,
        "status": letter.status,
        "problem": json.dumps(letter.problem),
        "died_at": letter.died_at,
    }


def entry_of(row: tuple[Any, ...]) -> Entry:
    """The entry that a row holds.

    Args:
        row: sequence, call, body, queued_at, attempts, deaths.
    """
    sequence, call, body, queued_at, attempts, deaths = row
    return Entry(
        method=call["method"],
        path=call["path"],
        query=call["query"],
        body=body,
        subjects=tuple(call["subjects"]),
        queued_at=queued_at,
        trace=call["trace"],
        sequence=sequence,
        attempts=attempts,
        deaths=deaths,
    )


def letter_of(row: tuple[Any, ...]) -> DeadLetter:
    """The dead letter that a row holds.

    Args:
        row: As of an entry, and status, problem, died_at.
    """
    return DeadLetter(entry_of(row[:_WIDTH]), *row[_WIDTH:])
