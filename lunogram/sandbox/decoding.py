"""From bytes to a checked body, or to a sentence that names the place and the fault."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import cache
from types import GenericAlias
from typing import Annotated, Any, TypeVar, cast
from urllib.parse import parse_qsl

import msgspec

from lunogram.sandbox.bodies import PATTERNS
from lunogram.sandbox.customerio.bodies import PATTERNS as CUSTOMERIO_PATTERNS
from lunogram.sandbox.problems import Unstorable, bad_request, invalid_body

T = TypeVar("T")

# What PostgreSQL's numeric, and so its jsonb, can hold.
_LARGEST_EXPONENT = 131_071
_SMALLEST_EXPONENT = -16_383

_ESCAPED_NUL = b"\\u0000"


def read_body(body: bytes, form: type[T]) -> T:
    """Read a body that is an object of the given form."""
    return cast("T", _read(body, form, ""))


def read_batch(body: bytes, form: type[T], name: str, longest: int | None = None) -> list[T]:
    """Read a body that is an array of one or more; `name` is what faults call it."""
    element: Any = form
    return cast("list[T]", _read(body, _batch_of(element, longest), name))


def read_query(query: bytes, form: type[T]) -> T:
    """Read a query string of the given form."""
    try:
        pairs = dict(parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict"))
        if _holds_nul(pairs):
            raise bad_request("the query has a NUL character")
        return msgspec.convert(pairs, form, strict=False)
    except msgspec.ValidationError as error:
        raise bad_request(explain(str(error), "")) from error
    except UnicodeDecodeError as error:
        raise bad_request("the query is not UTF-8") from error


def read_json(text: bytes | str) -> Any:
    """Read JSON with every number as it was written."""
    return _decoder(object).decode(text)


def write_json(value: object) -> bytes:
    """Write JSON with every number as it was read."""
    return _encoder.encode(value)


def stored(value: object) -> str:
    """Write JSON as it is kept."""
    return _encoder.encode(value).decode()


_encoder = msgspec.json.Encoder(decimal_format="number")


@cache
def _batch_of(element: Any, longest: int | None) -> Any:
    return Annotated[GenericAlias(list, (element,)), msgspec.Meta(min_length=1, max_length=longest)]


@cache
def _decoder(form: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(form, float_hook=_number)


def _read(body: bytes, form: Any, name: str) -> Any:
    try:
        if not body.isascii():
            body.decode()
        value = _decoder(form).decode(body)
    except msgspec.ValidationError as error:
        raise invalid_body(explain(str(error), name)) from error
    except UnicodeDecodeError as error:
        raise invalid_body("the body is not UTF-8") from error
    except msgspec.DecodeError as error:
        raise invalid_body(_unreadable(body, error)) from error
    if _ESCAPED_NUL in body and _holds_nul(read_json(body)):
        raise Unstorable("the body has a NUL character (\\u0000), which cannot be stored")
    return value


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("a number is out of range") from error
    if number and not _SMALLEST_EXPONENT <= number.adjusted() <= _LARGEST_EXPONENT:
        raise ValueError("a number is out of range")
    return number


def _holds_nul(value: object) -> bool:
    if isinstance(value, dict):
        return any(_holds_nul(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return any(map(_holds_nul, value))
    return isinstance(value, str) and "\0" in value


def _unreadable(body: bytes, error: msgspec.DecodeError) -> str:
    if not body.strip():
        return "the body is empty"
    return f"the body is not JSON: {str(error).removeprefix('JSON is malformed: ')}"


# msgspec's words for a fault, and the sandbox's.
_KINDS = {
    "str": "a string",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "object": "an object",
    "array": "an array",
    "datetime": "an RFC 3339 time with a zone",
    "uuid": "a UUID",
}
_UNITS = {"str": "character", "array": "item"}
_LIMITS = {">=": "or more", "<=": "or less"}
_MISSING = re.compile(r"Object missing required field `(\w+)`")
_LENGTH = re.compile(r"Expected `(str|array)` of length (>=|<=) (\d+)")
_BOUND = re.compile(r"Expected `(?:int|float)` (>=|<=) (\d+)(?:\.0)?")
_KIND = re.compile(r"Expected `([^`]+)`, got `(\w+)`")
_FORMATS = {
    "Invalid RFC3339 encoded datetime": "must be an RFC 3339 time with a zone",
    "Expected `datetime` with a timezone component": "must be an RFC 3339 time with a zone",
    "Invalid UUID": "must be a UUID",
    "Expected `float` > 0.0": "must be more than 0",
    "Expected `float` that's a multiple of 1.0": "must be a whole number",
} | {
    f"Expected `str` matching regex {pattern!r}": f"must be {words}"
    for pattern, words in (PATTERNS | CUSTOMERIO_PATTERNS).items()
}


def explain(fault: str, name: str) -> str:
    """Say a validation error of msgspec in the sandbox's words: the place, then the fault."""
    fault, _, path = fault.partition(" - at `")
    place = name + path.rstrip("`").removeprefix("$")
    if missing := _MISSING.fullmatch(fault):
        return f"{place}.{missing[1]}: is required".lstrip(".")
    return f"{place.lstrip('.') or 'the body'}: {_words(fault)}"


def _words(fault: str) -> str:
    if length := _LENGTH.fullmatch(fault):
        what, limit, number = length.groups()
        unit = _UNITS[what] + ("" if number == "1" else "s")
        return f"must be {_KINDS[what]} of {number} {unit} {_LIMITS[limit]}"
    if bound := _BOUND.fullmatch(fault):
        return f"must be {bound[2]} {_LIMITS[bound[1]]}"
    if kind := _KIND.fullmatch(fault):
        wanted = " or ".join(_KINDS.get(each, each) for each in kind[1].split(" | "))
        return f"must be {wanted}, not {_KINDS.get(kind[2], kind[2])}"
    return _FORMATS.get(fault, fault[:1].lower() + fault[1:])
