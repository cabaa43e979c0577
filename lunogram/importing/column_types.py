"""The types of cells and columns of a CSV."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Literal, TypeAlias, get_args

import attrs

ColumnType: TypeAlias = Literal["text", "number", "boolean", "json"]
"""The type of a column of data."""

TYPES: tuple[ColumnType, ...] = get_args(ColumnType)

# A number that is written back identically: no leading zeros, no plus, no exponent, no zeros at the
# end of a fraction but in 1.0, and no more digits than a double has.
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.(?:0|[0-9]*[1-9]))?").fullmatch
_ANY_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?").fullmatch
_MOST_DIGITS = 15
is_damaged = re.compile(r"[0-9][.,][0-9]+E\+[0-9]{2,}").fullmatch
"""The match of a number that a spreadsheet has rounded, such as 1.23E+15, or None."""
_DEEPEST = 100


def cell_type(cell: str) -> ColumnType:
    """The type of one cell.

    Args:
        cell: Its text, which is not empty.
    """
    first = cell[0]
    if first in "-0123456789":
        is_number = len(cell) <= _MOST_DIGITS + 2 and _NUMBER(cell) and _is_exact(cell)
        return "number" if is_number else "text"
    if first in "tTfF":
        return "boolean" if cell.lower() in ("true", "false") else "text"
    if first in "[{":
        return "json" if _is_json(cell) else "text"
    return "text"


def _is_exact(cell: str) -> bool:
    return cell != "-0" and sum(map(str.isdigit, cell)) <= _MOST_DIGITS


def _is_json(cell: str) -> bool:
    try:
        parse_json(cell)
    except ValueError:
        return False
    return True


def parse_json(text: str) -> Any:
    """The value of JSON.

    Args:
        text: Of any length.

    Raises:
        ValueError: If it is invalid, nested too deeply, or has a number of too many digits.
    """
    if text.count("[") + text.count("{") > _DEEPEST and _depth(text) > _DEEPEST:
        raise ValueError(f"is nested more than {_DEEPEST} levels deep")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not valid JSON ({error.msg.lower()})") from None
    except ValueError:
        raise ValueError("holds a number of too many digits") from None
    except RecursionError:
        raise ValueError(f"is nested more than {_DEEPEST} levels deep") from None


_NESTING = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')


def _depth(text: str) -> int:
    deepest = depth = 0
    for match in _NESTING.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match[0], 0)
        deepest = max(deepest, depth)
    return deepest


def _as_boolean(cell: str) -> bool:
    if cell.lower() not in ("true", "false"):
        raise ValueError("is neither true nor false")
    return cell.lower() == "true"


def _as_number(cell: str) -> float | int:
    if not _ANY_NUMBER(cell):
        raise ValueError("is not a number")
    if sum(map(str.isdigit, re.split("[eE]", cell)[0])) > _MOST_DIGITS:
        raise ValueError(f"has more than {_MOST_DIGITS} digits, which a number can't represent")
    return int(cell) if re.fullmatch(r"[+-]?[0-9]+", cell) else float(cell)


Converter: TypeAlias = Callable[[str], Any]
"""The conversion of a cell to a value. It raises `ValueError` for a cell of another type."""

CONVERTERS: dict[ColumnType, Converter | None] = {
    "text": None,
    "number": _as_number,
    "boolean": _as_boolean,
    "json": parse_json,
}


@attrs.define
class ColumnSurvey:
    """The cells of one column, counted by their types.

    Attributes:
        name: The column.
        counts: The number of cells of each type.
        lines: The line of the first cell of each type.
    """

    name: str
    counts: dict[ColumnType, int] = attrs.Factory(dict)
    lines: dict[ColumnType, int] = attrs.Factory(dict)

    def see(self, cell: str, line: int) -> None:
        """Count a cell.

        Args:
            cell: Its text, which is not empty.
            line: Its line.
        """
        found = cell_type(cell)
        if found not in self.counts:
            self.counts[found] = 0
            self.lines[found] = line
        self.counts[found] += 1

    @property
    def type(self) -> ColumnType:
        """The type of all cells, or text if they differ."""
        return next(iter(self.counts)) if len(self.counts) == 1 else "text"

    @property
    def note(self) -> str | None:
        """A note on a column that is text, although most of its cells have another type."""
        if len(self.counts) < 2:
            return None
        most = max(self.counts, key=lambda each: (self.counts[each], each != "text"))
        if most == "text":
            return None
        line, other = min((line, each) for each, line in self.lines.items() if each != most)
        return (
            f"column {self.name!r} is text, because of line {line} ({other}); "
            f"{self.counts[most]:,} of its cells are {most}: --type {self.name}={most} rejects the "
            "others"
        )
