"""Inboxes of users and organizations.

Sending and marking are carried out at once here, but answered as the platform does, which takes
them up later: what is for nobody known is accepted and dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from lunogram.sandbox import subjects
from lunogram.sandbox.answers import Answer, as_json, page, shown
from lunogram.sandbox.bodies import (
    ExternalID,
    InboxCountQuery,
    InboxMark,
    InboxMessageSend,
    InboxQuery,
)
from lunogram.sandbox.clock import written
from lunogram.sandbox.context import Request, new_id
from lunogram.sandbox.decoding import read_batch, read_query, stored
from lunogram.sandbox.problems import Conflict, forbidden, invalid_body
from lunogram.sandbox.subjects import Kind

Q = TypeVar("Q", bound=InboxCountQuery)

_LARGEST_BATCH = 100
_NEED_SENDER = frozenset({"email", "sms"})
_ANY: dict[str, Any] = {"status": None, "message_source": None, "priority": None, "tags": "[]"}


def send(request: Request, kind: Kind) -> Answer:
    """`POST …/inbox`: send messages."""
    messages = read_batch(request.body, InboxMessageSend, "messages", _LARGEST_BATCH)
    for place, message in enumerate(messages):
        if message.channel in _NEED_SENDER and message.sender_identity_id is None:
            detail = f"messages[{place}].sender_identity_id: is required for {message.channel}"
            raise invalid_body(detail)
    rows = [_row(request, message) for message in messages]
    with request.store.writing():
        for message, row in zip(messages, rows, strict=True):
            if subject_id := _recipient(request, kind, message.target):
                request.store.run("insert_message", row | {"subject_id": subject_id})
    return Answer(202)


def list_messages(request: Request, kind: Kind) -> Answer:
    """`GET …/inbox`: one page of an inbox."""
    query = _query(request, InboxQuery)
    wanted = {
        "status": query.status,
        "message_source": query.message_source,
        "priority": query.priority,
        "tags": stored([tag for tag in query.tags.split(",") if tag]),
    }
    values = _place(request, kind, query) | wanted
    rows = request.store.part("inbox", values, query.limit, query.offset)
    total = request.store.count("inbox", values)
    return page([shown(row) for row in rows], total, query.limit, query.offset)


def count(request: Request, kind: Kind) -> Answer:
    """`GET …/inbox/count`: how many messages there are, and how many unread."""
    query = _query(request, InboxCountQuery)
    values = _place(request, kind, query) | _ANY
    total = request.store.count("inbox", values)
    unread = request.store.count("inbox", values | {"status": "unread"})
    return as_json(200, {"unread": unread, "total": total})


def mark_read(request: Request, kind: Kind) -> Answer:
    """`POST …/inbox/read`: the first mark counts."""
    return _mark(request, kind, "mark_read")


def mark_archived(request: Request, kind: Kind) -> Answer:
    """`POST …/inbox/archived`: the first mark counts."""
    return _mark(request, kind, "mark_archived")


def _mark(request: Request, kind: Kind, query: str) -> Answer:
    marks = read_batch(request.body, InboxMark, "marks", _LARGEST_BATCH)
    with request.store.writing():
        for mark in marks:
            subject_id = _recipient(request, kind, mark.target)
            values = {"id": str(mark.message_id), "subject_id": subject_id, "now": request.now}
            request.store.run(query, values)
    return Answer(202)


def _recipient(request: Request, kind: Kind, target: Sequence[ExternalID]) -> str | None:
    try:
        return subjects.find(request, kind, target)
    except Conflict:
        return None


def _row(request: Request, message: InboxMessageSend) -> dict[str, Any]:
    return {
        "id": new_id(),
        "project_id": request.project.id,
        "channel": message.channel,
        "id_source": message.identifier.source or "default",
        "external_id": message.identifier.external_id,
        "sender_identity_id": _text(message.sender_identity_id),
        "campaign_id": _text(message.campaign_id),
        "broadcast_id": _text(message.broadcast_id),
        "content": stored(message.content or {}),
        "data": stored(message.data or {}),
        "tags": stored(message.tags),
        "priority": int(message.priority),
        "source": message.source,
        "scheduled_at": message.scheduled_at and written(message.scheduled_at),
        "expires_at": message.expires_at and written(message.expires_at),
        "now": request.now,
    }


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _query(request: Request, form: type[Q]) -> Q:
    if not request.project.server:
        detail = "a server key is required: client keys only write"
        raise forbidden(detail)
    return read_query(request.query, form)


def _place(request: Request, kind: Kind, query: InboxCountQuery) -> dict[str, Any]:
    owner = ExternalID(query.external_id, query.source)
    subject_id = subjects.require(request, kind, [owner])
    return {"subject_id": subject_id, "channel": query.channel, "now": request.now}
