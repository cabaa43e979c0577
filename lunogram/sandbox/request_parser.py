"""The parser of requests: from bytes to validated structs, or an error that names the field."""

from __future__ import annotations

import re
from functools import cache
from types import GenericAlias
from typing import Annotated, Any, TypeVar, cast
from urllib.parse import parse_qsl

import msgspec

from lunogram.sandbox.customerio.schemas import PATTERNS as CUSTOMERIO_PATTERNS
from lunogram.sandbox.json_numbers import number
from lunogram.sandbox.problems import Unstorable, bad_request
from lunogram.sandbox.schemas import PATTERNS

T = TypeVar("T")

_INTEGERS = frozenset({"limit", "offset", "priority"})
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_ESCAPED_NUL = b"\\u0000"
_TRAILING = re.compile(r".*trailing characters \(byte (\d+)\)")


def read_body(body: bytes, form: type[T]) -> T:
    """Parse a body that is an object of the given type."""
    return cast("T", _read(body, form, ""))


def read_batch(body: bytes, form: type[T], name: str, longest: int | None = None) -> list[T]:
    """Parse a body that is a non-empty array; `name` is what errors call it."""
    element: Any = form
    return cast("list[T]", _read(body, _batch_of(element, longest), name))


def read_query(query: bytes, form: type[T]) -> T:
    """Parse a query string of the given type."""
    try:
        pairs = dict(parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict"))
        if _holds_nul(pairs):
            raise bad_request("the query has a NUL character")
        for name in _INTEGERS & pairs.keys():
            if not _INTEGER.fullmatch(pairs[name]):
                raise bad_request(f"{name}: must be a whole number, not a string")
        return msgspec.convert(pairs, form, strict=False)
    except msgspec.ValidationError as error:
        raise bad_request(explain(str(error), "")) from error
    except UnicodeDecodeError as error:
        raise bad_request("the query is not UTF-8") from error


def read_json(text: bytes | str) -> Any:
    """Parse JSON, with every number as it was written."""
    return _decoder(object).decode(text)


def write_json(value: object) -> bytes:
    """Encode JSON as bytes, with every number as it was parsed."""
    return _encoder.encode(value)


def json_text(value: object) -> str:
    """Encode JSON as text."""
    return _encoder.encode(value).decode()


_encoder = msgspec.json.Encoder(decimal_format="number")


@cache
def _batch_of(element: Any, longest: int | None) -> Any:
    return Annotated[GenericAlias(list, (element,)), msgspec.Meta(min_length=1, max_length=longest)]


@cache
def _decoder(form: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(form, float_hook=number)


def _read(body: bytes, form: Any, name: str) -> Any:
    try:
        if not body.isascii():
            body.decode()
        value = _decoded(body, form)
    except msgspec.ValidationError as error:
        raise bad_request(explain(str(error), name)) from error
    except UnicodeDecodeError as error:
        raise bad_request("the body is not UTF-8") from error
    except msgspec.DecodeError as error:
        raise bad_request(_not_json(body, error)) from error
    if _ESCAPED_NUL in body and _holds_nul(_decoded(body, object)):
        raise Unstorable("the body has a NUL character (\\u0000), which cannot be stored")
    return value


def _decoded(body: bytes, form: Any) -> Any:
    """Return the first JSON value of a body: bytes after it are ignored."""
    try:
        return _decoder(form).decode(body)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError as error:
        trailing = _TRAILING.fullmatch(str(error))
        if not trailing:
            raise
        return _decoder(form).decode(body[: int(trailing[1]) - 1])


def _holds_nul(value: object) -> bool:
    if isinstance(value, dict):
        return any(_holds_nul(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return any(map(_holds_nul, value))
    return isinstance(value, str) and "\0" in value


def _not_json(body: bytes, error: msgspec.DecodeError) -> str:
    if not body.strip():
        return "the body is empty"
    return f"the body is not JSON: {str(error).removeprefix('JSON is malformed: ')}"


# msgspec's names of types, and ours.
_TYPE_NAMES = {
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
_TYPE = re.compile(r"Expected `([^`]+)`, got `(\w+)`")
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
    """Rewrite a validation error of msgspec: the path of the field, then the error."""
    fault, _, path = fault.partition(" - at `")
    path = name + path.rstrip("`").removeprefix("$")
    if missing := _MISSING.fullmatch(fault):
        return f"{path}.{missing[1]}: is required".lstrip(".")
    return f"{path.lstrip('.') or 'the body'}: {_in_words(fault)}"


def _in_words(fault: str) -> str:
    if length := _LENGTH.fullmatch(fault):
        what, limit, number = length.groups()
        unit = _UNITS[what] + ("" if number == "1" else "s")
        return f"must be {_TYPE_NAMES[what]} of {number} {unit} {_LIMITS[limit]}"
    if bound := _BOUND.fullmatch(fault):
        return f"must be {bound[2]} {_LIMITS[bound[1]]}"
    if wrong_type := _TYPE.fullmatch(fault):
        wanted = " or ".join(_TYPE_NAMES.get(each, each) for each in wrong_type[1].split(" | "))
        return f"must be {wanted}, not {_TYPE_NAMES.get(wrong_type[2], wrong_type[2])}"
    return _FORMATS.get(fault, fault[:1].lower() + fault[1:])
