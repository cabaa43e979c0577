"""Queueing in NATS: all entries of a call, or none, and an import's bookmark with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from uuid import uuid4

import attrs

from ..store import Bookmark, Entry, Limits
from .looking import bytes_of_bodies
from .messages import headers_of
from .records import ConflictError, Record, Records
from .streams import Names, Stream, ask_all
from .wire import Link, RefusedError, Request, refused_or

# What subject, names of headers and the like add to the size of a message, at the most.
_FRAME = 400


@attrs.frozen
class Addition:
    """Entries on their way into the queue. They may be sent twice, and are queued once.

    Attributes:
        names: What the streams are called.
        entries: What to queue.
        limits: How much may wait.
        bookmark: What to write with them.
        mark: The record of the bookmark, as it was before.
        id: What the ids of the messages begin with, if there is no bookmark.
    """

    names: Names
    entries: Sequence[Entry]
    limits: Limits
    bookmark: Bookmark | None
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
        if self.bookmark and self.mark:
            await _move(records, self.mark, self.bookmark.value)
        return True

    async def _fits(self, link: Link) -> bool:
        if not self.entries or self.limits == Limits():
            return True
        queue = Stream(link, self.names.queue)
        state = await queue.state()
        size = sum(entry.size for entry in self.entries)
        if not _within(self.limits.entries, state["messages"] + len(self.entries)):
            return False
        # What is stored is more than the bodies: mostly it need not be known how much more.
        return _within(self.limits.bytes, state["bytes"] + size) or _within(
            self.limits.bytes, await bytes_of_bodies(queue, state) + size
        )

    def _requests(self, max_payload: int) -> Iterator[Request]:
        for number, entry in enumerate(self.entries):
            headers = {"Nats-Msg-Id": self._message_id(number, entry), **headers_of(entry)}
            size = entry.size + sum(map(len, headers.values())) + _FRAME
            if size > max_payload:
                raise RefusedError(
                    f"a call has {size} bytes with its headers, and max_payload is {max_payload}"
                )
            yield Request(self.names.lane(entry.lane), entry.body or b"", headers)

    def _message_id(self, number: int, entry: Entry) -> str:
        if not self.mark:
            return f"{self.id}-{number}"
        # An import that was killed before its bookmark was moved queues the same once more. The
        # revision tells that from another import of the same file.
        facts = [self.mark.name, self.mark.revision, number, entry.method, entry.path, entry.query]
        return sha256(repr(facts).encode() + (entry.body or b"")).hexdigest()

    async def _publish(self, records: Records, requests: list[Request]) -> None:
        answers = await ask_all(records.link, requests)
        try:
            for answer in answers:
                refused_or(answer)
        except RefusedError:
            await self._withdraw(records, [each["seq"] for each in answers if "error" not in each])
            raise

    async def _withdraw(self, records: Records, places: list[int]) -> None:
        if self.mark:
            # Else the server would take them for duplicates when they are queued again.
            await _move(records, self.mark, self.mark.value.get("value", ""))
        await Stream(records.link, self.names.queue).delete(places)
        await records.count("counters", {"withdrawn": len(places)})


def _within(limit: int | None, count: int) -> bool:
    return limit is None or count <= limit


async def bookmark_record(records: Records, name: str) -> Record:
    """The record of a bookmark.

    Args:
        records: Where it is.
        name: Of which import.
    """
    return await records.get("bookmark", sha256(name.encode()).hexdigest())


async def _move(records: Records, mark: Record, value: str) -> None:
    # A bookmark is never removed: its revision must not begin again.
    try:
        await records.put(mark.revision, {"value": value}, "bookmark", mark.name)
    except ConflictError:
        # Perhaps by an earlier writing of our own, whose answer was lost.
        if (await records.get("bookmark", mark.name)).value != {"value": value}:
            raise RefusedError("another import moves the same bookmark") from None
