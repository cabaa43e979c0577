"""CSV files: every cell is text, unless all cells of its column have another type."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from typing import Any

import attrs

from .column_types import (
    CONVERTERS,
    TYPES,
    ColumnSurvey,
    ColumnType,
    Converter,
    is_damaged,
    parse_json,
)
from .errors import SourceError
from .rows import ColumnPlan, Row
from .text_file import LONGEST_LINE, TextFile

_SEPARATORS = ",;\t|\x01\x1f"
_SEPARATOR_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_LOOKED_AT = 50
_AROUND_NAMES = " \t\r\n\xa0\u200b\u200c\u200d\u2060\ufeff"
_BLANK = " \t\xa0\x1a"  # the last is how DOS ends a file
_SEPARATOR_LINE = re.compile(r"sep=(.)[\r\n]*").fullmatch
_NULL_WORDS = frozenset({"NULL", "null", "\\N", "N/A", "n/a", "#N/A", "NaN", "nan", "None"})
_JSON = re.compile(r'(\[\s*)?\{\s*("|$)|\[\s*$').match
_GUARDED = re.compile(r'="(.*)"', re.DOTALL).fullmatch
TYPES_COLUMN = "types: "
"""The prefix of the name of the column that holds the types of the others, in rejected rows."""


@attrs.frozen
class CSVOptions:
    """The dialect of a CSV, as far as it can't be detected.

    Attributes:
        separator: The separator. Default: the one that gives the header most columns.
        escape: The escape character for quotes. Default: quotes are doubled.
        skip: The number of lines before the header.
        null: Words that mean an empty cell.
        short_rows: Whether cells that are missing at the end of a row are empty.
    """

    separator: str | None = None
    escape: str | None = None
    skip: int = 0
    null: tuple[str, ...] = ()
    short_rows: bool = False


@attrs.frozen
class _Dialect:
    separator: str
    escape: str | None
    spaced: bool = False

    def reader(self, lines: Iterator[str]) -> Any:
        return csv.reader(
            lines,
            delimiter=self.separator,
            escapechar=self.escape,
            skipinitialspace=self.spaced,
            strict=True,
        )

    def first(self, lines: Sequence[str]) -> list[str]:
        """The first row, or nothing if it can't be read."""
        try:
            return next(self.reader(iter(lines)), [])
        except csv.Error:
            return []


class CSVSource:
    """A CSV file with a header.

    Attributes:
        columns: The names of its columns.
        version: The version of its content.
        total: The number of its rows, after `scan`.
        is_csv: True.
        has_own_keys: False.
        notes: The notes on its content, after `scan`.
        types: The types of the columns of data, after `scan`.
    """

    is_csv = True
    has_own_keys = False

    def __init__(
        self,
        file: TextFile,
        version: str,
        options: CSVOptions,
        *,
        text: Collection[int] = (),
        form: str = "",
    ) -> None:
        """Read the header.

        Args:
            file: The file.
            version: The version of its content.
            options: Its dialect.
            text: The positions of columns that are text, whatever their cells look like.
            form: Its format, for people. Default: CSV with its encoding and separator.

        Raises:
            SourceError: If it can't be read.
        """
        csv.field_size_limit(LONGEST_LINE)
        self._file = file
        self._options = options
        self._before = options.skip
        self._dialect = self._find_dialect()
        self._header = self._find_header()
        self.version = version
        self.columns = [_name(cell) or f"column {at}" for at, cell in enumerate(self._header, 1)]
        self._nameless = [
            name for name, cell in zip(self.columns, self._header, strict=True) if not _name(cell)
        ]
        self._given_types: dict[str, ColumnType] = {
            name: "text" for at, name in enumerate(self.columns) if at in text
        }
        self._given_types |= self._take_types()
        self._form = form
        self.total: int | None = None
        self.notes: list[str] = []
        self.types: dict[str, ColumnType] = {}
        self._empty: set[str] = set()
        self._converters: dict[str, Converter | None] = {}

    # -- the header -------------------------------------------------------------------------------

    def _find_dialect(self) -> _Dialect:
        lines = list(islice(self._file.lines(), self._before, self._before + _LOOKED_AT))
        while lines and not lines[0].strip(_AROUND_NAMES):
            self._before += 1
            lines.pop(0)
        if lines and (given := _SEPARATOR_LINE(lines[0])):
            self._before += 1
            return self._with_spaces(given[1], lines[1:])
        if not lines:
            return _Dialect(",", None)
        if _JSON(lines[0]):
            form = "json" if lines[0].startswith("[") else "jsonl"
            raise SourceError(f"{self._file.what} looks like JSON: --format {form}")
        separator = self._options.separator or self._find_separator(lines)
        dialect = self._with_spaces(separator, lines)
        self._reject_titles(dialect, lines)
        return dialect

    def _find_separator(self, lines: list[str]) -> str:
        if "\t" in lines[0] and self._file.what.lower().removesuffix(".gz").endswith(".tsv"):
            return "\t"
        widths = {
            each: len(_Dialect(each, self._options.escape).first(lines)) for each in _SEPARATORS
        }
        return max(widths, key=lambda each: widths[each])

    def _with_spaces(self, separator: str, lines: list[str]) -> _Dialect:
        dialect = _Dialect(separator, self._options.escape)
        rest = dialect.first(lines)[1:]
        return attrs.evolve(dialect, spaced=bool(rest) and all(cell[:1] == " " for cell in rest))

    def _reject_titles(self, dialect: _Dialect, lines: list[str]) -> None:
        """Raise an error if the first line is a title, and a later line looks like the header."""
        if sum(map(bool, map(_name, dialect.first(lines)))) > 1:
            return
        for at in range(1, len(lines)):
            cells = dialect.first(lines[at : at + 1])
            if len(cells) > 1 and all(map(_name, cells)):
                raise SourceError(
                    f"{self._file.what}: line {self._before + 1} is not a header, but line "
                    f"{self._before + at + 1} seems to be one: --skip {self._before + at}"
                )

    def _find_header(self) -> list[str]:
        for _, _, cells in self._records():
            return cells
        return []

    def _take_types(self) -> dict[str, ColumnType]:
        """The types that an import has written to its file of rejected rows."""
        if not self.columns or not self.columns[-1].startswith(TYPES_COLUMN):
            return {}
        try:
            given = json.loads(self.columns[-1].removeprefix(TYPES_COLUMN))
            types: dict[str, ColumnType] = {
                name: each for name, kind in given.items() for each in TYPES if each == kind
            }
        except (ValueError, AttributeError):
            return {}
        self.columns.pop()
        return types

    # -- rows -------------------------------------------------------------------------------------

    def scan(self, plan: ColumnPlan) -> None:
        seen = [(self.columns.index(name), ColumnSurvey(name)) for name in plan.data]
        others = [(at, name) for at, name in enumerate(self.columns) if name not in plan.data]
        damaged: dict[str, int] = {}
        nulls: dict[str, int] = {}
        rows = 0
        for number, _, cells in self._rows(self.notes):
            rows += 1
            for at, survey in seen:
                if cell := cells[at]:
                    survey.see(cell, number)
            for word in _NULL_WORDS.intersection(cells):
                nulls.setdefault(word, number)
            for at, name in others:
                if name not in damaged and is_damaged(cells[at]):
                    damaged[name] = number
        self.total = rows
        self.notes += [_damage_note(name, line) for name, line in damaged.items()]
        self.notes += [_null_note(word, line) for word, line in nulls.items()]
        surveys = {survey.name: survey for _, survey in seen}
        self._empty = {name for name, survey in surveys.items() if not survey.counts}
        self._reject_nameless(plan)
        self._set_types(surveys, {**self._given_types, **plan.types})
        self._converters |= dict.fromkeys(plan.objects, parse_json)

    def has_values(self, column: str) -> bool:
        return column not in self._empty

    def _reject_nameless(self, plan: ColumnPlan) -> None:
        for name in self._nameless:
            if name not in plan.named and self.has_values(name):
                raise SourceError(
                    f"{self._file.what}: {name} has values, but no name; omit it with "
                    f"--map '{name}=', or map it with --map '{name}=FIELD'"
                )

    def set_type(self, column: str, kind: ColumnType) -> None:
        """Set the type of a column of data, instead of the one that `scan` has found.

        Args:
            column: One of its columns.
            kind: The type.
        """
        self.types[column] = kind
        self._converters[column] = CONVERTERS[kind]

    def _set_types(self, surveys: dict[str, ColumnSurvey], given: dict[str, ColumnType]) -> None:
        for name, survey in surveys.items():
            self.set_type(name, given.get(name, survey.type))
            if name not in given and survey.note:
                self.notes.append(survey.note)

    @property
    def form(self) -> str:
        if self._form:
            return self._form
        name = _SEPARATOR_NAMES.get(self._dialect.separator, repr(self._dialect.separator))
        return f"CSV, {self._file.encoding_name}, separated by {name}"

    def type_of(self, column: str) -> str | None:
        return self.types.get(column, "text")

    def rows(self, skip: int, limit: int | None = None) -> Iterator[Row]:
        columns = [(at, name, self._converters.get(name)) for at, name in enumerate(self.columns)]
        width = len(self.columns)
        stop = None if limit is None else skip + limit
        for number, original, cells in islice(self._rows([]), skip, stop):
            yield _row(number, original[:width], cells, columns)

    def _rows(self, notes: list[str]) -> Iterator[tuple[int, list[str], list[str]]]:
        """The number of each row, its original cells, and its cleaned cells."""
        header, width = self._header, len(self._header)
        clean = _cleaner(frozenset(self._options.null))
        records = self._records()
        next(records, None)
        for number, line, cells in records:
            if len(cells) != width or not cells[0] or cells == header:
                if not any(cell.strip(_BLANK) for cell in cells):
                    continue
                if cells == header:
                    notes.append(f"line {line} repeats the header, and is omitted")
                    continue
                cells = self._as_wide(cells, line)  # noqa: PLW2901 - the same row
            yield number, cells, clean(cells)

    def _as_wide(self, cells: list[str], line: int) -> list[str]:
        missing = len(self._header) - len(cells)
        if missing < 0 or (missing and not self._options.short_rows):
            advice = "; to fill missing cells: --short-rows" if missing > 0 else ""
            raise SourceError(
                f"{self._file.what}: line {line} has {len(cells)} cells, but the header has "
                f"{len(self._header)} columns{advice}"
            )
        return [*cells, *[""] * missing]

    def _records(self) -> Iterator[tuple[int, int, list[str]]]:
        """The records from the header on: number, first line and cells of each."""
        reader = self._dialect.reader(islice(self._file.lines(), self._before, None))
        number = self._before
        while True:
            line = self._before + reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise SourceError(f"{self._file.what}: line {line} {_fault(error)}") from None
            number += 1
            yield number, line, cells

    def close(self) -> None:
        """Close it; no file is open."""


def _damage_note(name: str, line: int) -> str:
    return (
        f"column {name!r} has a number such as 1.23E+15 in line {line}: a spreadsheet has rounded "
        "it, so that different numbers may be equal now; export the column as text (--strict "
        "rejects such identifiers)"
    )


def _null_note(word: str, line: int) -> str:
    return f"{word!r} in line {line} is text; to make such cells empty: --null '{word}'"


def _fault(error: csv.Error) -> str:
    text = str(error)
    if "expected after" in text:
        return (
            "has text after a closing quote; if quotes in cells are escaped with a backslash: "
            "--escape '\\'"
        )
    if "field larger" in text:
        return f"has an unclosed quote, or a cell longer than {LONGEST_LINE:,} characters"
    return "has an unclosed quote"


def _name(cell: str) -> str:
    return re.sub(r"\s*[\r\n]\s*", " ", cell.strip(_AROUND_NAMES))


def _cleaner(null: frozenset[str]) -> Callable[[list[str]], list[str]]:
    """A function that cleans cells: words for NULL become empty, and Excel's ="…" becomes text."""

    def clean(cells: list[str]) -> list[str]:
        if null and not null.isdisjoint(cells):
            cells = ["" if cell in null else cell for cell in cells]
        if '="' in "".join(cells):
            cells = [guarded[1] if (guarded := _GUARDED(cell)) else cell for cell in cells]
        return cells

    return clean


def _row(
    number: int,
    original: Sequence[str],
    cells: Sequence[str],
    columns: Sequence[tuple[int, str, Converter | None]],
) -> Row:
    values: dict[str, Any] = {}
    fault = None
    for at, name, convert in columns:
        if cell := cells[at]:
            try:
                values[name] = convert(cell) if convert else cell
            except ValueError as error:
                fault = f"{name}: {error}"
    return Row(number, values, original, sum(map(len, cells)), fault)
