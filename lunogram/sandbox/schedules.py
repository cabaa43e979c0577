"""Schedules of users and organizations, single or recurring."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lunogram.sandbox import lost, schedule_store
from lunogram.sandbox.clock import format_time
from lunogram.sandbox.context import Request, new_id
from lunogram.sandbox.identities import ORGANIZATION, SubjectKind, require
from lunogram.sandbox.occurrences import positive_interval
from lunogram.sandbox.problems import bad_request, not_found
from lunogram.sandbox.request_parser import json_text, read_body
from lunogram.sandbox.responses import Response, as_json
from lunogram.sandbox.schedule_store import ScheduleRow
from lunogram.sandbox.schemas import ScheduleDelete, ScheduleUpsert
from lunogram.sandbox.store import Row


def upsert(request: Request, kind: SubjectKind) -> Response:
    """`POST /users/scheduled`, `POST /organizations/scheduled`: create or update a schedule.

    Without an id, it is one more; on older servers, which know no ids of schedules, it replaces
    the one of its name.
    """
    body = read_body(request.body, ScheduleUpsert)
    if not request.is_today:
        body.id = None
    with request.store.writing():
        if kind == ORGANIZATION:
            require(request, kind, body.identifier)
        _check(body)
        row = _accept(request, kind, body)
    response = {
        "id": row["id"],
        "name": body.name,
        "scheduled_at": _as_given(body.scheduled_at) or row["next_at"] or row["start_at"],
        "data": body.data,
    }
    return as_json(202, response)


def delete(request: Request, kind: SubjectKind) -> Response:
    """`DELETE /users/scheduled`, `DELETE /organizations/scheduled`: delete by id or by name."""
    body = read_body(request.body, ScheduleDelete)
    if not request.is_today:
        body.id = None
    if body.id is None and body.name is None:
        raise bad_request("either id or name is required")
    with request.store.writing():
        subject_id = require(request, kind, body.identifier)
        if body.id is not None:
            _delete_one(request, subject_id, str(body.id))
        else:
            _delete_all(request, subject_id, body.name)
    return Response(200)


def _delete_one(request: Request, subject_id: str, schedule_id: str) -> None:
    if not request.store.run("delete_schedule", {"subject_id": subject_id, "id": schedule_id}):
        raise not_found("scheduled instance")


def _delete_all(request: Request, subject_id: str, name: str | None) -> None:
    definition = {"project_id": request.project.id, "name": name}
    if request.store.one("schedule_definition", definition) is None:
        raise not_found("schedule")
    request.store.run("delete_schedules", {"subject_id": subject_id, "name": name})


def _check(body: ScheduleUpsert) -> None:
    if body.interval is not None:
        positive_interval(body.interval)
    elif body.scheduled_at is None:
        raise bad_request("scheduled_at is required for single schedules")


def _accept(request: Request, kind: SubjectKind, body: ScheduleUpsert) -> dict[str, Any]:
    """Store a schedule, or record that it is lost; return its columns."""
    subject_id, reason = lost.recipient(request, kind, body.identifier)
    if subject_id is None:
        row = _row(request, body, None)
        _lose(request, kind, body, reason, row)
        return row
    stored = _stored(request, subject_id, body)
    if stored and (reason := _foreign(stored, subject_id, body)):
        row = _row(request, body, None)
        _lose(request, kind, body, reason)
        return row
    return _keep(request, kind, subject_id, body, stored)


def _keep(
    request: Request, kind: SubjectKind, subject_id: str, body: ScheduleUpsert, stored: Row | None
) -> dict[str, Any]:
    row = _row(request, body, stored)
    if stored:
        row["id"] = stored["id"]
        schedule_store.replace(request, stored["id"], row)
    else:
        schedule_store.insert(request, subject_id, row["id"], row)
    if row["interval"] is None and row["next_at"] is None:
        _lose(request, kind, body, "its time is past: it never fires")
    return row


def _lose(
    request: Request,
    kind: SubjectKind,
    body: ScheduleUpsert,
    reason: str,
    waiting: ScheduleRow | None = None,
) -> None:
    named, data = body.identifier, body.data
    waits = waiting is not None
    lost.record(
        request,
        lost.Loss(kind, lost.SCHEDULE, body.name, named, reason, data, waiting, waits),
    )


def _stored(request: Request, subject_id: str, body: ScheduleUpsert) -> Row | None:
    """Return the schedule that an upsert changes."""
    if body.id is not None:
        key = {"project_id": request.project.id, "id": str(body.id)}
        return request.store.one("schedule", key)
    if request.is_today:
        return None
    return request.store.one("schedule_by_name", {"subject_id": subject_id, "name": body.name})


def _foreign(stored: Row, subject_id: str, body: ScheduleUpsert) -> str:
    """Return why an upsert may not change a schedule, or an empty string."""
    if stored["subject_id"] != subject_id:
        return f"the schedule of the id {stored['id']} belongs to another subject"
    if stored["name"] != body.name:
        return f"the schedule of the id {stored['id']} has another name: {stored['name']}"
    return ""


def _row(request: Request, body: ScheduleUpsert, stored: Row | None) -> dict[str, Any]:
    row = _timing(request, body, stored if body.id is not None else None)
    named = {"id": str(body.id or new_id()), "name": body.name}
    return row | named | {"data": json_text(body.data or {})}


def _timing(request: Request, body: ScheduleUpsert, stored: Row | None) -> ScheduleRow:
    """Return when a schedule fires; what is omitted is as it was."""
    scheduled_at = format_time(body.scheduled_at) if body.scheduled_at else None
    start_at = format_time(body.start_at) if body.start_at else None
    interval = body.interval
    if stored:
        scheduled_at = scheduled_at or stored["scheduled_at"]
        start_at = start_at or stored["start_at"]
        interval = interval or stored["interval"]
    if interval is None:
        return schedule_store.single(request, scheduled_at or request.now)
    return schedule_store.recurring(request, interval, scheduled_at=scheduled_at, start_at=start_at)


def _as_given(moment: datetime | None) -> str | None:
    """Format a time as Go does, with the offset that it was given with."""
    if moment is None:
        return None
    text = moment.isoformat(timespec="seconds").replace("+00:00", "Z")
    fraction = f"{moment.microsecond:06}".rstrip("0")
    return f"{text[:19]}.{fraction}{text[19:]}" if fraction else text
