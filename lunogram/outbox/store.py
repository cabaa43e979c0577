"""The protocol of the stores of an outbox, and the data that they take and return."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar, runtime_checkable
from zlib import crc32

import attrs

from ..operation import Operation
from ..operations import OPERATIONS
from .validation import shown_method

PARTITIONS = 64
"""The number of partitions of a queue. All calls about one subject are in one partition."""


T = TypeVar("T")

_PAGE = 1000


# Not frozen, though nobody changes one: each event becomes one when it is queued and again when it
# is sent, and to make a frozen one takes three times as long.
@attrs.define(unsafe_hash=True)
class Entry:
    """An entry of the queue: a call, or one item of a batch.

    It holds neither key nor base URL: those are the relay's.

    Attributes:
        method: The HTTP method.
        path: The path below the base path, such as ``"/users/events"``. Paths of Customer.io
            hold identifiers, which `shown_path` omits.
        query: The encoded query, or nothing. It may be personal.
        body: The encoded JSON, or None. It may be personal.
        subjects: Its subjects, such as ``"user:default:user_123"``; none, if it is for all users
            that match. The first decides its partition. Personal.
        queued_at: When it was queued, in seconds since 1970.
        trace: The W3C ``traceparent`` of the span in which it was queued, or nothing.
        sequence: Its sequence number in the queue; 0 before it is queued.
        attempts: The number of attempts to send it, begun ones included.
        crashes: The number of attempts during which the relay crashed.
        name: The name of its operation as it was queued, such as ``"post_user_events"``; nothing,
            if it was queued by a version that did not store names.
    """

    method: str = attrs.field(repr=lambda method: repr(shown_method(method)))
    path: str = attrs.field(repr=False)
    query: str = attrs.field(repr=False)
    body: bytes | None = attrs.field(repr=False)
    subjects: tuple[str, ...] = attrs.field(repr=False)
    queued_at: float
    trace: str = ""
    sequence: int = 0
    attempts: int = 0
    crashes: int = 0
    name: str = attrs.field(default="", repr=False)

    @property
    def operation(self) -> Operation:
        """The operation of its request, perhaps an unknown one."""
        return OPERATIONS.named(self.name) or OPERATIONS.of(self.method, self.path)

    @property
    def shown_path(self) -> str:
        """The path without identifiers, or ``"(invalid path)"``: safe to print."""
        operation = self.operation
        is_its_path = operation.matches(self.method, self.path)
        return operation.shown(self.path) if is_its_path else "(invalid path)"

    @property
    def shown_method(self) -> str:
        """The HTTP method, or ``"(invalid method)"``: safe to print."""
        return shown_method(self.method)

    @property
    def size(self) -> int:
        """The size of its body, in bytes."""
        return len(self.body or b"")

    @property
    def partition(self) -> int:
        """Its partition, from 0: the same on every machine and in every version."""
        return crc32(self.subjects[0].encode()) % PARTITIONS if self.subjects else 0


@attrs.define(unsafe_hash=True)
class MalformedEntry(Entry):
    """An entry that a store holds and that is not valid.

    It is never sent: a relay moves it to the dead letters. Its fields hold what could be read.

    Attributes:
        fault: Its fault, without any of its content.
        stored_partition: The partition in which the store keeps it.
    """

    fault: str = ""
    stored_partition: int = 0

    @property
    def partition(self) -> int:
        """The partition in which the store keeps it."""
        return self.stored_partition


@attrs.frozen
class DeadLetter:
    """A dead letter: an entry that could not be delivered, kept until it is retried or dropped.

    Attributes:
        entry: The entry.
        status: The HTTP status of the last response, or None if none came.
        problem: The reason, in words.
        died_at: When it was moved to the dead letters, in seconds since 1970.
    """

    entry: Entry
    status: int | None
    problem: str
    died_at: float

    @property
    def shown_problem(self) -> str:
        """The problem as logs may show it: without the server's words, which may name a person."""
        return self.problem if self.status is None else f"{self.status} (rejected)"


@attrs.frozen
class ParkedEntry:
    """A parked entry: one that waits apart from the queue, so that it holds up no other subject.

    It has failed while others were delivered, or waits behind a parked entry about one of its
    subjects. It still counts as pending.

    Attributes:
        entry: The entry.
        status: The HTTP status of its last response, or None if none came, or if it was not sent.
        problem: The reason of its last failure, in words; nothing if it waits behind another.
        parked_at: When it was parked, in seconds since 1970.
        retry_at: When it is sent again at the earliest, in seconds since 1970; 0 if it waits
            behind another.
    """

    entry: Entry
    status: int | None
    problem: str
    parked_at: float
    retry_at: float

    @property
    def shown_problem(self) -> str:
        """The problem as logs may show it: without the server's words, which may name a person."""
        if not self.problem:
            return "waits behind another call"
        return self.problem if self.status is None else f"{self.status}"


@attrs.frozen
class Capacity:
    """The capacity of a relay for more entries.

    Attributes:
        entries: The largest number of entries; with 0, it only keeps its partitions.
        bytes: The largest sum of the sizes of bodies; a larger entry is leased alone.
        empty_handed: Whether it has leased no entries.
        crashes: The number of crashes after which it moves an entry to the dead letters.
    """

    entries: int
    bytes: int = 8_000_000
    empty_handed: bool = True
    crashes: int = 5


@attrs.frozen
class Lease:
    """A lease: what one relay, and no other, may send for a while.

    Attributes:
        kept: The partitions that are the relay's since its last lease. It must not send entries
            of other partitions any more: another relay may have leased them.
        entries: The entries that it did not have yet, in the order queued. They are in flight now.
    """

    kept: frozenset[int]
    entries: tuple[Entry, ...]


ALL_PARTITIONS = frozenset(range(PARTITIONS))
NO_PARTITIONS: frozenset[int] = frozenset()


@attrs.frozen
class Outcomes:
    """The outcomes of entries that a relay had leased.

    Attributes:
        delivered: The entries that were delivered; they are deleted.
        failed: The entries that were sent and not delivered; they stay, with one more attempt.
        dead: The dead letters that entries become.
        parked: The parked entries that entries become, or stay with another time of the retry.
    """

    delivered: Sequence[Entry] = ()
    failed: Sequence[Entry] = ()
    dead: Sequence[DeadLetter] = ()
    parked: Sequence[ParkedEntry] = ()


@attrs.frozen
class Checkpoint:
    """The progress of an import, written in one transaction with what it queues.

    Attributes:
        name: The name of the import.
        value: The progress, in the import's own format; an empty string removes the checkpoint.
    """

    name: str
    value: str


@attrs.frozen
class Limits:
    """The limits of what may wait.

    Attributes:
        entries: The largest number of entries, or None.
        bytes: The largest sum of the sizes of bodies, or None.
    """

    entries: int | None = None
    bytes: int | None = None

    @property
    def are_set(self) -> bool:
        """Whether there is a limit."""
        return self.entries is not None or self.bytes is not None

    def allow(self, *, entries: int = 0, bytes: int = 0) -> bool:
        """Whether so much may wait.

        Args:
            entries: A number of entries.
            bytes: The sum of the sizes of their bodies.
        """
        is_too_many = self.entries is not None and entries > self.entries
        return not is_too_many and (self.bytes is None or bytes <= self.bytes)


@attrs.frozen
class Stats:
    """The numbers of an outbox. A batch of events counts as that many entries.

    Attributes:
        pending: The number of entries that wait, those in flight and the parked ones included.
        pending_bytes: The bytes of their bodies.
        oldest_at: When the oldest of them was queued, in seconds since 1970; None if none waits.
        dead: The number of dead letters.
        queued: The number of entries ever queued; a retried dead letter counts again.
        delivered: The number of entries ever delivered.
        died: The number of entries that ever became dead letters.
        refused: The number of entries not queued because the outbox was full
            (``when_full="drop"``).
        dropped: The number of dead letters that were dropped.
        parked: The number of parked entries.
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
    parked: int


class Store(Protocol):
    """The storage of an outbox. Safe for threads, and after a fork.

    Every method that changes something has done so durably when it returns, and raises
    `OutboxError` if it can't.

    Attributes:
        url: Its URL without a password: safe to print.
    """

    @property
    def url(self) -> str:
        """The URL without a password: safe to print."""
        ...

    # -- queueing ----------------------------------------------------------------------------------

    def add(
        self, entries: Sequence[Entry], limits: Limits, checkpoint: Checkpoint | None = None
    ) -> bool:
        """Queue all of these entries, or none; False if there is no room for them."""
        ...

    def refuse(self, count: int) -> None:
        """Count entries that were not queued because the outbox was full."""
        ...

    def checkpoint(self, name: str) -> str:
        """The value of the checkpoint of this name, or an empty string."""
        ...

    # -- sending -----------------------------------------------------------------------------------

    def lease(self, owner: str, seconds: float, room: Capacity) -> Lease:
        """Renew the lease of a relay, and lease free partitions and entries of its partitions.

        Entries of a partition come in the order queued, and each only once to one owner. Entries
        that were leased by a relay whose lease has expired come with one more attempt and one more
        crash. Where several relays may run at once, each gets its fair share of the partitions.

        Args:
            owner: The owner, from `new_owner`: one for each run of a relay.
            seconds: The length of the lease, from now on.
            room: How much more the relay can hold; `in_turn` says which entries go together.
        """
        ...

    def lease_parked(self, owner: str, sequences: Sequence[int]) -> Sequence[Entry]:
        """Lease parked entries of a relay's own partitions, until their outcomes are settled.

        Those that were leased by a relay that has ended come with one more attempt and one more
        crash. Those that do not exist are omitted.

        Args:
            owner: The owner, which has a lease.
            sequences: Their sequence numbers.
        """
        ...

    def settle(self, outcomes: Outcomes) -> None:
        """Write the outcomes of entries, all at once. Entries that do not exist are skipped."""
        ...

    def release(self, owner: str) -> None:
        """Give back the partitions of a relay that has nothing in flight."""
        ...

    # -- inspection --------------------------------------------------------------------------------

    def stats(self) -> Stats:
        """The numbers of the outbox."""
        ...

    def newest(self) -> int:
        """The sequence number of the last entry that was queued, or 0."""
        ...

    def waits(self, up_to: int) -> bool:
        """Whether an entry waits up to this sequence number."""
        ...

    def pending(self, limit: int | None, after: int = 0) -> Sequence[Entry]:
        """The entries that wait after a sequence number, in order."""
        ...

    def parked(self, limit: int | None, after: int = 0) -> Iterable[ParkedEntry]:
        """The parked entries after a sequence number, in order, read some at a time."""
        ...

    def dead_letters(self, limit: int | None, after: int = 0) -> Sequence[DeadLetter]:
        """The dead letters after a sequence number, in order."""
        ...

    # -- maintenance -------------------------------------------------------------------------------

    def retry(self, sequences: Sequence[int] | None) -> int:
        """Queue dead letters again, these or all, at the end; return how many."""
        ...

    def drop(self, sequences: Sequence[int] | None) -> int:
        """Drop dead letters, these or all; return how many."""
        ...

    def verify(self) -> Sequence[str]:
        """The faults of everything that is stored, a sentence for each."""
        ...

    def close(self) -> None:
        """Close the store. Using it afterwards raises `OutboxError`."""
        ...


@attrs.frozen
class Statement:
    """A statement that queues entries in a transaction of the program's own.

    Attributes:
        sql: The statement, with named parameters.
        values: Its parameters. They are personal.
    """

    sql: str
    values: Mapping[str, Any] = attrs.field(repr=False)


@runtime_checkable
class TransactionalStore(Store, Protocol):
    """A store in a database that can take part in a transaction of the program's own."""

    def add_using(self, connection: object, entries: Sequence[Entry], limits: Limits) -> bool:
        """Queue all of these entries over a connection of the caller, if and when that commits.

        Args:
            connection: A connection to the store's database, in a transaction.
            entries: The entries.
            limits: How much may wait; False is returned if there is no room.
        """
        ...

    def statement(self, entries: Sequence[Entry], limits: Limits) -> Statement | None:
        """The statement that queues these entries; None if there is no room.

        Args:
            entries: The entries.
            limits: How much may wait.
        """
        ...

    def added(self, entries: Sequence[Entry], count: int) -> None:
        """Check that the statement of `statement` has queued all entries.

        Args:
            entries: The entries.
            count: The number of rows that it has written.
        """
        ...


def in_turn(queue: Iterable[Entry], room: Capacity) -> Iterator[Entry]:
    """The entries from the head of a queue that a relay may lease now.

    Entries that were leased by a relay when it crashed are suspects: one of them may have caused
    the crash. A relay that holds nothing else leases them, fewer at a time with each crash.

    Args:
        queue: The entries that are free, in order.
        room: How much more the relay can hold.
    """
    count = size = crashes = most = 0
    for entry in queue:
        count, size = count + 1, size + entry.size
        if count == 1:
            crashes = entry.crashes
            most = _most(room, crashes)
        if crashes != entry.crashes or (crashes and not room.empty_handed):
            return
        if count > most or (count > 1 and size > room.bytes):
            return
        yield entry


def _most(room: Capacity, crashes: int) -> int:
    if not crashes:
        return room.entries
    # One alone in the end, so that no other entry becomes a dead letter in its place.
    steps = max(1, min(room.crashes, 4) - 1)
    return min(room.entries, max(1, 500 >> 9 * crashes // steps))


def in_pages(
    read: Callable[[int, int], Sequence[T]],
    place: Callable[[T], int],
    limit: int | None = None,
    after: int = 0,
) -> Iterator[T]:
    """Entries, parked entries or dead letters of a store, read some at a time.

    Args:
        read: Reads up to a number of them, after a sequence number.
        place: The sequence number of one.
        limit: The largest number of them, or None.
        after: The sequence number.
    """
    left = math.inf if limit is None else limit
    while page := read(int(min(left, _PAGE)), after):
        yield from page
        left, after = left - len(page), place(page[-1])
