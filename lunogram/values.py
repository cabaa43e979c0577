"""Python's values on their way to the wire: checked, and turned into what JSON can hold.

Every check takes a value and the place it stands in (``"events[3].data"``), and raises a
`ValidationError` that names the place and the fault, but never the value, which may be personal.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from math import isfinite
from typing import Any, TypeAlias
from uuid import UUID

import attrs

from .errors import ValidationError

Json = dict[str, Any]

Moments: TypeAlias = Callable[[datetime], Any]
"""What becomes of a datetime: each API has a form of its own."""


class _FaultError(Exception):
    """What is wrong with a part of a value; the path to the part is gathered on the way up."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path: list[str] = []


def iso_8601(value: datetime) -> str:
    """The text of a point in time, as Lunogram takes it."""
    text = _whole_minutes(value).isoformat()
    return text[:-6] + "Z" if text.endswith("+00:00") else text


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def epoch_seconds(value: datetime) -> int:
    """Whole seconds since 1970 in UTC, as Customer.io takes them; what is less is dropped."""
    if value.utcoffset() is None:
        raise _FaultError(_NO_ZONE)
    return (value - _EPOCH) // timedelta(seconds=1)


def json_value(value: Any, place: str, moments: Moments = iso_8601) -> Any:
    """The value as JSON can hold it, copied.

    Taken as they are: str, int, float, bool, None, mappings with str keys, lists and tuples.
    Turned into text: aware datetimes and dates (ISO 8601), UUIDs. Into a number: Decimals, as
    exactly as a double can hold them. Enums count as their values, attrs and dataclass instances
    as the mapping of their fields.

    Args:
        value: Anything.
        place: Where it stands.
        moments: `iso_8601` or `epoch_seconds`.

    Raises:
        ValidationError: For what JSON can't hold (NaN, sets, bytes, keys that are not text), for
            numbers beyond those of a double, for datetimes without a zone, and for text that the
            platform can't store.
    """
    try:
        return _plain(value, moments)
    except _FaultError as fault:
        raise ValidationError.at(place + "".join(reversed(fault.path)), fault.reason) from None
    except RecursionError:
        raise ValidationError.at(place, "is nested too deeply, or contains itself") from None


def json_object(value: Any, place: str, moments: Moments = iso_8601) -> Json:
    """The same for a value that has to be an object: a mapping, an attrs or a dataclass instance.

    Args:
        value: Anything.
        place: Where it stands.
        moments: As for `json_value`.

    Raises:
        ValidationError: As `json_value`, and for anything but an object.
    """
    plain = json_value(value, place, moments)
    if type(plain) is not dict:
        raise ValidationError.at(place, f"has to be a mapping, not {_kind(value)}")
    return plain


def _plain(value: Any, moments: Moments) -> Any:
    turn = _TURN.get(type(value))
    if turn is not None:
        return turn(value)
    turn_all = _TURN_NESTED.get(type(value))
    if turn_all is not None:
        return turn_all(value, moments)
    for kind, turn_kind in _TURN_SUBCLASS:
        if isinstance(value, kind):
            return turn_kind(value, moments)
    return _plain_instance(value, moments)


def _as_is(value: Any) -> Any:
    return value


# No double is too small for whole numbers up to here.
_SMALL = 2**63


def _is_plain(value: Any) -> bool:
    """Whether a value needs no turning, as most. Others may turn out to be all right too."""
    kind = type(value)
    if kind is str:
        return "\0" not in value and value.isascii()
    if kind is int:
        return not (value < -_SMALL or value > _SMALL)
    if kind is float:
        return isfinite(value)
    return value is None or kind is bool


def _plain_text(value: str) -> str:
    if "\0" in value:
        raise _FaultError("holds a NUL character, which the platform can't store")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise _FaultError("holds half of a surrogate pair, which is not text") from None
    return value


# What a double can't hold, most readers of JSON refuse, and the whole request with it.
_TOO_LARGE = 2**1024


def _plain_int(value: int) -> int:
    if not -_TOO_LARGE < value < _TOO_LARGE:
        raise _FaultError("is too large a number")
    return value


def _plain_number(value: float) -> float:
    if not isfinite(value):
        raise _FaultError("is not a finite number")
    return value


def _plain_decimal(value: Decimal) -> int | float:
    if not value.is_finite():
        raise _FaultError("is not a finite number")
    # Asked first: an exponent like 1E+999999 would become a number of a million digits.
    if value.adjusted() > 308 or value.copy_abs() >= _TOO_LARGE:
        raise _FaultError("is too large a number")
    if value == value.to_integral_value():
        return int(value)
    return _plain_number(float(value))


def _plain_mapping(value: Mapping[Any, Any], moments: Moments) -> Json:
    plain: Json = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise _FaultError(f"has a key of type {_kind(key)}; JSON's keys are text")
        try:
            if "\0" in key or not key.isascii():
                _plain_text(key)
            plain[key] = item if _is_plain(item) else _plain(item, moments)
        except _FaultError as fault:
            fault.path.append(f".{key}")
            raise
    return plain


def _plain_list(value: list[Any] | tuple[Any, ...], moments: Moments) -> list[Any]:
    plain = []
    for index, item in enumerate(value):
        try:
            plain.append(item if _is_plain(item) else _plain(item, moments))
        except _FaultError as fault:
            fault.path.append(f"[{index}]")
            raise
    return plain


_NO_ZONE = "is a datetime without a zone; give it one, such as datetime.UTC"


def _whole_minutes(value: datetime) -> datetime:
    """RFC 3339 knows offsets of whole minutes only; local mean times have seconds."""
    offset = value.utcoffset()
    if offset is None:
        raise _FaultError(_NO_ZONE)
    try:
        return value.astimezone(UTC) if offset % timedelta(minutes=1) else value
    except OverflowError:
        raise _FaultError("is before the year 1 or after 9999 in UTC") from None


def _plain_instance(value: Any, moments: Moments) -> Any:
    if isinstance(value, type):
        raise _FaultError("is a class, which JSON can't hold")
    names = _field_names(type(value))
    if names is None:
        raise _FaultError(f"is of type {_kind(value)}, which JSON can't hold")
    if not all(hasattr(value, name) for name in names):
        raise _FaultError("has a field without a value")
    return _plain_mapping({name: getattr(value, name) for name in names}, moments)


def _field_names(kind: type) -> list[str] | None:
    if attrs.has(kind):
        return [field.name for field in attrs.fields(kind)]
    if dataclasses.is_dataclass(kind):
        return [field.name for field in dataclasses.fields(kind)]
    return None


def _kind(value: Any) -> str:
    return type(value).__name__


_TURN: dict[type, Callable[[Any], Any]] = {
    str: _plain_text,
    int: _plain_int,
    bool: _as_is,
    type(None): _as_is,
    float: _plain_number,
    date: date.isoformat,
    UUID: str,
    Decimal: _plain_decimal,
}
_TURN_NESTED: dict[type, Callable[[Any, Moments], Any]] = {
    dict: _plain_mapping,
    list: _plain_list,
    tuple: _plain_list,
    datetime: lambda value, moments: moments(value),
}
# In this order: an Enum may also be a str, a datetime is also a date.
_TURN_SUBCLASS: list[tuple[type, Callable[[Any, Moments], Any]]] = [
    (Enum, lambda value, moments: _plain(value.value, moments)),
    (str, lambda value, _: _plain_text(str.__str__(value))),
    (int, lambda value, _: _plain_int(int.__int__(value))),
    (float, lambda value, _: _plain_number(float.__float__(value))),
    (Mapping, _plain_mapping),
    (list, _plain_list),
    (tuple, _plain_list),
    (datetime, lambda value, moments: moments(value)),
    (date, lambda value, _: date.isoformat(value)),
    (UUID, lambda value, _: str(value)),
    (Decimal, lambda value, _: _plain_decimal(value)),
]


def _encoder() -> Callable[[Any], str]:
    """What turns plain values into text.

    `json.JSONEncoder.encode` makes another encoder in C each time, which takes as long as a small
    body. So one is made here and kept, if there is one and it works as we know it.
    """
    known = json.JSONEncoder(
        ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":")
    )
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    sample = {"é": ["\n", 1, 0.5, True, None]}
    with suppress(TypeError):  # of an interpreter that has none, or another
        chunks = make(
            None, known.default, json.encoder.encode_basestring, None, ":", ",", False, False, False
        )  # fmt: skip
        if "".join(chunks(sample, 0)) == known.encode(sample):
            return lambda plain: "".join(chunks(plain, 0))
    return known.encode


_encode = _encoder()


def encode(plain: Any) -> bytes:
    """The bytes of a value that `json_value` has seen.

    Args:
        plain: What JSON can hold, and nothing else.
    """
    return _encode(plain).encode()


def text(value: Any, place: str) -> str:
    """A text of one character or more.

    Args:
        value: Anything.
        place: Where it stands.

    Raises:
        ValidationError: If it is not text, is empty, or is text the platform can't store.
    """
    if type(value) is str and value and _is_plain(value):
        return value
    if isinstance(value, Enum):
        value = value.value
    if value is None:
        raise ValidationError.at(place, "is missing")
    if not isinstance(value, str):
        raise ValidationError.at(place, f"has to be text, not {_kind(value)}")
    if not value:
        raise ValidationError.at(place, "is empty")
    plain: str = json_value(value, place)
    return plain


def _matching(pattern: str, fault: str) -> Callable[[Any, str], str]:
    """A check for text of one form."""

    @cache  # made when it is first asked for: that of locales takes as long as a module
    def form() -> re.Pattern[str]:
        """The form, ready to be used."""
        return re.compile(pattern)

    def check(value: Any, place: str) -> str:
        """The check itself."""
        plain = text(value, place)
        if not form().fullmatch(plain):
            raise ValidationError.at(place, fault)
        return plain

    return check


_email_form = _matching(
    r"(?!\.)[^@\s<>,;\x00-\x1f]{1,64}(?<!\.)@[^@\s<>,;\x00-\x1f.]+(\.[^@\s<>,;\x00-\x1f.]+)*",
    "is not an email address, which is a name, one @ and a domain",
)
_phone_form = _matching(
    r"\+[1-9][0-9]{1,14}",
    "is not a number in E.164, which is + and up to 15 digits, the country's first",
)
_locale_form = _matching(
    r"(?ai)"  # ASCII: else the long s would count as an s
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})"  # language
    r"(?:-[a-z]{4})?"  # script
    r"(?:-(?:[a-z]{2}|[0-9]{3}))?"  # region
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    r"(?:-([0-9a-wy-z])(?!(?:-[a-z0-9]{2,8})+(?:-(?!\1)[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*-\1-)"
    r"(?:-[a-z0-9]{2,8})+)*"  # extensions, each once
    r"(?:-x(?:-[a-z0-9]{1,8})+)?"  # private use
    r"|x(?:-[a-z0-9]{1,8})+"
    r"|en-GB-oed|sgn-(?:BE-FR|BE-NL|CH-DE)"  # older than the rules
    r"|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)",
    "is not a BCP 47 tag, such as en, nl-NL or zh-Hant-TW, with hyphens",
)


def email(value: Any, place: str) -> str:
    """An address that can be right: a name, one @, a domain, at most 254 characters.

    Args:
        value: Anything.
        place: Where it stands.

    Raises:
        ValidationError: If it can't be one.
    """
    address = _email_form(value, place)
    if len(address) > 254:
        raise ValidationError.at(place, "is longer than 254 characters")
    return address


def phone(value: Any, place: str) -> str:
    """A number in E.164, such as +31612345678.

    Args:
        value: Anything.
        place: Where it stands.

    Raises:
        ValidationError: If it can't be one.
    """
    return _phone_form(value, place)


def locale(value: Any, place: str) -> str:
    """A BCP 47 tag, such as nl-NL.

    Args:
        value: Anything.
        place: Where it stands.

    Raises:
        ValidationError: If it can't be one.
    """
    return _locale_form(value, place)


def timezone(value: Any, place: str) -> str:
    """The IANA name of a time zone, such as Europe/London, or a `zoneinfo.ZoneInfo` with a name.

    Args:
        value: Anything.
        place: Where it stands.

    Raises:
        ValidationError: If this machine's time zone database does not know it.
    """
    name = text(getattr(value, "key", value) if isinstance(value, tzinfo) else value, place)
    if not _is_zone(name):
        raise ValidationError.at(place, "is not the name of a time zone, such as Europe/London")
    return name


@lru_cache(maxsize=1024)
def _is_zone(name: str) -> bool:
    # Some systems keep copies under other names, which mean something else elsewhere.
    if name.startswith(("posix/", "right/")) or name in ("localtime", "posixrules"):
        return False
    if _zone_exists(name):
        return True
    # Some systems have no database at all; there the form of the name has to do.
    return (
        not _zone_exists("UTC") and re.fullmatch(r"[A-Za-z0-9_+\-]+(/[\w+\-]+)*", name) is not None
    )


def _zone_exists(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def moment(value: Any, place: str) -> datetime:
    """A point in time: an aware datetime, or its ISO 8601 text with a zone.

    Args:
        value: Anything.
        place: Where it stands.

    Raises:
        ValidationError: If it is neither, or has no zone.
    """
    if isinstance(value, str):
        value = _read_moment(value, place)
    if not isinstance(value, datetime):
        raise ValidationError.at(place, f"has to be a datetime, not {_kind(value)}")
    try:
        return _whole_minutes(value)
    except _FaultError as fault:
        raise ValidationError.at(place, fault.reason) from None


def _read_moment(value: str, place: str) -> datetime:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValidationError.at(place, "is not a date and time in ISO 8601") from None
