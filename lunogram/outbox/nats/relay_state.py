"""The state of one relay of an outbox in NATS: its partitions, and the entries it has read."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

import attrs

from ..store import Capacity, Entry, in_turn
from .rows import Message, entry_of

_ENOUGH = 2_000


@attrs.frozen
class Found:
    """Messages that were found in a relay's partitions.

    Attributes:
        messages: The messages, in the order of each partition.
        positions: The sequence number up to which each partition has been read with that.
        density: The share of the messages that were read which are in its partitions, from 0 to 1.
    """

    messages: list[Message]
    positions: dict[int, int]
    density: float


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
        positions: The sequence number up to which each partition was read, without those that it
            gives back.
        density: The share of the next messages that are in its partitions, from 0 to 1, as
            estimated from what was read last.
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
    density: float = 1.0
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
        self.positions = {
            number: self.positions.get(number, self.given.get(number, 0))
            for number in partitions.keys() - leaving
        }
        self.ahead = deque(entry for entry in self.ahead if entry.partition in self.positions)

    def read_again(self) -> None:
        """Forget what was read and given, so that its partitions are read from the start."""
        self.given = {}
        self.positions = dict.fromkeys(self.positions, 0)
        self.ahead.clear()

    def readable(self, found: Found) -> list[Entry]:
        """The entries that it may be given.

        Args:
            found: The messages after its positions.
        """
        return [
            self.partitions[message.partition].past(entry_of(message), {})
            for message in found.messages
            if message.sequence > self.positions.get(message.partition, math.inf)
        ]

    def read(self, found: Found, entries: Iterable[Entry]) -> None:
        """Keep entries, to be given to it later.

        Args:
            found: The messages of the entries.
            entries: The entries, in the order of each partition.
        """
        self.ahead.extend(entries)
        self.positions |= found.positions
        self.density = found.density

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
