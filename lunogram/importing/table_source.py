"""Parquet files and queries: rows whose values have types."""

# ruff: noqa: S608 - what stands in a query is quoted, or a query of the user's own

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, time
from itertools import count
from pathlib import Path
from typing import Any

from .duck import Duck
from .errors import SourceError
from .rows import Row

# Text where Python has no value that says the same: months in an interval, a moment's zone
# (for which DuckDB wants one more package). A FLOAT is the number that it was written as.
_EXACTLY = {
    "FLOAT": "cast(cast({0} as varchar) as double)",
    "INTERVAL": "cast({0} as varchar)",
    "TIME WITH TIME ZONE": "cast({0} as varchar)",
    "TIMESTAMP WITH TIME ZONE": "strftime({0}, '%Y-%m-%dT%H:%M:%S.%fZ')",
}


class DuckSource:
    """What DuckDB answers to a query.

    Attributes:
        columns: Its columns.
        version: What changes when what it reads does, if that is known.
        total: How many rows it has, if that costs little to know.
        is_csv: It isn't.
    """

    is_csv = False

    def __init__(
        self, duck: Duck, query: str, what: str, version: str, *, counted: bool = False
    ) -> None:
        """Find out what it answers.

        Args:
            duck: To read with.
            query: A ``select``.
            what: What to call it in an error.
            version: What changes when what it reads does, if that is known.
            counted: Whether to count its rows when it is looked through.
        """
        self._duck = duck
        self._query = query
        self._what = what
        self._counted = counted
        answer = duck.all(f"describe {query}", what)
        self._types = [kind for _, kind, *_ in answer]
        self.columns = [name for name, *_ in answer]
        self.version = version
        self.total: int | None = None

    def look_through(self, data: Collection[str], objects: Collection[str]) -> None:  # noqa: ARG002 - it has types
        """Count the rows of a file."""
        if self._counted:
            sql = f"select count(*) from ({self._query})"
            ((self.total,),) = self._duck.all(sql, self._what)

    def rows(self, skip: int) -> Iterator[Row]:
        """Its rows."""
        names = [f"c{number}" for number in range(len(self._types))]
        exact = [_exactly(name, kind) for name, kind in zip(names, self._types, strict=True)]
        table = f"({self._query}) as t({', '.join(names)})"
        sql = f"select {', '.join(exact)} from {table} offset {skip}"
        converters = [_converter(kind) for kind in self._types]
        for number, values in enumerate(self._duck.stream(sql, self._what), skip + 1):
            yield _row(number, self.columns, values, converters)

    def close(self) -> None:
        """Let go of DuckDB."""
        self._duck.close()


class SQLiteSource:
    """What a SQLite database answers to a query, read without DuckDB, which can't.

    Attributes:
        columns: Its columns.
        version: What changes when the database does.
        total: None: nobody knows.
        is_csv: It isn't.
    """

    is_csv = False
    total = None

    def __init__(self, file: Path, query: str, what: str, version: str) -> None:
        """Open it for reading.

        Args:
            file: The database.
            query: A ``select``.
            what: What to call it in an error.
            version: What changes when it does.
        """
        self._connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
        self._query = query
        self._what = what
        try:
            with closing(self._answer(0)) as answer:
                self.columns = [name for name, *_ in answer.description]
        except SourceError:
            self.close()
            raise
        self.version = version

    def look_through(self, data: Collection[str], objects: Collection[str]) -> None:
        """Nothing: each value has its type."""

    def rows(self, skip: int) -> Iterator[Row]:
        """Its rows."""
        converters = [_plain] * len(self.columns)
        with closing(self._answer(-1, skip)) as answer:
            for number in count(skip + 1):
                if (values := answer.fetchone()) is None:
                    return
                yield _row(number, self.columns, values, converters)

    def _answer(self, limit: int, skip: int = 0) -> sqlite3.Cursor:
        sql = f"select * from ({self._query}) limit {limit} offset {skip}"
        try:
            return self._connection.execute(sql)
        except sqlite3.Error as error:
            raise SourceError(f"{self._what}: {error}") from None

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()


def _exactly(name: str, kind: str) -> str:
    if kind in _EXACTLY:
        return _EXACTLY[kind].format(name)
    if "TIMESTAMP WITH TIME ZONE" in kind:  # somewhere inside
        return f"cast({name} as {kind.replace('TIMESTAMP WITH TIME ZONE', 'VARCHAR')})"
    return name


def _converter(kind: str) -> Callable[[Any], Any]:
    return json.loads if kind == "JSON" else _plain


def _row(
    number: int,
    columns: Sequence[str],
    cells: Sequence[Any],
    converters: Sequence[Callable[[Any], Any]],
) -> Row:
    values = {
        name: convert(cell)
        for name, convert, cell in zip(columns, converters, cells, strict=True)
        if cell is not None
    }
    return Row(number, values, values, len(repr(values)))


def _plain(value: Any) -> Any:
    """Dates and times as ISO 8601, wherever they are; what has no zone is given none."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
