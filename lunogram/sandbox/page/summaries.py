"""Summaries of calls and events: the subject, the content, and why a call was rejected."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from lunogram.sandbox.call_content import CallContent
from lunogram.sandbox.path_families import is_older
from lunogram.sandbox.request_log import Call, Entry, EventCalls
from lunogram.sandbox.request_parser import read_json
from lunogram.sandbox.store import Row

_SERVER_ERROR = HTTPStatus.INTERNAL_SERVER_ERROR
_FIELD = re.compile(r"((?:\w+|\[\d+\])(?:\.[^\s:]+|\[\d+\])*): ")
_INNER = frozenset({"full_name", "project_id"})


def call_summary(entry: Entry) -> dict[str, Any]:
    """Return the summary of a call, for the list and the stream."""
    call = entry.call
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
    return value | about(entry.content) | rejection_of(call) | loss_of(call) | warning_of(entry)


def is_rejected(call: Call) -> bool:
    """Return whether a call failed."""
    return isinstance(call.status, str) or call.status >= HTTPStatus.BAD_REQUEST


def loss_of(call: Call) -> dict[str, Any]:
    """Return why something in a call that was accepted is lost: the first reason, and how many."""
    if not call.notes or is_rejected(call):
        return {}
    return {"lost": call.notes[0]} | ({"losses": len(call.notes)} if call.notes[1:] else {})


def warnings_of(entry: Entry) -> Sequence[str]:
    """Return what the platform ignores in a call that it accepts."""
    return () if is_rejected(entry.call) else entry.content.ignored


def warning_of(entry: Entry) -> dict[str, Any]:
    """Return the first of what the platform ignores in a call, and how many there are."""
    found = warnings_of(entry)
    if not found:
        return {}
    return {"warning": found[0]} | ({"warnings": len(found)} if found[1:] else {})


def about(content: CallContent) -> dict[str, Any]:
    """Return the content of a call: the first item, its subject, and of a batch the number."""
    found = {
        "what": content.what,
        "who": content.subjects[0].shown if content.subjects else None,
        "match": content.match,
        "items": content.items if content.items > 1 else None,
        "names": content.names and list(content.names.items()),
        "subjects": len(content.subjects) if content.items > 1 else None,
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


def event_summary(row: Row, callers: EventCalls) -> dict[str, Any]:
    """Return a row of the view `page_event`, with the number of the call that recorded it."""
    call = callers.number(row["number"])
    return row_summary(row) | ({} if call is None else {"call": call})


def row_summary(row: Row) -> dict[str, Any]:
    """Return the columns of a row that are not null."""
    pairs = zip(row.keys(), row, strict=True)
    return {name: value for name, value in pairs if value is not None and name not in _INNER}


def parsed(text: str) -> Any:
    """Parse JSON; None if it was cut or is something else."""
    try:
        return read_json(text)
    except (ValueError, RecursionError):
        return None


_KNOWN = frozenset(int(status) for status in HTTPStatus)
