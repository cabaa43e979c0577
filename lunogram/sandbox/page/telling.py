"""What a call or an event was, in a few words: who, what, and why it was refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from lunogram.sandbox.decoding import read_json, stored
from lunogram.sandbox.journal import Call
from lunogram.sandbox.store import Row

_SHORT = 120
_PLACE = re.compile(r"((?:\w+|\[\d+\])(?:\.[^\s:]+|\[\d+\])*): ")
_INNER = frozenset({"full_name", "project_id"})


def told(call: Call) -> dict[str, Any]:
    """Tell of a call as the list and the stream do."""
    value: dict[str, Any] = {
        "number": call.number,
        "at": call.at,
        "method": call.method,
        "path": call.path[:300],
        "status": call.status,
        "milliseconds": call.milliseconds,
    }
    if call.faults:
        value["faults"] = [fault["kind"] for fault in call.faults]
    return value | about(call) | refusal_of(call)


def is_refused(call: Call) -> bool:
    """Say whether a call had no success."""
    return isinstance(call.status, str) or call.status >= HTTPStatus.BAD_REQUEST


def about(call: Call) -> dict[str, Any]:
    """Say what a call is about: its first item, whose it is, and how many more there are."""
    items = _items(call)
    if not items:
        return {}
    first = items[0]
    found = {
        "what": _what(first),
        "who": _who(first),
        "match": _match(first),
        "more": len(items) - 1,
    }
    return {name: value for name, value in found.items() if value}


def refusal_of(call: Call) -> dict[str, str]:
    """Say why a call was refused, and which field is at fault."""
    if not is_refused(call):
        return {}
    if isinstance(call.status, str):
        return {"reason": "the connection was reset, without an answer"}
    problem = _problem(call)
    if problem is None:
        return {"reason": HTTPStatus(call.status).phrase} if call.status in _KNOWN else {}
    title, detail = problem
    place = _PLACE.match(detail)
    found = {"title": title, "reason": detail}
    return found | {"field": place[1], "reason": detail[place.end() :]} if place else found


def _problem(call: Call) -> tuple[str, str] | None:
    """Return the title and the detail of a refusal, however it is written."""
    problem = parsed(call.answer)
    if not isinstance(problem, Mapping):
        return None
    written = [problem, problem.get("meta"), *_list(problem.get("errors"))]
    for each in filter(_is_mapping, written):
        detail = each.get("detail") or each.get("error") or each.get("message")
        if isinstance(detail, str):
            field = f"{each['field']}: " if "field" in each else ""
            return str(each.get("title", "")), f"{field}{detail}"
    return None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_mapping(value: object) -> bool:
    return isinstance(value, Mapping)


def event_shown(row: Row) -> dict[str, Any]:
    """Show a row of the view `page_event`."""
    pairs = zip(row.keys(), row, strict=True)
    return {name: value for name, value in pairs if value is not None and name not in _INNER}


def parsed(text: str) -> Any:
    """Read JSON that may have been cut, or was none; None if so."""
    try:
        return read_json(text)
    except (ValueError, RecursionError):
        return None


_KNOWN = frozenset(int(status) for status in HTTPStatus)


def _items(call: Call) -> list[Mapping[str, Any]]:
    body = parsed(call.request) if call.request else dict(parse_qsl(call.query))
    items = body if isinstance(body, list) else [body]
    return [item for item in items if isinstance(item, Mapping)]


def _what(item: Mapping[str, Any]) -> str | None:
    """Name an event, a schedule, a message or a device."""
    named = item.get("name") or item.get("device_id") or item.get("identifier")
    if organization := item.get("organization"):
        return next(_names(organization), None) if isinstance(organization, Mapping) else None
    if isinstance(named, Mapping):
        return _name(named)
    return named[:_SHORT] if isinstance(named, str) else None


def _match(item: Mapping[str, Any]) -> str | None:
    """Write what the data of those must contain to whom an event goes."""
    match = item.get("match")
    return stored(match)[:_SHORT] if isinstance(match, Mapping) else None


def _who(item: Mapping[str, Any]) -> str | None:
    return next(_names(item), None)


def _names(item: Mapping[str, Any]) -> Iterator[str]:
    """Give whoever a call names, the most important first."""
    user = item.get("user")
    for place in (item.get("target"), item.get("identifier"), user, item.get("user_id"), item):
        inner = place.get("identifier") if place is user and isinstance(place, Mapping) else place
        for each in inner if isinstance(inner, list) else [inner]:
            name = each if each is item.get("user_id") else _name(each)
            if isinstance(name, str):
                yield name[:_SHORT]


def _name(value: object) -> str | None:
    """Write an external id, with its source unless that is the usual one."""
    if not isinstance(value, Mapping) or not isinstance(value.get("external_id"), str):
        return None
    source = value.get("source")
    name = value["external_id"]
    return (f"{source}:{name}" if source and source != "default" else name)[:_SHORT]
