"""Queueing over a connection of the application, in its transaction.

Connections are known by what they can do: SQLAlchemy and Django are never imported here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import psycopg

from ...errors import ConfigurationError
from ..errors import OutboxError
from .errors import reason_of

Execute: TypeAlias = Callable[[str, Mapping[str, Any]], object]


def execute_using(connection: object, sql: str, values: Mapping[str, Any]) -> None:
    """Execute a statement in the transaction that a connection is in, or is about to begin.

    Args:
        connection: One of psycopg, SQLAlchemy or Django.
        sql: The statement, with named parameters.
        values: Its parameters.

    Raises:
        ConfigurationError: If the connection is none of these.
        OutboxError: If it failed. The transaction can't commit then.
    """
    execute = _execute_of(connection)
    try:
        execute(sql, values)
    except Exception as error:  # noqa: BLE001 - each library has errors of its own
        reason = reason_of(error)
    else:
        return
    # Theirs may show what was to be queued.
    raise OutboxError(f"the outbox can't be used in this transaction: {reason}") from None


def _execute_of(connection: Any) -> Execute:
    if isinstance(connection, psycopg.Connection):
        # Whatever kind of cursor they prefer, this statement is written for the usual one.
        return lambda sql, values: psycopg.Cursor(connection).execute(sql.encode(), values)
    if _is_sync(connection, "get_bind", "sync_session"):  # a Session of SQLAlchemy
        return _execute_of(connection.connection())
    if _is_sync(connection, "exec_driver_sql", "sync_connection"):  # its Connection
        _check(connection.dialect.driver)
        execute: Execute = connection.exec_driver_sql
        return execute
    _check(getattr(getattr(connection, "Database", None), "__name__", ""))  # Django's
    return lambda sql, values: _execute_in_django(connection, sql, values)


def _execute_in_django(connection: Any, sql: str, values: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _is_sync(connection: object, method: str, sync_one: str) -> bool:
    return hasattr(connection, method) and not hasattr(connection, sync_one)


def _check(driver: str) -> None:
    if driver != "psycopg":
        raise ConfigurationError(
            "an outbox takes part in transactions of psycopg's Connection, of SQLAlchemy's "
            "Connection or Session, and of Django's connection, all of them over psycopg 3 and "
            "not async"
        )
