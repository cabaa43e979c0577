"""The store in NATS JetStream: one for any number of machines."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

from ..store import (
    Capacity,
    Checkpoint,
    DeadLetter,
    Entry,
    Lease,
    Limits,
    Outcomes,
    ParkedEntry,
    Stats,
)
from .connection import Connection, Link
from .dead_letters import DeadLetters
from .leases import LapsedError, begin, leave
from .parked import ParkedEntries
from .publisher import Addition, checkpoint_record
from .records import Record, Records
from .relay_session import RelaySession, Settled
from .relay_state import RelayState
from .schema import Names, check_streams, create_streams
from .stats import pending, stats
from .streams import CHUNK, Stream
from .url import parse
from .verify import faults


class NATSStore:
    """A `Store` in NATS JetStream. Relays on any number of machines share its partitions."""

    def __init__(self, url: str, *, patience: float = 5.0, create: bool = True) -> None:
        """Open the streams, or create them.

        Args:
            url: ``"nats://[USER:PASSWORD@]HOST[:PORT][,HOST…]/STREAM[?replicas=3]"``.
            patience: The time limit of connecting, and of each response, in seconds.
            create: Whether to create the streams if they do not exist.

        Raises:
            ConfigurationError: If the URL is invalid, or nats-py is not installed.
            OutboxError: If the streams can't be used.
        """
        self._address = parse(url)
        self._names = Names(self._address.stream)
        self._connection = Connection(self._address, patience)
        self._process = os.getpid()
        self._states: dict[str, RelayState] = {}
        self._settled = Settled()
        try:
            self._connection.run(self._create if create else self._check)
        except BaseException:
            self._connection.close()
            raise

    async def _create(self, link: Link) -> None:
        await create_streams(link, self._names, self._address.replicas)

    async def _check(self, link: Link) -> None:
        await check_streams(link, self._names)

    @property
    def url(self) -> str:
        """As `Store.url`."""
        return self._address.shown

    # -- queueing ----------------------------------------------------------------------------------

    def add(
        self, entries: Sequence[Entry], limits: Limits, checkpoint: Checkpoint | None = None
    ) -> bool:
        """As `Store.add`. If it raises, some may have been queued nevertheless."""
        # It is read before the first attempt: after that, it may be what an attempt has written.
        mark = self._checkpoint(checkpoint.name) if checkpoint else None
        return self._connection.run(Addition(self._names, entries, limits, checkpoint, mark))

    def refuse(self, count: int) -> None:
        """As `Store.refuse`."""
        self._connection.run(
            lambda link: Records(link, self._names).count("counters", {"refused": count})
        )

    def checkpoint(self, name: str) -> str:
        """As `Store.checkpoint`."""
        return str(self._checkpoint(name).value.get("value", ""))

    def _checkpoint(self, name: str) -> Record:
        return self._connection.run(
            lambda link: checkpoint_record(Records(link, self._names), name)
        )

    # -- sending -----------------------------------------------------------------------------------

    def lease(self, owner: str, seconds: float, room: Capacity) -> Lease:
        """As `Store.lease`."""
        return self._connection.run(lambda link: self._lease(link, owner, seconds, room))

    async def _lease(self, link: Link, owner: str, seconds: float, room: Capacity) -> Lease:
        relays, records = self._relays(), Records(link, self._names)
        while True:
            if owner not in relays:
                relays[owner] = await begin(records, owner)
            try:
                return await self._relaying(link).lease(relays[owner], seconds, room)
            except LapsedError:
                relays.pop(owner, None)

    def _relaying(self, link: Link) -> RelaySession:
        return RelaySession(link, self._names, self._settled, self._relays().values())

    def _relays(self) -> dict[str, RelayState]:
        """The relays of this process; those of the parent process are not, after a fork."""
        if self._process != os.getpid():
            self._process, self._states = os.getpid(), {}
        return self._states

    def lease_parked(self, owner: str, sequences: Sequence[int]) -> Sequence[Entry]:
        """As `Store.lease_parked`."""
        relay = self._relays().get(owner)
        if relay is None:
            return []
        return self._connection.run(
            lambda link: self._relaying(link).lease_parked(relay, sequences)
        )

    def settle(self, outcomes: Outcomes) -> None:
        """As `Store.settle`."""
        self._connection.run(lambda link: self._relaying(link).settle(outcomes))
        gone = [*outcomes.delivered, *outcomes.failed]
        gone += [each.entry for each in outcomes.dead] + [each.entry for each in outcomes.parked]
        for relay in self._relays().values():
            for entry in gone:
                relay.parked.pop(entry.sequence, None)

    def release(self, owner: str) -> None:
        """As `Store.release`."""
        if relay := self._relays().get(owner):
            self._connection.run(lambda link: self._relaying(link).give_back_parked(relay))
        self._connection.run(lambda link: leave(Records(link, self._names), owner))
        self._relays().pop(owner, None)

    # -- inspection --------------------------------------------------------------------------------

    def stats(self) -> Stats:
        """As `Store.stats`; the bytes are estimated if many entries wait."""
        return self._connection.run(lambda link: stats(link, self._names))

    def newest(self) -> int:
        """As `Store.newest`."""
        return int(self._connection.run(self._state)["last_seq"])

    def waits(self, up_to: int) -> bool:
        """As `Store.waits`."""
        return self._connection.run(lambda link: self._waits(link, up_to))

    async def _waits(self, link: Link, up_to: int) -> bool:
        state = await self._state(link)
        if state["messages"] and state["first_seq"] <= up_to:
            return True
        parked = await ParkedEntries(link, self._names).sequences()
        return bool(parked and parked[0] <= up_to)

    async def _state(self, link: Link) -> dict[str, Any]:
        return await Stream(link, self._names.queue).state()

    def pending(self, limit: int | None, after: int = 0) -> Sequence[Entry]:
        """As `Store.pending`."""
        return self._connection.run(lambda link: pending(link, self._names, limit, after))

    def parked(self, limit: int | None, after: int = 0) -> Iterator[ParkedEntry]:
        """As `Store.parked`."""
        sequences = self._connection.run(lambda link: ParkedEntries(link, self._names).sequences())
        chosen = [each for each in sequences if each > after][:limit]
        for start in range(0, len(chosen), CHUNK):
            yield from self._parked(chosen[start : start + CHUNK])

    def _parked(self, sequences: Sequence[int]) -> list[ParkedEntry]:
        return self._connection.run(lambda link: ParkedEntries(link, self._names).get(sequences))

    def dead_letters(self, limit: int | None, after: int = 0) -> Sequence[DeadLetter]:
        """As `Store.dead_letters`."""
        return self._connection.run(lambda link: self._dead_letters(link, limit, after))

    async def _dead_letters(self, link: Link, limit: int | None, after: int) -> list[DeadLetter]:
        dead_letters = DeadLetters(link, self._names)
        sequences = [each for each in await dead_letters.sequences() if each > after]
        return await dead_letters.get(sequences[:limit])

    # -- maintenance -------------------------------------------------------------------------------

    def retry(self, sequences: Sequence[int] | None) -> int:
        """As `Store.retry`."""
        return self._connection.run(lambda link: self._retry(link, sequences))

    async def _retry(self, link: Link, sequences: Sequence[int] | None) -> int:
        dead_letters = DeadLetters(link, self._names)
        return await dead_letters.retry(await _these(dead_letters, sequences))

    def drop(self, sequences: Sequence[int] | None) -> int:
        """As `Store.drop`."""
        return self._connection.run(lambda link: self._drop(link, sequences))

    async def _drop(self, link: Link, sequences: Sequence[int] | None) -> int:
        dead_letters = DeadLetters(link, self._names)
        return await (
            dead_letters.drop_all() if sequences is None else dead_letters.drop(set(sequences))
        )

    def verify(self) -> Sequence[str]:
        """As `Store.verify`."""
        return self._connection.run(lambda link: faults(link, self._names))

    def close(self) -> None:
        """As `Store.close`."""
        self._connection.close()


async def _these(dead_letters: DeadLetters, sequences: Sequence[int] | None) -> list[int]:
    return await dead_letters.sequences() if sequences is None else sorted(set(sequences))
