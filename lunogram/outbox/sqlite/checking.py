"""What can be wrong with the SQLite file of an outbox. No sentence holds personal data."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from ..._queries import named_queries
from .rows import WIDTH, entry_of

_QUERIES = named_queries("lunogram.outbox", "sql/sqlite")
_TEXT, _NUMBER = (str,), (int, float)
_COLUMNS = (
    (int,), _TEXT, _TEXT, _TEXT, (bytes, type(None)), _TEXT, _NUMBER, _TEXT, (int,), (int,),
    (int, type(None)), _TEXT, _NUMBER,
)  # fmt: skip
_COUNTED = ("pending", "pending_bytes", "dead")


def faults(connection: sqlite3.Connection) -> Iterator[str]:
    """Look through a file, page by page and row by row.

    Args:
        connection: One that nobody else uses.

    Yields:
        What is wrong, a sentence for each.
    """
    yield from faults_of_pages(connection)
    yield from faults_of_rows(connection)
    yield from _told(_faults_of_counters(connection))


def faults_of_pages(connection: sqlite3.Connection) -> Iterator[str]:
    """What is wrong with the file itself.

    Args:
        connection: One that nobody else uses.

    Yields:
        A sentence for each fault.
    """
    yield from _told(_faults_of_pages(connection))


def _faults_of_pages(connection: sqlite3.Connection) -> Iterator[str]:
    for (fault,) in connection.execute("PRAGMA integrity_check"):
        if fault != "ok":
            yield f"the file is corrupt: {' '.join(fault.split())}"


def faults_of_rows(connection: sqlite3.Connection) -> Iterator[str]:
    """What is wrong with entries and dead letters.

    Args:
        connection: One that nobody else uses.

    Yields:
        A sentence for each fault.
    """
    for query in ("queue", "dead_letters"):
        yield from _told(_faults_in(connection, query))


def _faults_in(connection: sqlite3.Connection, query: str) -> Iterator[str]:
    for row in connection.execute(_QUERIES[query], {"after": -(2**63), "limit": -1}):
        if fault := fault_of(row):
            yield fault


def _told(faults: Iterator[str]) -> Iterator[str]:
    """Faults, of which the last is that no more can be read."""
    try:
        yield from faults
    except sqlite3.DatabaseError as error:
        yield f"the file is corrupt, and can't be read to its end: {error}"


def fault_of(row: tuple[Any, ...]) -> str:
    """What is wrong with one entry or dead letter, or nothing.

    Args:
        row: From the file.
    """
    if not all(map(isinstance, row, _COLUMNS)):
        return f"place {row[0]}: a column is damaged"
    try:
        json.loads(entry_of(row[:WIDTH]).body or b"null")
    except sqlite3.DatabaseError:
        return f"place {row[0]}: whom it is about can't be read"
    except ValueError:
        return f"place {row[0]}: its body is no JSON"
    return ""


def _faults_of_counters(connection: sqlite3.Connection) -> Iterator[str]:
    connection.execute("BEGIN")  # so that all of it is of one moment
    try:
        totals = totals_of(connection)
        counted = _named(connection, "counted")
    finally:
        connection.execute("COMMIT")
    for name in _COUNTED:
        if totals[name] != counted[name]:
            words = name.replace("_", " ")
            yield f"the counter of {words} says {totals[name]}, and there are {counted[name]}"
    if counted["last"] > totals["queued"]:
        yield f"there is a place {counted['last']}, and only {totals['queued']} were queued"


def totals_of(connection: sqlite3.Connection, query: str = "totals") -> dict[str, int]:
    """The counters.

    Args:
        connection: To the file.
        query: ``"certain_totals"``, if what came last can't be read.
    """
    return _named(connection, query)


def _named(connection: sqlite3.Connection, query: str) -> dict[str, int]:
    cursor = connection.execute(_QUERIES[query])
    names = [column[0] for column in cursor.description]
    return dict(zip(names, cursor.fetchone(), strict=True))
