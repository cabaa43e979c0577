"""What one relay has of an outbox in NATS: its lanes, what it was given, what was read for it."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import attrs

from ..store import Entry, Room, in_turn
from .messages import Message, UnreadableError, entry_of

logger = logging.getLogger("lunogram.outbox")

_ENOUGH = 2_000


@attrs.frozen
class Found:
    """What was found in a relay's lanes.

    Attributes:
        messages: In the order of each lane.
        positions: Up to which place lanes have been read with that.
        density: In how many of the places looked at there was one of its lanes, from 0 to 1.
    """

    messages: list[Message]
    positions: dict[int, int]
    density: float


@attrs.define
class Lane:
    """What all relays know of a lane.

    Attributes:
        owner: The id of the relay that has it, or nothing.
        deaths: For each relay that ended with it, the place of the last entry that it was given:
            of what still is there, it had all up to this place in its hands.
    """

    owner: str = ""
    deaths: list[int] = attrs.field(factory=list)

    def past(self, entry: Entry, failed: Mapping[int, int]) -> Entry:
        """An entry with what it has been through.

        Args:
            entry: As it was queued.
            failed: How often entries were sent in vain, by their places.
        """
        deaths = sum(entry.sequence <= last for last in self.deaths)
        attempts = deaths + failed.get(entry.sequence, 0)
        return attrs.evolve(entry, attempts=attempts, deaths=deaths)


@attrs.define(eq=False)
class Hands:
    """One relay, from its first lease until it is released or its lease has run out.

    Attributes:
        owner: Its name, from `new_owner`.
        seconds: For how long its lanes are its own.
        revision: Of its record; 0 if it has none.
        given: The place of the last entry that it was given, by lanes.
        renewed_at: When its record was last renewed, by the loop's clock.
        lanes: Its lanes.
        leaving: Those of them that it is to give up, and takes nothing more of.
        ahead: What was read for it, and not given yet.
        positions: Up to which place each of its lanes was read, but for those that it gives up.
        density: In how many of the next places there is something for it, from 0 to 1, going by
            what it read last.
        idle: Whether it held nothing and was given nothing when it last asked.
        turn: One lease at a time.
    """

    owner: str
    seconds: float = 0.0
    revision: int = 0
    given: dict[int, int] = attrs.field(factory=dict)
    renewed_at: float = -math.inf
    lanes: dict[int, Lane] = attrs.field(factory=dict)
    leaving: frozenset[int] = frozenset()
    ahead: deque[Entry] = attrs.field(factory=deque, repr=False)
    positions: dict[int, int] = attrs.field(factory=dict)
    density: float = 1.0
    idle: bool = False
    turn: asyncio.Lock = attrs.field(factory=asyncio.Lock)

    @property
    def id(self) -> str:
        """The name of its record."""
        return id_of(self.owner)

    def record(self, about_to_get: Sequence[Entry]) -> dict[str, Any]:
        """Its record, as JSON has it.

        Args:
            about_to_get: What it will be given as soon as this is written.
        """
        given = self.given | _last_places(about_to_get)
        return {"owner": self.owner, "seconds": self.seconds, "given": given}

    def have(self, lanes: dict[int, Lane], leaving: frozenset[int]) -> None:
        """Have these lanes from now on.

        Args:
            lanes: All of them.
            leaving: Those that it is to give up as soon as it holds nothing of them.
        """
        self.lanes, self.leaving = lanes, leaving
        self.given = {number: last for number, last in self.given.items() if number in lanes}
        self.positions = {
            number: self.positions.get(number, self.given.get(number, 0))
            for number in lanes.keys() - leaving
        }
        self.ahead = deque(entry for entry in self.ahead if entry.lane in self.positions)

    def read_again(self) -> None:
        """Read once more what is in its lanes, also what it was given."""
        self.given = {}
        self.positions = dict.fromkeys(self.positions, 0)
        self.ahead.clear()

    def readable(self, found: Found) -> list[Entry]:
        """The entries that it may be given.

        Args:
            found: What was found behind its positions.
        """
        return [
            entry
            for message in found.messages
            if message.sequence > self.positions.get(message.lane, math.inf)
            for entry in _readable(message, self.lanes[message.lane])
        ]

    def read(self, found: Found, entries: Iterable[Entry]) -> None:
        """Keep entries, to be given later.

        Args:
            found: Where they were.
            entries: In the order of each lane.
        """
        self.ahead.extend(entries)
        self.positions |= found.positions
        self.density = found.density

    def has_enough(self, room: Room) -> bool:
        """Whether no more has to be read.

        Args:
            room: How much it can take.
        """
        # Not all that it can take: it may send some while others are read.
        enough = min(room.entries, max(_ENOUGH, room.entries // 4))
        return len(self.ahead) >= enough or sum(entry.size for entry in self.ahead) > room.bytes

    def choose(self, room: Room) -> list[Entry]:
        """What it may be given now, from the head of what was read.

        Args:
            room: How much it can take.
        """
        return list(in_turn(self.ahead, room))

    def get(self, entries: Sequence[Entry]) -> None:
        """Be given what it chose.

        Args:
            entries: That.
        """
        self.given |= _last_places(entries)
        for _ in entries:
            self.ahead.popleft()


def id_of(owner: str) -> str:
    """The name of a relay's record.

    Args:
        owner: The relay.
    """
    return sha256(owner.encode()).hexdigest()[:32]


def _last_places(entries: Sequence[Entry]) -> dict[int, int]:
    return {entry.lane: entry.sequence for entry in entries}


def _readable(message: Message, lane: Lane) -> Iterator[Entry]:
    try:
        yield lane.past(entry_of(message), {})
    except UnreadableError as error:
        logger.error("the outbox is damaged: %s", error)  # noqa: TRY400 - it says all
