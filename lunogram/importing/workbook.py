"""Excel workbooks: a sheet is copied to a private CSV file, which is read as any other."""

from __future__ import annotations

import csv
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from ..errors import ConfigurationError
from .column_types import cell_type
from .errors import SourceError

_ERROR = "e"
_FORMULA = "f"
_FORMULAS = re.compile(rb"<(?:\w{1,20}:)?f[\s/>]").search
_LONGEST_TAG = 30
_PIECE = 1_000_000


def copy_sheet(path: Path, what: str, sheet: str | None, copy: Path) -> frozenset[int]:
    """Copy a sheet to a CSV file, and return the positions of the columns that are text.

    A cell that is text in the workbook stays text, even if it looks like a number.

    Args:
        path: The workbook.
        what: Its name in errors.
        sheet: The sheet. Default: the only one with cells.
        copy: The CSV file.

    Raises:
        ConfigurationError: If the extra is not installed.
        SourceError: If the workbook is damaged, or there is no such sheet.
    """
    text: set[int] = set()
    with (
        _opened(path, what, values=True) as values,
        copy.open("w", encoding="utf-8", newline="") as file,
    ):
        name = _sheet_name(values, what, sheet)
        if _has_formulas(path, values[name]):
            _check_formulas(path, what, name)
        writer = csv.writer(file, lineterminator="\n")
        is_header = True
        for number, cells in enumerate(_rows(values[name]), 1):
            if any(cell.data_type == _ERROR for cell in cells):
                raise SourceError(
                    f"{_place(what, number, name)} has an error, such as #N/A, for a value; "
                    "correct it"
                )
            shown = [_text(cell.value) for cell in cells]
            writer.writerow(shown)
            if not is_header:
                text.update(at for at, cell in enumerate(cells) if _is_like_another(cell.value))
            is_header = is_header and not any(shown)
    return frozenset(text)


@contextmanager
def _opened(path: Path, what: str, *, values: bool) -> Iterator[Any]:
    try:
        import openpyxl
    except ModuleNotFoundError:
        raise ConfigurationError(
            "an Excel workbook needs openpyxl: pip install 'lunogram[import]'"
        ) from None
    try:
        # A file of our own: some versions of openpyxl leave theirs open.
        with path.open("rb") as file:
            with warnings.catch_warnings():  # of styles and the like, which are not read
                warnings.simplefilter("ignore")
                workbook = openpyxl.load_workbook(file, read_only=True, data_only=values)
            with closing(workbook):
                yield workbook
    except (BadZipFile, KeyError, EOFError, OSError, SyntaxError) as error:
        raise SourceError(
            f"{what} is not a complete Excel workbook ({type(error).__name__})"
        ) from None


def _sheet_name(workbook: Any, what: str, sheet: str | None) -> str:
    names = [each.title for each in workbook.worksheets]
    if sheet is None:
        names = [name for name in names if any(_rows(workbook[name]))]
    if sheet in names or (sheet is None and len(names) == 1):
        return sheet or names[0]
    if not names:
        raise SourceError(f"{what} has no sheet with cells")
    options = ", ".join(f"--table {name!r}" for name in names)
    fault = "has several sheets" if sheet is None else f"has no sheet {sheet!r}"
    raise SourceError(f"{what} {fault}; name one: {options}")


def _rows(sheet: Any) -> Iterator[Sequence[Any]]:
    sheet.reset_dimensions()  # programs other than Excel write wrong ones
    yield from sheet.iter_rows()


def _has_formulas(path: Path, sheet: Any) -> bool:
    """Whether a sheet has formulas; most have none, and need not be parsed twice."""
    with ZipFile(path) as archive, archive.open(sheet._worksheet_path.lstrip("/")) as xml:
        before = b""
        while piece := xml.read(_PIECE):
            if _FORMULAS(before + piece):
                return True
            before = piece[-_LONGEST_TAG:]
    return False


def _check_formulas(path: Path, what: str, name: str) -> None:
    """Reject a formula whose value is not in the file."""
    with (
        _opened(path, what, values=True) as values,
        _opened(path, what, values=False) as formulas,
    ):
        rows = zip(_rows(values[name]), _rows(formulas[name]), strict=True)
        for number, (cells, originals) in enumerate(rows, 1):
            if any(map(_lacks_value, cells, originals)):
                raise SourceError(
                    f"{_place(what, number, name)} has a formula without a value; open the "
                    "workbook in Excel and save it"
                )


def _lacks_value(cell: Any, original: Any) -> bool:
    return original.data_type == _FORMULA and cell.value is None


def _place(what: str, number: int, sheet: str) -> str:
    return f"{what}: row {number} of sheet {sheet!r}"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _is_like_another(value: Any) -> bool:
    return isinstance(value, str) and value != "" and cell_type(value) != "text"
