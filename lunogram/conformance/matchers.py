"""Matchers: expected JSON in which some values are described and not given.

An object matches if it has the expected members, whatever others it has. An array must be of
the same length. `Exactly` allows nothing else.
"""

from __future__ import annotations

import json
import uuid
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

_LONGEST = 300
"""The maximum length of a value in a report."""


class Matcher:
    """A description of a value; its `str` is what a report says of it."""

    def accepts(self, seen: Any) -> bool:
        """Return whether a value matches."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class _TypeMatcher(Matcher):
    words: str

    def accepts(self, seen: Any) -> bool:
        return _CHECKS[self.words](seen)

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Exactly(Matcher):
    """Matches this value, with nothing besides it at any depth."""

    value: Any

    def accepts(self, seen: Any) -> bool:
        """Return whether the values are equal."""
        return same(self.value, seen)

    def __str__(self) -> str:
        return f"exactly {shown(self.value)}"


class Only(dict[str, Any]):
    """Matches an object with these members and no others; their values may be matchers."""


@dataclass(frozen=True, slots=True)
class OneOf(Matcher):
    """Matches one of these values."""

    values: tuple[Any, ...]

    def accepts(self, seen: Any) -> bool:
        """Return whether one of the values is equal."""
        return any(same(value, seen) for value in self.values)

    def __str__(self) -> str:
        return "one of " + ", ".join(map(shown, self.values))


@dataclass(frozen=True, slots=True)
class Other(Matcher):
    """Matches any value but this one."""

    value: Any

    def accepts(self, seen: Any) -> bool:
        """Return whether the values differ."""
        return seen is not ABSENT and not same(self.value, seen)

    def __str__(self) -> str:
        return f"another than {shown(self.value)}"


@dataclass(frozen=True, slots=True)
class MoreThan(Matcher):
    """Matches a greater number."""

    value: Any

    def accepts(self, seen: Any) -> bool:
        """Return whether a value is an integer and greater."""
        return _is_integer(seen) and seen > self.value

    def __str__(self) -> str:
        return f"more than {shown(self.value)}"


@dataclass(frozen=True, slots=True)
class Instant(Matcher):
    """Matches the same point in time, however it is written; `within` so many seconds."""

    time: str
    within: float = 0

    def accepts(self, seen: Any) -> bool:
        """Return whether the times are close enough."""
        if not _is_time(seen):
            return False
        apart = datetime.fromisoformat(seen) - datetime.fromisoformat(self.time)
        return abs(apart) <= timedelta(seconds=self.within)

    def __str__(self) -> str:
        return f"about {self.time}" if self.within else self.time


@dataclass(frozen=True, slots=True)
class Unordered(Matcher):
    """Matches an array of these values, in any order."""

    values: tuple[Any, ...]

    def accepts(self, seen: Any) -> bool:
        """Return whether the array has each of them once."""
        left = list(seen) if isinstance(seen, list) else []
        for value in self.values:
            found = next((each for each in left if mismatch(value, each) is None), ABSENT)
            if found is ABSENT:
                return False
            left.remove(found)
        return isinstance(seen, list) and not left

    def __str__(self) -> str:
        return f"in any order {shown(self.values)}"


@dataclass(frozen=True, slots=True)
class Token(Matcher):
    """Matches a JWT that is signed with ES256 and has these claims; a claim may be a matcher."""

    claims: Mapping[str, Any]

    def accepts(self, seen: Any) -> bool:
        """Return whether the header and the claims match."""
        try:
            header, claims, _ = (_decoded(part) for part in seen.split("."))
        except (AttributeError, ValueError):
            return False
        return mismatch({"alg": "ES256"}, header) is mismatch(dict(self.claims), claims) is None

    def __str__(self) -> str:
        claims = ", ".join(f"{name} {shown(value)}" for name, value in self.claims.items())
        return f"a JWT (ES256) with {claims}"


def _decoded(part: str) -> Any:
    """Decode a part of a JWT; the signature, which is not JSON, is only decoded as base64."""
    content = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    try:
        return json.loads(content)
    except ValueError:
        return content


@dataclass(frozen=True, slots=True)
class Length(Matcher):
    """Matches an array of this length."""

    length: int

    def accepts(self, seen: Any) -> bool:
        """Return whether a value is an array of this length."""
        return isinstance(seen, list) and len(seen) == self.length

    def __str__(self) -> str:
        return f"{self.length} items"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The path of a value that does not match."""

    path: str
    expected: str
    seen: str


class _Absent:
    def __str__(self) -> str:
        return "nothing"


ABSENT = _Absent()
"""Stands for a value that is missing."""


def _is_uuid(seen: Any) -> bool:
    try:
        return isinstance(seen, str) and uuid.UUID(seen) is not None
    except ValueError:
        return False


def _is_time(seen: Any) -> bool:
    try:
        return isinstance(seen, str) and datetime.fromisoformat(seen).tzinfo is not None
    except ValueError:
        return False


def _is_integer(seen: Any) -> bool:
    return isinstance(seen, int) and not isinstance(seen, bool)


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "a UUID": _is_uuid,
    "a time with a zone": _is_time,
    "a text": lambda seen: isinstance(seen, str) and bool(seen),
    "a whole number": _is_integer,
    "nothing": lambda seen: seen is ABSENT or seen is None,
    "anything": lambda _seen: True,
}

UUID = _TypeMatcher("a UUID")
TIME = _TypeMatcher("a time with a zone")
TEXT = _TypeMatcher("a text")
INTEGER = _TypeMatcher("a whole number")
NOTHING = _TypeMatcher("nothing")
"""Omitted, or null."""
ANYTHING = _TypeMatcher("anything")


def mismatch(expected: Any, seen: Any, path: str = "") -> Mismatch | None:
    """Return the first path at which `seen` is not as expected."""
    if isinstance(expected, Matcher):
        fits = expected.accepts(seen)
    elif pairs := _parts(expected, seen):
        faults = (mismatch(*pair, f"{path}.{name}") for name, pair in pairs)
        return next(filter(None, faults), None)
    else:
        fits = _is_empty_part(expected, seen) or same(expected, seen)
    return None if fits else Mismatch(path.lstrip("."), shown(expected), shown(seen))


def _parts(expected: Any, seen: Any) -> list[tuple[Any, tuple[Any, Any]]]:
    """Pair the expected parts of an object or an array with the actual ones."""
    if isinstance(expected, dict) and isinstance(seen, dict):
        others = seen.keys() - expected.keys() if isinstance(expected, Only) else ()
        whole = {**expected, **dict.fromkeys(sorted(others), ABSENT)}
        return [(name, (value, seen.get(name, ABSENT))) for name, value in whole.items()]
    if isinstance(expected, list) and isinstance(seen, list) and len(expected) == len(seen):
        return list(enumerate(zip(expected, seen, strict=True)))
    return []


def _is_empty_part(expected: Any, seen: Any) -> bool:
    return expected == {} and isinstance(seen, dict)


def same(one: Any, other: Any) -> bool:
    """Compare JSON values: 1 equals 1.0, but not true."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


def shown(value: Any) -> str:
    """Format a value for a report, on one line."""
    if isinstance(value, Matcher | _Absent):
        return str(value)
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def at(body: Any, path: str) -> Any:
    """Return the value at a path such as `results.0.id`, or `ABSENT`."""
    for name in _names(path):
        try:
            body = body[name]
        except (KeyError, IndexError, TypeError):
            return ABSENT
    return body


def _names(path: str) -> Iterator[str | int]:
    return (int(name) if name.isdigit() else name for name in path.split("."))
