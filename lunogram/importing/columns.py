"""The fields of columns, and the fields of a row."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

import attrs

from ..call_warnings import CallWarning
from ..calls import Call
from ..errors import ConfigurationError, ValidationError
from .column_types import TYPES, ColumnType
from .errors import SourceError
from .record_types import RecordType
from .rows import Source

Path: TypeAlias = tuple[str, ...]
"""The target of a value: a field, and the keys below it."""


FieldMapping: TypeAlias = Mapping[str, str | Sequence[str]]
"""The field of each column, or its fields; an empty text omits it."""


@attrs.frozen
class Mapped:
    """Columns with their fields.

    Attributes:
        kind: The kind of the rows.
        paths: The targets of each column. Omitted columns are not included.
        sources: The source of the identifiers in a field, such as ``{"identifier": "stripe"}``.
        picks: The targets of values inside of a JSON object, or of the first of several columns
            that has one, such as ``properties.user.id`` and ``userId|anonymousId``.
        similar: The fields to whose names those of columns are similar.
        variants: The columns of rows of another kind, by a column and its value in these rows.
        named: The columns that the options map.
    """

    kind: RecordType
    paths: Mapping[str, tuple[Path, ...]]
    sources: Mapping[str, str]
    picks: Mapping[str, tuple[Path, ...]] = attrs.field(factory=dict)
    similar: Mapping[str, str] = attrs.field(factory=dict)
    variants: Mapping[tuple[str, str], Mapped] = attrs.field(factory=dict)
    named: Collection[str] = ()

    @property
    def notes(self) -> list[str]:
        """The notes on columns that are not mapped: those that are keys because of a dot."""
        nested = [
            f"{name!r} is {'.'.join(paths[0])}"
            for name, paths in self.paths.items()
            if paths and len(paths[0]) > 2 and name not in self.named
        ]
        return [f"names with dots are keys of objects: {', '.join(nested[:30])}"] if nested else []

    def reject_similar(self, source: Source) -> None:
        """Reject ambiguous columns that have values.

        Args:
            source: The input, after its survey. Objects of JSON are rejected one by one instead.

        Raises:
            SourceError: If there is such a column.
        """
        found = [
            f"the column {name!r} {_similar(name, field)}"
            for name, field in self.similar.items()
            if source.has_values(name)
        ]
        if found and not source.has_own_keys:
            raise SourceError("; ".join(found))

    @property
    def data(self) -> list[str]:
        """The columns of data, whose values have types."""
        return [name for name, paths in self.paths.items() if any(len(path) > 1 for path in paths)]

    @property
    def objects(self) -> list[str]:
        """The columns whose values are complete objects."""
        objects = set(_object_paths(self.kind))
        return [name for name, paths in self.paths.items() if not objects.isdisjoint(paths)]

    @property
    def columns(self) -> frozenset[str]:
        """The columns that are not omitted, with those of alternatives and of objects."""
        picked = {each for pick in self.picks for each in pick.split("|")}
        inner = {each.partition(".")[0] for each in picked}
        variants = {name for name, _ in self.variants}
        return frozenset(
            {*(name for name in self.paths if self.paths[name]), *picked, *inner, *variants}
        )

    @property
    def identifying(self) -> Mapped:
        """The columns of the identifiers alone."""
        return Mapped(
            self.kind, self._of_identifiers(self.paths), self.sources,
            self._of_identifiers(self.picks),
        )  # fmt: skip

    def _of_identifiers(self, paths: Mapping[str, tuple[Path, ...]]) -> dict[str, tuple[Path, ...]]:
        own = {(field,) for field in self.kind.identifiers}
        found = {name: tuple(path for path in each if path in own) for name, each in paths.items()}
        return {name: each for name, each in found.items() if each}

    def call(self, row: Mapping[str, Any], *, clears: bool = False) -> Call[Any]:
        """The call of a row.

        Args:
            row: Its values by their columns; None is an absent value.
            clears: Whether absent values of data are sent as null, to clear what is stored.

        Raises:
            ValidationError: If a field is invalid.
        """
        variants = (each for (name, of), each in self.variants.items() if row.get(name) == of)
        mapped = next(variants, self)
        fields, hidden = mapped.fields(row, clears=clears)
        call = mapped.kind.call(fields)
        return attrs.evolve(call, warnings=(*call.warnings, *hidden)) if hidden else call

    def fields(
        self, row: Mapping[str, Any], *, clears: bool = False
    ) -> tuple[dict[str, Any], list[CallWarning]]:
        """The fields of a row, and warnings about values that others hide.

        Args:
            row: Its values by their columns; None is an absent value.
            clears: Whether absent values of data are null.

        Raises:
            ValidationError: If a field has values in several columns.
        """
        fields: dict[str, Any] = {}
        objects: list[tuple[Path, Any]] = []
        for column, value in row.items():
            if value is None:
                continue
            if column in self.similar:
                raise ValidationError.at(column, _similar(column, self.similar[column]))
            for path in self.paths.get(column, ()):
                # Complete objects come last, because they may have the keys of other columns.
                if len(path) == 1 and path[0] in self.kind.objects:
                    objects.append((path, value))
                else:
                    self._set(fields, path, value)
        for pick, paths in self.picks.items():
            value = _picked(row, pick)
            for path in paths if value is not None else ():
                self._set(fields, path, value)
        if clears:
            self._clear(fields, row)
        return fields, [
            each for path, value in objects for each in self._merge(fields, path[0], value)
        ]

    def _clear(self, fields: dict[str, Any], row: Mapping[str, Any]) -> None:
        for column in self.data:
            for path in self.paths[column] if row.get(column) is None else ():
                if len(path) > 1:
                    _put_null(fields, path)

    def _merge(self, fields: dict[str, Any], name: str, value: Any) -> list[CallWarning]:
        """Add a complete object; its keys take precedence over columns that are not mapped."""
        own = fields.get(name)
        if own is None or not isinstance(value, Mapping):
            _check_object(own, name, value)
            fields[name] = value
            return []
        mapped = {path[1] for column in self.named for path in self._paths_below(column, name)}
        fields[name] = {**own, **value, **{key: own[key] for key in mapped if key in own}}
        return [
            _hidden(name, key)
            for key in own
            if key in value and key not in mapped and own[key] not in (None, value[key])
        ]

    def _paths_below(self, column: str, name: str) -> Iterator[Path]:
        paths = self.paths.get(column) or self.picks.get(column) or ()
        return (path for path in paths if path[0] == name and len(path) > 1)

    def _set(self, fields: dict[str, Any], path: Path, value: Any) -> None:
        field, *keys = path
        if keys:
            _put(fields, path, value)
        elif field in fields:
            raise ValidationError.at(field, "has values in more than one column")
        elif field in self.kind.identifiers:
            fields[field] = _identifier(value, self.sources.get(field))
        else:
            fields[field] = as_text(value)


def map_columns(
    kind: RecordType,
    source: Source,
    mapping: FieldMapping | None = None,
    sources: Mapping[str, str] | None = None,
) -> Mapped:
    """Find the field of each column of an input.

    Args:
        kind: The kind of the rows.
        source: The input. Objects of JSON have keys of their own, so that a fault of a key
            rejects only the rows with the key.
        mapping: The fields of columns whose names are not those of fields.
        sources: The source of the identifiers in a field.

    Raises:
        SourceError: If a column is missing or duplicate, or two columns are the same field.
    """
    columns, mapping = source.columns, mapping or {}
    is_strict = not source.has_own_keys
    if is_strict:
        _check_names(columns)
    picks = {
        name: tuple(_path(kind, target) for target in _listed(each))
        for name, each in mapping.items()
        if name not in columns and each and _can_be_picked(columns, name, inside=not is_strict)
    }
    _check_mapping(columns, [name for name in mapping if name not in picks])
    taken = {name for pick in picks for name in pick.split("|")}
    paths = _paths(kind, [name for name in columns if name not in taken - set(mapping)], mapping)
    similar = _similar_columns(kind, columns, mapping)
    if is_strict:
        _check_paths(paths)
    both = [*paths.values(), *picks.values()]
    _check_required(kind, {path[0] for each in both for path in each}, columns, similar)
    return Mapped(kind, paths, sources or {}, picks, similar, named=frozenset(mapping))


def _paths(
    kind: RecordType, columns: Sequence[str], mapping: FieldMapping
) -> dict[str, tuple[Path, ...]]:
    targets = {column: mapping.get(column, column) for column in columns}
    taken = {target for each in targets.values() for target in _listed(each)}
    targets |= {
        alias: field
        for alias, field in kind.aliases.items()
        if alias in columns and alias not in mapping and field not in taken
    }
    return {
        column: tuple(_path(kind, target) for target in _listed(each))
        for column, each in targets.items()
        if each or column not in mapping
    }


def _listed(target: str | Sequence[str]) -> Sequence[str]:
    return [target] if isinstance(target, str) else target


def _object_paths(kind: RecordType) -> list[Path]:
    return [(name,) for name in kind.objects]


def _path(kind: RecordType, target: str) -> Path:
    """``data.address.city`` and ``address.city`` are the same path.

    Dots at an end, and those beside a space as in ``No. of orders``, are part of the name.
    """
    keys = tuple(target.split("."))
    if target in kind.fields:
        return (target,)
    if not all(key and key == key.strip() for key in keys):
        return (kind.objects[0], target)
    return keys if keys[0] in kind.objects else (kind.objects[0], *keys)


def _check_names(columns: Sequence[str]) -> None:
    for number, column in enumerate(columns, 1):
        if not column:
            raise SourceError(f"column {number} has no name")
    if twice := {column for column in columns if columns.count(column) > 1}:
        raise SourceError(f"there are two columns {listed(sorted(twice))}")


def _can_be_picked(columns: Sequence[str], pick: str, *, inside: bool) -> bool:
    """Whether every alternative is a column, or a path into one of JSON."""
    return all(
        name in columns or (inside and "." in name and name.partition(".")[0] in columns)
        for name in pick.split("|")
    )


def _picked(row: Mapping[str, Any], pick: str) -> Any:
    """The first value of several, each of a column or inside of one."""
    for name in pick.split("|"):
        value: Any = row
        for key in [name] if name in row else name.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value not in (None, ""):
            return value
    return None


def _check_mapping(columns: Sequence[str], mapping: Iterable[str]) -> None:
    if unknown := [column for column in mapping if column not in columns]:
        raise SourceError(
            f"there is no column {listed(unknown)}, which is mapped; {describe_columns(columns)}"
        )


def _check_paths(paths: Mapping[str, tuple[Path, ...]]) -> None:
    taken: dict[Path, str] = {}
    flat = [(column, path) for column, each in paths.items() for path in each]
    for column, path in flat:
        other = taken.setdefault(path, column)
        if other != column:
            raise SourceError(f"the columns {other} and {column} are both {'.'.join(path)}")
    for column, path in flat:
        above = [taken[path[:end]] for end in range(2, len(path)) if path[:end] in taken]
        if above:
            raise SourceError(
                f"the column {above[0]} can't be a value: the column {column} is a key of it"
            )


def _similar_columns(
    kind: RecordType, columns: Sequence[str], mapping: FieldMapping
) -> dict[str, str]:
    """Columns whose name differs from a field's only by case, spaces or hyphens, and the field."""
    fields = {_plain_name(field): field for field in kind.fields}
    return {
        column: fields[_plain_name(column)]
        for column in columns
        if column not in (*mapping, *kind.fields, *kind.aliases) and _plain_name(column) in fields
    }


def _plain_name(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()


def _similar(column: str, field: str) -> str:
    return (
        f"is similar to the field {field!r}; map it: --map '{column}={field}', or "
        f"--map '{column}=data.{column}'"
    )


def _check_required(
    kind: RecordType, fields: set[str], columns: Sequence[str], similar: Mapping[str, str]
) -> None:
    for group in kind.required:
        if not fields.intersection(group):
            missing = " or ".join(group)
            others = "".join(
                f" --map '{column}={field}'"
                for column, field in similar.items()
                if field not in group
            )
            raise SourceError(
                f"there is no column {missing}, which {kind.name} need; "
                f"{describe_columns(columns)}. "
                f"{_proposal(group, columns)}{others}"
            )


_LIKELY_NAMES = (
    "id", "userid", "externalid", "uid", "customerid", "distinctid", "contactid", "personid",
    "email", "emailaddress",
)  # fmt: skip


def _proposal(group: Sequence[str], columns: Sequence[str]) -> str:
    near = {_plain_name(column): column for column in columns}
    own = [near[_plain_name(field)] for field in group if _plain_name(field) in near]
    likely = [near[name] for name in _LIKELY_NAMES if name in near and "identifier" in group]
    if found := [*own, *likely]:
        field = (
            group[0]
            if len(group) == 1 or not own
            else next(each for each in group if _plain_name(each) == _plain_name(found[0]))
        )
        target = "identifier" if not own and "identifier" in group else field
        return f"Most likely: --map '{found[0]}={target}'"
    return f"Map a column to it: --map 'COLUMN={group[0]}'"


def describe_columns(columns: Sequence[str]) -> str:
    """The columns of an input, for an error; cells of a first row that is no header are not shown.

    Args:
        columns: The names of the columns.
    """
    if any("@" in name or re.fullmatch(r"[+-]?[\d.,: /-]+", name) for name in columns):
        return "the first line seems to be data, not a header"
    return f"the columns are {listed(columns)}" if columns else "there are no columns"


def listed(names: Iterable[str], most: int = 30) -> str:
    """Names for a sentence; only the first if there are many."""
    shown = [repr(name) for name in names]
    more = [f"{len(shown) - most} more"] if len(shown) > most else []
    return ", ".join(shown[:most] + more)


# -- values ---------------------------------------------------------------------------------------


def as_text(value: Any) -> Any:
    """A value of a text field: trimmed text; an integer or a UUID as text; others unchanged.

    Args:
        value: A value of a row. Databases keep ids as numbers, and some programs as floats.
    """
    if isinstance(value, float | Decimal) and _is_whole(value):
        value = int(value)
    if isinstance(value, str):
        return value.strip()
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number or isinstance(value, UUID) else value


def _is_whole(value: float | Decimal) -> bool:
    # Larger integers are not exact in a float.
    return -(2**53) < value < 2**53 and value == int(value)


def _identifier(value: Any, source: str | None) -> Any:
    if isinstance(value, list):
        return [_identifier(item, source) for item in value]
    text = as_text(value)
    return (source, text) if source and isinstance(text, str) else text


def _put(fields: dict[str, Any], path: Path, value: Any) -> None:
    *parents, key = path
    target = fields
    for parent in parents:
        target = target.setdefault(parent, {})
        if not isinstance(target, dict):
            raise ValidationError.at(".".join(path), "is a key of a column that is a value")
    if key in target:
        raise ValidationError.at(".".join(path), "has values in more than one column")
    target[key] = value


def _put_null(fields: dict[str, Any], path: Path) -> None:
    target = fields
    for parent in path[:-1]:
        target = target.setdefault(parent, {})
        if not isinstance(target, dict):  # the value of another column
            return
    target.setdefault(path[-1], None)


def _check_object(own: Any, name: str, value: Any) -> None:
    """Reject a value that can't have the keys of other columns."""
    if own is not None and not isinstance(value, Mapping):
        raise ValidationError.at(name, f"must be a mapping, not {type(value).__name__}")


def _hidden(name: str, key: str) -> CallWarning:
    return CallWarning(
        f"{name}.{key}",
        f"is a key of {name} already, so the column {key!r} is ignored; keep it under another "
        f"name: --map '{key}={name}.NAME'",
    )


def parse_types(pairs: Iterable[str]) -> dict[str, ColumnType]:
    """The types of columns, from ``COLUMN=TYPE``.

    Args:
        pairs: Each a column and a type.

    Raises:
        ConfigurationError: If one is invalid, or a column has two types.
    """
    types: dict[str, ColumnType] = {}
    for pair in pairs:
        column, _, name = pair.rpartition("=")
        known: Iterator[ColumnType] = (each for each in TYPES if each == name.strip())
        found = next(known, None)
        if not column or found is None:
            raise ConfigurationError(f"{pair!r} is not COLUMN=TYPE, with {', '.join(TYPES)}")
        if types.setdefault(column, found) != found:
            raise ConfigurationError(f"the column {column!r} has two types")
    return types


def parse_mapping(pairs: Iterable[str]) -> dict[str, str | list[str]]:
    """The fields of columns, from ``COLUMN=FIELD``.

    Args:
        pairs: Each a column and its field, or a column and an empty text. A column may have
            several fields.

    Raises:
        ConfigurationError: If one has no ``=``, or a column is both a field and omitted.
    """
    mapping: dict[str, list[str]] = {}
    for pair in pairs:
        column, divider, field = pair.rpartition("=")
        if not divider or not column:
            raise ConfigurationError(
                f"{pair!r} is not COLUMN=FIELD; a column without a name is called 'column 1', by "
                "its position"
            )
        mapping.setdefault(column, []).append(field.strip())
    for column, fields in mapping.items():
        if len(fields) > 1 and "" in fields:
            raise ConfigurationError(f"the column {column!r} is both mapped and omitted")
    return {column: fields[0] if len(fields) == 1 else fields for column, fields in mapping.items()}
