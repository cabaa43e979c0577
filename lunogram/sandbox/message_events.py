"""The platform's own events about messages: their names and their data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lunogram.sandbox.schemas import Json
from lunogram.sandbox.store import Row

CREATED = "inbox.message.created"
SENT = "inbox.message.sent"
READ = "inbox.message.read"
ARCHIVED = "inbox.message.archived"

_REFERENCES = ("external_id", "campaign_id", "broadcast_id")


def data_of(message: Mapping[str, Any] | Row) -> Json:
    """Return the data of an event about a message."""
    references = {name: message[name] for name in _REFERENCES if message[name] is not None}
    return {"message_id": message["id"], "channel": message["channel"]} | references
