"""The timeline: events as they are stored, each with its cause."""

from __future__ import annotations

from lunogram.sandbox.context import Request, new_id
from lunogram.sandbox.request_parser import json_text
from lunogram.sandbox.schemas import Json


def sent(request: Request, subject_id: str, name: str, data: Json | None) -> None:
    """Store an event that was sent to this subject."""
    _add(request, subject_id, name, data, {"cause": "sent"})


def matched(
    request: Request, subject_id: str, name: str, data: Json | None, broadcast_id: str
) -> None:
    """Store an event that was sent to all that match, as this subject does."""
    _add(request, subject_id, name, data, {"cause": "matched", "cause_id": broadcast_id})


def recorded(
    request: Request, subject_id: str, name: str, data: Json | None, member_id: str | None = None
) -> None:
    """Store an event of the platform itself; `member_id` is the user of a membership."""
    _add(request, subject_id, name, data, {"cause": "recorded", "member_id": member_id})


def _add(
    request: Request, subject_id: str, name: str, data: Json | None, why: dict[str, str | None]
) -> None:
    values = {
        "id": new_id(),
        "project_id": request.project.id,
        "subject_id": subject_id,
        "member_id": None,
        "name": name,
        "data": json_text(data or {}),
        "cause_id": None,
        "now": request.now,
    }
    request.store.run("insert_event", values | why)
