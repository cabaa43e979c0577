"""Looking at what waits in an outbox in NATS."""

from __future__ import annotations

from typing import Any

from ..store import Entry, Stats
from .messages import entry_of
from .records import Records
from .sharing import lanes
from .streams import CHUNK, Names, Stream
from .wire import Link

_SAMPLE = 100


async def pending(link: Link, names: Names, limit: int | None, after: int) -> list[Entry]:
    """What waits, in order, from behind a place, with what it has been through.

    Args:
        link: The connection.
        names: What the streams are called.
        limit: How many entries at the most, or None.
        after: The place.

    Raises:
        UnreadableError: If one is damaged.
    """
    records = Records(link, names)
    known, failed = await lanes(records), await failures(records)
    entries = await _entries(Stream(link, names.queue), limit, after)
    return [known[entry.lane].past(entry, failed) for entry in entries]


async def _entries(queue: Stream, limit: int | None, after: int) -> list[Entry]:
    state = await queue.state()
    most = state["messages"] if limit is None else limit
    entries: list[Entry] = []
    position = max(after, state["first_seq"] - 1)
    while position < state["last_seq"] and len(entries) < most:
        count = min(CHUNK, most - len(entries))
        messages, position = await queue.stretch(position, state["last_seq"], count)
        entries += map(entry_of, messages)
    return entries


async def failures(records: Records) -> dict[int, int]:
    """How often entries were sent in vain, by their places.

    Args:
        records: Where they are.
    """
    counted = (await records.get("failed")).value
    return {int(place): times for place, times in counted.items()}


async def bytes_of_bodies(queue: Stream, state: dict[str, Any]) -> int:
    """How many bytes of bodies wait: counted if they are few, else estimated from the first ones.

    Args:
        queue: Where.
        state: Its state.
    """
    return _estimate(await _entries(queue, _SAMPLE, 0), state)


def _estimate(first: list[Entry], state: dict[str, Any]) -> int:
    size = sum(entry.size for entry in first)
    return (
        size if state["messages"] <= len(first) else size * state["messages"] // max(1, len(first))
    )


async def stats(link: Link, names: Names) -> Stats:
    """Numbers.

    Args:
        link: The connection.
        names: What the streams are called.
    """
    queue = Stream(link, names.queue)
    waiting, dead = await queue.state(), await Stream(link, names.dead).state()
    counters = (await Records(link, names).get("counters")).value
    first = await _entries(queue, _SAMPLE, 0)
    queued = waiting["last_seq"] - counters.get("withdrawn", 0)
    return Stats(
        pending=waiting["messages"],
        pending_bytes=_estimate(first, waiting),
        oldest_at=first[0].queued_at if first else None,
        dead=dead["messages"],
        queued=queued,
        # Somebody may be at work between these questions.
        delivered=max(0, queued - waiting["messages"] - dead["last_seq"]),
        died=dead["last_seq"],
        refused=counters.get("refused", 0),
        dropped=counters.get("dropped", 0),
    )
