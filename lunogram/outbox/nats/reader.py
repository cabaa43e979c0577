"""The reader of a relay's partitions: in the order of the stream, or partition by partition."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from ..store import ALL_PARTITIONS, Capacity
from .relay_state import Found, RelayState
from .schema import Names
from .streams import CHUNK, Stream

# The share of own messages from which on the messages of other partitions are read and skipped.
_DENSE = 0.75


@attrs.frozen
class Reader:
    """A reader of the messages in a relay's partitions.

    Attributes:
        queue: The stream of entries.
        names: The names of the streams.
        relay: The state of the relay: its partitions, and the positions up to which they were read.
        state: The state of the stream when the reader began.
    """

    queue: Stream
    names: Names
    relay: RelayState
    state: Mapping[str, int]

    @property
    def is_behind(self) -> bool:
        """Whether there may be messages that it has not read."""
        return any(self._is_behind(number) for number in self.relay.positions)

    def _is_behind(self, partition: int) -> bool:
        return self._begin(partition) < self._last

    @property
    def _last(self) -> int:
        return self.state["last_seq"]

    def _begin(self, partition: int) -> int:
        return max(self.relay.positions[partition], self.state["first_seq"] - 1)

    async def next(self, room: Capacity) -> Found:
        """Some messages that it has not read.

        Args:
            room: How much more the relay can hold.
        """
        # One relay alone keeps the order of the whole queue.
        if self.relay.positions.keys() == ALL_PARTITIONS or self.relay.density > _DENSE:
            return await self._as_they_stand(self._at_once(room))
        return await self._partition_by_partition(self._at_once(room))

    async def _as_they_stand(self, count: int) -> Found:
        positions = self.relay.positions
        begin = min(map(self._begin, positions))
        messages, end = await self.queue.stretch(begin, self._last, count)
        own = sum(message.partition in positions for message in messages)
        read = {number: max(position, end) for number, position in positions.items()}
        return Found(messages, read, own / min(count, self._last - begin))

    async def _partition_by_partition(self, count: int) -> Found:
        behind = sorted(filter(self._is_behind, self.relay.positions), key=self._begin)[:count]
        messages = await self.queue.following(
            (self.names.partition(number), self._begin(number)) for number in behind
        )
        read = {
            number: message.sequence if message else self._last
            for number, message in zip(behind, messages, strict=True)
        }
        # If the next message of a partition is N messages ahead, one in N is the partition's.
        ahead = sum(read[number] - self._begin(number) for number in behind)
        density = len(behind) ** 2 / ahead
        return Found([message for message in messages if message], read, density)

    def _at_once(self, room: Capacity) -> int:
        """The number of messages to read at once, by their mean size."""
        mean = max(1, self.state["bytes"] // max(1, self.state["messages"]))
        return max(1, min(CHUNK, room.entries, room.bytes // mean))
