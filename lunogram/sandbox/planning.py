"""Schedules as they are kept, with the time at which they fire next."""

from __future__ import annotations

from typing import Any

from lunogram.sandbox.context import Request, new_id
from lunogram.sandbox.occurrences import next_occurrence, readable_interval

ANNIVERSARY = "anniversary"
_YEARLY = "1 year"

Plan = dict[str, Any]
"""The columns of a schedule, or those of them that say when it fires."""


def start_anniversary(request: Request, subject_id: str) -> None:
    """Plan the yearly anniversary of a subject that was just created."""
    timing = recurring(request, _YEARLY, scheduled_at=None, start_at=None)
    insert(request, subject_id, new_id(), timing | {"name": ANNIVERSARY, "data": "{}"})


def single(scheduled_at: str) -> Plan:
    """Time a schedule that fires once."""
    return {
        "scheduled_at": scheduled_at,
        "start_at": None,
        "interval": None,
        "anchor_at": scheduled_at,
        "occurrence": 0,
        "next_at": scheduled_at,
    }


def recurring(
    request: Request, interval: str, *, scheduled_at: str | None, start_at: str | None
) -> Plan:
    """Time a schedule that fires at `scheduled_at`, if given, and then at each interval."""
    length = readable_interval(interval)
    start = start_at or request.now
    occurrence, next_at = 0, scheduled_at
    if scheduled_at is None:
        occurrence, next_at = next_occurrence(length, start, request.now)
    return {
        "scheduled_at": scheduled_at,
        "start_at": start,
        "interval": interval,
        "anchor_at": scheduled_at or start,
        "occurrence": occurrence,
        "next_at": next_at,
    }


def insert(request: Request, subject_id: str, schedule_id: str, plan: Plan) -> None:
    """Keep a new schedule."""
    owner = {"id": schedule_id, "project_id": request.project.id, "subject_id": subject_id}
    request.store.run("insert_schedule", plan | owner | {"now": request.now})
    request.sandbox.firing.expect(request.project.id, plan["next_at"])


def replace(request: Request, schedule_id: str, plan: Plan) -> None:
    """Replace all of a schedule but its owner."""
    key = {"id": schedule_id, "project_id": request.project.id}
    request.store.run("update_schedule", plan | key | {"now": request.now})
    request.sandbox.firing.expect(request.project.id, plan["next_at"])
