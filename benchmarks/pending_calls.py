"""The memory and disk that pending calls need while the server is down."""

from __future__ import annotations

from benchmarks.rounds import PLAIN, Entrant, Turn, alone
from benchmarks.tables import Table

TITLE = "events that wait"

# Nobody listens at the port of discard.
_NOWHERE = "http://127.0.0.1:9"

OURS = Entrant("outbox, on disk", "buffers.Outbox", environ=PLAIN)
OTHERS = [
    Entrant("posthog", "buffers.Posthog", needs="posthog"),
    Entrant("segment", "buffers.Segment", needs="segment"),
]


def measure(events: int) -> Table:
    """Let them hold events that nobody takes.

    Args:
        events: How many ours holds; the others, in memory, hold at the most 100,000.
    """
    fewer = min(events, 100_000)
    rows = {OURS.label: _row(alone(OURS, _NOWHERE, events), events)}
    for other in filter(Entrant.is_here, OTHERS):
        rows[other.label] = _row(alone(other, _NOWHERE, fewer), fewer)
    columns = ("events", "peak MB", "memory B/event", "disk B/event", "bodies B/event")
    return Table(TITLE, columns, rows)


def _row(turn: Turn, events: int) -> tuple[float | None, ...]:
    facts = turn.facts
    grown = (facts["peak"] - facts["before"]) / events
    disk = [facts[name] / events if name in facts else None for name in ("disk", "bodies")]
    return events, facts["peak"] / 1e6, grown, *disk
