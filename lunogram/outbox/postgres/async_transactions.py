"""Statements in a transaction of the application, over its own async connection.

The kind of a connection is told by its attributes: SQLAlchemy and asyncpg are never imported here.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import psycopg

from ...errors import ConfigurationError
from ..errors import OutboxError
from ..store import Statement
from .errors import reason_of

Execute: TypeAlias = Callable[[str, Mapping[str, Any]], Awaitable[int]]
"""Executes a statement, and returns the number of rows that it has written."""


async def execute_using_async(connection: object, statement: Statement) -> int:
    """Execute a statement in the current transaction of an async connection.

    Args:
        connection: A connection of asyncpg, psycopg or SQLAlchemy.
        statement: The statement.

    Returns:
        The number of rows that it has written.

    Raises:
        ConfigurationError: If the connection is of another kind.
        OutboxError: If it failed. The transaction can't commit then.
    """
    execute = await _execute_of(connection)
    try:
        return await execute(statement.sql, statement.values)
    except Exception as error:  # noqa: BLE001 - each library has errors of its own
        reason = reason_of(error)
    # The library's error may show what was to be queued.
    raise OutboxError(f"the outbox can't be used in this transaction: {reason}") from None


async def _execute_of(connection: Any) -> Execute:
    if isinstance(connection, psycopg.AsyncConnection):
        return lambda sql, values: _execute_in_psycopg(connection, sql, values)
    if hasattr(connection, "is_in_transaction") and hasattr(connection, "fetchrow"):
        return lambda sql, values: _execute_in_asyncpg(connection, sql, values)
    if hasattr(connection, "sync_session"):  # an AsyncSession of SQLAlchemy
        return await _execute_of(await connection.connection())
    if hasattr(connection, "sync_connection"):  # its AsyncConnection
        return _execute_of_sqlalchemy(connection)
    raise _unknown()


def _execute_of_sqlalchemy(connection: Any) -> Execute:
    match connection.dialect.driver:
        case "psycopg":
            return lambda sql, values: _execute_in_sqlalchemy(connection, sql, values)
        case "asyncpg":
            return lambda sql, values: _execute_in_sqlalchemy(connection, *_numbered(sql, values))
    raise _unknown()


def _unknown() -> ConfigurationError:
    return ConfigurationError(
        "an AsyncOutbox takes part in transactions of asyncpg's Connection, of psycopg's "
        "AsyncConnection, and of SQLAlchemy's AsyncConnection or AsyncSession over these two; with "
        "other connections, use Outbox"
    )


async def _execute_in_psycopg(
    connection: psycopg.AsyncConnection[Any], sql: str, values: Mapping[str, Any]
) -> int:
    # The statement is written for the default cursor, whichever the connection prefers.
    cursor = await psycopg.AsyncCursor(connection).execute(sql.encode(), values)
    return cursor.rowcount


async def _execute_in_asyncpg(connection: Any, sql: str, values: Mapping[str, Any]) -> int:
    numbered, in_order = _numbered(sql, values)
    status = await connection.execute(numbered, *in_order)
    return int(status.rpartition(" ")[2])  # of "INSERT 0 5"


async def _execute_in_sqlalchemy(connection: Any, sql: str, values: Any) -> int:
    return int((await connection.exec_driver_sql(sql, values)).rowcount)


def _numbered(sql: str, values: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
    """A statement with numbered parameters, as asyncpg has them, and their values in this order.

    JSON is sent as text: the application may have set an encoder of its own for JSON.
    """
    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        names.append(match[1])
        return f"${len(names)}"

    numbered = re.sub(r"%\((\w+)\)b", number, sql).replace("::json[]", "::text[]::json[]")
    return numbered, tuple(values[name] for name in names)
