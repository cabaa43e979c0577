"""Parquet files and queries: rows whose values have types."""

# ruff: noqa: S608 - what stands in a query is quoted, or a query of the user's own

from __future__ import annotations

import hashlib
import json
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from .column_types import parse_json
from .duckdb_session import DuckDBSession
from .errors import SourceError
from .rows import ColumnPlan, Row

# Text for types without an equal in Python: months of an interval, a time zone (for which DuckDB
# needs one more package). A FLOAT becomes the number that it was written as.
_EXACTLY = {
    "FLOAT": "cast(cast({0} as varchar) as double)",
    "INTERVAL": "cast({0} as varchar)",
    "TIME WITH TIME ZONE": "cast({0} as varchar)",
    "TIMESTAMP WITH TIME ZONE": "strftime({0}, '%Y-%m-%dT%H:%M:%S.%fZ')",
}

_PLAIN = frozenset({str, int, float, bool})


class DuckDBSource:
    """The result of a query in DuckDB.

    Attributes:
        columns: Its columns.
        form: Its format.
        version: The version of the result.
        total: The number of rows, after `scan`.
        is_csv: False.
        has_own_keys: False.
        notes: Empty.
    """

    is_csv = False
    has_own_keys = False
    notes = ()

    def __init__(
        self, duck: DuckDBSession, query: str, what: str, version: str = "", form: str = "DuckDB"
    ) -> None:
        """Find its columns.

        Args:
            duck: The session.
            query: A ``select``.
            what: Its name in errors.
            version: The version of its input. Default: a hash of the result, which is read once
                more for it.
            form: Its format.
        """
        self.form = form
        self._duck = duck
        self._what = what
        described = duck.all(f"describe {query}", what)
        self._types = [kind for _, kind, *_ in described]
        self.columns = [name for name, *_ in described]
        # Names in SQL, where those of the columns may be anything.
        self._names = [f"c{number}" for number in range(len(described))]
        self._table = f"({query}) as t({', '.join(self._names)})"
        self.version = version
        self.total: int | None = None
        self._objects: Collection[str] = ()

    def scan(self, plan: ColumnPlan) -> None:
        self._objects = plan.objects
        if plan.counts:
            self._count()

    def _count(self) -> None:
        marked = "" if self.version else f", sum(hash(place, {', '.join(self._names)}))"
        rows = f"select row_number() over () as place, * from {self._table}"
        ((self.total, *mark),) = self._duck.all(
            f"select count(*){marked} from ({rows})", self._what
        )
        self.version = self.version or f"{self.total} {mark[0]}"

    def has_values(self, column: str) -> bool:  # noqa: ARG002 - that is not counted
        return True

    def type_of(self, column: str) -> str | None:
        return str(self._types[self.columns.index(column)]).lower()

    def rows(self, skip: int, limit: int | None = None) -> Iterator[Row]:
        exact = [_exactly(name, kind) for name, kind in zip(self._names, self._types, strict=True)]
        most = "" if limit is None else f"limit {limit}"
        sql = f"select {', '.join(exact)} from {self._table} {most} offset {skip}"
        converters = [
            _object if name in self._objects else _converter(kind)
            for name, kind in zip(self.columns, self._types, strict=True)
        ]
        for number, values in enumerate(self._duck.stream(sql, self._what), skip + 1):
            yield row_of(number, self.columns, values, converters)

    def close(self) -> None:
        """Close DuckDB."""
        self._duck.close()


class RowsSource(ABC):
    """The rows of a database, whose values have types of their own.

    Attributes:
        columns: The columns.
        version: The version of the rows, after `scan`.
        total: The number of rows, after `scan`.
        is_csv: False.
        has_own_keys: False.
        notes: Empty.
    """

    is_csv = False
    has_own_keys = False
    notes = ()
    columns: Sequence[str] = ()
    version = ""
    total: int | None = None
    _objects: Collection[str] = ()

    @abstractmethod
    def _values(self, skip: int = 0, limit: int | None = None) -> Iterator[tuple[Any, ...]]:
        """The values of rows."""

    def scan(self, plan: ColumnPlan) -> None:
        self._objects = plan.objects
        if plan.counts:
            self._count()

    def _count(self) -> None:
        self.total, digest = 0, hashlib.sha256()
        for values in self._values():
            self.total += 1
            digest.update(repr(values).encode(errors="surrogatepass"))
        self.version = digest.hexdigest()

    def has_values(self, column: str) -> bool:  # noqa: ARG002 - that is not counted
        return True

    def type_of(self, column: str) -> str | None:  # noqa: ARG002 - each value has its own
        return None

    def rows(self, skip: int, limit: int | None = None) -> Iterator[Row]:
        converters = [_object if name in self._objects else iso_dates for name in self.columns]
        for number, values in enumerate(self._values(skip, limit), skip + 1):
            yield row_of(number, self.columns, values, converters)


class SQLiteSource(RowsSource):
    """The result of a query in a SQLite database, read without DuckDB.

    Attributes:
        form: Its format.
    """

    form = "SQLite"

    def __init__(self, file: Path, query: str, what: str) -> None:
        """Open it for reading.

        Args:
            file: The database.
            query: A ``select``.
            what: Its name in errors.
        """
        self._connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
        self._query = query
        self._what = what
        try:
            with self._our_errors(), closing(self._result(0, 0)) as result:
                self.columns = [name for name, *_ in result.description]
        except SourceError:
            self.close()
            raise

    def _values(self, skip: int = 0, limit: int | None = None) -> Iterator[tuple[Any, ...]]:
        with self._our_errors(), closing(self._result(skip, limit)) as result:
            yield from result

    def _result(self, skip: int, limit: int | None) -> sqlite3.Cursor:
        most = -1 if limit is None else limit
        return self._connection.execute(f"select * from ({self._query}) limit {most} offset {skip}")

    @contextmanager
    def _our_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            # That message quotes the text.
            fault = "a text is not UTF-8" if "decode" in str(error) else error
            raise SourceError(f"{self._what}: {fault}") from None

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


def _exactly(name: str, kind: str) -> str:
    if kind in _EXACTLY:
        return _EXACTLY[kind].format(name)
    if "TIMESTAMP WITH TIME ZONE" in kind:  # somewhere inside
        return f"cast({name} as {kind.replace('TIMESTAMP WITH TIME ZONE', 'VARCHAR')})"
    return name


def _converter(kind: str) -> Callable[[Any], Any]:
    return json.loads if kind == "JSON" else iso_dates


def _object(value: Any) -> Any:
    """A complete object, which tables without a type for JSON keep as text."""
    if isinstance(value, str):
        with suppress(ValueError):
            return parse_json(value)
    return iso_dates(value)


def row_of(
    number: int,
    columns: Sequence[str],
    cells: Sequence[Any],
    converters: Sequence[Callable[[Any], Any]],
) -> Row:
    """A row of a table.

    Args:
        number: Its number.
        columns: The columns.
        cells: Its values.
        converters: The conversion of each value that is not None.
    """
    values = {
        name: convert(cell)
        for name, convert, cell in zip(columns, converters, cells, strict=True)
        if cell is not None
    }
    return Row(number, values, values, len(repr(values)))


def iso_dates(value: Any) -> Any:
    """A value with its dates and times as ISO 8601, at any depth; no time zone is added.

    Args:
        value: A value of a database.
    """
    if type(value) in _PLAIN:  # as most are
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: iso_dates(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [iso_dates(item) for item in value]
    return value


# -- tables ---------------------------------------------------------------------------------------


def sqlite_tables(path: Path, what: str) -> list[str]:
    """The names of the tables and views of a SQLite file.

    Args:
        path: The file.
        what: Its name in errors.
    """
    sql = (
        "select name from sqlite_master where type in ('table', 'view') "
        "and name not like 'sqlite_%' order by name"
    )
    with closing(SQLiteSource(path, sql, what)) as source:
        return [row.values["name"] for row in source.rows(0)]


def duckdb_tables(duck: DuckDBSession, path: Path, what: str) -> list[str]:
    """The names of the tables and views of a DuckDB file, which is attached.

    Args:
        duck: The session.
        path: The file.
        what: Its name in errors.
    """
    duck.attach(path)
    sql = "select table_name from information_schema.tables where table_catalog = 'source'"
    return sorted(name for (name,) in duck.all(sql, what))


def only_table(tables: Sequence[str], what: str, table: str | None) -> str:
    """The table that is named, or the only one.

    Args:
        tables: The tables of a database.
        what: The name of the database in errors.
        table: The name of the table, or None.

    Raises:
        SourceError: If there is none, or several and none is named.
    """
    if table in tables or (table is None and len(tables) == 1):
        return table or tables[0]
    if not tables:
        raise SourceError(f"{what} has no tables")
    fault = "has several tables" if table is None else f"has no table {table!r}"
    names = ", ".join(f"--table {name!r}" for name in tables)
    raise SourceError(f"{what} {fault}; name one: {names}; or use --database and --query")


def quoted(name: str) -> str:
    """A name in SQL.

    Args:
        name: Of a table or a column.
    """
    return '"' + name.replace('"', '""') + '"'
