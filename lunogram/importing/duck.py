"""DuckDB: one connection within bounds, its literals, and its errors without the data in them."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
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

# What such errors say is about the query. Others may hold a piece of the data.
_ABOUT_THE_QUERY = ("ParserException", "BinderException", "CatalogException", "IOException")
_FAULTS = (
    ("Expected Number of Columns", "does not have as many cells as there are columns"),
    ("unterminated quote", "has a quote that is not closed, or text after a closing quote"),
    ("Invalid unicode", "is not UTF-8; convert the file: iconv -f latin1 -t utf-8 FILE"),
    ("Maximum line size", f"is longer than {LONGEST_LINE:,} bytes"),
)


class Duck:
    """A DuckDB in memory, with one thread, so that rows keep their order and memory its bound."""

    def __init__(self) -> None:
        try:
            import duckdb
        except ModuleNotFoundError:
            raise ConfigurationError(
                "an import needs duckdb: pip install 'lunogram[import]'"
            ) from None
        self._duckdb = duckdb
        self._connection: DuckDBPyConnection = duckdb.connect(
            config={"threads": 1, "memory_limit": _MEMORY, "temp_directory": _spill()}
        )
        self._connection.execute("set timezone = 'UTC'; set enable_progress_bar = false")

    def all(self, sql: str, what: str) -> list[tuple[Any, ...]]:
        """Every row of a small answer.

        Args:
            sql: A query.
            what: What it reads, for an error.
        """
        with self._telling(what):
            return self._connection.execute(sql).fetchall()

    def stream(self, sql: str, what: str) -> Iterator[tuple[Any, ...]]:
        """The rows of an answer of any size, a few in memory at a time.

        Args:
            sql: A query.
            what: What it reads, for an error.
        """
        with self._telling(what):
            answer = self._connection.execute(sql)
            while rows := answer.fetchmany(_AT_ONCE):
                yield from rows

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()

    @contextmanager
    def _telling(self, what: str) -> Iterator[None]:
        try:
            yield
        except self._duckdb.Error as error:
            raise SourceError(f"{what}: {_fault(error)}") from None


def _spill() -> str:
    """Where it puts what does not fit into its memory; it makes and removes it."""
    return str(Path(tempfile.gettempdir(), f"lunogram-import-{os.getpid()}"))


def _fault(error: Exception) -> str:
    text, kind = str(error), type(error).__name__
    line = re.search(r"CSV Error on Line: (\d+)", text)
    for sign, fault in _FAULTS:
        if sign in text:
            return f"line {line[1]} {fault}" if line else f"a line {fault}"
    if "state machine" in text:
        return "its lines end in different ways, or a quote is not closed"
    if kind in _ABOUT_THE_QUERY:
        return text.partition("\n")[0]
    if kind == "OutOfMemoryException":
        return f"it takes more than {_MEMORY} of memory to read"
    return f"it can't be read ({kind})"


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def file_literal(path: Path) -> str:
    """The path of one file in SQL, where ``*`` would mean several."""
    return literal(re.sub(r"([*?\[])", r"[\1]", str(path)))


_NEVER = "\x01"  # neither CSV of people's data nor JSON has it


def read_lines(path: Path) -> str:
    """DuckDB's reader of lines, which are in the column ``line``; an empty one is NULL.

    Args:
        path: A file; ``.gz`` and ``.zst`` are unpacked.
    """
    # Not strict, so that lines may end in different ways, as they do inside of quotes.
    options = ", header = false, quote = '', escape = '', strict_mode = false"
    return _read(path, _NEVER, ["line"], options)


def read_cells(path: Path, separator: str, columns: Sequence[str]) -> str:
    """DuckDB's reader of CSV with nothing left to its guesses; every cell is text, empty is NULL.

    Args:
        path: A file; ``.gz`` and ``.zst`` are unpacked.
        separator: What divides cells.
        columns: Names that are plain in SQL.
    """
    return _read(path, separator, columns, ", header = true, quote = '\"', escape = '\"'")


def _read(path: Path, separator: str, columns: Sequence[str], options: str) -> str:
    types = ", ".join(f"{name}: 'VARCHAR'" for name in columns)
    return (
        f"read_csv({file_literal(path)}, auto_detect = false, columns = {{{types}}}, "
        f"delim = {literal(separator)}, max_line_size = {LONGEST_LINE}, "
        f"buffer_size = {4 * LONGEST_LINE}{options})"
    )
