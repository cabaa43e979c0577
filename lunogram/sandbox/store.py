"""The one place where things are kept: SQLite, and the queries in the folders named sql."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .._queries import named_queries, schema

SCHEMA_VERSION = 3

_FOLDERS = ("sql", "customerio/sql")

LARGEST = 2**63 - 1
"""The largest number that SQLite knows."""

Row = sqlite3.Row


class StoreError(Exception):
    """A database file that cannot be used; the message says why, for the one who named it."""


class Store:
    """A database with named queries.

    Calls come straight from the event loop, without a thread: a statement takes microseconds,
    less than handing it to a thread would, and one writer at a time is all SQLite has.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Open or create the database at `path`, or one in memory."""
        try:
            self._connection = _connect(path)
            _prepare(self._connection)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(_explanation(path, error)) from error
        self._queries = _queries()
        self.on_commit: Callable[[], None] = _nothing
        """Called after each change."""

    def run(self, query: str, values: Mapping[str, Any]) -> int:
        """Run a query for its effect; return how many rows it changed."""
        return self._connection.execute(self._queries[query], values).rowcount

    def many(self, query: str, values: Iterable[Mapping[str, Any]]) -> None:
        """Run a query for its effect, once for each set of values."""
        self._connection.executemany(self._queries[query], values)

    def one(self, query: str, values: Mapping[str, Any]) -> Row | None:
        """Return the first row, if there is one."""
        row: Row | None = self._connection.execute(self._queries[query], values).fetchone()
        return row

    def all(self, query: str, values: Mapping[str, Any]) -> list[Row]:
        """Return all rows."""
        return self._connection.execute(self._queries[query], values).fetchall()

    def count(self, query: str, values: Mapping[str, Any]) -> int:
        """Count the rows that a query would return."""
        sql = f"SELECT count(*) FROM ({self._queries[query]})"  # noqa: S608 - our own query
        count: int = self._connection.execute(sql, values).fetchone()[0]
        return count

    def part(self, query: str, values: Mapping[str, Any], limit: int, offset: int) -> list[Row]:
        """Return some of the rows that a query would return."""
        sql = f"{self._queries[query]} LIMIT :limit OFFSET :offset"
        return self._connection.execute(
            sql, {**values, "limit": limit, "offset": offset}
        ).fetchall()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Do all writes inside, or none; they are on disk when the block is left."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
        self.on_commit()

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


def _queries() -> dict[str, str]:
    found = (named_queries("lunogram.sandbox", folder) for folder in _FOLDERS)
    return {name: sql for queries in found for name, sql in queries.items()}


def _nothing() -> None:
    """Do nothing."""


def _connect(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        # It may hold personal data: nobody else reads it. SQLite gives its side files the same.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path or ":memory:", isolation_level=None, cached_statements=512)
    connection.row_factory = Row
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    # With a write-ahead log, NORMAL leaves a commit with the operating system: it outlives
    # `kill -9`, and only a power cut could take it.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version not in (0, SCHEMA_VERSION):
        reason = "it was made by another version of the sandbox"
        raise sqlite3.DatabaseError(reason)
    if version == 0:
        tables = "".join(schema("lunogram.sandbox", folder) for folder in _FOLDERS)
        script = f"BEGIN IMMEDIATE; {tables} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
        connection.executescript(script)


def _explanation(path: Path | None, error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return f"cannot use {path} as a database: {reason}"
