"""The store in NATS JetStream: one for any number of machines."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from ..store import Bookmark, DeadLetter, Entry, Lease, Limits, Outcomes, Room, Stats
from .checking import faults
from .hands import Hands
from .letters import Letters
from .looking import pending, stats
from .queueing import Addition, bookmark_record
from .records import Record, Records
from .relaying import Relaying, Settled
from .sharing import LapsedError, begin, leave
from .streams import Names, Stream
from .url import parse
from .wire import Link, RefusedError, Wire


class NATSStore:
    """A `Store` in NATS JetStream. Relays on any number of machines share its lanes."""

    def __init__(self, url: str, *, patience: float = 5.0, create: bool = True) -> None:
        """Open the streams, or make them.

        Args:
            url: ``"nats://[USER:PASSWORD@]HOST[:PORT][,HOST…]/STREAM[?replicas=3]"``.
            patience: For how many seconds to wait for a connection, and for each answer.
            create: Whether to make the streams if they are not there.

        Raises:
            ConfigurationError: If the URL is no such URL, or nats-py is not installed.
            OutboxError: If the streams can't be used.
        """
        self._address = parse(url)
        self._names = Names(self._address.stream)
        self._wire = Wire(self._address, patience)
        self._process = os.getpid()
        self._hands: dict[str, Hands] = {}
        self._settled = Settled()
        try:
            self._wire.run(self._make if create else self._find)
        except BaseException:
            self._wire.close()
            raise

    async def _make(self, link: Link) -> None:
        for configuration in self._names.configurations(self._address.replicas):
            await Stream(link, configuration["name"]).make(configuration)
        await self._find(link)

    async def _find(self, link: Link) -> None:
        for needed in self._names.configurations(1):
            there = await Stream(link, needed["name"]).configuration()
            if there is None:
                raise RefusedError(f"there is no stream {needed['name']}")
            if there["subjects"] != needed["subjects"]:
                raise RefusedError(f"the stream {needed['name']} is another program's")

    @property
    def url(self) -> str:
        """As `Store.url`."""
        return self._address.shown

    # -- queueing ---------------------------------------------------------------------------------

    def add(
        self, entries: Sequence[Entry], limits: Limits, bookmark: Bookmark | None = None
    ) -> bool:
        """As `Store.add`. If it raises, some may have been queued nevertheless."""
        # Read before anything is tried: after that, it might be our own writing that is read.
        mark = self._bookmark(bookmark.name) if bookmark else None
        return self._wire.run(Addition(self._names, entries, limits, bookmark, mark))

    def refuse(self, count: int) -> None:
        """As `Store.refuse`."""
        self._wire.run(
            lambda link: Records(link, self._names).count("counters", {"refused": count})
        )

    def bookmark(self, name: str) -> str:
        """As `Store.bookmark`."""
        return str(self._bookmark(name).value.get("value", ""))

    def _bookmark(self, name: str) -> Record:
        return self._wire.run(lambda link: bookmark_record(Records(link, self._names), name))

    # -- sending ----------------------------------------------------------------------------------

    def lease(self, owner: str, seconds: float, room: Room) -> Lease:
        """As `Store.lease`."""
        return self._wire.run(lambda link: self._lease(link, owner, seconds, room))

    async def _lease(self, link: Link, owner: str, seconds: float, room: Room) -> Lease:
        relays, records = self._relays(), Records(link, self._names)
        while True:
            if owner not in relays:
                relays[owner] = await begin(records, owner)
            try:
                return await self._relaying(link).lease(relays[owner], seconds, room)
            except LapsedError:
                relays.pop(owner, None)

    def _relaying(self, link: Link) -> Relaying:
        return Relaying(link, self._names, self._settled)

    def _relays(self) -> dict[str, Hands]:
        """Of this process: after a fork, those of the parent are the parent's."""
        if self._process != os.getpid():
            self._process, self._hands = os.getpid(), {}
        return self._hands

    def settle(self, outcomes: Outcomes) -> None:
        """As `Store.settle`."""
        self._wire.run(lambda link: self._relaying(link).settle(outcomes))

    def release(self, owner: str) -> None:
        """As `Store.release`."""
        self._wire.run(lambda link: leave(Records(link, self._names), owner))
        self._relays().pop(owner, None)

    # -- looking ----------------------------------------------------------------------------------

    def stats(self) -> Stats:
        """As `Store.stats`; the bytes are estimated if many entries wait."""
        return self._wire.run(lambda link: stats(link, self._names))

    def newest(self) -> int:
        """As `Store.newest`."""
        return int(self._wire.run(self._state)["last_seq"])

    def waits(self, up_to: int) -> bool:
        """As `Store.waits`."""
        state = self._wire.run(self._state)
        return bool(state["messages"] and state["first_seq"] <= up_to)

    async def _state(self, link: Link) -> dict[str, Any]:
        return await Stream(link, self._names.queue).state()

    def pending(self, limit: int | None, after: int = 0) -> Sequence[Entry]:
        """As `Store.pending`."""
        return self._wire.run(lambda link: pending(link, self._names, limit, after))

    def dead_letters(self, limit: int | None, after: int = 0) -> Sequence[DeadLetter]:
        """As `Store.dead_letters`."""
        return self._wire.run(lambda link: self._dead_letters(link, limit, after))

    async def _dead_letters(self, link: Link, limit: int | None, after: int) -> list[DeadLetter]:
        letters = Letters(link, self._names)
        places = [place for place in await letters.places() if place > after]
        return await letters.get(places[:limit])

    # -- care -------------------------------------------------------------------------------------

    def retry(self, sequences: Sequence[int] | None) -> int:
        """As `Store.retry`."""
        return self._wire.run(lambda link: self._retry(link, sequences))

    async def _retry(self, link: Link, sequences: Sequence[int] | None) -> int:
        letters = Letters(link, self._names)
        return await letters.retry(await _these(letters, sequences))

    def drop(self, sequences: Sequence[int] | None) -> int:
        """As `Store.drop`."""
        return self._wire.run(lambda link: self._drop(link, sequences))

    async def _drop(self, link: Link, sequences: Sequence[int] | None) -> int:
        letters = Letters(link, self._names)
        return await letters.drop(await _these(letters, sequences))

    def verify(self) -> Sequence[str]:
        """As `Store.verify`."""
        return self._wire.run(lambda link: faults(link, self._names))

    def close(self) -> None:
        """As `Store.close`."""
        self._wire.close()


async def _these(letters: Letters, sequences: Sequence[int] | None) -> list[int]:
    return await letters.places() if sequences is None else sorted(set(sequences))
