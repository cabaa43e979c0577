"""What every store of an outbox can do, and the data that goes in and out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import attrs


@attrs.frozen
class Entry:
    """One thing to deliver: a call, or one event of an array of them.

    Neither key nor base URL is in it: those are the relay's.

    Attributes:
        method: The HTTP method.
        path: The path below the path family, such as ``"/users/events"``.
        query: The encoded query, or nothing. It may be personal.
        body: The encoded JSON, or None. It may be personal.
        subjects: Whom it is about, such as ``"user:default:user_123"``; nobody, if it is for all
            who match. Personal.
        queued_at: When it was queued, in seconds since 1970.
        sequence: Its place in the queue; 0 before it has one.
        attempts: How often it was sent, or was about to be.
        deaths: How many of these attempts ended with the relay.
    """

    method: str
    path: str
    query: str = attrs.field(repr=False)
    body: bytes | None = attrs.field(repr=False)
    subjects: tuple[str, ...] = attrs.field(repr=False)
    queued_at: float
    sequence: int = 0
    attempts: int = 0
    deaths: int = 0

    @property
    def size(self) -> int:
        """Bytes of its body."""
        return len(self.body or b"")


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
class Leased:
    """Neighbours in the queue that one relay may send, for a while, and nobody else.

    Attributes:
        owner: The relay.
        entries: One or more, in the order they were queued, all for one endpoint.
    """

    owner: str
    entries: tuple[Entry, ...]

    @property
    def first(self) -> int:
        """The place of the first entry."""
        return self.entries[0].sequence

    @property
    def last(self) -> int:
        """The place of the last entry."""
        return self.entries[-1].sequence


@attrs.frozen
class Batch:
    """How much goes out at once.

    Attributes:
        events: How many events at the most.
        bytes: How many bytes their bodies may have together. One entry goes out in any case.
    """

    events: int = 500
    bytes: int = 1_000_000


@attrs.frozen
class Limits:
    """How much may wait.

    Attributes:
        entries: How many entries at the most, or None.
        bytes: How many bytes of bodies at the most, or None.
    """

    entries: int | None = None
    bytes: int | None = None


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
    """

    def add(self, entries: Sequence[Entry], limits: Limits) -> bool:
        """Queue all of these entries, or none; False if there is no room for them."""
        ...

    def refuse(self, count: int) -> None:
        """Count entries that were not queued for want of room."""
        ...

    def lease(self, owner: str, seconds: float, batch: Batch) -> Leased | None:
        """The next entries to send, unless it is another relay's turn; they are on their way now.

        Entries that were on their way with a relay whose lease ran out get an attempt and a death
        more.
        """
        ...

    def delivered(self, leased: Leased) -> None:
        """Forget entries that have arrived."""
        ...

    def failed(self, leased: Leased, seconds: float, *, attempts: int = 1) -> None:
        """Entries did not arrive: they stay, with more attempts, and the lease for a while."""
        ...

    def bury(
        self, leased: Leased, status: int | None, problem: str, *, attempts: int = 1
    ) -> Sequence[DeadLetter]:
        """Make dead letters of entries, with more attempts."""
        ...

    def release(self, owner: str) -> None:
        """Give up the lease of a relay that sends nothing at the moment."""
        ...

    def stats(self) -> Stats:
        """Numbers, at a cost that does not grow with the queue."""
        ...

    def waits(self, up_to: int) -> bool:
        """Whether an entry waits whose place is not after this one."""
        ...

    def pending(self, limit: int) -> Sequence[Entry]:
        """The first entries that wait."""
        ...

    def dead_letters(self, limit: int | None) -> Sequence[DeadLetter]:
        """The oldest dead letters."""
        ...

    def retry(self, sequences: Sequence[int] | None) -> int:
        """Queue dead letters again, these or all, at the end; return how many."""
        ...

    def drop(self, sequences: Sequence[int] | None) -> int:
        """Drop dead letters, these or all; return how many."""
        ...

    def close(self) -> None:
        """Let go of it. What is used afterwards raises `OutboxError`."""
        ...
