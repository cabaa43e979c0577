"""Errors of an outbox itself. Errors of sending are those of the client.

    LunogramError
    └── OutboxError                  the outbox can't keep a call, or can't be read
        ├── OutboxFullError          its limits are reached
        └── ReadNotSupportedError    it was asked for a read (also an AttributeError)

No error holds what was queued.
"""

from __future__ import annotations

from ..errors import LunogramError

__all__ = ["OutboxError", "OutboxFullError", "ReadNotSupportedError"]


class OutboxError(LunogramError):
    """The outbox can't be used: a full disk, a read-only, locked or corrupt file, a closed outbox.

    Raised by a call, it means that the call was not queued. Only if the connection to a server
    broke at that moment, it may have been.
    """

    code = "outbox"


class OutboxFullError(OutboxError):
    """The limits of the outbox are reached; the call was not queued."""

    code = "outbox_full"


class ReadNotSupportedError(OutboxError, AttributeError):
    """An outbox was asked for a read. It only takes writes; reads need the client."""

    code = "outbox_read"
