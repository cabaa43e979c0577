"""Summaries of calls and events: the subject, the content, and why a call was rejected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from lunogram.sandbox.path_families import is_older
from lunogram.sandbox.request_log import Call
from lunogram.sandbox.request_parser import json_text, read_json
from lunogram.sandbox.store import Row

_SHORT = 120
_SERVER_ERROR = HTTPStatus.INTERNAL_SERVER_ERROR
_FIELD = re.compile(r"((?:\w+|\[\d+\])(?:\.[^\s:]+|\[\d+\])*): ")
_INNER = frozenset({"full_name", "project_id"})


def call_summary(call: Call) -> dict[str, Any]:
    """Return the summary of a call, for the list and the stream."""
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
    if is_older(call.path):
        value["older"] = True
    return value | about(call) | rejection_of(call) | loss_of(call)


def is_rejected(call: Call) -> bool:
    """Return whether a call failed."""
    return isinstance(call.status, str) or call.status >= HTTPStatus.BAD_REQUEST


def loss_of(call: Call) -> dict[str, Any]:
    """Return why something in a call that was accepted is lost: the first reason, and how many."""
    if not call.notes or is_rejected(call):
        return {}
    return {"lost": call.notes[0]} | ({"losses": len(call.notes)} if call.notes[1:] else {})


def about(call: Call) -> dict[str, Any]:
    """Return the content of a call: the first item, its subject, and how many more there are."""
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


def rejection_of(call: Call) -> dict[str, str]:
    """Return why a call was rejected, and which field is invalid."""
    if not is_rejected(call):
        return {}
    if isinstance(call.status, str):
        return {"reason": "the connection was reset, without a response"}
    problem = _problem(call)
    if problem is None:
        return {"reason": HTTPStatus(call.status).phrase} if call.status in _KNOWN else {}
    title, detail = problem
    detail = call.notes[-1] if call.notes and call.status >= _SERVER_ERROR else detail
    found_at = _FIELD.match(detail)
    found = {"title": title, "reason": detail}
    return found | {"field": found_at[1], "reason": detail[found_at.end() :]} if found_at else found


def _problem(call: Call) -> tuple[str, str] | None:
    """Return the title and the detail of an error response, whatever its format."""
    problem = parsed(call.response)
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


def event_summary(row: Row) -> dict[str, Any]:
    """Return a row of the view `page_event`."""
    pairs = zip(row.keys(), row, strict=True)
    return {name: value for name, value in pairs if value is not None and name not in _INNER}


def parsed(text: str) -> Any:
    """Parse JSON; None if it was cut or is something else."""
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
    """Return the name of an event, a schedule, a message or a device."""
    named = item.get("name") or item.get("device_id") or item.get("identifier")
    if organization := item.get("organization"):
        return next(_names(organization), None) if isinstance(organization, Mapping) else None
    if isinstance(named, Mapping):
        return _name(named)
    return named[:_SHORT] if isinstance(named, str) else None


def _match(item: Mapping[str, Any]) -> str | None:
    """Return the `match` of an event, as JSON."""
    match = item.get("match")
    return json_text(match)[:_SHORT] if isinstance(match, Mapping) else None


def _who(item: Mapping[str, Any]) -> str | None:
    return next(_names(item), None)


def _names(item: Mapping[str, Any]) -> Iterator[str]:
    """Yield the subjects of a call, the most important first."""
    user = item.get("user")
    for found_at in (item.get("target"), item.get("identifier"), user, item.get("user_id"), item):
        inner = (
            found_at.get("identifier")
            if found_at is user and isinstance(found_at, Mapping)
            else found_at
        )
        for each in inner if isinstance(inner, list) else [inner]:
            name = each if each is item.get("user_id") else _name(each)
            if isinstance(name, str):
                yield name[:_SHORT]


def _name(value: object) -> str | None:
    """Return an external id, with its source unless that is the default."""
    if not isinstance(value, Mapping) or not isinstance(value.get("external_id"), str):
        return None
    source = value.get("source")
    name = value["external_id"]
    return (f"{source}:{name}" if source and source != "default" else name)[:_SHORT]
