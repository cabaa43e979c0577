"""Reading what is in a relay's lanes: message by message as they stand, or lane by lane."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from ..store import ALL_LANES, Room
from .hands import Found, Hands
from .streams import CHUNK, Names, Stream

# From which share of the next messages on those of other lanes are read too, and left.
_DENSE = 0.75


@attrs.frozen
class Reading:
    """What a relay reads in one go.

    Attributes:
        queue: What it reads.
        names: What the streams are called.
        hands: Its lanes, and up to where they were read.
        state: The state of the queue when it began.
    """

    queue: Stream
    names: Names
    hands: Hands
    state: Mapping[str, int]

    @property
    def is_behind(self) -> bool:
        """Whether there may be something that it has not read."""
        return any(self._is_behind(number) for number in self.hands.positions)

    def _is_behind(self, lane: int) -> bool:
        return self._begin(lane) < self._last

    @property
    def _last(self) -> int:
        return self.state["last_seq"]

    def _begin(self, lane: int) -> int:
        return max(self.hands.positions[lane], self.state["first_seq"] - 1)

    async def next(self, room: Room) -> Found:
        """Some of what it has not read.

        Args:
            room: How much it can take.
        """
        # One relay alone keeps the order of the whole queue.
        if self.hands.positions.keys() == ALL_LANES or self.hands.density > _DENSE:
            return await self._as_they_stand(self._at_once(room))
        return await self._lane_by_lane(self._at_once(room))

    async def _as_they_stand(self, count: int) -> Found:
        positions = self.hands.positions
        begin = min(map(self._begin, positions))
        messages, end = await self.queue.stretch(begin, self._last, count)
        own = sum(message.lane in positions for message in messages)
        read = {number: max(position, end) for number, position in positions.items()}
        return Found(messages, read, own / min(count, self._last - begin))

    async def _lane_by_lane(self, count: int) -> Found:
        behind = sorted(filter(self._is_behind, self.hands.positions), key=self._begin)[:count]
        messages = await self.queue.following(
            (self.names.lane(number), self._begin(number)) for number in behind
        )
        read = {
            number: message.sequence if message else self._last
            for number, message in zip(behind, messages, strict=True)
        }
        # A lane whose next messages are so many places ahead has one in so many.
        ahead = sum(read[number] - self._begin(number) for number in behind)
        density = len(behind) ** 2 / ahead
        return Found([message for message in messages if message], read, density)

    def _at_once(self, room: Room) -> int:
        """How many messages to read at once, going by their mean size."""
        mean = max(1, self.state["bytes"] // max(1, self.state["messages"]))
        return max(1, min(CHUNK, room.entries, room.bytes // mean))
