"""Statements in a transaction of the application, over its own connection.

The kind of a connection is told by its attributes: SQLAlchemy and Django are never imported here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import psycopg

from ...errors import ConfigurationError
from ..errors import OutboxError
from ..store import Statement
from .errors import reason_of

Execute: TypeAlias = Callable[[str, Mapping[str, Any]], int]
"""Executes a statement, and returns the number of rows that it has written."""


def execute_using(connection: object, statement: Statement) -> int:
    """Execute a statement in the current transaction of a connection.

    Args:
        connection: A connection of psycopg, SQLAlchemy or Django.
        statement: The statement.

    Returns:
        The number of rows that it has written.

    Raises:
        ConfigurationError: If the connection is of another kind.
        OutboxError: If it failed. The transaction can't commit then.
    """
    execute = _execute_of(connection)
    try:
        return execute(statement.sql, statement.values)
    except Exception as error:  # noqa: BLE001 - each library has errors of its own
        reason = reason_of(error)
    # The library's error may show what was to be queued.
    raise OutboxError(f"the outbox can't be used in this transaction: {reason}") from None


def _execute_of(connection: Any) -> Execute:
    if isinstance(connection, psycopg.Connection):
        # The statement is written for the default cursor, whichever the connection prefers.
        return lambda sql, values: psycopg.Cursor(connection).execute(sql.encode(), values).rowcount
    if _is_sync(connection, "get_bind", "sync_session"):  # a Session of SQLAlchemy
        return _execute_of(connection.connection())
    if _is_sync(connection, "exec_driver_sql", "sync_connection"):  # its Connection
        _check(connection.dialect.driver)
        return lambda sql, values: int(connection.exec_driver_sql(sql, values).rowcount)
    _check(getattr(getattr(connection, "Database", None), "__name__", ""))  # Django's
    return lambda sql, values: _execute_in_django(connection, sql, values)


def _execute_in_django(connection: Any, sql: str, values: Mapping[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def _is_sync(connection: object, method: str, sync_one: str) -> bool:
    return hasattr(connection, method) and not hasattr(connection, sync_one)


def _check(driver: str) -> None:
    if driver != "psycopg":
        raise ConfigurationError(
            "an outbox takes part in transactions of psycopg's Connection, of SQLAlchemy's "
            "Connection or Session, and of Django's connection, all of them over psycopg 3 and "
            "not async; for async connections, use AsyncOutbox"
        )
