"""Entries and dead letters as rows of PostgreSQL.

All strings are written as JSON in ASCII: so any string fits into a database of any encoding, even
one with a NUL, which PostgreSQL's own strings can't hold.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..store import DeadLetter, Entry, ParkedEntry
from ..stored import (
    NEWER,
    UnknownFieldError,
    salvaged,
    validated,
    validated_letter,
    validated_parked,
)

_FIELDS = ("method", "path", "query", "subjects", "trace")
_WIDTH = 8


def columns_of(entries: Sequence[Entry]) -> dict[str, list[Any]]:
    """The columns of new entries.

    Args:
        entries: The entries.
    """
    return {
        "partitions": [entry.partition for entry in entries],
        "calls": [_call_of(entry) for entry in entries],
        "bodies": [entry.body for entry in entries],
        "times": [entry.queued_at for entry in entries],
        "operations": [json.dumps(entry.name) for entry in entries],
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


def values_of_dead_letter(dead_letter: DeadLetter) -> dict[str, Any]:
    """The values of a dead letter that its entry does not have.

    Args:
        dead_letter: The dead letter.
    """
    return {
        "sequence": dead_letter.entry.sequence,
        "attempts": dead_letter.entry.attempts,
        "crashes": dead_letter.entry.crashes,
        "status": dead_letter.status,
        "problem": json.dumps(dead_letter.problem),
        "died_at": dead_letter.died_at,
    }


def values_of_parked(parked: ParkedEntry) -> dict[str, Any]:
    """The values of a parked entry that its entry does not have.

    Args:
        parked: The parked entry.
    """
    return {
        "sequence": parked.entry.sequence,
        "attempts": parked.entry.attempts,
        "crashes": parked.entry.crashes,
        "status": parked.status,
        "problem": json.dumps(parked.problem),
        "parked_at": parked.parked_at,
        "retry_at": parked.retry_at,
    }


def entry_of(row: tuple[Any, ...]) -> Entry:
    """The entry that a row holds, or a malformed entry.

    Args:
        row: The columns sequence, partition, call as bytes, body, queued_at, attempts, crashes,
            operation as bytes.
    """
    sequence, partition, call, body, queued_at, attempts, crashes, operation = row
    counts = {"sequence": sequence, "attempts": attempts, "crashes": crashes}
    try:
        facts = {**_facts_of(call), "name": json.loads(operation)}
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        fault = NEWER if isinstance(error, UnknownFieldError) else "its call can't be read"
        return salvaged(Entry("", "", "", body, (), queued_at, **counts), fault, partition)
    return validated(Entry(body=body, queued_at=queued_at, **facts, **counts), partition)


def _facts_of(call: bytes) -> dict[str, Any]:
    facts = {**json.loads(call)}
    if facts.keys() - {*_FIELDS}:
        raise UnknownFieldError
    return {**{name: facts[name] for name in _FIELDS}, "subjects": (*_listed(facts["subjects"]),)}


def _listed(subjects: Any) -> list[Any]:
    if not isinstance(subjects, list):
        raise TypeError("subjects")
    return subjects


def dead_letter_of(row: tuple[Any, ...]) -> DeadLetter:
    """The dead letter that a row holds, with what could be read of it.

    Args:
        row: The columns of an entry, and status, problem as bytes, died_at.
    """
    status, problem, died_at = row[_WIDTH:]
    return validated_letter(entry_of(row[:_WIDTH]), status, _problem_of(problem), died_at)


def parked_of(row: tuple[Any, ...]) -> ParkedEntry:
    """The parked entry that a row holds, with what could be read of it.

    Args:
        row: The columns of an entry, and status, problem as bytes, parked_at, retry_at.
    """
    status, problem, *times = row[_WIDTH:]
    return validated_parked(entry_of(row[:_WIDTH]), status, _problem_of(problem), *times)


def _problem_of(problem: bytes) -> Any:
    try:
        return json.loads(problem)
    except (ValueError, RecursionError):
        return "(unreadable)"
