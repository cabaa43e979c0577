"""The schema of an outbox in PostgreSQL: its tables, their migrations, and the queries for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import attrs

from ..._migrations import Migration, migrations
from ..._sql import named_queries
from ..errors import OutboxError
from .errors import EMPTIED
from .url import DEFAULT_SCHEMA, checked_schema

_PACKAGE = "lunogram.outbox"
_FOLDER = "sql/postgres"


def sql_of_tables(name: str = DEFAULT_SCHEMA, *, after: int = 0) -> str:
    """The statements that create the tables, for an administrator to run.

    Args:
        name: The name of the schema.
        after: The version of the tables that exist, in order to upgrade them; 0 if there are none.

    Raises:
        ConfigurationError: If the name is not a valid name of a schema.
    """
    create = "" if after else f"CREATE SCHEMA {checked_schema(name)};\n\n"
    steps = (each for each in _migrations() if each.number > after)
    return create + "\n".join(_sql_of(each, checked_schema(name)) for each in steps)


def queries_in(name: str) -> dict[str, bytes]:
    """The queries by their names.

    Args:
        name: The name of the schema.
    """
    found = named_queries(_PACKAGE, _FOLDER)
    return {query: _in_schema(sql, name).encode() for query, sql in found.items()}


@attrs.frozen
class Tables:
    """The tables in one schema of a database.

    Attributes:
        connection: A connection of psycopg, in autocommit.
        name: The name of the schema.
        queries: The queries by their names.
    """

    connection: Any
    name: str
    queries: dict[str, bytes]

    def prepare(self, *, create: bool) -> None:
        """Create the tables if they are missing, and bring them to the newest version.

        Other processes may do so at the same time. Each migration is applied completely, or not at
        all.

        Args:
            create: Whether to create the tables if they are missing.

        Raises:
            OutboxError: If they are missing, or this version of lunogram can't use them.
        """
        if not create and not self._exist():
            raise OutboxError(f"there is no outbox in the schema {self.name} of this database")
        for migration in self._pending():
            self._migrate(migration)
        _, oldest_reader = self._version()
        if oldest_reader > _migrations()[-1].number:
            raise OutboxError(
                f"the outbox in the schema {self.name} was upgraded by a newer version of "
                "lunogram; upgrade lunogram in the programs that queue and relay"
            )

    def _pending(self) -> Sequence[Migration]:
        version, _ = self._version()
        return [each for each in _migrations() if each.number > version]

    def _version(self) -> tuple[int, int]:
        """The number of the schema, and of the oldest schema whose programs can use it."""
        if not self._exist():
            return 0, 0
        found = self.connection.execute(self.queries["version"]).fetchone()
        if found is None:
            raise OutboxError(f"the outbox in the schema {self.name} can't be used: {EMPTIED}")
        return found[0], found[1]

    def _exist(self) -> bool:
        return bool(self._value("tables_exist"))

    def _migrate(self, migration: Migration) -> None:
        """Apply one migration, unless another process has been faster."""
        with self._rights_explained(migration), self.connection.transaction():
            self.connection.execute(self.queries["lock_tables"], {"schema": self.name})
            if migration not in self._pending():
                return
            self.connection.execute(self.queries["limits_of_migration"])
            if not self._value("schema_exists", schema=self.name):
                self.connection.execute(f"CREATE SCHEMA {self.name}")
            self.connection.execute(_sql_of(migration, self.name))

    def _value(self, query: str, **values: Any) -> Any:
        return self.connection.execute(self.queries[query], values).fetchone()[0]

    @contextmanager
    def _rights_explained(self, migration: Migration) -> Iterator[None]:
        from psycopg.errors import InsufficientPrivilege

        what = "upgrade" if migration.number > 1 else "create"
        try:
            yield
        except InsufficientPrivilege:
            raise OutboxError(
                f"the role has no right to {what} the outbox's tables in the schema {self.name}; "
                "docs/how-to/outbox-postgres.md says what its administrator has to run"
            ) from None


def _migrations() -> Sequence[Migration]:
    return migrations(_PACKAGE, f"{_FOLDER}/migrations")


def _sql_of(migration: Migration, name: str) -> str:
    numbers = f"version = {migration.number}, oldest_reader = {migration.oldest_reader}"
    # Both are ours, of the name and the first line of a file.
    update = f"UPDATE lunogram_outbox.version SET {numbers};\n"  # noqa: S608
    return _in_schema(migration.sql + update, name)


def _in_schema(sql: str, name: str) -> str:
    return sql.replace(f"{DEFAULT_SCHEMA}.", f"{name}.")
