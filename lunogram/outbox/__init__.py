"""A queue on disk for the client's writes, which survives the end of the process.

from lunogram.outbox import Outbox

outbox = Outbox("sqlite:///lunogram.db")
outbox.user.events.post([Event("order.completed", "user_123", data={"total": 99.99})])
with outbox.relay(client):
    ...
"""

from .async_outbox import AsyncOutbox, AsyncWrites
from .errors import OutboxError, OutboxFullError, ReadNotSupportedError
from .flush import FlushResult
from .options import OutboxOptions, RelayedOutboxOptions, RelayOptions
from .outbox import Outbox, Writes
from .relay import Relay, RelayStats
from .store import Checkpoint, DeadLetter, Entry, ParkedEntry, Stats

__all__ = [
    "AsyncOutbox",
    "AsyncWrites",
    "Checkpoint",
    "DeadLetter",
    "Entry",
    "FlushResult",
    "Outbox",
    "OutboxError",
    "OutboxFullError",
    "OutboxOptions",
    "ParkedEntry",
    "ReadNotSupportedError",
    "Relay",
    "RelayOptions",
    "RelayStats",
    "RelayedOutboxOptions",
    "Stats",
    "Writes",
]
