"""Rows and their sources."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol

import attrs

from .column_types import ColumnType


@attrs.frozen
class Row:
    """One row of an input.

    Attributes:
        number: Its number: the row of a spreadsheet, whose header is row 1; the line of JSON Lines;
            the row of a table, from 1.
        values: Its values by their columns; absent ones are omitted or None. Personal.
        original: Its cells, or its object, for the rejected rows. Personal.
        size: The approximate size in bytes.
        fault: The fault of a row that can't be read, or None.
        file: The file that it is in, if the input has several.
    """

    number: int
    values: Mapping[str, Any] = attrs.field(repr=False)
    original: Any = attrs.field(repr=False)
    size: int
    fault: str | None = None
    file: str = ""

    @property
    def place(self) -> int | str:
        """Its number, after the file if the input has several."""
        return f"{self.file}:{self.number}" if self.file else self.number


@attrs.frozen
class ColumnPlan:
    """The roles of the columns of an input.

    Attributes:
        data: The columns whose values have types; the others are text.
        objects: The columns whose values are complete JSON objects.
        named: The columns that the options map.
        types: The types that the options set.
        counts: Whether the rows of tables and queries are counted and hashed. Text files are read
            once in any case, because their types need that.
    """

    data: Collection[str]
    objects: Collection[str]
    named: Collection[str] = ()
    types: Mapping[str, ColumnType] = attrs.field(factory=dict)
    counts: bool = True


class Source(Protocol):
    """An input that can be read again from any row.

    Attributes:
        columns: Its columns, in order.
        form: Its format, encoding and separator, for people.
        version: The version of its content: size and time, or a hash. Empty if unknown.
        total: The number of its rows, or None if unknown.
        has_own_keys: Whether each row has its own keys, so that a fault of a key rejects only the
            rows with the key.
        is_csv: Whether rejected rows are kept as CSV, rather than as JSON Lines.
        notes: The notes on its content, after `scan`: a sentence each.
    """

    @property
    def columns(self) -> Sequence[str]:
        """Its columns, in order."""
        ...

    @property
    def form(self) -> str:
        """Its format, for people."""
        ...

    @property
    def version(self) -> str:
        """The version of its content."""
        ...

    @property
    def total(self) -> int | None:
        """The number of its rows, or None."""
        ...

    @property
    def has_own_keys(self) -> bool:
        """Whether each row has its own keys."""
        ...

    @property
    def is_csv(self) -> bool:
        """Whether rejected rows are kept as CSV."""
        ...

    @property
    def notes(self) -> Sequence[str]:
        """The notes on its content."""
        ...

    def scan(self, plan: ColumnPlan) -> None:
        """Read all of it once, if its types need that.

        Args:
            plan: The roles of its columns.

        Raises:
            SourceError: If it can't be read.
        """
        ...

    def has_values(self, column: str) -> bool:
        """Whether a column has values, after `scan`; True if unknown.

        Args:
            column: One of its columns.
        """
        ...

    def type_of(self, column: str) -> str | None:
        """The type of all values of a column, after `scan`; None if each has its own.

        Args:
            column: One of its columns.
        """
        ...

    def rows(self, skip: int, limit: int | None = None) -> Iterator[Row]:
        """Its rows, in an order that is always the same, a few in memory at a time.

        Args:
            skip: The number of rows to skip.
            limit: The maximum number of rows, or None for all.

        Raises:
            SourceError: If it can't be read.
        """
        ...

    def close(self) -> None:
        """Close it."""
        ...
