"""Checks of values, and their conversion to JSON.

Every check takes a value and the path of the field that holds it (``"events[3].data"``). It raises
a `ValidationError` with the path and the fault, but without the value, which may be personal.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import wraps
from math import isfinite
from threading import local
from typing import Any, ParamSpec, TypeAlias, TypeVar
from uuid import UUID

import attrs

from . import foreign_values
from .errors import LunogramError, ValidationError

P = ParamSpec("P")
T = TypeVar("T")

Json = dict[str, Any]
"""A JSON object."""

DatetimeFormat: TypeAlias = Callable[[datetime], Any]
"""The function that converts a datetime to JSON; each API has a format of its own."""


class _FaultError(Exception):
    """The fault of a part of a value; callers append the path to that part, innermost first."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path: list[str] = []


def guarded(check: Callable[P, T]) -> Callable[P, T]:
    """A decorator of checks: a value whose own methods raise is invalid.

    Args:
        check: A check, called with the value and the path of its field.
    """

    @wraps(check)
    def guarded_check(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return check(*args, **kwargs)
        except LunogramError:
            raise
        except Exception as error:
            if type(args[0]) is str:
                raise  # its methods raise nothing: a signal handler did
            fault = _unreadable(args[0], error)
            path = args[1] if len(args) > 1 else kwargs.get("path", "identifier")
        raise ValidationError.at(str(path), fault)

    return guarded_check


def _unreadable(value: object, error: Exception) -> str:
    return f"is of type {_type_name(value)}, which can't be read: it raises {_type_name(error)}"


def iso_8601(value: datetime) -> str:
    """A datetime in ISO 8601, the format of Lunogram's API.

    Args:
        value: An aware datetime.
    """
    text = _whole_minutes(value).isoformat()
    return text[:-6] + "Z" if text.endswith("+00:00") else text


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def epoch_seconds(value: datetime) -> int:
    """A datetime in whole seconds since 1970-01-01 UTC, rounded down: the format of Customer.io.

    Args:
        value: An aware datetime.
    """
    if value.utcoffset() is None:
        raise _FaultError(_NO_ZONE)
    return (value - _EPOCH) // timedelta(seconds=1)


def json_value(value: Any, path: str, format_datetime: DatetimeFormat = iso_8601) -> Any:
    """A copy of a value that JSON can represent.

    - str, int, float, bool, None, mappings with str keys, lists and tuples stay what they are.
    - Aware datetimes, dates and UUIDs become strings; dates are in ISO 8601.
    - A Decimal becomes the nearest number that a double can represent.
    - An Enum member becomes its value.
    - An instance of an attrs or dataclass class becomes an object of its fields.

    Args:
        value: Any value.
        path: The path of the field, for errors, such as ``"events[3].data"``.
        format_datetime: The format of datetimes, `iso_8601` or `epoch_seconds`.

    Raises:
        ValidationError: If JSON can't represent the value (NaN, sets, bytes, keys that are not
            strings), a number does not fit in a double, a datetime has no time zone, or a string
            holds characters that the server can't store.
    """
    try:
        return _plain(value, format_datetime)
    except _FaultError as fault:
        raise ValidationError.at(path + "".join(reversed(fault.path)), fault.reason) from None
    except RecursionError:
        raise ValidationError.at(path, "is nested too deeply, or contains itself") from None


def json_object(value: Any, path: str, format_datetime: DatetimeFormat = iso_8601) -> Json:
    """A copy of a value that JSON can represent as an object.

    Args:
        value: A mapping, or an instance of an attrs or dataclass class.
        path: The path of the field, for errors, such as ``"events[3].data"``.
        format_datetime: The format of datetimes, `iso_8601` or `epoch_seconds`.

    Raises:
        ValidationError: If it is not an object, or `json_value` rejects it.
    """
    plain = json_value(value, path, format_datetime)
    if type(plain) is not dict:
        raise ValidationError.at(path, f"must be a mapping, not {_type_name(value)}")
    return plain


def _plain(value: Any, format_datetime: DatetimeFormat) -> Any:
    try:
        convert = _CONVERT.get(type(value))
        if convert is not None:
            return convert(value)
        convert_nested = _CONVERT_NESTED.get(type(value))
        if convert_nested is not None:
            return convert_nested(value, format_datetime)
        for base, convert_subclass in _CONVERT_SUBCLASS:
            if isinstance(value, base):
                return convert_subclass(value, format_datetime)
        return _plain_instance(value, format_datetime)
    except (_FaultError, RecursionError):
        raise
    except Exception as error:  # noqa: BLE001 - a foreign class may raise anything
        raise _FaultError(_unreadable(value, error)) from None


def _as_is(value: Any) -> Any:
    return value


# Every integer up to here is exact in a double.
_SMALL = 2**53


def _is_plain(value: Any) -> bool:
    """Whether a value surely needs no conversion, as most; a valid one may be False too."""
    cls = type(value)
    if cls is str:
        return "\0" not in value and value.isascii()
    if cls is int:
        return not (value < -_SMALL or value > _SMALL)
    if cls is float:
        return isfinite(value)
    return value is None or cls is bool


def _plain_text(value: str) -> str:
    if "\0" in value:
        raise _FaultError("contains a NUL character, which the server can't store")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise _FaultError("contains a lone surrogate, which is not valid Unicode") from None
    return value


# Most JSON parsers reject a number beyond a double, and the whole request with it.
_TOO_LARGE = 2**1024


def _plain_int(value: int) -> int:
    if not -_TOO_LARGE < value < _TOO_LARGE:
        raise _FaultError("is too large a number: it does not fit in a double")
    if is_inexact(value):
        _seen.inexact = True
    return value


class _Seen(local):
    """The findings of this thread's checks since the last query."""

    inexact = False


_seen = _Seen()


def is_inexact(value: Any) -> bool:
    """Whether a value is an integer that a double does not represent exactly.

    Args:
        value: A converted value.
    """
    if type(value) is not int or -_SMALL <= value <= _SMALL:
        return False
    try:
        return int(float(value)) != value
    except OverflowError:  # it rounds to more than the largest double
        return True


def saw_inexact_number() -> bool:
    """Whether this thread has converted an inexact integer since it was last asked.

    Few calls have one, and only those are worth a search for its path.
    """
    saw, _seen.inexact = _seen.inexact, False
    return saw


def _plain_number(value: float) -> float:
    if not isfinite(value):
        raise _FaultError("is not a finite number")
    return value


def _plain_decimal(value: Decimal) -> int | float:
    if not value.is_finite():
        raise _FaultError("is not a finite number")
    # Checked first: an exponent like 1E+999999 would become a number of a million digits.
    if value.adjusted() > 308 or value.copy_abs() >= _TOO_LARGE:
        raise _FaultError("is too large a number: it does not fit in a double")
    if value == value.to_integral_value():
        return _plain_int(int(value))
    return _plain_number(float(value))


def _plain_mapping(value: Mapping[Any, Any], format_datetime: DatetimeFormat) -> Json:
    plain: Json = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise _FaultError(
                f"has a key of type {_type_name(key)}; keys of JSON objects must be strings"
            )
        try:
            if "\0" in key or not key.isascii():
                _plain_text(key)
            plain[key] = item if _is_plain(item) else _plain(item, format_datetime)
        except _FaultError as fault:
            fault.path.append(f".{key}")
            raise
    return plain


def _plain_list(value: list[Any] | tuple[Any, ...], format_datetime: DatetimeFormat) -> list[Any]:
    plain = []
    for index, item in enumerate(value):
        try:
            plain.append(item if _is_plain(item) else _plain(item, format_datetime))
        except _FaultError as fault:
            fault.path.append(f"[{index}]")
            raise
    return plain


_NO_ZONE = "is a datetime without a time zone; use an aware one, for example datetime.now(UTC)"


def _whole_minutes(value: datetime) -> datetime:
    """The datetime with an offset of whole minutes, which RFC 3339 requires."""
    if value != value:  # noqa: PLR0124 - NaT, pandas' missing time
        raise _FaultError("is not a time")
    offset = value.utcoffset()
    if offset is None:
        raise _FaultError(_NO_ZONE)
    try:
        return value.astimezone(UTC) if offset % timedelta(minutes=1) else value
    except OverflowError:
        raise _FaultError("is outside the years 1 to 9999 in UTC") from None


def _plain_instance(value: Any, format_datetime: DatetimeFormat) -> Any:
    if isinstance(value, type):
        raise _FaultError("is a class, which JSON can't represent")
    cls = type(value)
    if foreign_values.is_array(cls):
        if foreign_values.has_times(value):
            raise _FaultError("holds times of numpy, which have no zone; pass aware datetimes")
        return _plain(value.tolist(), format_datetime)
    if foreign_values.is_model(cls):
        return _plain(foreign_values.from_model(value), format_datetime)
    names = _field_names(type(value))
    if names is None:
        hint = foreign_values.hint_of(value)
        raise _FaultError(f"is of type {_type_name(value)}, which JSON can't represent{hint}")
    if not all(hasattr(value, name) for name in names):
        raise _FaultError("has a field that is not set")
    return _plain_mapping({name: getattr(value, name) for name in names}, format_datetime)


def _field_names(cls: type) -> list[str] | None:
    if attrs.has(cls):
        return [field.name for field in attrs.fields(cls)]
    if dataclasses.is_dataclass(cls):
        return [field.name for field in dataclasses.fields(cls)]
    return None


def _type_name(value: Any) -> str:
    return type(value).__name__


_CONVERT: dict[type, Callable[[Any], Any]] = {
    str: _plain_text,
    int: _plain_int,
    bool: _as_is,
    type(None): _as_is,
    float: _plain_number,
    date: date.isoformat,
    UUID: str,
    Decimal: _plain_decimal,
}
_CONVERT_NESTED: dict[type, Callable[[Any, DatetimeFormat], Any]] = {
    dict: _plain_mapping,
    list: _plain_list,
    tuple: _plain_list,
    datetime: lambda value, format_datetime: format_datetime(value),
}
# In this order: an Enum may also be a str, a datetime is also a date.
_CONVERT_SUBCLASS: list[tuple[type, Callable[[Any, DatetimeFormat], Any]]] = [
    (Enum, lambda value, format_datetime: _plain(value.value, format_datetime)),
    (str, lambda value, _: _plain_text(str.__str__(value))),
    (int, lambda value, _: _plain_int(int.__int__(value))),
    (float, lambda value, _: _plain_number(float.__float__(value))),
    (Mapping, _plain_mapping),
    (list, _plain_list),
    (tuple, _plain_list),
    (datetime, lambda value, format_datetime: format_datetime(value)),
    (date, lambda value, _: date.isoformat(value)),
    (UUID, lambda value, _: str(value)),
    (Decimal, lambda value, _: _plain_decimal(value)),
]


def _encoder() -> Callable[[Any], str]:
    """The function that encodes converted values as JSON text.

    `json.JSONEncoder.encode` creates a C encoder for each call, which takes as long as encoding a
    small body. One is created here and reused, if this interpreter has one and its output is the
    same.
    """
    known = json.JSONEncoder(
        ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":")
    )
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    sample = {"é": ["\n", 1, 0.5, True, None]}
    with suppress(TypeError):  # an interpreter without it, or with another signature
        chunks = make(
            None, known.default, json.encoder.encode_basestring, None, ":", ",", False, False, False
        )  # fmt: skip
        if "".join(chunks(sample, 0)) == known.encode(sample):
            return lambda plain: "".join(chunks(plain, 0))
    return known.encode


_encode = _encoder()


def encode(plain: Any) -> bytes:
    """The JSON text of a converted value, in UTF-8.

    Args:
        plain: A result of `json_value`.
    """
    return _encode(plain).encode()


def text(value: Any, path: str) -> str:
    """A string of one character or more.

    Args:
        value: A string, or an Enum member whose value is one.
        path: The path of the field, for errors, such as ``"events[3].data"``.

    Raises:
        ValidationError: If it is not a string, is empty, or holds characters that the server
            can't store.
    """
    return value if type(value) is str and value and _is_plain(value) else _text(value, path)


LONGEST_TEXT = 255
"""The number of characters that the server's columns of identifiers, names and the like hold."""


def short_text(value: Any, path: str) -> str:
    """A string of 1 to 255 characters.

    Args:
        value: A string, or an Enum member whose value is one.
        path: The path of the field, for errors, such as ``"events[3].data"``.

    Raises:
        ValidationError: If `text` rejects it, or it is longer.
    """
    return at_most(LONGEST_TEXT, text(value, path), path)


def at_most(longest: int, value: str, path: str) -> str:
    """A string that the server's column can hold.

    Args:
        longest: The maximum number of characters.
        value: A string.
        path: The path of the field, for errors, such as ``"events[3].data"``.

    Raises:
        ValidationError: If it is longer.
    """
    if len(value) > longest:
        raise ValidationError.at(path, f"is longer than {longest} characters")
    return value


@guarded
def _text(value: Any, path: str) -> str:
    if isinstance(value, Enum):
        value = value.value
    if value is None:
        raise ValidationError.at(path, "is missing")
    if not isinstance(value, str):
        raise ValidationError.at(path, f"must be a string, not {_type_name(value)}")
    if not value:
        raise ValidationError.at(path, "is empty")
    plain: str = json_value(value, path)
    return plain


@guarded
def moment(value: Any, path: str) -> datetime:
    """A point in time, as an aware datetime.

    Args:
        value: An aware datetime, or its ISO 8601 text with an offset.
        path: The path of the field, for errors, such as ``"events[3].data"``.

    Raises:
        ValidationError: If it is neither, or has no time zone.
    """
    if isinstance(value, str):
        value = _read_moment(value, path)
    if not isinstance(value, datetime):
        raise ValidationError.at(
            path, f"must be a datetime or ISO 8601 text, not {_type_name(value)}"
        )
    try:
        return _whole_minutes(value)
    except _FaultError as fault:
        raise ValidationError.at(path, fault.reason) from None


def _read_moment(value: str, path: str) -> datetime:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValidationError.at(
            path, "is not a date and time in ISO 8601, for example 2026-01-31T09:00:00Z"
        ) from None
