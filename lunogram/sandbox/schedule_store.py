"""Schedules as they are stored, with the time at which they fire next."""

from __future__ import annotations

from typing import Any

from lunogram.sandbox.context import Request, new_id
from lunogram.sandbox.occurrences import next_occurrence, occurrence_before, positive_interval

ANNIVERSARY = "anniversary"
_YEARLY = "1 year"

ScheduleRow = dict[str, Any]
"""The columns of a schedule, or those of them that say when it fires."""


def start_anniversary(request: Request, subject_id: str) -> None:
    """Store the yearly anniversary of a subject that was just created."""
    timing = recurring(request, _YEARLY, scheduled_at=None, start_at=None)
    insert(request, subject_id, new_id(), timing | {"name": ANNIVERSARY, "data": "{}"})


def single(request: Request, scheduled_at: str) -> ScheduleRow:
    """Return the columns of a schedule that fires once; one whose time is past never does."""
    return {
        "scheduled_at": scheduled_at,
        "start_at": None,
        "interval": None,
        "anchor_at": scheduled_at,
        "occurrence": 0,
        "next_at": scheduled_at if scheduled_at >= request.now else None,
    }


def recurring(
    request: Request, interval: str, *, scheduled_at: str | None, start_at: str | None
) -> ScheduleRow:
    """Return the columns of a schedule that recurs, first at `scheduled_at` if there is one.

    All other times are multiples of the interval after its start.
    """
    length = positive_interval(interval)
    start = start_at or request.now
    occurrence, next_at = next_occurrence(length, start, request.now)
    if scheduled_at is not None and scheduled_at >= request.now:
        occurrence, next_at = occurrence_before(length, start, scheduled_at), scheduled_at
    return {
        "scheduled_at": scheduled_at,
        "start_at": start,
        "interval": interval,
        "anchor_at": start,
        "occurrence": occurrence,
        "next_at": next_at,
    }


def insert(request: Request, subject_id: str, schedule_id: str, row: ScheduleRow) -> None:
    """Store a new schedule."""
    _define(request, row["name"])
    owner = {"id": schedule_id, "project_id": request.project.id, "subject_id": subject_id}
    request.store.run("insert_schedule", row | owner | {"now": request.now})
    request.sandbox.scheduler.expect(request.project.id, row["next_at"])


def replace(request: Request, schedule_id: str, row: ScheduleRow) -> None:
    """Replace everything of a schedule but its owner."""
    key = {"id": schedule_id, "project_id": request.project.id}
    request.store.run("update_schedule", row | key | {"now": request.now})
    request.sandbox.scheduler.expect(request.project.id, row["next_at"])


def _define(request: Request, name: str) -> None:
    definition = {"project_id": request.project.id, "name": name, "id": new_id()}
    request.store.run("define_schedule", definition)
