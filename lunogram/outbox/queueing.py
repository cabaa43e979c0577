"""The outbox as a third sender of calls, beside the sync and the async client."""

from __future__ import annotations

from typing import Any, Protocol

from ..calls import Call


class Put(Protocol):
    """Takes a call and keeps it."""

    def __call__(self, call: Call[Any], /) -> None:
        """Keep the call; raise `OutboxError` if that is not possible."""
        ...
