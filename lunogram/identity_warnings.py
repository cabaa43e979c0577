"""Warnings about identifiers that most likely name somebody else than the caller means.

Two people whose identifiers are sent in one list become one, and nothing separates them again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from ._recent import Recent
from .identifiers import ANONYMOUS_SOURCE, DEFAULT_SOURCE
from .operation import Operation, names_of
from .operations import POST_ORGANIZATION_EVENTS, POST_USER_EVENTS

Fault: TypeAlias = tuple[str, str]
"""The path of a field, and what is wrong with it."""

_SWAPPED = "was used as an id before: Event(name, identifier) has the name first"

_EVENTS = names_of(POST_USER_EVENTS, POST_ORGANIZATION_EVENTS)

# Names of systems have few digits: auth0, s3, object_type_12.
_LIKE_AN_ID = re.compile(r"@|\d{3}")


# The ids of source ``default`` that this process has sent last.
_used = Recent[str]()


def faults_of(operation: Operation, json: Any, start: int) -> Iterator[Fault]:
    """What is most likely wrong with the identifiers of a call.

    Args:
        operation: The operation of the call.
        json: The JSON body of the call.
        start: The index of the first item of a batch.
    """
    is_events = operation.name in _EVENTS
    for path, part in _parts(operation, json, start):
        named = part.get("target") or part.get("identifier")
        if not isinstance(named, list):  # a broadcast
            continue
        field = f"{path}target" if "target" in part else f"{path}identifier"
        yield from _faults_of_list(named, field)
        if is_events and _is_swapped(part["name"], named):
            yield f"{path}name", _SWAPPED
        else:
            _used.add(each["external_id"] for each in named if "source" not in each)


def _parts(operation: Operation, json: Any, start: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects of a body that have identifiers, with the beginning of their paths."""
    if isinstance(json, list):
        items = "events" if operation.name in _EVENTS else "messages"
        for index, part in enumerate(json, start):
            yield f"{items}[{index}].", part
    elif isinstance(json, dict):
        members = [(f"{key}.", json[key]) for key in ("organization", "user") if key in json]
        yield from members or [("", json)]


def _faults_of_list(named: list[Mapping[str, Any]], field: str) -> Iterator[Fault]:
    ids: dict[str, str] = {}
    is_visitor = named[0].get("source") == ANONYMOUS_SOURCE
    for each in named:
        source = each.get("source", DEFAULT_SOURCE)
        if ids.setdefault(source, each["external_id"]) != each["external_id"] and not is_visitor:
            yield field, "has two ids of one source: a list is one person; call once for each"
            return
        if source != DEFAULT_SOURCE and (source in _used or _LIKE_AN_ID.search(source)):
            yield field, "has a source that looks like an id: a tuple is (source, id)"
            return


def _is_swapped(name: str, named: list[Mapping[str, Any]]) -> bool:
    """Whether the name of an event is a known id, and its identifier looks like a name."""
    identifier = named[0]["external_id"]
    return "." in identifier and "@" not in identifier and name in _used
