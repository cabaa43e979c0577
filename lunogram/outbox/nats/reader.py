"""The reader of a relay's partitions: all in the order of the stream, or each by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import attrs

from ..store import ALL_PARTITIONS, Capacity, Entry
from .relay_state import RelayState
from .schema import Names
from .streams import CHUNK, Consumer, Stream


@attrs.define
class Reader:
    """A reader of the messages in a relay's partitions.

    Attributes:
        queue: The stream of entries.
        names: The names of the streams.
        relay: The state of the relay: its partitions, and the positions up to which they were read.
        state: The state of the stream when the reader began.
        is_settled: Whether an entry was settled already.
        behind: The consumers that may have more messages.
    """

    queue: Stream
    names: Names
    relay: RelayState
    state: Mapping[str, int]
    is_settled: Callable[[Entry], bool]
    behind: list[Consumer] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        positions = self.relay.positions
        # One relay alone keeps the order of the whole queue.
        if positions.keys() == ALL_PARTITIONS:
            self.behind = [self._consumer("", min(positions.values()))]
        else:
            self.behind = [
                self._consumer(self.names.partition(number), position)
                for number, position in positions.items()
            ]

    def _consumer(self, subject: str, position: int) -> Consumer:
        return self.relay.consumers.setdefault(subject, Consumer(position, subject))

    async def next(self, room: Capacity) -> None:
        """Read some messages for the relay.

        Args:
            room: How much more the relay can hold.
        """
        count = max(1, self._at_once(room) // len(self.behind))
        # All have ended before an error is raised: those that go on would disturb the retry.
        found = await asyncio.gather(
            *(self._read(each, count) for each in self.behind), return_exceptions=True
        )
        for error in found:
            if isinstance(error, BaseException):
                raise error
        if len(found) > 1:
            self.relay.sort()
        self.behind = [
            each for each, is_behind in zip(self.behind, found, strict=True) if is_behind
        ]

    async def _read(self, consumer: Consumer, count: int) -> bool:
        """Read some messages of a consumer; whether it may have more."""
        messages = await self.queue.read(consumer, count)
        # Nothing may come in between: the consumer has left them behind.
        self.relay.read(messages, self.is_settled)
        return len(messages) >= count

    def _at_once(self, room: Capacity) -> int:
        """The number of messages to read at once, by their mean size."""
        mean = max(1, self.state["bytes"] // max(1, self.state["messages"]))
        return max(1, min(4 * CHUNK, room.entries, room.bytes // mean))
