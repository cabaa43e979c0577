"""JSON Lines, and arrays of objects: every value is what the file says."""

# ruff: noqa: S608 - what stands in a query is quoted, or a query of the user's own

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from .duck import LONGEST_LINE, Duck, file_literal, read_lines
from .rows import Row


class JSONSource:
    """A file of JSON objects, one in each line, or in one array.

    Attributes:
        columns: Every key of every object.
        version: What changes when the file does.
        total: How many lines or objects it has, once it was looked through.
        is_csv: It isn't.
    """

    is_csv = False

    def __init__(self, duck: Duck, path: Path, what: str, version: str, *, array: bool) -> None:
        """Read all keys.

        Args:
            duck: To read with.
            path: A file of UTF-8.
            what: What to call it in an error.
            version: What changes when it does.
            array: Whether it may be one array.
        """
        self._duck = duck
        self._what = what
        self._table = _objects(path) if array else _lines(path)
        self.columns = self._keys()
        self.version = version
        self.total: int | None = None

    def _keys(self) -> list[str]:
        sql = (
            "select distinct unnest(json_keys(case when json_valid(line) then line end)) as name "
            f"from {self._table} order by name"
        )
        return [name for (name,) in self._duck.all(sql, self._what)]

    def look_through(self, data: Collection[str], objects: Collection[str]) -> None:  # noqa: ARG002 - types are in the file
        """Count the lines."""
        ((self.total,),) = self._duck.all(f"select count(*) from {self._table}", self._what)

    def rows(self, skip: int) -> Iterator[Row]:
        """Its objects; empty lines are left out."""
        sql = f"select line from {self._table} offset {skip}"
        for number, (line,) in enumerate(self._duck.stream(sql, self._what), skip + 1):
            yield _row(number, line)

    def close(self) -> None:
        """Let go of DuckDB."""
        self._duck.close()


def _lines(path: Path) -> str:
    return f"(from {read_lines(path)} where line is not null)"


def _objects(path: Path) -> str:
    return (
        f"(select json as line from read_json_objects({file_literal(path)}, format = 'auto', "
        f"maximum_object_size = {LONGEST_LINE}))"
    )


def _row(number: int, line: str) -> Row:
    value = _parsed(line)
    if isinstance(value, dict):
        return Row(number, value, value, len(line))
    return Row(number, {}, {"text": line}, len(line), "row: is not a JSON object")


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
