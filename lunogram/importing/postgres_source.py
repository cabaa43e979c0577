"""Queries in PostgreSQL: rows are streamed from a cursor of a read-only transaction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..errors import ConfigurationError
from .errors import SourceError
from .table_source import RowsSource

if TYPE_CHECKING:
    import psycopg

SCHEMES = ("postgresql://", "postgres://")
"""The beginnings of URLs of PostgreSQL."""

_AT_ONCE = 500
# The messages of these errors are about the query. Those of others may hold personal data.
_ABOUT_THE_QUERY = "42"


class PostgresSource(RowsSource):
    """The result of a query in PostgreSQL.

    Attributes:
        form: Its format.
    """

    form = "PostgreSQL"

    def __init__(self, url: str, query: str, what: str) -> None:
        """Connect, and find the columns.

        Args:
            url: The URL of the database, as libpq takes it.
            query: A ``select``.
            what: Its name in errors.
        """
        self._query = query.encode()
        self._what = what
        self._connection = self._connect(url)
        try:
            self.columns = self._find_columns()
        except SourceError:
            self.close()
            raise

    def _connect(self, url: str) -> psycopg.Connection[Any]:
        try:
            import psycopg
            from psycopg.types.string import TextLoader
        except ImportError:
            raise ConfigurationError(
                "a query in PostgreSQL needs psycopg: pip install 'lunogram[outbox-postgres]'"
            ) from None
        self._error = psycopg.Error
        with self._our_errors():
            connection = psycopg.connect(url, application_name="lunogram import")
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        # Intervals keep their months as text.
        connection.adapters.register_loader("interval", TextLoader)
        return connection

    def _find_columns(self) -> list[str]:
        with self._our_errors(), self._connection.transaction():
            self._connection.execute("set local time zone 'UTC'")
            found = self._connection.execute(b"select * from (%b) as t limit 0" % self._query)
            return [column.name for column in found.description or ()]

    def _values(self, skip: int = 0, limit: int | None = None) -> Iterator[tuple[Any, ...]]:
        with self._our_errors(), self._connection.transaction():
            self._connection.execute("set local time zone 'UTC'")
            with self._connection.cursor("lunogram_import") as cursor:
                cursor.itersize = _AT_ONCE
                cursor.execute(self._query)
                yield from islice(cursor, skip, None if limit is None else skip + limit)

    @contextmanager
    def _our_errors(self) -> Iterator[None]:
        try:
            yield
        except self._error as error:
            raise SourceError(f"{self._what}: {self._fault(error)}") from None

    def _fault(self, error: Any) -> str:
        state = error.sqlstate
        if state is None:  # of the connection
            return " ".join(str(error).split())
        if state.startswith(_ABOUT_THE_QUERY):
            return str(error.diag.message_primary)
        return f"PostgreSQL reports {type(error).__name__} ({state})"

    def close(self) -> None:
        self._connection.close()


def redacted(url: str) -> str:
    """A URL without its password and options.

    Args:
        url: The URL of a database.
    """
    parts = urlsplit(url)
    user = f"{parts.username}@" if parts.username else ""
    port = f":{found[0]}" if (found := re.findall(r":(\d+)$", parts.netloc)) else ""
    return f"{parts.scheme}://{user}{parts.hostname or ''}{port}{parts.path}"
