"""Rows, and where they come from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol

import attrs


@attrs.frozen
class Row:
    """One row of an input.

    Attributes:
        number: Its place: the row of a spreadsheet, whose header is row 1; the line of JSON Lines;
            the row of a table, from 1.
        values: Its values by their columns, those that are absent left out or None. Personal.
        original: What to keep of it if it is refused: cells, or an object. Personal.
        size: Bytes, roughly.
        fault: Why it is none, if it can't be read.
    """

    number: int
    values: Mapping[str, Any] = attrs.field(repr=False)
    original: Any = attrs.field(repr=False)
    size: int
    fault: str | None = None


class Source(Protocol):
    """An input that can be read again from any row.

    Attributes:
        columns: Its columns, in order.
        version: What changes when it does: its size and time, or a hash. Nothing if unknown.
        total: How many rows it has, or None if nobody knows before the end.
        is_csv: Whether refused rows are kept as CSV, rather than as JSON Lines.
    """

    @property
    def columns(self) -> Sequence[str]:
        """Its columns, in order."""
        ...

    @property
    def version(self) -> str:
        """What changes when it does."""
        ...

    @property
    def total(self) -> int | None:
        """How many rows it has, if that is known."""
        ...

    @property
    def is_csv(self) -> bool:
        """Whether refused rows are kept as CSV."""
        ...

    def look_through(self, data: Collection[str], objects: Collection[str]) -> None:
        """Read all of it once, if that is needed to know the types of its columns.

        Args:
            data: The columns whose values have a type of their own; the others are text.
            objects: The columns that are a whole JSON object.

        Raises:
            SourceError: If it can't be read.
        """
        ...

    def rows(self, skip: int) -> Iterator[Row]:
        """Its rows, in an order that is always the same, a few in memory at a time.

        Args:
            skip: How many to leave out at the beginning.

        Raises:
            SourceError: If it can't be read.
        """
        ...

    def close(self) -> None:
        """Let go of it."""
        ...
