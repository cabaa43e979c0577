"""The views of files in queries, which are read as imports read them, without DuckDB's guesses."""

# ruff: noqa: S608 - what stands in a query is quoted

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .csv_source import CSVOptions, CSVSource
from .duckdb_session import Duck, file_literal, literal
from .json_source import JSONSource
from .rows import ColumnPlan
from .text_file import TextFile

_EXACT = 2**53


def view_files(duck: Duck, sql: str, formats: dict[str, str]) -> None:
    """Create a view of each CSV and JSON file that a query names.

    Args:
        duck: The session.
        sql: The query.
        formats: The formats of files by the last suffix that is no compression.

    Raises:
        SourceError: If such a file can't be read.
    """
    for name in duck.table_names(sql):
        path = Path(name)
        kind = formats.get(Path(name.removesuffix(".gz").removesuffix(".zst")).suffix.lower())
        if kind in ("csv", "json", "jsonl") and path.is_file():
            file = TextFile(path, name)
            read = _csv(file, path) if kind == "csv" else _json(file, path, kind)
            duck.all(f"create temp view {_quoted(name)} as {read}", name)


def _csv(file: TextFile, path: Path) -> str:
    source = CSVSource(file, "", CSVOptions())
    source.look_through(ColumnPlan(source.columns, []))
    types = {"number": "double", "boolean": "boolean", "json": "json", "text": "varchar"}
    columns = [
        f"cast({_quoted(name)} as {types[source.types[name]]}) as {_quoted(name)}"
        for name in source.columns
    ]
    names = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in source.columns)
    return (
        f"select {', '.join(columns)} from read_csv({file_literal(path)}, columns = {{{names}}}, "
        f"auto_detect = false, header = true, quote = '\"', escape = '\"', "
        f"delim = {literal(source.separator)})"
    )


def _json(file: TextFile, path: Path, kind: str) -> str:
    source = JSONSource(file, "", is_document=kind == "json")
    types: dict[str, set[str]] = {}
    for row in source.rows(0):
        for name, value in row.values.items():
            types.setdefault(name, set()).add(_json_type(value))
    columns = ", ".join(f"{literal(name)}: '{_common(found)}'" for name, found in types.items())
    return f"select * from read_json({file_literal(path)}, columns = {{{columns}}})"


def _json_type(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return "BIGINT" if -_EXACT < value < _EXACT else "JSON"
    return {str: "VARCHAR", bool: "BOOLEAN", float: "DOUBLE"}.get(type(value), "JSON")


def _common(types: Iterable[str]) -> str:
    found = set(types) - {""}
    if found == {"BIGINT", "DOUBLE"}:
        return "DOUBLE"
    return found.pop() if len(found) == 1 else "JSON"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
