"""The database of a sandbox: SQLite, and the named queries in the folders named sql."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .._migrations import migrations
from .._sql import named_queries
from .._sqlite_file import SANDBOX_ID, check_owner, create_private, migrate

MIGRATIONS = migrations("lunogram.sandbox", "sql/migrations")

_FOLDERS = ("sql", "customerio/sql")

LARGEST = 2**63 - 1
"""The largest integer of SQLite."""

Row = sqlite3.Row

log = logging.getLogger("lunogram.sandbox")

_GONE = (
    "%s was deleted or replaced while the sandbox uses it, and all its data is lost when the"
    " sandbox stops. Start it again to use the file at the path, or to create one"
)


class StoreError(Exception):
    """A database file can't be used; the message says why."""


class Store:
    """A database with named queries.

    Calls come from the event loop, without a thread: a statement takes microseconds, less than
    passing it to a thread, and SQLite has one writer at a time anyway.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Open or create the database at a path, or one in memory."""
        try:
            self._connection = _open(path)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(_explanation(path, error)) from error
        self._path = path
        self._file = _identity(path)
        self._queries = _queries()
        self.on_commit: Callable[[], None] = lambda: None
        """Called after each change."""

    def run(self, query: str, values: Mapping[str, Any]) -> int:
        """Execute a query; return how many rows it changed."""
        return self._connection.execute(self._queries[query], values).rowcount

    def many(self, query: str, values: Iterable[Mapping[str, Any]]) -> None:
        """Execute a query once for each set of values."""
        self._connection.executemany(self._queries[query], values)

    def one(self, query: str, values: Mapping[str, Any]) -> Row | None:
        """Return the first row, or None."""
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
        """Return a page of the rows that a query would return."""
        sql = f"{self._queries[query]} LIMIT :limit OFFSET :offset"
        return self._connection.execute(
            sql, {**values, "limit": limit, "offset": offset}
        ).fetchall()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction around the block; it is committed when the block ends without an error."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
        self._check_file()
        self.on_commit()

    def _check_file(self) -> None:
        """Log an error once if the file at the path is no longer the one in use."""
        if _identity(self._path) != self._file:
            log.error(_GONE, self._path)
            self._path = self._file = None

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


def _queries() -> dict[str, str]:
    found = (named_queries("lunogram.sandbox", folder) for folder in _FOLDERS)
    return {name: sql for queries in found for name, sql in queries.items()}


def _open(path: Path | None) -> sqlite3.Connection:
    connection = _connect(path)
    try:
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(path: Path | None) -> sqlite3.Connection:
    if path is None:
        return sqlite3.connect(":memory:", isolation_level=None, cached_statements=512)
    create_private(path)  # it may hold personal data
    check_owner(path, SANDBOX_ID)
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, cached_statements=512
    )


def _identity(path: Path | None) -> tuple[int, int] | None:
    """The identity of the file at a path, or None."""
    try:
        found = os.stat(path) if path else None  # noqa: PTH116 - a Path takes as long again
    except (FileNotFoundError, NotADirectoryError):
        return None
    return (found.st_ino, found.st_dev) if found else None


def _prepare(connection: sqlite3.Connection) -> None:
    connection.row_factory = Row
    migrate(connection, SANDBOX_ID, MIGRATIONS)
    # With a write-ahead log, NORMAL leaves a commit with the operating system: it survives
    # `kill -9`, but perhaps not a power cut.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _explanation(path: Path | None, error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return f"cannot use {path} as a database: {reason}"
