"""What an event costs on its way through a queue: ours on disk, others' in memory, a bare socket.

Each queues events and delivers all of them to a sink on another core, in turns, in processes of
their own. CPU time counts everything from the call to the acknowledgement.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.rounds import PLAIN, Entrant, Turn, compete, middle, ratios
from benchmarks.servers import sink
from benchmarks.tables import Table

FLOOR = "bare socket"
DELAY = 0.05
TITLE = "events queued and delivered"
SLOW = f"events to a server that takes {DELAY * 1000:.0f} ms"
_LARGE = 10_000_000

ONE_BY_ONE = Entrant("outbox, one by one", "outboxes.Queue", environ=PLAIN)
ARRAYS = Entrant("outbox, 500 a call", "outboxes.QueueArrays", environ=PLAIN)
RELAYING = Entrant("outbox, relayed meanwhile", "outboxes.QueueWhileRelaying", environ=PLAIN)
OTHERS = [
    Entrant("posthog", "queues.Posthog", needs="posthog"),
    Entrant("segment", "queues.Segment", needs="segment"),
]
OTHERS_LARGE = [
    Entrant("posthog, large queue", "queues.Posthog", _LARGE, needs="posthog"),
    Entrant("segment, large queue", "queues.Segment", _LARGE, needs="segment"),
]


def measure(events: int, rounds: int) -> Table:
    """Queue and deliver to a server that responds at once.

    Args:
        events: How many in each turn.
        rounds: How many rounds.
    """
    entrants = [ONE_BY_ONE, ARRAYS, RELAYING, *OTHERS_LARGE, Entrant(FLOOR, "queues.Bare")]
    with sink() as server:
        turns = compete(entrants, server.url, events, rounds, server.arrived)
    columns = (
        "CPU us/event", f"of {FLOOR}'s", "from", "to", "queueing us/event",
        "call p50 us", "call p99 us", "written B/event", "% arrived", "events/s",
    )  # fmt: skip
    rows = {name: _row(taken, turns[FLOOR], events) for name, taken in turns.items()}
    return Table(TITLE, columns, rows, server.name)


def _row(turns: Sequence[Turn], floor: Sequence[Turn], events: int) -> tuple[float | None, ...]:
    low, half, high = ratios(turns, floor, "cpu")
    queueing, written = _maybe(turns, "queueing"), _maybe(turns, "written")
    return (
        middle(turns, "cpu") / events * 1e6,
        *(half, low, high),
        None if queueing is None else queueing / events * 1e6,
        *(middle(turns, "p50"), middle(turns, "p99"), written),
        *(_arrived(turns, events), events / middle(turns, "wall")),
    )


def measure_slow(events: int, rounds: int, *, quick: bool) -> Table:
    """The same with a server that takes its time; and how much arrives.

    Args:
        events: How many in each turn.
        rounds: How many rounds.
        quick: Whether to leave out others with a queue that is larger than their default.
    """
    entrants = [RELAYING, *OTHERS, *([] if quick else OTHERS_LARGE)]
    with sink(DELAY) as server:
        turns = compete(entrants, server.url, events, rounds, server.arrived)
    columns = ("% arrived", "seconds", "CPU us/event", "call p50 us", "call p99 us", "arrived/s")
    rows = {name: _slow_row(taken, events) for name, taken in turns.items()}
    title = f"{events:,} {SLOW}"
    return Table(title, columns, rows, server.name)


def _slow_row(turns: Sequence[Turn], events: int) -> tuple[float | None, ...]:
    seconds = middle(turns, "wall")
    return (
        _arrived(turns, events),
        seconds,
        middle(turns, "cpu") / events * 1e6,
        middle(turns, "p50"),
        middle(turns, "p99"),
        middle(turns, "arrived") / seconds,
    )


def _arrived(turns: Sequence[Turn], events: int) -> float:
    return middle(turns, "arrived") / events * 100


def _maybe(turns: Sequence[Turn], fact: str) -> float | None:
    return middle(turns, fact) if fact in turns[0].facts else None
