"""The DuckDB session of an import: bounded memory, literals, and errors without personal data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ..errors import ConfigurationError
from .errors import SourceError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LONGEST_LINE = 2_000_000
"""Bytes of a line, at the most."""

_AT_ONCE = 64
# DuckDB's own library takes 60 MB beside it.
_MEMORY = "80MB"

# The messages of these errors are about the query. Those of others may hold personal data.
_ABOUT_THE_QUERY = ("ParserException", "BinderException", "CatalogException", "IOException")
_FAULTS = (
    ("Expected Number of Columns", "has too many or too few cells"),
    ("unterminated quote", "has an unclosed quote, or text after a closing quote"),
    (
        "Invalid unicode",
        "is not UTF-8; convert it from its encoding: iconv -f ENCODING -t utf-8 FILE",
    ),
    ("Maximum line size", f"is longer than {LONGEST_LINE:,} bytes"),
)
_FILE_FAULTS = (
    ("magic bytes", "it is not a complete Parquet file"),
    ("Parquet file", "it is not a complete Parquet file"),
    ("state machine", "its line ends are mixed, or a quote is not closed"),
)


class DuckDBSession:
    """A DuckDB in memory, with one thread, so that rows keep their order and memory its bound."""

    def __init__(self) -> None:
        try:
            import duckdb
        except ModuleNotFoundError:
            raise ConfigurationError(
                "an import needs duckdb: pip install 'lunogram[import]'"
            ) from None
        self._duckdb = duckdb
        # Data that exceeds its memory is spilled to a private folder with a random name.
        self._spill = TemporaryDirectory(prefix="lunogram-import-")
        self._connection: DuckDBPyConnection = duckdb.connect(
            config={"threads": 1, "memory_limit": _MEMORY, "temp_directory": self._spill.name}
        )
        self._connection.execute("set timezone = 'UTC'; set enable_progress_bar = false")

    def all(self, sql: str, what: str) -> list[tuple[Any, ...]]:
        """All rows of a small result.

        Args:
            sql: A query.
            what: The name of its input, for errors.
        """
        with self._our_errors(what):
            return self._connection.execute(sql).fetchall()

    def stream(self, sql: str, what: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a result of any size, a few in memory at a time.

        Args:
            sql: A query.
            what: The name of its input, for errors.
        """
        with self._our_errors(what):
            result = self._connection.execute(sql)
            while rows := result.fetchmany(_AT_ONCE):
                yield from rows

    def attach(self, path: Path) -> None:
        """Use a database, without changing it.

        Args:
            path: A file of DuckDB.
        """
        self.all(f"attach {file_literal(path)} as source (read_only); use source", str(path))

    @property
    def folder(self) -> Path:
        """Its private folder, which `close` removes."""
        return Path(self._spill.name)

    def table_names(self, sql: str) -> set[str]:
        """The names of the tables and files that a query reads.

        Args:
            sql: A query; an invalid one reads nothing.
        """
        ((parsed,),) = self._connection.execute(
            "select json_serialize_sql(?::varchar)", [sql]
        ).fetchall()
        if found := set(_table_names(json.loads(parsed))):
            return found
        try:  # a statement other than select
            return self._connection.get_table_names(sql)
        except self._duckdb.Error:
            return set()

    def close(self) -> None:
        """Close it, and remove its spilled data."""
        self._connection.close()
        self._spill.cleanup()

    @contextmanager
    def _our_errors(self, what: str) -> Iterator[None]:
        try:
            yield
        except self._duckdb.Error as error:
            raise SourceError(f"{what}: {_fault(error)}") from None


def _table_names(node: Any) -> Iterator[str]:
    """The names of tables in the syntax tree of a query, at any depth."""
    if isinstance(node, dict):
        if node.get("type") == "BASE_TABLE":
            yield node["table_name"]
        node = list(node.values())
    for child in node if isinstance(node, list) else ():
        yield from _table_names(child)


def _fault(error: Exception) -> str:
    text, kind = str(error), type(error).__name__
    line = re.search(r"CSV Error on Line: (\d+)", text)
    for sign, fault in _FAULTS:
        if sign in text:
            return f"line {line[1]} {fault}" if line else f"a line {fault}"
    if of_file := [fault for sign, fault in _FILE_FAULTS if sign in text]:
        return of_file[0]
    if kind in _ABOUT_THE_QUERY:
        return text.partition("\n")[0]
    if "extension" in text.lower() and ("install" in text.lower() or "download" in text.lower()):
        return (
            "it needs an extension of DuckDB, which could not be downloaded; export the data as "
            "CSV, or pipe it to standard input"
        )
    if kind == "OutOfMemoryException":
        return f"reading it needs more than {_MEMORY} of memory"
    return f"it can't be read ({kind})"


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def file_literal(path: Path) -> str:
    """The path of one file in SQL, where ``*`` would mean several."""
    return literal(re.sub(r"([*?\[])", r"[\1]", str(path)))


def read_cells(path: Path, columns: Sequence[str]) -> str:
    """A call of DuckDB's CSV reader that guesses nothing: every cell is text, or NULL if empty.

    Args:
        path: A file without a header, whose other cells are quoted.
        columns: Names that are plain in SQL.
    """
    types = ", ".join(f"{name}: 'VARCHAR'" for name in columns)
    return (
        f"read_csv({file_literal(path)}, auto_detect = false, columns = {{{types}}}, "
        f"header = false, delim = ',', quote = '\"', escape = '\"', new_line = '\\n', "
        f"allow_quoted_nulls = false, max_line_size = {LONGEST_LINE}, "
        f"buffer_size = {4 * LONGEST_LINE})"
    )
