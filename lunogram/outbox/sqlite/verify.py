"""The faults of the SQLite file of an outbox. No sentence holds personal data."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from ..store import MalformedEntry
from ..validation import fault_of_body
from .rows import WIDTH, entry_of
from .schema import execute, only_row

_TEXT, _NUMBER = (str,), (int, float)
_COLUMNS = (
    (int,), _TEXT, _TEXT, _TEXT, _TEXT, (bytes, type(None)), _TEXT, _NUMBER, _TEXT, (int,), (int,),
    (int, type(None)), _TEXT, _NUMBER, _NUMBER,
)  # fmt: skip
_KINDS = {WIDTH: "entry", WIDTH + 3: "dead letter", WIDTH + 4: "parked entry"}
_COUNTED = ("pending", "pending_bytes", "dead")


def faults(connection: sqlite3.Connection) -> Iterator[str]:
    """All faults of a file, page by page and row by row.

    Args:
        connection: A connection that nobody else uses.

    Yields:
        A sentence for each fault.
    """
    yield from faults_of_pages(connection)
    yield from faults_of_rows(connection)
    yield from _until_unreadable(_faults_of_counters(connection))


def faults_of_pages(connection: sqlite3.Connection) -> Iterator[str]:
    """The faults of the file itself.

    Args:
        connection: A connection that nobody else uses.

    Yields:
        A sentence for each fault.
    """
    yield from _until_unreadable(_faults_of_pages(connection))


def _faults_of_pages(connection: sqlite3.Connection) -> Iterator[str]:
    for (fault,) in connection.execute("PRAGMA integrity_check"):
        if fault != "ok":
            yield f"the file is corrupt: {' '.join(fault.split())}"


def faults_of_rows(connection: sqlite3.Connection) -> Iterator[str]:
    """The faults of entries, parked entries and dead letters.

    Args:
        connection: A connection that nobody else uses.

    Yields:
        A sentence for each fault.
    """
    for query in ("queue", "parked", "dead_letters"):
        yield from _until_unreadable(_faults_in(connection, query))


def _faults_in(connection: sqlite3.Connection, query: str) -> Iterator[str]:
    for row in execute(connection, query, after=-(2**63), limit=-1):
        if fault := fault_of(row):
            yield fault


def _until_unreadable(faults: Iterator[str]) -> Iterator[str]:
    """The faults, and as the last one that the file can't be read any further."""
    try:
        yield from faults
    except sqlite3.DatabaseError as error:
        yield f"the file is corrupt, and can't be read completely: {error}"


def fault_of(row: tuple[Any, ...]) -> str:
    """The fault of one entry, parked entry or dead letter, or nothing.

    Args:
        row: A row of the query "queue", "parked" or "dead_letters".
    """
    name = f"{_KINDS[len(row)]} {row[0]}"
    if not all(map(isinstance, row, _COLUMNS)):
        return f"{name}: a column has the wrong type"
    entry = entry_of(row[:WIDTH])
    fault = entry.fault if isinstance(entry, MalformedEntry) else fault_of_body(entry.body)
    return f"{name}: {fault}" if fault else ""


def _faults_of_counters(connection: sqlite3.Connection) -> Iterator[str]:
    connection.execute("BEGIN")  # one snapshot for all
    try:
        totals = only_row(connection, "totals")
        counted = only_row(connection, "counted")
    finally:
        connection.execute("COMMIT")
    for name in _COUNTED:
        if totals[name] != counted[name]:
            words = name.replace("_", " ")
            yield f"the counter of {words} is {totals[name]}, and should be {counted[name]}"
    if counted["last"] > totals["queued"]:
        last, queued = counted["last"], totals["queued"]
        yield f"the sequence number {last} is larger than the counter of queued, {queued}"
