"""What every store of an outbox can do, and the data that goes in and out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, runtime_checkable
from zlib import crc32

import attrs

from ..errors import without_names

LANES = 64
"""Into how many lanes a queue is divided. Calls about one subject are all in one lane."""


# Not frozen, though nobody changes one: each event becomes one when it is queued and again when it
# is sent, and to make a frozen one takes three times as long.
@attrs.define(unsafe_hash=True)
class Entry:
    """One thing to deliver: a call, or one event of an array of them.

    Neither key nor base URL is in it: those are the relay's.

    Attributes:
        method: The HTTP method.
        path: The path below the path family, such as ``"/users/events"``. Those of Customer.io
            hold ids, which `shown_path` leaves out.
        query: The encoded query, or nothing. It may be personal.
        body: The encoded JSON, or None. It may be personal.
        subjects: Whom it is about, such as ``"user:default:user_123"``; nobody, if it is for all
            who match. The first decides its lane. Personal.
        queued_at: When it was queued, in seconds since 1970.
        trace: The W3C ``traceparent`` of the span in which it was queued, or nothing.
        sequence: Its place in the queue; 0 before it has one.
        attempts: How often it was sent, or was about to be.
        deaths: How many of these attempts ended with the relay.
    """

    method: str
    path: str = attrs.field(repr=lambda path: repr(without_names(path)))
    query: str = attrs.field(repr=False)
    body: bytes | None = attrs.field(repr=False)
    subjects: tuple[str, ...] = attrs.field(repr=False)
    queued_at: float
    trace: str = ""
    sequence: int = 0
    attempts: int = 0
    deaths: int = 0

    @property
    def shown_path(self) -> str:
        """The path as anybody may see it."""
        return without_names(self.path)

    @property
    def size(self) -> int:
        """Bytes of its body."""
        return len(self.body or b"")

    @property
    def lane(self) -> int:
        """Its lane, from 0: the same on every machine and in every version."""
        return crc32(self.subjects[0].encode()) % LANES if self.subjects else 0


@attrs.frozen
class DeadLetter:
    """An entry that was given up, kept until somebody retries or drops it.

    Attributes:
        entry: What could not be delivered.
        status: The HTTP status of the last answer, or None if none came.
        problem: Why, in words.
        died_at: When it was given up, in seconds since 1970.
    """

    entry: Entry
    status: int | None
    problem: str
    died_at: float


@attrs.frozen
class Room:
    """How much more a relay takes into its hands.

    Attributes:
        entries: How many entries, at the most; with 0, it only keeps its lanes.
        bytes: How many bytes of bodies; a larger entry is taken alone.
        empty_handed: Whether it has nothing in its hands.
        deaths: After how many deaths it gives an entry up.
    """

    entries: int
    bytes: int = 8_000_000
    empty_handed: bool = True
    deaths: int = 5


@attrs.frozen
class Lease:
    """What a relay may send for a while, and nobody else.

    Attributes:
        kept: The lanes that were this relay's without a break since it last asked. What it holds
            of other lanes is no longer its own to send: another relay may have it.
        entries: What it did not have yet, in the order queued. They are on their way now.
    """

    kept: frozenset[int]
    entries: tuple[Entry, ...]


ALL_LANES = frozenset(range(LANES))
NO_LANES: frozenset[int] = frozenset()


@attrs.frozen
class Outcomes:
    """What became of entries that a relay held.

    Attributes:
        delivered: They have arrived, and are forgotten.
        failed: They were sent and have not arrived: they stay, with an attempt more.
        dead: They are given up, and become dead letters as they are here.
    """

    delivered: Sequence[Entry] = ()
    failed: Sequence[Entry] = ()
    dead: Sequence[DeadLetter] = ()


@attrs.frozen
class Bookmark:
    """How far an import has come: written in one transaction with what it queues.

    Attributes:
        name: Of which import.
        value: How far, in the import's own words; empty text removes it.
    """

    name: str
    value: str


@attrs.frozen
class Limits:
    """How much may wait.

    Attributes:
        entries: How many entries at the most, or None.
        bytes: How many bytes of bodies at the most, or None.
    """

    entries: int | None = None
    bytes: int | None = None

    @property
    def are_set(self) -> bool:
        """Whether there are any."""
        return self.entries is not None or self.bytes is not None


@attrs.frozen
class Stats:
    """An outbox in numbers. An array of events counts as that many entries.

    Attributes:
        pending: How many entries wait, those on their way included.
        pending_bytes: The bytes of their bodies.
        oldest_at: When the oldest of them was queued, in seconds since 1970; None if none waits.
        dead: How many dead letters there are.
        queued: How many entries were ever queued, the retried ones again.
        delivered: How many were ever delivered.
        died: How many ever became dead letters.
        refused: How many were not queued because the outbox was full (``when_full="drop"``).
        dropped: How many dead letters were dropped by hand.
    """

    pending: int
    pending_bytes: int
    oldest_at: float | None
    dead: int
    queued: int
    delivered: int
    died: int
    refused: int
    dropped: int


class Store(Protocol):
    """Where an outbox keeps what it was given. Safe for threads, and after a fork.

    Every method that changes something has done so durably when it returns, and raises
    `OutboxError` if it can't.

    Attributes:
        url: Where it is, without a password: for people.
    """

    @property
    def url(self) -> str:
        """Where it is, without a password: for people."""
        ...

    # -- queueing ---------------------------------------------------------------------------------

    def add(
        self, entries: Sequence[Entry], limits: Limits, bookmark: Bookmark | None = None
    ) -> bool:
        """Queue all of these entries, or none; False if there is no room for them."""
        ...

    def refuse(self, count: int) -> None:
        """Count entries that were not queued for want of room."""
        ...

    def bookmark(self, name: str) -> str:
        """What was last written under this name, or nothing."""
        ...

    # -- sending ----------------------------------------------------------------------------------

    def lease(self, owner: str, seconds: float, room: Room) -> Lease:
        """Keep the lanes that are this relay's, take those that are free, and what is in them.

        Of each lane, entries come in the order queued, and each only once to one owner. What was
        in the hands of a relay whose lease ran out comes with an attempt and a death more. Where
        several relays may work at once, each takes its fair share of the lanes.

        Args:
            owner: From `new_owner`: one for each run of a relay.
            seconds: For how long the lanes are its own, from now on.
            room: How much it can take; `in_turn` says which entries go together.
        """
        ...

    def settle(self, outcomes: Outcomes) -> None:
        """Write down what became of entries, all at once. Those that are gone are left out."""
        ...

    def release(self, owner: str) -> None:
        """Give up the lanes of a relay that has nothing on its way."""
        ...

    # -- looking ----------------------------------------------------------------------------------

    def stats(self) -> Stats:
        """Numbers."""
        ...

    def newest(self) -> int:
        """The place of the last entry that was queued, or 0."""
        ...

    def waits(self, up_to: int) -> bool:
        """Whether an entry waits whose place is not after this one."""
        ...

    def pending(self, limit: int | None, after: int = 0) -> Sequence[Entry]:
        """What waits, in order, from behind a place."""
        ...

    def dead_letters(self, limit: int | None, after: int = 0) -> Sequence[DeadLetter]:
        """The dead letters in order of their places, from behind a place."""
        ...

    # -- care -------------------------------------------------------------------------------------

    def retry(self, sequences: Sequence[int] | None) -> int:
        """Queue dead letters again, these or all, at the end; return how many."""
        ...

    def drop(self, sequences: Sequence[int] | None) -> int:
        """Drop dead letters, these or all; return how many."""
        ...

    def verify(self) -> Sequence[str]:
        """Look through everything; return what is wrong, a sentence for each."""
        ...

    def close(self) -> None:
        """Let go of it. What is used afterwards raises `OutboxError`."""
        ...


@runtime_checkable
class TransactionalStore(Store, Protocol):
    """A store in a database that can take part in a transaction of the program's own."""

    def add_using(self, connection: object, entries: Sequence[Entry], limits: Limits) -> bool:
        """Queue all of these entries over somebody's connection, if and when that commits.

        Args:
            connection: A connection to the store's database, in a transaction.
            entries: What to queue.
            limits: How much may wait; False is returned if there is no room.
        """
        ...


def in_turn(queue: Iterable[Entry], room: Room) -> Iterator[Entry]:
    """As many entries from the head of a queue as a relay may take now.

    Entries that were in the hands of a relay when it ended are suspects: one of them may have
    ended it. They are taken by empty hands only, few at a time, the fewer the more often.

    Args:
        queue: What is free to take, in order.
        room: How much the relay takes.
    """
    count = size = deaths = most = 0
    for entry in queue:
        count, size = count + 1, size + entry.size
        if count == 1:
            deaths = entry.deaths
            most = _most(room, deaths)
        if deaths != entry.deaths or (deaths and not room.empty_handed):
            return
        if count > most or (count > 1 and size > room.bytes):
            return
        yield entry


def _most(room: Room, deaths: int) -> int:
    if not deaths:
        return room.entries
    # One alone in the end, so that no neighbour is given up in its place.
    steps = max(1, min(room.deaths, 4) - 1)
    return min(room.entries, max(1, 500 >> 9 * deaths // steps))
