"""The publisher of entries in NATS: all of a call or none, with the checkpoint of an import."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from uuid import uuid4

import attrs

from ..store import Checkpoint, Entry, Limits
from .connection import Link, RejectedError, Request, checked
from .parked import ParkedEntries
from .records import ConflictError, Record, Records
from .rows import UnreadableError, headers_of
from .schema import Names
from .stats import bytes_of_bodies, bytes_of_parked
from .streams import Stream, ask_all

# The largest size of the rest of a message: the subject, names of headers and the like.
_FRAME = 400


@attrs.frozen
class Addition:
    """Entries to be queued. They may be published twice, and are queued once.

    Attributes:
        names: The names of the streams.
        entries: The entries.
        limits: How much may wait.
        checkpoint: The checkpoint to write with them, or None.
        mark: The record of the checkpoint, as it was before.
        id: The prefix of the ids of the messages, if there is no checkpoint.
    """

    names: Names
    entries: Sequence[Entry]
    limits: Limits
    checkpoint: Checkpoint | None
    mark: Record | None
    id: str = attrs.field(factory=lambda: uuid4().hex)

    async def __call__(self, link: Link) -> bool:
        """Queue them; False if there is no room.

        Args:
            link: The connection.
        """
        if not await self._fits(link):
            return False
        records = Records(link, self.names)
        await self._publish(records, list(self._requests(link.max_payload)))
        if self.checkpoint and self.mark:
            await _move(records, self.mark, self.checkpoint.value)
        return True

    async def _fits(self, link: Link) -> bool:
        if not self.entries or not self.limits.are_set:
            return True
        queue, parked = Stream(link, self.names.queue), ParkedEntries(link, self.names)
        state, parked_state = await queue.state(), await parked.stream.state()
        waiting = state["messages"] + parked_state["messages"]
        if not self.limits.allow(entries=waiting + len(self.entries)):
            return False
        size = sum(entry.size for entry in self.entries)
        # Messages are larger than their bodies: if they fit in, the bodies need not be counted.
        if self.limits.allow(bytes=state["bytes"] + parked_state["bytes"] + size):
            return True
        bodies = await bytes_of_bodies(queue, state) + await bytes_of_parked(parked, parked_state)
        return self.limits.allow(bytes=bodies + size)

    def _requests(self, max_payload: int) -> Iterator[Request]:
        for number, entry in enumerate(self.entries):
            headers = {"Nats-Msg-Id": self._message_id(number, entry), **headers_of(entry)}
            size = entry.size + sum(map(len, headers.values())) + _FRAME
            if size > max_payload:
                raise RejectedError(
                    f"a call has {size} bytes with its headers, and max_payload is {max_payload}"
                )
            yield Request(self.names.partition(entry.partition), entry.body or b"", headers)

    def _message_id(self, number: int, entry: Entry) -> str:
        if not self.mark:
            return f"{self.id}-{number}"
        # An import that was killed before its checkpoint was written queues the same again. The
        # revision tells that from another import of the same file.
        facts = [self.mark.name, self.mark.revision, number, entry.method, entry.path, entry.query]
        return sha256(repr(facts).encode() + (entry.body or b"")).hexdigest()

    async def _publish(self, records: Records, requests: list[Request]) -> None:
        responses = await ask_all(records.link, requests)
        try:
            for response in responses:
                checked(response)
        except RejectedError:
            await self._withdraw(
                records, [each["seq"] for each in responses if "error" not in each]
            )
            raise

    async def _withdraw(self, records: Records, places: list[int]) -> None:
        if self.mark:
            # Otherwise the server would drop them as duplicates when they are queued again.
            await _move(records, self.mark, self.mark.value.get("value", ""))
        await Stream(records.link, self.names.queue).delete(places)
        await records.count("counters", {"withdrawn": len(places)})


async def checkpoint_record(records: Records, name: str) -> Record:
    """The record of a checkpoint.

    Args:
        records: The records of the outbox.
        name: The name of the import.

    Raises:
        UnreadableError: If it is damaged.
    """
    record = await records.get("checkpoint", sha256(name.encode()).hexdigest())
    if record.damaged:
        raise UnreadableError("its checkpoint of this import can't be read")
    return record


async def _move(records: Records, mark: Record, value: str) -> None:
    # A checkpoint is never removed: its revision must not begin again.
    try:
        await records.put(mark.revision, {"value": value}, "checkpoint", mark.name)
    except ConflictError:
        # Perhaps an earlier write of our own, whose response was lost.
        if (await records.get("checkpoint", mark.name)).value != {"value": value}:
            raise RejectedError("another import moves the same checkpoint") from None
