"""The content of a call: its items, the subjects that it names, and what the platform ignores.

It is read once, when the call is logged, from the complete body: of a large body, only the
beginning is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias
from urllib.parse import parse_qsl

from lunogram.sandbox.ignored import ignored_in
from lunogram.sandbox.path_families import below_family
from lunogram.sandbox.request_parser import json_text, read_json

_Kind: TypeAlias = Literal["user", "organization"]

_ROLES: tuple[_Kind, ...] = ("user", "organization")
_SHORT = 120
_MOST_NAMES = 20
_MOST_SUBJECTS = 500


class Named(NamedTuple):
    """A subject as a call names it."""

    kind: _Kind
    source: str
    external_id: str

    @property
    def shown(self) -> str:
        """The external id, after its source unless that is the default."""
        is_default = self.source == "default"
        return self.external_id if is_default else f"{self.source}:{self.external_id}"


@dataclass(frozen=True, slots=True)
class CallContent:
    """What a call is about."""

    items: int = 0
    """The number of items: 1, or the length of a batch."""
    what: str | None = None
    """The name of the first item: of an event, a schedule, a message or a device."""
    match: str | None = None
    """The `match` of the first event, as JSON."""
    names: Mapping[str, int] | None = None
    """The names in a batch, with the number of each: the most frequent first."""
    subjects: tuple[Named, ...] = ()
    """The users and organizations that are named, the first of the first item first."""
    ignored: tuple[str, ...] = ()
    """What the platform would ignore, each with its field."""


def content_of(method: str, path: str, query: str, body: bytes) -> CallContent:
    """Return the content of a call; an empty one if it has none, or is not JSON."""
    try:
        value = read_json(body) if body else dict(parse_qsl(query))
    except (ValueError, RecursionError):
        return CallContent()
    items = [each for each in (value if isinstance(value, list) else [value]) if _is_object(each)]
    if not items:
        return CallContent()
    kind: _Kind = "organization" if below_family(path).startswith("/organizations") else "user"
    names = Counter(filter(None, map(_what, items))) if items[1:] else None
    subjects = dict.fromkeys(each for item in items for each in _subjects(item, kind))
    return CallContent(
        items=len(items),
        what=_what(items[0]),
        match=_match(items[0]),
        names=names and dict(names.most_common(_MOST_NAMES)),
        subjects=tuple(subjects)[:_MOST_SUBJECTS],
        ignored=ignored_in(method, path, value),
    )


def _is_object(value: object) -> bool:
    return isinstance(value, Mapping) and bool(value)


def _what(item: Mapping[str, Any]) -> str | None:
    named = item.get("name") or item.get("device_id") or item.get("identifier")
    if isinstance(item.get("organization"), Mapping):
        found = next(_identifiers(item["organization"].get("identifier"), "organization"), None)
        return found and found.shown[:_SHORT]
    if isinstance(named, Mapping):
        return next((each.shown[:_SHORT] for each in _identifiers(named, "user")), None)
    return named[:_SHORT] if isinstance(named, str) else None


def _match(item: Mapping[str, Any]) -> str | None:
    match = item.get("match")
    return json_text(match)[:_SHORT] if isinstance(match, Mapping) else None


def _subjects(item: Mapping[str, Any], kind: _Kind) -> Iterator[Named]:
    """Yield the subjects of an item, the most important first."""
    # The identifier of a message, which has a target, is its own.
    own = item["target"] if "target" in item else item.get("identifier")
    yield from _identifiers(own, kind)
    for role in _ROLES:
        if isinstance(part := item.get(role), Mapping):
            yield from _identifiers(part.get("identifier"), role)
    yield from _identifiers({"external_id": item.get("user_id")}, "user")
    yield from _identifiers(item, kind)


def _identifiers(value: object, kind: _Kind) -> Iterator[Named]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, Mapping) and isinstance(name := each.get("external_id"), str):
            source = each.get("source")
            named = source if isinstance(source, str) and source else "default"
            yield Named(kind, named[:_SHORT], name[:_SHORT])
