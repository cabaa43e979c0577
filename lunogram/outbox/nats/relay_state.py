"""The state of one relay of an outbox in NATS: its partitions, and the entries it has read."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from operator import attrgetter
from typing import Any

import attrs

from ..store import PARTITIONS, Capacity, Entry, in_turn
from .rows import Message, entry_of
from .streams import Consumer
from .unsettled import Unsettled

_ENOUGH = 2_000


@attrs.define
class Partition:
    """A partition, as all relays know it.

    Attributes:
        owner: The id of the relay that has leased it, or nothing.
        crashes: For each relay that crashed with it, the sequence number of the last entry that it
            had leased: of the entries that still wait, it had all up to that one.
    """

    owner: str = ""
    crashes: list[int] = attrs.field(factory=list)

    def past(self, entry: Entry, failed: Mapping[int, int]) -> Entry:
        """The entry with its attempts and crashes.

        Args:
            entry: The entry as it was queued.
            failed: The numbers of failed attempts, by sequence numbers.
        """
        crashes = sum(entry.sequence <= last for last in self.crashes)
        attempts = crashes + failed.get(entry.sequence, 0)
        if (entry.attempts, entry.crashes) == (attempts, crashes):
            return entry
        return attrs.evolve(entry, attempts=attempts, crashes=crashes)


@attrs.define(eq=False)
class RelayState:
    """The state of one relay, from its first lease until it is released or its lease expires.

    Attributes:
        owner: The owner of its leases, from `new_owner`.
        seconds: The length of its lease.
        revision: The revision of its record; 0 if it has none.
        given: The sequence number of the last entry that it was given, by partitions.
        renewed_at: When its record was last renewed, by the loop's clock.
        partitions: Its partitions.
        leaving: Those of its partitions that it gives back, and takes no more entries of.
        ahead: The entries that were read for it, and not given to it yet.
        positions: The sequence number of the last message that was read of each partition, without
            those that it gives back.
        consumers: The consumers that read its partitions, by their subjects.
        read_up_to: The last sequence number of the stream when all was read.
        unsettled: The entries that it was given and that are not settled.
        has_all: Whether it has all partitions, and has read the stream from its first message.
        resurfaced: Entries that were read, although they are settled.
        idle: Whether it held nothing and was given nothing with the last lease.
        turn: The lock that allows one lease at a time.
        parked: The partitions of the parked entries that it sends now, by their sequence numbers.
        sightings: For each other relay, the last revision of its record that was seen, and since
            when, by the loop's clock.
    """

    owner: str
    seconds: float = 0.0
    revision: int = 0
    given: dict[int, int] = attrs.field(factory=dict)
    renewed_at: float = -math.inf
    partitions: dict[int, Partition] = attrs.field(factory=dict)
    leaving: frozenset[int] = frozenset()
    ahead: deque[Entry] = attrs.field(factory=deque, repr=False)
    positions: dict[int, int] = attrs.field(factory=dict)
    consumers: dict[str, Consumer] = attrs.field(factory=dict)
    read_up_to: int = -1
    unsettled: Unsettled = attrs.field(factory=Unsettled)
    has_all: bool = False
    resurfaced: list[Entry] = attrs.field(factory=list, repr=False)
    idle: bool = False
    parked: dict[int, int] = attrs.field(factory=dict, repr=False)
    turn: asyncio.Lock = attrs.field(factory=asyncio.Lock)
    sightings: dict[str, tuple[int, float]] = attrs.field(factory=dict, repr=False)

    @property
    def id(self) -> str:
        """The name of its record."""
        return id_of(self.owner)

    def record(self, about_to_get: Sequence[Entry]) -> dict[str, Any]:
        """The value of its record, as JSON.

        Args:
            about_to_get: The entries that it is given as soon as this is written.
        """
        given = self.given | _last_sequences(about_to_get)
        return {"owner": self.owner, "seconds": self.seconds, "given": given}

    def have(self, partitions: dict[int, Partition], leaving: frozenset[int]) -> None:
        """Set its partitions.

        Args:
            partitions: All its partitions.
            leaving: Those that it gives back as soon as it holds nothing of them.
        """
        self.partitions, self.leaving = partitions, leaving
        self.given = {number: last for number, last in self.given.items() if number in partitions}
        before, self.positions = (
            self.positions,
            {
                number: self.positions.get(number, self.given.get(number, 0))
                for number in partitions.keys() - leaving
            },
        )
        self.ahead = deque(entry for entry in self.ahead if entry.partition in self.positions)
        self.unsettled.keep(partitions)
        if before.keys() != self.positions.keys():
            self._begin(self.positions.keys() - before.keys() - self.given.keys())

    def _begin(self, partitions: Collection[int]) -> None:
        """Begin to read partitions from their first message, and the others where they were."""
        self.unsettled.begin(partitions)
        self.consumers.clear()
        self.read_up_to = -1
        self.has_all = len(partitions) == PARTITIONS

    def read_again(self) -> None:
        """Forget what was read and given, so that its partitions are read from the start."""
        self.given = {}
        self.positions = dict.fromkeys(self.positions, 0)
        self.ahead.clear()
        self._begin(self.positions)

    def read(self, messages: Iterable[Message], is_settled: Callable[[Entry], bool]) -> None:
        """Keep the entries in messages, to be given to it later.

        Args:
            messages: Messages that were read, in the order of each partition.
            is_settled: Whether an entry was settled already.
        """
        for message in messages:
            number = message.partition
            if message.sequence > self.positions.get(number, math.inf):
                self.positions[number] = message.sequence
                entry = self.partitions[number].past(entry_of(message), {})
                (self.resurfaced if is_settled(entry) else self.ahead).append(entry)
            self.has_all = self.has_all and number >= 0

    def sort(self) -> None:
        """Sort the entries that were read partition by partition."""
        self.ahead = deque(sorted(self.ahead, key=attrgetter("sequence")))

    @property
    def settled_before(self) -> int:
        """The sequence number before which nothing waits, or 0 if it does not know."""
        if not self.has_all:
            return 0
        first, read = self.unsettled.first, max(self.positions.values())
        ahead = self.ahead[0].sequence if self.ahead else read + 1
        return min(ahead, read + 1 if first is None else first)

    def has_enough(self, room: Capacity) -> bool:
        """Whether no more must be read.

        Args:
            room: How much more it can hold.
        """
        # Less than it can hold is enough: it may send some while others are read.
        enough = min(room.entries, max(_ENOUGH, room.entries // 4))
        return len(self.ahead) >= enough or sum(entry.size for entry in self.ahead) > room.bytes

    def choose(self, room: Capacity) -> list[Entry]:
        """The entries that it may be given now, from the head of those that were read.

        Args:
            room: How much more it can hold.
        """
        return list(in_turn(self.ahead, room))

    def get(self, entries: Sequence[Entry]) -> None:
        """Record that it was given entries.

        Args:
            entries: What `choose` returned.
        """
        self.given |= _last_sequences(entries)
        self.unsettled.add(entries)
        for _ in entries:
            self.ahead.popleft()


def id_of(owner: str) -> str:
    """The name of a relay's record.

    Args:
        owner: The owner of the relay's leases.
    """
    return sha256(owner.encode()).hexdigest()[:32]


def _last_sequences(entries: Sequence[Entry]) -> dict[int, int]:
    return {entry.partition: entry.sequence for entry in entries}
