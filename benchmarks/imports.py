"""The cost of importing a row of a CSV file into an outbox on disk."""

from __future__ import annotations

from benchmarks.rounds import Entrant, alone
from benchmarks.tables import Table

_ENTRANT = Entrant("import of events", "outboxes.Import", needs="duckdb")


def measure(rows: int) -> Table:
    """Import so many rows, in a process of its own.

    Args:
        rows: How many.
    """
    turn = alone(_ENTRANT, "http://127.0.0.1:9", rows)
    cost = (turn.cpu / rows * 1e6, turn.facts["peak"] / 1e6, rows / turn.wall)
    columns = ("CPU us/row", "peak MB", "rows/s")
    return Table(f"{rows:,} rows of CSV", columns, {_ENTRANT.label: cost})
