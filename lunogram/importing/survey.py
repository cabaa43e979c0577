"""The survey of an input: its format, and the field, type and examples of each column."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import attrs

from .columns import Mapped
from .rows import Source

_SAMPLE = 100
_EXAMPLES = 3
_LONGEST_EXAMPLE = 24
_MOST_COLUMNS = 50


@attrs.frozen
class SurveyedColumn:
    """A column of an input.

    Attributes:
        name: The column.
        fields: Its fields, such as ``["email"]`` or ``["data.plan"]``; empty if it is omitted.
        reason: Why: ``"name"``, ``"--map"``, ``"preset"``, or ``"default"`` for data.
        type: The type of its values, such as ``"text"``; of the first 100 rows, unless it is CSV.
        examples: Three of its values. Personal.
    """

    name: str
    fields: Sequence[str]
    reason: str
    type: str
    examples: Sequence[str] = attrs.field(repr=False)


@attrs.frozen
class Survey:
    """What an import has found in its input, before anything is queued.

    Attributes:
        source: The name of the input.
        form: Its format, encoding and separator.
        rows: The number of rows, or None if unknown.
        columns: Its columns, in order.
        notes: The notes on its content, with the options that change it: a sentence each.
    """

    source: str
    form: str
    rows: int | None
    columns: Sequence[SurveyedColumn]
    notes: Sequence[str]

    @property
    def summary(self) -> str:
        """One line: the format, the number of rows, the fields, and the number of other columns."""
        rows = "" if self.rows is None else f", {_counted(self.rows, 'row')}"
        fields = [field for each in self.columns for field in each.fields if "." not in field]
        rest = sum(any("." in field for field in each.fields) for each in self.columns)
        more = [f"{_counted(rest, 'column')} of data"] if rest else []
        return f"{self.source}: {self.form}{rows}: {', '.join([*fields, *more])}"

    def lines(self, *, show_data: bool = False) -> Iterator[str]:
        """A table of the columns.

        Args:
            show_data: Whether to show examples as they are, instead of masked.
        """
        table = [("column", "field", "type", "examples")]
        for each in self.columns[:_MOST_COLUMNS]:
            shown = each.examples if show_data else [masked(text) for text in each.examples]
            table.append((each.name, _field(each), each.type, "  ".join(map(_short, shown))))
        widths = [max(map(len, cells)) for cells in zip(*table, strict=True)]
        for line in table:
            cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
            yield "  ".join(cells).rstrip()
        if len(self.columns) > _MOST_COLUMNS:
            yield f"and {len(self.columns) - _MOST_COLUMNS:,} more columns"


def survey_of(
    name: str, source: Source, mapped: Mapped, mapping: Collection[str], notes: Sequence[str]
) -> Survey:
    """The survey of an input.

    Args:
        name: The name of the input.
        source: The input, after `scan`.
        mapped: Its columns.
        mapping: The columns that the options map themselves, rather than a preset.
        notes: The notes on its columns.
    """
    sample = [row.values for row in source.rows(0, _SAMPLE)]
    columns = [_column(each, source, mapped, mapping, sample) for each in source.columns]
    return Survey(name, source.form, source.total, columns, [*notes, *source.notes])


def masked(text: str) -> str:
    """The form of a text without its content: ``Ada1`` becomes ``Xxx9``.

    Args:
        text: The text.
    """
    text = re.sub(r"[^\W\d_]", lambda found: "X" if found[0].isupper() else "x", text)
    return re.sub(r"\d", "9", text)


def _column(
    name: str,
    source: Source,
    mapped: Mapped,
    mapping: Collection[str],
    sample: Sequence[Mapping[str, Any]],
) -> SurveyedColumn:
    values = [row[name] for row in sample if row.get(name) is not None]
    examples = list(dict.fromkeys(map(_text, values)))[:_EXAMPLES]
    targets = [*mapped.paths.get(name, ()), *_picked_targets(mapped, name)]
    fields = [".".join(path) for path in targets]
    reason = "--map" if name in mapping else "preset" if name in mapped.named else ""
    if not reason:
        reason = "name" if any(len(path) == 1 for path in targets) else "default"
    return SurveyedColumn(name, fields, reason, source.type_of(name) or _types(values), examples)


def _picked_targets(mapped: Mapped, name: str) -> list[tuple[str, ...]]:
    return [
        path
        for pick, paths in mapped.picks.items()
        if name in (each.partition(".")[0] for each in pick.split("|")) or name in pick.split("|")
        for path in paths
    ]


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _field(column: SurveyedColumn) -> str:
    fields = " and ".join(column.fields) or "omitted"
    return f"{fields} ({column.reason})" if column.reason in ("--map", "preset") else fields


def _types(values: Sequence[Any]) -> str:
    return " or ".join(dict.fromkeys(map(_type, values))) or "empty"


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    names: dict[type, str] = {int: "number", float: "number", list: "list", dict: "object"}
    return names.get(type(value), "text")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_EXAMPLE else f"{text[: _LONGEST_EXAMPLE - 1]}…"
