"""Columns as fields: which column is which, and the fields of a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

import attrs

from ..calls import Call
from ..errors import ConfigurationError, ValidationError
from .errors import SourceError
from .kinds import Kind

Place: TypeAlias = tuple[str, ...]
"""Where a value goes: a field, and the keys below it."""


@attrs.frozen
class Mapped:
    """Columns that have found their fields.

    Attributes:
        kind: What the rows are.
        paths: Where the values of each column go. Columns that are left out are not here.
        sources: In which system the names in a field are, such as ``{"identifier": "stripe"}``.
    """

    kind: Kind
    paths: Mapping[str, Place]
    sources: Mapping[str, str]

    @property
    def data(self) -> list[str]:
        """The columns whose values have a type of their own: those below an object."""
        return [column for column, path in self.paths.items() if len(path) > 1]

    @property
    def objects(self) -> list[str]:
        """The columns that are a whole object."""
        return [name for name, path in self.paths.items() if path in _wholes(self.kind)]

    def call(self, row: Mapping[str, Any]) -> Call[Any]:
        """The call that a row makes.

        Args:
            row: Its values by their columns; None is as good as absent.

        Raises:
            ValidationError: If a field can't be right.
        """
        fields: dict[str, Any] = {}
        for column, path in self.paths.items():
            value = row.get(column)
            if value is not None:
                self._set(fields, path, value)
        return self.kind.call(fields)

    def _set(self, fields: dict[str, Any], path: Place, value: Any) -> None:
        field, *keys = path
        if keys:
            _put(fields, path, value)
        elif field in self.kind.identifiers:
            fields[field] = _name(value, self.sources.get(field))
        elif field in self.kind.texts:
            fields[field] = as_text(value)
        else:
            _merge(fields, field, value)


def mapped(
    kind: Kind,
    columns: Sequence[str],
    mapping: Mapping[str, str] | None = None,
    sources: Mapping[str, str] | None = None,
) -> Mapped:
    """Find the field of each column.

    Args:
        kind: What the rows are.
        columns: What the input has.
        mapping: What a column is, where its name does not say it; nothing leaves it out.
        sources: In which system the names in a field are.

    Raises:
        SourceError: If a column is missing, is there twice, or two are the same field.
    """
    mapping = mapping or {}
    _check_names(columns, mapping)
    targets = {column: mapping.get(column, column) for column in columns}
    paths = {column: _path(kind, target) for column, target in targets.items() if target}
    _check_paths(paths)
    _check_required(kind, {path[0] for path in paths.values()}, columns)
    # Whole objects come last, to find what their own columns have put there.
    ordered = sorted(paths.items(), key=lambda item: item[1] in _wholes(kind))
    return Mapped(kind, dict(ordered), sources or {})


def _wholes(kind: Kind) -> list[Place]:
    return [(name,) for name in kind.objects]


def _path(kind: Kind, target: str) -> Place:
    """``data.address.city`` and ``address.city`` are the same place; dots at an end are none."""
    keys = tuple(target.split("."))
    if target in kind.fields:
        return (target,)
    if not all(keys):
        return (kind.objects[0], target)
    return keys if keys[0] in kind.objects else (kind.objects[0], *keys)


def _check_names(columns: Sequence[str], mapping: Mapping[str, str]) -> None:
    for number, column in enumerate(columns, 1):
        if not column:
            raise SourceError(f"column {number} has no name")
    if twice := {column for column in columns if columns.count(column) > 1}:
        raise SourceError(f"there are two columns {listed(sorted(twice))}")
    if unknown := [column for column in mapping if column not in columns]:
        raise SourceError(f"there is no column {listed(unknown)} to map; {_there(columns)}")


def _check_paths(paths: Mapping[str, Place]) -> None:
    taken: dict[Place, str] = {}
    for column, path in paths.items():
        other = taken.setdefault(path, column)
        if other != column:
            raise SourceError(f"the columns {other} and {column} are both {'.'.join(path)}")
    for column, path in paths.items():
        above = [taken[path[:end]] for end in range(2, len(path)) if path[:end] in taken]
        if above:
            raise SourceError(f"the column {above[0]} can't be a value: {column} is a part of it")


def _check_required(kind: Kind, fields: set[str], columns: Sequence[str]) -> None:
    for group in kind.required:
        if not fields.intersection(group):
            missing = " or ".join(group)
            raise SourceError(
                f"there is no column {missing}, which {kind.name} need; {_there(columns)}. "
                f"Map the column that it is to {group[0]}"
            )


def _there(columns: Sequence[str]) -> str:
    return f"there are {listed(columns)}" if columns else "there are none"


def listed(names: Iterable[str], most: int = 30) -> str:
    """Names for a sentence, the first of them if there are many."""
    shown = [repr(name) for name in names]
    more = [f"{len(shown) - most} more"] if len(shown) > most else []
    return ", ".join(shown[:most] + more)


# -- values ---------------------------------------------------------------------------------------


def as_text(value: Any) -> Any:
    """A value of a text field: a whole number or a UUID as text, all else as it is.

    Args:
        value: Anything. Databases keep ids as numbers, and some programs as floats.
    """
    if isinstance(value, float | Decimal) and _is_whole(value):
        value = int(value)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number or isinstance(value, UUID) else value


def _is_whole(value: float | Decimal) -> bool:
    # Beyond these a float no longer is the number that was meant.
    return -(2**53) < value < 2**53 and value == int(value)


def _name(value: Any, source: str | None) -> Any:
    if isinstance(value, list):
        return [_name(item, source) for item in value]
    text = as_text(value)
    return (source, text) if source and isinstance(text, str) else text


def _put(fields: dict[str, Any], path: Place, value: Any) -> None:
    *parents, key = path
    place = fields
    for parent in parents:
        place = place.setdefault(parent, {})
    place[key] = value


def _merge(fields: dict[str, Any], name: str, value: Any) -> None:
    """A whole object, and columns of its own keys, which win."""
    own = fields.get(name)
    if own is not None and not isinstance(value, Mapping):
        raise ValidationError.at(name, f"has to be a mapping, not {type(value).__name__}")
    fields[name] = value if own is None else {**value, **own}


def parse_mapping(pairs: Iterable[str]) -> dict[str, str]:
    """``column=field`` as people write it; the last ``=`` divides, so that columns may have one.

    Args:
        pairs: Each a column and its field, or a column and nothing.

    Raises:
        ConfigurationError: If one has no ``=``.
    """
    mapping = {}
    for pair in pairs:
        column, divider, field = pair.rpartition("=")
        if not divider or not column:
            raise ConfigurationError(f"{pair!r} is not COLUMN=FIELD")
        mapping[column] = field.strip()
    return mapping
