"""The files of a query: they are read as imports read them, and not as DuckDB guesses."""

# ruff: noqa: S608 - what stands in a query is quoted

from __future__ import annotations

import glob
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from .csv_source import CSVSource
from .duckdb_session import DuckDBSession, read_cells
from .errors import SourceError
from .files_source import FilesSource
from .rows import ColumnPlan, Source
from .table_source import quoted
from .text_file import TextFile, is_compressed

OpenSource: TypeAlias = Callable[[str], Source | None]
"""A function that opens a file by its name, or returns None if DuckDB has to read it."""

_EXACT = 2**53
_WHOLE = "DOUBLE without fractions"
_QUOTED = re.compile(r"'((?:[^']|'')*)'")


def view_files(duck: DuckDBSession, sql: str, open_source: OpenSource) -> None:
    """Create a view of each file that a query names.

    Args:
        duck: The session.
        sql: The query.
        open_source: Opens a file.

    Raises:
        SourceError: If a file can't be read.
    """
    names = sorted(duck.table_names(sql))
    for number, name in enumerate(names):
        if source := open_source(name):
            duck.all(f"create temp view {quoted(name)} as {_copied(source, duck, number)}", name)
    for literal in set(_QUOTED.findall(sql)).difference(names):
        for path in glob.iglob(literal.replace("''", "'")):  # noqa: PTH207 - it may be absolute
            _check_archive(Path(path))


def _check_archive(path: Path) -> None:
    """Read a compressed file of a function such as ``read_csv``, which ignores its damage."""
    if path.is_file() and is_compressed(path):
        TextFile(path, str(path)).check()


# -- copies ---------------------------------------------------------------------------------------


def _copied(source: Source, duck: DuckDBSession, number: int) -> str:
    """The query of a copy of a file, whose columns have types if all of their values agree."""
    source.scan(ColumnPlan(source.columns, []))
    _check_names(source.columns)
    types = _types(source)
    if isinstance(source, CSVSource | FilesSource) and source.is_csv:
        # Ids such as 1.0 and 2.0 stay as they are written: they are no numbers to count with.
        for name in (name for name, kind in types.items() if kind == _WHOLE):
            source.set_type(name, "text")
            types[name] = "VARCHAR"
    types = {name: "DOUBLE" if kind == _WHOLE else kind for name, kind in types.items()}
    copy = duck.folder / f"copy{number}.csv"
    with copy.open("w", encoding="utf-8", newline="") as file:
        for row in source.rows(0):
            file.write(_line(row.values, types))
    names = [f"c{at}" for at in range(len(types))]
    columns = [
        f"cast({name} as {kind}) as {quoted(column)}"
        for name, (column, kind) in zip(names, types.items(), strict=True)
    ]
    return f"select {', '.join(columns)} from {read_cells(copy, names)}"


def _check_names(columns: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    for name in columns:
        other = seen.setdefault(name.lower(), name)
        if other != name:
            raise SourceError(
                f"the columns {other!r} and {name!r} of a file of the query differ only by case, "
                "which SQL ignores; import the file itself, and omit one: --map 'COLUMN='"
            )


def _types(source: Source) -> dict[str, str]:
    types: dict[str, set[str]] = {name: set() for name in source.columns}
    for row in source.rows(0):
        if row.fault:
            raise SourceError(f"line {row.number} of a file of the query: {row.fault}")
        for name, value in row.values.items():
            types[name].add(_type(value))
    return {name: _common(found) for name, found in types.items()}


def _type(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return "BIGINT" if -_EXACT < value < _EXACT else "JSON"
    if isinstance(value, float) and value.is_integer():
        return _WHOLE
    return {str: "VARCHAR", bool: "BOOLEAN", float: "DOUBLE"}.get(type(value), "JSON")


def _common(types: Iterable[str]) -> str:
    found = set(types) - {""}
    if len(found) > 1 and found <= {"BIGINT", "DOUBLE", _WHOLE}:
        return "DOUBLE" if "DOUBLE" in found else _WHOLE
    if not found:
        return "VARCHAR"
    return found.pop() if len(found) == 1 else "JSON"


def _line(values: Mapping[str, Any], types: Mapping[str, str]) -> str:
    cells = (_cell(values.get(name), kind) for name, kind in types.items())
    return ",".join(cells) + "\n"


def _cell(value: Any, kind: str) -> str:
    if value is None:
        return ""
    text = value if kind == "VARCHAR" else json.dumps(value, ensure_ascii=False)
    return '"' + text.replace('"', '""') + '"'
