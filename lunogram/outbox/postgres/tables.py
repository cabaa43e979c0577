"""The tables of an outbox in PostgreSQL, and the queries for them, in a schema of any name."""

from __future__ import annotations

from typing import Any

from ..._queries import named_queries, schema
from ..errors import OutboxError
from .url import DEFAULT_SCHEMA, checked_schema

SCHEMA_VERSION = 1

_PACKAGE = "lunogram.outbox"
_FOLDER = "sql/postgres"


def sql_of_tables(name: str = DEFAULT_SCHEMA) -> str:
    """What makes the tables, for somebody who may do that where the program may not.

    Args:
        name: Of the schema.

    Raises:
        ConfigurationError: If no schema can be called that.
    """
    return f"CREATE SCHEMA {checked_schema(name)};\n\n{_in_schema(_tables(), name)}"


def queries_in(name: str) -> dict[str, bytes]:
    """The queries, by their names.

    Args:
        name: Of the schema.
    """
    found = named_queries(_PACKAGE, _FOLDER)
    return {query: _in_schema(sql, name).encode() for query, sql in found.items()}


def prepare_tables(connection: Any, name: str, *, create: bool) -> None:
    """See that the tables are there.

    Args:
        connection: One of psycopg.
        name: Of the schema.
        create: Whether to make them if they are not. Others may do so at the same time.

    Raises:
        OutboxError: If they are not there, or not ours.
    """
    queries = queries_in(name)
    if not _is_there(connection, queries):
        if not create:
            raise OutboxError(f"there is no outbox in the schema {name} of this database")
        _create(connection, name, queries)
    (version,) = connection.execute(queries["version"]).fetchone()
    if version != SCHEMA_VERSION:
        raise OutboxError(f"the outbox in the schema {name} is of another version of lunogram")


def _is_there(connection: Any, queries: dict[str, bytes]) -> bool:
    return bool(connection.execute(queries["tables_are_there"]).fetchone()[0])


def _create(connection: Any, name: str, queries: dict[str, bytes]) -> None:
    from psycopg.errors import InsufficientPrivilege

    try:
        with connection.transaction():
            connection.execute(queries["lock_tables"], {"schema": name})
            if not _is_there(connection, queries):
                _write(connection, name, queries)
    except InsufficientPrivilege:
        raise OutboxError(
            f"the role may not make the outbox's tables in the schema {name}; "
            "docs/outbox-postgres.md says what its administrator has to run"
        ) from None


def _write(connection: Any, name: str, queries: dict[str, bytes]) -> None:
    if not connection.execute(queries["schema_is_there"], {"schema": name}).fetchone()[0]:
        connection.execute(f"CREATE SCHEMA {name}")
    connection.execute(_in_schema(_tables(), name))


def _tables() -> str:
    return schema(_PACKAGE, _FOLDER)


def _in_schema(sql: str, name: str) -> str:
    return sql.replace(f"{DEFAULT_SCHEMA}.", f"{name}.")
