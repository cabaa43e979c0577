"""CSV: everything is text, and a column has another type only if all of its cells agree."""

# ruff: noqa: S608 - what stands in a query is quoted, or a query of the user's own

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from .duck import LONGEST_LINE, Duck, read_cells, read_lines
from .errors import SourceError
from .rows import Row

_SEPARATORS = ",;\t|"

# A number comes back as it was written: no leading zeros, no plus, no exponent, and no more
# digits than a double has.
_TYPE = r"""
    case
        when {0} is null then null
        when length({0}) <= 16 and regexp_full_match({0}, '-?(0|[1-9][0-9]{{0,14}})(\.[0-9]+)?')
        then 'number'
        when lower({0}) in ('true', 'false') then 'boolean'
        when {0}[1] in ('[', '{{') and json_valid({0}) then 'json'
        else 'text'
    end"""


class CSVSource:
    """A CSV file with a header.

    Attributes:
        columns: Its header.
        version: What changes when the file does.
        total: How many rows it has, once it was looked through.
        is_csv: It is.
    """

    is_csv = True

    def __init__(self, duck: Duck, path: Path, what: str, version: str) -> None:
        """Read the header.

        Args:
            duck: To read with.
            path: A file of UTF-8.
            what: What to call it in an error.
            version: What changes when it does.
        """
        csv.field_size_limit(LONGEST_LINE)
        self._duck = duck
        self._what = what
        separator, header = self._header(path)
        self.columns = [name.strip() for name in header]
        self.version = version
        self.total: int | None = None
        # Names in SQL, where those of the header may be anything.
        self._names = [f"c{number}" for number in range(len(header))]
        self._table = read_cells(path, separator, self._names)
        self._converters: dict[str, Callable[[str], Any]] = {}

    def _header(self, path: Path) -> tuple[str, list[str]]:
        """What divides cells, and the header: that which has most cells, divided by it."""
        sql = f"select line from {read_lines(path)} limit 50"
        lines = [f"{line or ''}\n" for (line,) in self._duck.all(sql, self._what)]
        found = [(separator, _first(lines, separator)) for separator in _SEPARATORS]
        separator, header = max(found, key=lambda each: len(each[1]))
        if any("\n" in name for name in header):  # DuckDB would find no rows below it
            raise SourceError(f"{self._what}: the name of a column has a line break in it")
        return separator, header

    def look_through(self, data: Collection[str], objects: Collection[str]) -> None:
        """Count the rows and find the types of columns, over all of it."""
        names = dict(zip(self.columns, self._names, strict=True))
        every = ", ".join(f"count({name})" for name in self._names)  # so that all are read
        types = [f", list(distinct {_TYPE.format(names[column])})" for column in data]
        sql = f"select count(*), {every}{''.join(types)} from {self._table}"
        (counts,) = self._duck.all(sql, self._what)
        self.total = counts[0]
        for column, found in zip(data, counts[1 + len(names) :], strict=True):
            self._set_type(column, {kind for kind in found or () if kind is not None})
        self._converters |= dict.fromkeys(objects, _object)

    def _set_type(self, column: str, found: set[str]) -> None:
        if len(found) == 1 and found != {"text"}:
            self._converters[column] = _as_boolean if found == {"boolean"} else json.loads

    def rows(self, skip: int) -> Iterator[Row]:
        """Its rows."""
        sql = f"select * from {self._table} offset {skip}"
        columns = [(name, self._converters.get(name)) for name in self.columns]
        for number, cells in enumerate(self._duck.stream(sql, self._what), skip + 2):
            yield _row(number, cells, columns)

    def close(self) -> None:
        """Let go of DuckDB."""
        self._duck.close()


def _row(
    number: int,
    cells: Sequence[str | None],
    columns: Sequence[tuple[str, Callable[[str], Any] | None]],
) -> Row:
    values = {
        name: convert(cell) if convert else cell
        for (name, convert), cell in zip(columns, cells, strict=True)
        if cell is not None
    }
    return Row(number, values, cells, sum(len(cell) for cell in cells if cell))


def _first(lines: Sequence[str], separator: str) -> list[str]:
    try:
        return next(csv.reader(lines, delimiter=separator), [])
    except csv.Error:
        return []


def _as_boolean(cell: str) -> bool:
    return cell.lower() == "true"


def _object(cell: str) -> Any:
    """JSON, or what was no JSON as it is, to be refused."""
    try:
        return json.loads(cell)
    except ValueError:
        return cell
