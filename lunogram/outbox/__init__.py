"""A queue on disk for the client's writes, which survives whatever happens to the process.

from lunogram.outbox import Outbox

outbox = Outbox("sqlite:///lunogram.db")
outbox.user.events.post([Event("order.completed", "user_123", data={"total": 99.99})])
with client.relay(outbox):
    ...
"""

from .errors import OutboxError, OutboxFullError, ReadRefusedError
from .outbox import FlushResult, Outbox
from .relay import Relay, RelayStats
from .store import DeadLetter, Entry, Stats

__all__ = [
    "DeadLetter",
    "Entry",
    "FlushResult",
    "Outbox",
    "OutboxError",
    "OutboxFullError",
    "ReadRefusedError",
    "Relay",
    "RelayStats",
    "Stats",
]
