"""The watermark of a sync: the largest value of a column, from which the next run reads on."""

# ruff: noqa: S608 - what stands in a query is quoted, or a query of the user's own

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import attrs

from .columns import describe_columns
from .duckdb_session import literal
from .errors import SourceError
from .formats import Query, ResolvedInput, is_mysql


class Watermark:
    """The largest value of the watermark column.

    Attributes:
        largest: The value, or None.
    """

    def __init__(self, column: str, largest: Any = None) -> None:
        """Begin with the value of the last run.

        Args:
            column: The column, such as ``"updated_at"``.
            largest: The value, or None.
        """
        self._column = column
        self.largest = largest
        self._missing = 0

    def check(self, columns: Sequence[str]) -> None:
        """Reject a column that is none of the result.

        Args:
            columns: The columns of the result.

        Raises:
            SourceError: If it is not one of them.
        """
        if self._column not in columns:
            raise SourceError(
                f"there is no column {self._column!r}, the watermark; {describe_columns(columns)}"
            )

    def applied(self, name: ResolvedInput) -> ResolvedInput:
        """The rows since the value, those with the same value included.

        Rows with the same value may have been committed after the last run has read them.

        Args:
            name: A query of all rows.
        """
        if self.largest is None or name.query is None:
            return name
        return attrs.evolve(name, query=self._query(name.query))

    def _query(self, query: Query) -> Query:
        inner, is_ours = query.sql.strip().rstrip(";"), is_mysql(query.database)
        column, value = _name(self._column, mysql=is_ours), _literal(self.largest, mysql=is_ours)
        sql = f"select * from ({inner}\n) as t where {column} >= {value}"
        return attrs.evolve(query, sql=sql)

    def see(self, values: Mapping[str, Any]) -> None:
        """Take a row into account.

        Args:
            values: Its values.

        Raises:
            SourceError: If the value has no order, or another type than before.
        """
        value = _plain(values.get(self._column))
        if value is None:
            self._missing += 1
            return
        if not isinstance(value, str | int | float):
            raise SourceError(f"the watermark {self._column!r} must be a date, a number or a text")
        if self.largest is not None and isinstance(self.largest, str) != isinstance(value, str):
            raise SourceError(f"the watermark {self._column!r} has both texts and numbers")
        self.largest = value if self.largest is None else max(self.largest, value)

    @property
    def notes(self) -> Sequence[str]:
        """The note on rows without a value, which later runs do not read."""
        note = (
            f"{self._missing:,} rows have no {self._column!r}, so that later runs do not read them"
        )
        return [note] if self._missing else []


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return None if isinstance(value, float) and math.isnan(value) else value


def _name(name: str, *, mysql: bool) -> str:
    quote = "`" if mysql else '"'
    return quote + name.replace(quote, 2 * quote) + quote


def _literal(value: str | float, *, mysql: bool) -> str:
    if not isinstance(value, str):
        return repr(value)
    if mysql:  # whose session is in UTC
        value = value.removesuffix("+00:00").replace("\\", "\\\\")
    return literal(value)
