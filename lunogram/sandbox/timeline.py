"""Events as they are kept, each with what caused it."""

from __future__ import annotations

from lunogram.sandbox.bodies import Json
from lunogram.sandbox.context import Request, new_id
from lunogram.sandbox.decoding import stored


def sent(request: Request, subject_id: str, name: str, data: Json | None) -> None:
    """Keep an event that was sent for this subject."""
    _add(request, subject_id, name, data, {"cause": "sent"})


def matched(
    request: Request, subject_id: str, name: str, data: Json | None, broadcast_id: str
) -> None:
    """Keep an event that was sent for all that match, as this subject does."""
    _add(request, subject_id, name, data, {"cause": "matched", "cause_id": broadcast_id})


def recorded(
    request: Request, subject_id: str, name: str, data: Json | None, member_id: str | None = None
) -> None:
    """Keep an event of the platform itself; `member_id` is the user that a membership is about."""
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
        "data": stored(data or {}),
        "cause_id": None,
        "now": request.now,
    }
    request.store.run("insert_event", values | why)
