"""The operations of a relay on an outbox in NATS: lease, read, settle."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from time import time

import attrs

from ..store import ALL_PARTITIONS, Capacity, DeadLetter, Entry, Lease, Outcomes, ParkedEntry
from .connection import Link
from .dead_letters import DeadLetters
from .deletion import Deletion
from .leases import keep, note
from .parked import ParkedEntries
from .reader import Reader
from .records import Records
from .relay_state import RelayState
from .rows import Message, entry_of
from .schema import Names
from .stats import failures
from .streams import Stream, number_of

_REMEMBERED = 20_000
logger = logging.getLogger("lunogram.outbox")


@attrs.define
class Settled:
    """The entries that were settled last. A server before 2.10 forgets deletions when it is killed.

    Attributes:
        last: The hashes of the last entries: at least as many as are settled within seconds.
        before: The hashes of the entries before them.
    """

    last: set[int] = attrs.field(factory=set, repr=False)
    before: set[int] = attrs.field(factory=set, repr=False)

    def add(self, entries: Iterable[Entry]) -> None:
        """Remember entries.

        Args:
            entries: The entries that are settled.
        """
        self.last.update(map(_identity, entries))
        if len(self.last) > _REMEMBERED:
            self.last, self.before = set(), self.last

    def __contains__(self, entry: Entry) -> bool:
        return _identity(entry) in self.last or _identity(entry) in self.before


def _identity(entry: Entry) -> int:
    # A sequence number alone is not enough: a recreated stream assigns the same ones again.
    return hash((entry.sequence, entry.queued_at, entry.path, entry.body))


@attrs.frozen
class RelaySession:
    """The queue as a relay uses it, over a connection.

    Attributes:
        link: The connection.
        names: The names of the streams.
        settled: The entries that were settled last.
        relays: The states of the relays of this process.
    """

    link: Link
    names: Names
    settled: Settled
    relays: Collection[RelayState] = ()

    @property
    def _queue(self) -> Stream:
        return Stream(self.link, self.names.queue)

    @property
    def _records(self) -> Records:
        return Records(self.link, self.names)

    @property
    def _parked(self) -> ParkedEntries:
        return ParkedEntries(self.link, self.names)

    async def lease(self, relay: RelayState, seconds: float, room: Capacity) -> Lease:
        """Lease partitions and entries, as `Store.lease` does.

        Args:
            relay: The state of the relay.
            seconds: The length of the lease.
            room: How much more the relay can hold.

        Raises:
            LapsedError: If the lease of the relay has expired.
        """
        async with relay.turn:
            before = set(relay.partitions)
            if await keep(self._records, relay, seconds):
                if relay.idle and room.empty_handed:
                    await self._look_again(relay)
                # A server of a cluster may have had less to read than the stream holds.
                relay.read_up_to = -1
            kept = frozenset(before & relay.partitions.keys())
            entries = await self._take(relay, room) if room.entries else ()
            relay.idle = room.empty_handed and not entries
            return Lease(kept, entries)

    async def _look_again(self, relay: RelayState) -> None:
        # Entries that wait although they were leased and no relay holds them: their deletion was
        # lost, or they were not seen, as a server that has just lost the lead of its cluster may
        # not have them.
        waiting = await self._queue.subjects(self.names.partition("*"))
        if any(self.names.partition(number) in waiting for number in relay.partitions):
            state = await self._queue.state()
            if relay.read_up_to == state["last_seq"] and not relay.ahead:
                relay.read_again()
        if 0 in relay.partitions:
            await self._bury_strays(waiting.keys() - set(map(self.names.partition, ALL_PARTITIONS)))

    async def _bury_strays(self, subjects: Iterable[str]) -> None:
        """Move what was published under subjects of no partition to the dead letters."""
        strays = [entry_of(message) for message in await self._queue.heads(subjects)]
        for entry in strays:
            logger.error("dead letter %d: it is in no partition", entry.sequence)
        await self._bury(
            [DeadLetter(each, None, "it is in no partition", time()) for each in strays]
        )

    async def _take(self, relay: RelayState, room: Capacity) -> tuple[Entry, ...]:
        await self._read_ahead(relay, room)
        entries = relay.choose(room)
        if not entries:
            return ()
        failed = await failures(self._records)
        await note(self._records, relay, entries)
        relay.get(entries)
        return tuple(relay.partitions[entry.partition].past(entry, failed) for entry in entries)

    async def _read_ahead(self, relay: RelayState, room: Capacity) -> None:
        if relay.has_enough(room):
            return
        state = await self._queue.state()
        if relay.read_up_to == state["last_seq"]:
            return
        reader = Reader(self._queue, self.names, relay, state, self.settled.__contains__)
        while reader.behind and not relay.has_enough(room):
            await reader.next(room)
            await self._delete_resurfaced(relay)
        if not reader.behind:
            relay.read_up_to = state["last_seq"]

    async def _delete_resurfaced(self, relay: RelayState) -> None:
        # The server has forgotten that these were deleted.
        await self._queue.delete(entry.sequence for entry in relay.resurfaced)
        relay.resurfaced.clear()

    async def _delete(self, entries: Sequence[Entry]) -> None:
        if missing := await self._unqueue(entries):
            await self._parked.delete(missing)
        self.settled.add(entries)

    async def _unqueue(self, entries: Sequence[Entry]) -> list[int]:
        """Delete entries from the queue; return the sequence numbers of what was not there."""
        deletion = Deletion(self._queue, self.names, {entry.sequence for entry in entries})
        await deletion.run(entries, self.relays)
        return deletion.missing

    async def lease_parked(self, relay: RelayState, sequences: Sequence[int]) -> list[Entry]:
        """Lease parked entries, as `Store.lease_parked` does.

        Args:
            relay: The state of the relay.
            sequences: The sequence numbers of the entries.
        """
        async with relay.turn:
            entries = await self._parked.take(relay.owner, relay.partitions, sequences)
            relay.parked |= {entry.sequence: entry.partition for entry in entries}
            return entries

    async def give_back_parked(self, relay: RelayState) -> None:
        """Give back the parked entries that a relay has leased and did not send.

        Args:
            relay: The state of the relay.
        """
        await self._parked.park(await self._parked.get(relay.parked))
        relay.parked.clear()

    async def settle(self, outcomes: Outcomes) -> None:
        """Settle entries, as `Store.settle` does.

        Args:
            outcomes: The outcomes of entries.
        """
        await self._bury(outcomes.dead)
        await self._delete(outcomes.delivered)
        if outcomes.failed:
            failed = {str(entry.sequence): 1 for entry in outcomes.failed}
            first = (await self._queue.state())["first_seq"]
            await self._records.count("failed", failed, first)
            await self._parked.count_attempts(entry.sequence for entry in outcomes.failed)
        await self._park(outcomes.parked)

    async def _park(self, parked: Sequence[ParkedEntry]) -> None:
        there = await self._messages([each.entry for each in parked])
        await self._parked.park(each for each in parked if each.entry.sequence in there)
        await self._unqueue([each.entry for each in parked])

    async def _messages(self, entries: Sequence[Entry]) -> dict[int, Message]:
        """The messages of entries that wait, parked or not, by their sequence numbers."""
        sequences = [entry.sequence for entry in entries]
        there = {message.sequence: message for message in await self._queue.messages(sequences)}
        others = [sequence for sequence in sequences if sequence not in there]
        for message in await self._parked.messages(others):
            there[number_of(message.subject)] = message
        return there

    async def _bury(self, dead: Sequence[DeadLetter]) -> None:
        there = await self._messages([dead_letter.entry for dead_letter in dead])
        await DeadLetters(self.link, self.names).bury(
            (dead_letter, there[dead_letter.entry.sequence])
            for dead_letter in dead
            if dead_letter.entry.sequence in there
        )
        await self._delete([dead_letter.entry for dead_letter in dead])
