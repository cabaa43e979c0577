"""The cost of an outbox's operations by the number of pending entries; it should not grow."""

from __future__ import annotations

from benchmarks.rounds import Entrant, Worker
from benchmarks.tables import Table

TITLE = "an outbox in which so many wait"
_PENDING = (1_000, 100_000, 1_000_000, 5_000_000)


def measure(*, quick: bool) -> Table:
    """Fill a file, and queue, lease and settle on the way.

    Args:
        quick: Whether to leave out what takes minutes.
    """
    worker = Worker(Entrant("outbox", "backlog.Fuller"), "")
    rows = {}
    for pending in _PENDING[:2] if quick else _PENDING:
        facts = worker.turn(pending).facts
        rows[f"{pending:,}"] = (facts["queueing"] * 1e6, facts["leasing"] * 1e6)
    worker.close()
    columns = ("queueing one, CPU us", "leasing and settling 500, CPU us/event")
    return Table(TITLE, columns, rows)
