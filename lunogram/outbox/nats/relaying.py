"""What a relay does with an outbox in NATS: lease, read, settle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from ..store import DeadLetter, Entry, Lease, Outcomes, Room
from .hands import Hands
from .letters import Letters
from .looking import failures
from .reading import Reading
from .records import Records
from .sharing import keep, note
from .streams import Names, Stream
from .wire import Link

_REMEMBERED = 20_000


@attrs.define
class Settled:
    """What was settled last. A server before 2.10 that is killed forgets its last deletions.

    Attributes:
        last: The last entries, in few bytes: at least so many as are settled within seconds.
        before: Those before them.
    """

    last: set[int] = attrs.field(factory=set, repr=False)
    before: set[int] = attrs.field(factory=set, repr=False)

    def add(self, entries: Iterable[Entry]) -> None:
        """Remember some more.

        Args:
            entries: Which.
        """
        self.last.update(map(_identity, entries))
        if len(self.last) > _REMEMBERED:
            self.last, self.before = set(), self.last

    def __contains__(self, entry: Entry) -> bool:
        return _identity(entry) in self.last or _identity(entry) in self.before


def _identity(entry: Entry) -> int:
    # A place alone is not enough: in a stream that was made anew, places begin again.
    return hash((entry.sequence, entry.queued_at, entry.path, entry.body))


@attrs.frozen
class Relaying:
    """The queue as relays see it, over a connection.

    Attributes:
        link: The connection.
        names: What the streams are called.
        settled: What was settled last.
    """

    link: Link
    names: Names
    settled: Settled

    @property
    def _queue(self) -> Stream:
        return Stream(self.link, self.names.queue)

    @property
    def _records(self) -> Records:
        return Records(self.link, self.names)

    async def lease(self, hands: Hands, seconds: float, room: Room) -> Lease:
        """As `Store.lease`.

        Args:
            hands: Whose.
            seconds: For how long.
            room: How much it can take.

        Raises:
            LapsedError: If all that it had is no longer its own.
        """
        async with hands.turn:
            before = set(hands.lanes)
            if await keep(self._records, hands, seconds) and hands.idle and room.empty_handed:
                await self._look_again(hands)
            kept = frozenset(before & hands.lanes.keys())
            entries = await self._take(hands, room) if room.entries else ()
            hands.idle = room.empty_handed and not entries
            return Lease(kept, entries)

    async def _look_again(self, hands: Hands) -> None:
        # What waits although it was given and is in nobody's hands was forgotten to be deleted, or
        # was not seen: a server that has just lost the lead of its cluster may not know of it.
        if any(hands.positions.values()) and not hands.ahead:
            waiting = await self._queue.subjects(self.names.lane("*"))
            if any(self.names.lane(number) in waiting for number in hands.lanes):
                hands.read_again()

    async def _take(self, hands: Hands, room: Room) -> tuple[Entry, ...]:
        await self._read_ahead(hands, room)
        entries = hands.choose(room)
        if not entries:
            return ()
        failed = await failures(self._records)
        await note(self._records, hands, entries)
        hands.get(entries)
        return tuple(hands.lanes[entry.lane].past(entry, failed) for entry in entries)

    async def _read_ahead(self, hands: Hands, room: Room) -> None:
        if hands.has_enough(room):
            return
        state = await self._queue.state()
        reading = Reading(self._queue, self.names, hands, state)
        while reading.is_behind and not hands.has_enough(room):
            found = await reading.next(room)
            hands.read(found, await self._without_ghosts(hands.readable(found)))

    async def _without_ghosts(self, entries: Sequence[Entry]) -> list[Entry]:
        ghosts = [entry for entry in entries if entry in self.settled]
        await self._delete(ghosts)
        return [entry for entry in entries if entry not in self.settled]

    async def _delete(self, entries: Sequence[Entry]) -> None:
        await self._queue.delete(entry.sequence for entry in entries)
        self.settled.add(entries)

    async def settle(self, outcomes: Outcomes) -> None:
        """As `Store.settle`.

        Args:
            outcomes: What became of entries.
        """
        await self._bury(outcomes.dead)
        await self._delete(outcomes.delivered)
        if outcomes.failed:
            failed = {str(entry.sequence): 1 for entry in outcomes.failed}
            first = (await self._queue.state())["first_seq"]
            await self._records.count("failed", failed, first)

    async def _bury(self, dead: Sequence[DeadLetter]) -> None:
        places = (letter.entry.sequence for letter in dead)
        there = {message.sequence for message in await self._queue.messages(places)}
        letters = [letter for letter in dead if letter.entry.sequence in there]
        await Letters(self.link, self.names).bury(letters)
        await self._delete([letter.entry for letter in dead])
