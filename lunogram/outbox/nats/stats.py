"""The entries that wait in an outbox in NATS, and its numbers."""

from __future__ import annotations

from typing import Any

from ..store import PARTITIONS, Entry, Stats
from .connection import Link
from .leases import partitions
from .parked import ParkedEntries
from .records import Records
from .rows import entry_of
from .schema import Names
from .streams import CHUNK, Stream

_SAMPLE = 100


async def pending(link: Link, names: Names, limit: int | None, after: int) -> list[Entry]:
    """The entries after a sequence number, in order, with their attempts and crashes.

    Args:
        link: The connection.
        names: The names of the streams.
        limit: The largest number of entries, or None.
        after: The sequence number.
    """
    records = Records(link, names)
    known, failed = await partitions(records), await failures(records)
    entries = await _entries(Stream(link, names.queue), limit, after)
    queued = [
        known[entry.partition].past(entry, failed) if 0 <= entry.partition < PARTITIONS else entry
        for entry in entries
    ]
    parked = await _parked(ParkedEntries(link, names), limit, after)
    # An entry may be in both for a moment.
    waiting = {entry.sequence: entry for entry in (*queued, *parked)}
    return sorted(waiting.values(), key=lambda entry: entry.sequence)[:limit]


async def _parked(parked: ParkedEntries, limit: int | None, after: int) -> list[Entry]:
    sequences = [each for each in await parked.sequences() if each > after]
    return [each.entry for each in await parked.get(sequences[:limit])]


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
    """The numbers of failed attempts, by the sequence numbers of entries.

    Args:
        records: The records of the outbox.
    """
    counted = (await records.get("failed")).counters
    return {int(name): times for name, times in counted.items() if name.isdecimal()}


async def bytes_of_bodies(queue: Stream, state: dict[str, Any]) -> int:
    """The bytes of all bodies: counted if they are few, else estimated from the first ones.

    Args:
        queue: The stream of entries.
        state: The state of the stream.
    """
    return _estimate(await _entries(queue, _SAMPLE, 0), state)


async def bytes_of_parked(parked: ParkedEntries, state: dict[str, Any]) -> int:
    """The bytes of the bodies of parked entries, counted or estimated in the same way.

    Args:
        parked: The parked entries.
        state: The state of their stream.
    """
    first = await _parked(parked, _SAMPLE, 0) if state["messages"] else []
    return _estimate(first, state)


def _estimate(first: list[Entry], state: dict[str, Any]) -> int:
    size = sum(entry.size for entry in first)
    return (
        size if state["messages"] <= len(first) else size * state["messages"] // max(1, len(first))
    )


async def stats(link: Link, names: Names) -> Stats:
    """The numbers of the outbox.

    Args:
        link: The connection.
        names: The names of the streams.
    """
    queue = Stream(link, names.queue)
    waiting, dead = await queue.state(), await Stream(link, names.dead).state()
    counters = (await Records(link, names).get("counters")).counters
    first, parked = await _entries(queue, _SAMPLE, 0), ParkedEntries(link, names)
    set_aside = await parked.stream.state()
    oldest = await _parked(parked, _SAMPLE, 0) if set_aside["messages"] else []
    pending = waiting["messages"] + set_aside["messages"]
    # Recreated streams begin at 0, whatever the counters say.
    queued = max(pending, waiting["last_seq"] - counters.get("withdrawn", 0))
    heads = sorted((*first[:1], *oldest[:1]), key=lambda entry: entry.sequence)
    return Stats(
        pending=pending,
        pending_bytes=_estimate(first, waiting) + _estimate(oldest, set_aside),
        oldest_at=heads[0].queued_at if heads else None,
        dead=dead["messages"],
        queued=queued,
        # Entries may be settled between these requests.
        delivered=max(0, queued - pending - dead["last_seq"]),
        died=dead["last_seq"],
        refused=counters.get("refused", 0),
        dropped=counters.get("dropped", 0),
        parked=set_aside["messages"],
    )
