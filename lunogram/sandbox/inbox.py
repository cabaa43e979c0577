"""Inboxes of users and organizations.

Messages and marks are applied at once here, but the responses are those of the platform, which
processes them later: what it can't process is accepted and lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from lunogram.sandbox import lost, message_events, timeline
from lunogram.sandbox.clock import format_time
from lunogram.sandbox.context import Request, new_id
from lunogram.sandbox.identities import SubjectKind, require
from lunogram.sandbox.message_events import data_of
from lunogram.sandbox.request_parser import json_text, read_batch, read_query
from lunogram.sandbox.responses import Response, as_json, page, shown
from lunogram.sandbox.schemas import (
    ExternalID,
    InboxCountQuery,
    InboxMark,
    InboxMessageSend,
    InboxQuery,
)

_LARGEST_BATCH = 100
_NEED_SENDER = frozenset({"email", "sms"})
_SOURCES = ("inbox", "campaign", "broadcast", "journey")
_NOT_SENT = "push"
"""The channel whose messages need the platform's own form of content."""
_ANY: dict[str, Any] = {"status": None, "message_source": None, "priority": None, "tags": "[]"}


def send(request: Request, kind: SubjectKind) -> Response:
    """`POST …/inbox`: send messages."""
    messages = read_batch(request.body, InboxMessageSend, "messages", _LARGEST_BATCH)
    with request.store.writing():
        for message in messages:
            _send(request, kind, message)
    return Response(202)


def _send(request: Request, kind: SubjectKind, message: InboxMessageSend) -> None:
    subject_id, unknown = lost.recipient(request, kind, message.target)
    reason = _invalid(message) or unknown
    if subject_id is None or reason:
        name = message.identifier.external_id
        target, data = message.target, message.data
        lost.record(request, lost.Loss(kind, lost.MESSAGE, name, target, reason, data))
        return
    row = _row(request, message) | {"subject_id": subject_id}
    if request.store.run("insert_message", row):
        timeline.recorded(request, subject_id, message_events.CREATED, data_of(row))
        _dispatch(request, subject_id, row)


def _dispatch(request: Request, subject_id: str, row: Mapping[str, Any]) -> None:
    """Record that a message is sent, now or when the scheduler finds it due."""
    if row["sends_at"]:
        request.sandbox.scheduler.expect(request.project.id, row["sends_at"])
    elif row["channel"] != _NOT_SENT:
        timeline.recorded(request, subject_id, message_events.SENT, data_of(row))


def _invalid(message: InboxMessageSend) -> str:
    """Return why the platform drops a message that it has accepted, or an empty string."""
    needs_sender = message.channel in _NEED_SENDER
    if needs_sender and message.sender_identity_id is None:
        return f"a message on {message.channel} needs a sender_identity_id"
    if not needs_sender and message.sender_identity_id is not None:
        return f"a message on {message.channel} has no sender_identity_id"
    if message.source is not None and message.source not in _SOURCES:
        return f"the source of a message is one of {', '.join(_SOURCES)}, or null"
    return ""


def list_messages(request: Request, kind: SubjectKind) -> Response:
    """`GET …/inbox`: one page of an inbox; beyond the last, the total is 0."""
    query = read_query(request.query, InboxQuery)
    wanted = {
        "status": query.status,
        "message_source": query.message_source,
        "priority": query.priority or None,
        "tags": json_text([tag.strip() for tag in query.tags.split(",") if tag.strip()]),
    }
    values = _inbox_of(request, kind, query) | wanted
    rows = request.store.part("inbox", values, query.limit, query.offset)
    total = request.store.count("inbox", values) if rows else 0
    return page([shown(row, nulls=True) for row in rows], total, query.limit, query.offset)


def count(request: Request, kind: SubjectKind) -> Response:
    """`GET …/inbox/count`: how many messages there are, and how many unread."""
    query = read_query(request.query, InboxCountQuery)
    values = _inbox_of(request, kind, query) | _ANY
    total = request.store.count("inbox", values)
    unread = request.store.count("inbox", values | {"status": "unread"})
    return as_json(200, {"unread": unread, "total": total})


def mark_read(request: Request, kind: SubjectKind) -> Response:
    """`POST …/inbox/read`: mark messages as read; the first mark counts."""
    return _mark(request, kind, "mark_read", message_events.READ)


def mark_archived(request: Request, kind: SubjectKind) -> Response:
    """`POST …/inbox/archived`: archive messages; the first mark counts."""
    return _mark(request, kind, "mark_archived", message_events.ARCHIVED)


def _mark(request: Request, kind: SubjectKind, query: str, event: str) -> Response:
    marks = read_batch(request.body, InboxMark, "marks", _LARGEST_BATCH)
    with request.store.writing():
        for mark in marks:
            subject_id, _ = lost.recipient(request, kind, mark.target)
            values = {"id": str(mark.message_id), "subject_id": subject_id, "now": request.now}
            row = request.store.one(query, values)
            if row and subject_id:
                timeline.recorded(request, subject_id, event, data_of(row))
    return Response(202)


def _row(request: Request, message: InboxMessageSend) -> dict[str, Any]:
    scheduled_at = message.scheduled_at and format_time(message.scheduled_at)
    is_later = scheduled_at and scheduled_at > request.now and message.channel != _NOT_SENT
    return {
        "id": new_id(),
        "project_id": request.project.id,
        "channel": message.channel,
        "id_source": message.identifier.source or "default",
        "external_id": message.identifier.external_id,
        "sender_identity_id": _text(message.sender_identity_id),
        "campaign_id": _text(message.campaign_id),
        "broadcast_id": _text(message.broadcast_id),
        "content": json_text(message.content or {}),
        "data": json_text(message.data or {}),
        "tags": json_text(message.tags),
        "priority": message.priority,
        "source": message.source,
        "scheduled_at": scheduled_at,
        "sends_at": scheduled_at if is_later else None,
        "expires_at": message.expires_at and format_time(message.expires_at),
        "now": request.now,
    }


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _inbox_of(request: Request, kind: SubjectKind, query: InboxCountQuery) -> dict[str, Any]:
    owner = ExternalID(query.external_id, query.source)
    subject_id = require(request, kind, [owner])
    return {"subject_id": subject_id, "channel": query.channel, "now": request.now}
