"""The schema of an outbox in an SQLite file: its tables, their migrations, and the queries."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from ..._migrations import migrations
from ..._sql import named_queries
from ..._sqlite_file import OUTBOX_ID, check_not_newer, check_schema, migrate

MIGRATIONS = migrations("lunogram.outbox", "sql/sqlite/migrations")
QUERIES = named_queries("lunogram.outbox", "sql/sqlite")


def migrate_tables(connection: sqlite3.Connection) -> None:
    """Bring the tables of an outbox to the newest schema, completely or not at all.

    Args:
        connection: To an outbox or an empty database, without a transaction.

    Raises:
        sqlite3.DatabaseError: If the database is not an outbox, or its schema is too new.
    """
    migrate(connection, OUTBOX_ID, MIGRATIONS)


def check_all_is_known(connection: sqlite3.Connection) -> None:
    """Check that a database is an outbox, and that its schema is not newer than this version.

    Args:
        connection: To the database.

    Raises:
        sqlite3.DatabaseError: If it is not an outbox, or its schema is newer.
    """
    check_schema(connection, OUTBOX_ID, MIGRATIONS)
    check_not_newer(connection, MIGRATIONS)


def execute(connection: sqlite3.Connection, query: str, **values: Any) -> sqlite3.Cursor:
    """Execute a query.

    Args:
        connection: To an outbox.
        query: The name of the query.
        values: The values of its parameters.
    """
    return connection.execute(QUERIES[query], values)


def execute_many(
    connection: sqlite3.Connection, query: str, rows: Iterable[tuple[Any, ...]]
) -> int:
    """Execute a query once for each row, and return how many rows it changed.

    Args:
        connection: To an outbox.
        query: The name of the query.
        rows: The values of its parameters, in lists: a generator that SQLite runs could be
            interrupted.
    """
    return connection.executemany(QUERIES[query], rows).rowcount


def first_row(connection: sqlite3.Connection, query: str, **values: Any) -> tuple[Any, ...]:
    """The first row of a result, or an empty one.

    Args:
        connection: To an outbox.
        query: The name of the query.
        values: The values of its parameters.
    """
    return execute(connection, query, **values).fetchone() or ()


def only_row(connection: sqlite3.Connection, query: str) -> dict[str, Any]:
    """The only row of a result, by the names of its columns.

    Args:
        connection: To an outbox.
        query: The name of the query.
    """
    cursor = execute(connection, query)
    names = [column[0] for column in cursor.description]
    return dict(zip(names, cursor.fetchone(), strict=True))
