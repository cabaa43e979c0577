"""What can go wrong with an outbox itself. Errors of sending stay those of the client.

    LunogramError
    └── OutboxError              the outbox can't keep a call, or can't be read
        ├── OutboxFullError      it holds as much as its limits allow
        └── ReadRefusedError     a read was asked of it (also an AttributeError)

No error holds what was queued.
"""

from __future__ import annotations

from ..errors import LunogramError

__all__ = ["OutboxError", "OutboxFullError", "ReadRefusedError"]


class OutboxError(LunogramError):
    """The outbox can't be used: a full disk, a read-only, locked or corrupt file, a closed outbox.

    Raised by a call, it means that the call was not queued. Only if the connection to a server
    broke at that moment, it may have been.
    """

    code = "outbox"


class OutboxFullError(OutboxError):
    """The outbox holds as much as its limits allow; the call was not queued."""

    code = "outbox_full"


class ReadRefusedError(OutboxError, AttributeError):
    """A read was asked of an outbox, which only takes writes. Reads need the client."""

    code = "outbox_read"
