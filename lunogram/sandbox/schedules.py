"""Schedules of users and organizations: once, or again and again."""

from __future__ import annotations

from lunogram.sandbox import planning, subjects
from lunogram.sandbox.answers import Answer, as_json
from lunogram.sandbox.bodies import ScheduleDelete, ScheduleUpsert
from lunogram.sandbox.clock import written
from lunogram.sandbox.context import Request, new_id
from lunogram.sandbox.decoding import read_body, stored
from lunogram.sandbox.planning import Plan
from lunogram.sandbox.problems import Conflict, bad_request, not_found
from lunogram.sandbox.subjects import Kind


def upsert(request: Request, kind: Kind) -> Answer:
    """`POST /users/scheduled`, `POST /organizations/scheduled`.

    A schedule of the same name is replaced; with an id, it is the one of that id.
    """
    body = read_body(request.body, ScheduleUpsert)
    plan = _timing(request, body) | {"name": body.name, "data": stored(body.data or {})}
    with request.store.writing():
        subject_id = _subject(request, kind, body)
        schedule_id = _keep(request, subject_id, body, plan)
    answer = {
        "id": schedule_id,
        "name": body.name,
        "scheduled_at": plan["scheduled_at"] or plan["start_at"],
    }
    return as_json(202, answer if body.data is None else answer | {"data": body.data})


def delete(request: Request, kind: Kind) -> Answer:
    """`DELETE /users/scheduled`, `DELETE /organizations/scheduled`: all of that name."""
    body = read_body(request.body, ScheduleDelete)
    with request.store.writing():
        subject_id = subjects.require(request, kind, body.identifier)
        named = {"subject_id": subject_id, "name": body.name}
        if not request.store.run("delete_schedules", named):
            raise not_found("schedule")
    return Answer(200)


def _timing(request: Request, body: ScheduleUpsert) -> Plan:
    scheduled_at = written(body.scheduled_at) if body.scheduled_at else None
    start_at = written(body.start_at) if body.start_at else None
    if body.interval is not None:
        return planning.recurring(
            request, body.interval, scheduled_at=scheduled_at, start_at=start_at
        )
    if scheduled_at is None:
        detail = "scheduled_at is required for single schedules"
        raise bad_request(detail)
    return planning.single(scheduled_at)


def _subject(request: Request, kind: Kind, body: ScheduleUpsert) -> str:
    """Return whose schedule it is: as for events, a user may be new, an organization not."""
    if kind == subjects.USER:
        return subjects.find_or_create(request, kind, body.identifier)
    return subjects.require(request, kind, body.identifier)


def _keep(request: Request, subject_id: str, body: ScheduleUpsert, plan: Plan) -> str:
    schedule_id = _existing(request, subject_id, body)
    if schedule_id is None:
        schedule_id = str(body.id or new_id())
        planning.insert(request, subject_id, schedule_id, plan)
    else:
        planning.replace(request, schedule_id, plan)
    return schedule_id


def _existing(request: Request, subject_id: str, body: ScheduleUpsert) -> str | None:
    if body.id is None:
        named = {"subject_id": subject_id, "name": body.name}
        row = request.store.one("schedule_by_name", named)
        return row["id"] if row else None
    key = {"project_id": request.project.id, "id": str(body.id)}
    row = request.store.one("owner_of_schedule", key)
    if row and row["subject_id"] != subject_id:
        detail = "the schedule of this id belongs to another subject"
        raise Conflict(detail)
    return key["id"] if row else None
