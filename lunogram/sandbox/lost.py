"""What is lost: calls that the platform accepts and then drops, each with the reason.

An event or a schedule for a user who does not exist waits for a moment, in which the platform
tries it again: a user who is upserted meanwhile gets it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from lunogram.sandbox import identities, schedule_store, timeline
from lunogram.sandbox.clock import format_time, parse_time
from lunogram.sandbox.context import Request
from lunogram.sandbox.identities import SubjectKind
from lunogram.sandbox.problems import Conflict
from lunogram.sandbox.request_parser import json_text, read_json
from lunogram.sandbox.schemas import ExternalID, Json
from lunogram.sandbox.store import Row

PATIENCE = timedelta(seconds=1)
"""For how long the platform tries again."""

EVENT, SCHEDULE, MESSAGE = "event", "schedule", "message"


def recipient(
    request: Request, kind: SubjectKind, identifiers: Sequence[ExternalID]
) -> tuple[str | None, str]:
    """Return the id of the subject and no reason, or None and the reason why there is none."""
    try:
        subject_id = identities.find(request, kind, identifiers)
    except Conflict as conflict:
        return None, f"{conflict.why}: send those of one"
    if subject_id:
        return subject_id, ""
    named = identities.in_words(identities.effective(request, kind, identifiers))
    nobody = "nobody" if kind == identities.USER else "no organization"
    return None, f"{nobody} has {named}: upsert the {kind} first"


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that is lost."""

    kind: SubjectKind
    what: str
    """An event, a schedule or a message."""
    name: str
    identifiers: Sequence[ExternalID]
    reason: str
    """Why, and what to do about it."""
    data: Json | None = None
    schedule: Mapping[str, Any] | None = None
    """The columns of a schedule that waits."""
    waits: bool = False
    """Whether the platform tries again for a moment."""


def record(request: Request, loss: Loss) -> None:
    """Record that something is lost, unless it can be delivered in a moment."""
    request.notes.append(loss.reason)
    named = identities.effective(request, loss.kind, loss.identifiers)
    values = {
        "project_id": request.project.id,
        "kind": loss.kind,
        "what": loss.what,
        "name": loss.name,
        "identifier": json_text([_pair(each) for each in named]),
        "data": json_text(loss.data or {}),
        "schedule": loss.schedule and json_text(loss.schedule),
        "reason": loss.reason,
        "until": format_time(parse_time(request.now) + PATIENCE) if loss.waits else None,
        "now": request.now,
    }
    row = request.store.one("insert_lost", values)
    if loss.waits and row:
        key = {"project_id": request.project.id, "lost_number": row["number"]}
        request.store.many("insert_waiting", (key | _pair(each) for each in named))


def redeliver(request: Request, identifiers: Sequence[ExternalID]) -> None:
    """Deliver what waits for a user who was just upserted."""
    for row in _waiting(request, identifiers):
        named = [ExternalID(**pair) for pair in read_json(row["identifier"])]
        user_id, _ = recipient(request, identities.USER, named)
        if user_id:
            _deliver(request, user_id, row)
            request.store.run("delete_lost", {"number": row["number"]})


def _waiting(request: Request, identifiers: Sequence[ExternalID]) -> list[Row]:
    found: dict[int, Row] = {}
    for each in identities.effective(request, identities.USER, identifiers):
        values = {"project_id": request.project.id, "now": request.now, **_pair(each)}
        found |= {row["number"]: row for row in request.store.all("waiting", values)}
    return [found[number] for number in sorted(found)]


def _deliver(request: Request, user_id: str, row: Row) -> None:
    if row["what"] == EVENT:
        timeline.sent(request, user_id, row["name"], read_json(row["data"]))
    else:
        schedule = read_json(row["schedule"])
        schedule_store.insert(request, user_id, schedule.pop("id"), schedule)


def _pair(identifier: ExternalID) -> dict[str, str]:
    return {
        "source": identifier.source or "default",
        "external_id": identifier.external_id,
    }
