"""The base class of response models, and the fields that parse their JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any, Self
from uuid import UUID

import attrs


class ResponseModel:
    """The base class of models that are parsed from a JSON object."""

    __slots__ = ()

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """The model of a JSON object; ``extra`` holds the members that have no field.

        Args:
            value: The JSON value.

        Raises:
            AttributeError, TypeError, ValueError: If the JSON does not match the model.
        """
        rest = dict(value)
        given = {name: parse(rest.pop(name, None)) for name, parse in _parsers(cls)}  # type: ignore[arg-type]
        return cls(**given, extra=rest)  # type: ignore[call-arg]


@cache
def _parsers(cls: type[Any]) -> list[tuple[str, Callable[[Any], Any]]]:
    """The fields of a model except ``extra``: their names, and the functions that parse them."""
    fields = [field for field in attrs.fields(cls) if "parse" in field.metadata]
    return [(field.name, field.metadata["parse"]) for field in fields]


def required_field(kind: type[Any], *, shown: bool = False) -> Any:
    """A field that every response has.

    Args:
        kind: The type of the field: a type of JSON, `datetime.datetime`, `uuid.UUID` or a model.
        shown: Whether the repr shows the field; False for personal and secret fields.
    """
    return parsed_field(_parser(kind), shown=shown)


def optional_field(kind: type[Any], *, shown: bool = False) -> Any:
    """An optional field, which is None if the response omits the field.

    Args:
        kind: The type of the field, as for `required_field`.
        shown: Whether the repr shows the field.
    """
    parse = _parser(kind)
    return parsed_field(lambda value: None if value is None else parse(value), shown=shown)


def list_field(kind: type[Any]) -> Any:
    """A field that is a list.

    Args:
        kind: The type of the items, as for `required_field`.
    """
    parse = _parser(kind)
    return parsed_field(lambda values: [parse(value) for value in _checked(list, values)])


def extra_field() -> Any:
    """The field for the members of a response that this version of the package does not know."""
    return attrs.field(factory=dict, repr=False)


def parsed_field(parse: Callable[[Any], Any], *, shown: bool = False) -> Any:
    """A field with its own parser.

    Args:
        parse: The function that parses the JSON value, or None if the response omits the field;
            it raises TypeError or ValueError for an invalid value.
        shown: Whether the repr shows the field.
    """
    return attrs.field(repr=shown, metadata={"parse": parse})


def _parser(kind: type[Any]) -> Callable[[Any], Any]:
    if issubclass(kind, ResponseModel):
        return kind.from_json
    return _PARSERS.get(kind) or partial(_checked, kind)


def _checked(kind: type[Any], value: Any) -> Any:
    if isinstance(value, kind):
        return value
    raise TypeError(f"not a {kind.__name__}, but a {type(value).__name__}")


def _datetime(value: str) -> datetime:
    """A datetime, in UTC if it is naive, so that all datetimes can be compared."""
    parsed = datetime.fromisoformat(value)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


_PARSERS: dict[type, Callable[[str], Any]] = {UUID: UUID, datetime: _datetime}
