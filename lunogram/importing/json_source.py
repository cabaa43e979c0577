"""JSON files: objects in lines, in an array or one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from .column_types import parse_json
from .errors import SourceError
from .json_stream import JSONStream
from .rows import ColumnPlan, Row
from .text_file import TextFile

# The arrays of rows in the responses and exports of other platforms.
_ENVELOPES = (
    "data", "results", "records", "items", "rows", "users", "people", "customers", "contacts",
    "members", "organizations", "companies", "events", "activities",
)  # fmt: skip


class JSONSource:
    """A file of JSON objects: one in each line, in one array, or one after the other.

    Attributes:
        columns: All keys of all objects.
        version: The version of its content.
        total: The number of objects.
        is_csv: False.
        has_own_keys: True.
        notes: An empty list.
    """

    is_csv = False
    has_own_keys = True

    def __init__(self, file: TextFile, version: str, *, is_document: bool) -> None:
        """Read all keys.

        Args:
            file: The file.
            version: The version of its content.
            is_document: Whether it may be one document, rather than lines.

        Raises:
            SourceError: If it can't be read, or holds no objects.
        """
        self._file = file
        self._is_document = is_document and not self._has_lines()
        self._has_objects = self._is_document and self._stream().has_objects(_ENVELOPES)
        self.version = version
        self.notes: list[str] = []
        self.total: int | None = 0
        self.columns = self._keys()

    def _has_lines(self) -> bool:
        """Whether it has lines: the first is an object, and not the only one unless no envelope."""
        lines = [line for line in islice(self._file.lines("\n"), 20) if line.strip()]
        first = _value(lines[0]) if lines else None
        return isinstance(first, dict) and (len(lines) > 1 or not _envelope(first))

    def _keys(self) -> list[str]:
        keys: dict[str, None] = {}
        rows = objects = 0
        for row in self.rows(0):
            rows += 1
            objects += row.fault is None
            keys.update(dict.fromkeys(row.values))
        self.total = rows
        if rows and not objects:
            advice = "" if self._is_document else "; if it is one document: --format json"
            raise SourceError(
                f"{self._file.what}: none of its {self._unit} is a JSON object{advice}"
            )
        return list(keys)

    @property
    def _unit(self) -> str:
        return "elements" if self._is_document else "lines"

    def scan(self, plan: ColumnPlan) -> None:
        """Do nothing, because each value has a type."""

    def has_values(self, column: str) -> bool:  # noqa: ARG002 - that is not counted
        return True

    @property
    def form(self) -> str:
        return f"JSON{'' if self._is_document else ' Lines'}, {self._file.encoding_name}"

    def type_of(self, column: str) -> str | None:  # noqa: ARG002 - each value has its own
        return None

    def rows(self, skip: int, limit: int | None = None) -> Iterator[Row]:
        rows = self._elements() if self._is_document else self._lines()
        return islice(rows, skip, None if limit is None else skip + limit)

    def _lines(self) -> Iterator[Row]:
        for number, line in enumerate(self._file.lines("\n"), 1):
            if text := line.strip():
                yield _row(number, text)

    def _elements(self) -> Iterator[Row]:
        stream = self._stream()
        elements = stream.objects() if self._has_objects else stream.elements(_ENVELOPES)
        for number, text in enumerate(elements, 1):
            yield _row(number, text)

    def _stream(self) -> JSONStream:
        return JSONStream(self._file.pieces(), self._file.what)

    def close(self) -> None:
        """Close it; no file is open."""


def _envelope(value: dict[str, Any]) -> bool:
    return any(
        isinstance(each, list) and each and all(isinstance(item, dict) for item in each)
        for name, each in value.items()
        if name in _ENVELOPES
    )


def _value(text: str) -> Any:
    try:
        return parse_json(text)
    except ValueError:
        return None


def _row(number: int, text: str) -> Row:
    try:
        value = parse_json(text)
    except ValueError as error:
        return Row(number, {}, {"text": text}, len(text), f"row: {error}")
    if isinstance(value, dict):
        return Row(number, value, value, len(text))
    return Row(number, {}, {"text": text}, len(text), "row: is not a JSON object")
