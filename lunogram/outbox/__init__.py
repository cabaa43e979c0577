"""A queue on disk for the client's writes, which survives whatever happens to the process.

from lunogram.outbox import Outbox

outbox = Outbox("sqlite:///lunogram.db")
outbox.user.events.post([Event("order.completed", "user_123", data={"total": 99.99})])
with client.relay(outbox):
    ...
"""

from .errors import OutboxError, OutboxFullError, ReadRefusedError
from .flushing import FlushResult
from .outbox import Outbox
from .relaying import Relay, RelayOptions, RelayStats
from .store import Bookmark, DeadLetter, Entry, Stats
from .writes import Writes

__all__ = [
    "Bookmark",
    "DeadLetter",
    "Entry",
    "FlushResult",
    "Outbox",
    "OutboxError",
    "OutboxFullError",
    "ReadRefusedError",
    "Relay",
    "RelayOptions",
    "RelayStats",
    "Stats",
    "Writes",
]
