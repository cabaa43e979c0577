"""Several files of one format, read one after the other as one input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import attrs

from .column_types import ColumnType
from .csv_source import CSVSource
from .errors import SourceError
from .json_source import JSONSource
from .rows import ColumnPlan, Row

TextSource = CSVSource | JSONSource
"""A source of one text file."""


class FilesSource:
    """Several CSV files, or several JSON files.

    A column has a type only if all of its values agree, in all files.

    Attributes:
        columns: The columns of any file.
        version: The version of their content.
        total: The number of rows, after `scan`.
        is_csv: Whether they are CSV.
        has_own_keys: Whether they are JSON.
        types: The types of the columns of data of CSV, after `scan`.
        notes: The notes on their content, after `scan`.
    """

    def __init__(self, files: Sequence[tuple[str, TextSource]], version: str) -> None:
        """Join their columns.

        Args:
            files: The names of the files in errors and rejected rows, and their sources.
            version: The version of their content.

        Raises:
            SourceError: If some are CSV and others JSON.
        """
        if len({source.is_csv for _, source in files}) > 1:
            raise SourceError("some files are CSV and others JSON: import them one by one")
        self._files = files
        self.is_csv = files[0][1].is_csv
        self.has_own_keys = not self.is_csv
        self.columns = list(dict.fromkeys(name for _, each in files for name in each.columns))
        self.version = version
        self.types: dict[str, ColumnType] = {}
        self.notes: list[str] = []

    @property
    def form(self) -> str:
        return " and ".join(dict.fromkeys(source.form for _, source in self._files))

    @property
    def total(self) -> int | None:
        return sum(source.total or 0 for _, source in self._files)

    def scan(self, plan: ColumnPlan) -> None:
        for name, source in self._files:
            source.scan(_part(plan, source.columns))
            self.notes += [f"{name}: {note}" for note in source.notes]
            if self.is_csv and (missing := [c for c in self.columns if c not in source.columns]):
                self.notes.append(f"{name} has no column {', '.join(map(repr, missing))}")
        for column in plan.data:
            self._find_type(column)

    def _with(self, column: str) -> list[CSVSource]:
        files = (source for _, source in self._files if column in source.columns)
        return [source for source in files if isinstance(source, CSVSource)]

    def _find_type(self, column: str) -> None:
        sources = self._with(column)
        found: set[ColumnType] = {
            source.types[column] for source in sources if source.has_values(column)
        }
        kind = next(iter(found)) if len(found) == 1 else "text"
        if len(found) > 1:
            self.notes.append(f"column {column!r} is text, because its type differs between files")
        if sources:
            self.set_type(column, kind)

    def set_type(self, column: str, kind: ColumnType) -> None:
        """Set the type of a column of data in all files, instead of the one that was found.

        Args:
            column: One of its columns.
            kind: The type.
        """
        self.types[column] = kind
        for source in self._with(column):
            source.set_type(column, kind)

    def has_values(self, column: str) -> bool:
        return any(
            source.has_values(column) for _, source in self._files if column in source.columns
        )

    def type_of(self, column: str) -> str | None:
        return self.types.get(column, "text") if self.is_csv else None

    def rows(self, skip: int, limit: int | None = None) -> Iterator[Row]:
        return islice(self._rows(skip), limit)

    def _rows(self, skip: int) -> Iterator[Row]:
        for name, source in self._files:
            count = source.total or 0
            if skip < count:
                for row in source.rows(skip):
                    yield attrs.evolve(row, file=name, original=self._original(row, source))
            skip = max(0, skip - count)

    def _original(self, row: Row, source: TextSource) -> object:
        """The cells of a row in the order of all columns, for the file of rejected rows."""
        if not self.is_csv:
            return row.original
        cells = dict(zip(source.columns, row.original, strict=False))
        return [cells.get(column, "") for column in self.columns]

    def close(self) -> None:
        for _, source in self._files:
            source.close()


def _part(plan: ColumnPlan, columns: Sequence[str]) -> ColumnPlan:
    """The plan of the columns of one file."""
    return attrs.evolve(
        plan,
        data=[name for name in plan.data if name in columns],
        objects=[name for name in plan.objects if name in columns],
        types={name: kind for name, kind in plan.types.items() if name in columns},
    )
