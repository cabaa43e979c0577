"""The leased entries of a relay, in slots: each slot is in order, with one request in flight."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from heapq import heappop, heappush
from itertools import chain

import attrs

from ..store import ALL_PARTITIONS, NO_PARTITIONS, Capacity, Entry
from .executors import Job
from .rate_limit import backoff

_HELD_BYTES = 16_000_000
_LOOK_AGAIN = 0.05
_PARTS = 8


@attrs.define(eq=False)
class Slot:
    """One slot.

    Attributes:
        number: Its number.
        waiting: The entries that are not in flight, in order.
        job: The request in flight, or None.
        lost: The partitions whose lease was lost while the request was in flight.
        listed: Whether the slot is ready to send, or backing off.
        failing: The number of requests that have failed in a row.
        at_most: The maximum batch size while a poison entry is singled out; 0 for no such limit.
        suspects: How many of the next entries may be the poison.
        tries: How often the membership at its head was sent too early, as far as we know.
        behind: An entry of another slot that must be settled first.
    """

    number: int
    waiting: deque[Entry] = attrs.Factory(deque)
    job: Job | None = None
    lost: frozenset[int] = NO_PARTITIONS
    listed: bool = False
    failing: int = 0
    at_most: int = 0
    suspects: int = 0
    tries: int = 0
    behind: Entry | None = None

    @property
    def held(self) -> Iterable[Entry]:
        """All entries of the slot, in order."""
        return chain(self.job.entries if self.job else (), self.waiting)

    def holds(self, entry: Entry) -> bool:
        """Whether an entry is still in the slot.

        Args:
            entry: The entry.
        """
        return any(other.sequence == entry.sequence for other in self.held)


class Slots:
    """All slots of a relay. The cost of an entry does not depend on the number of entries.

    Times are in seconds, on the monotonic clock.

    Attributes:
        held: The number of leased entries, those in flight included.
        bytes: The bytes of their bodies.
    """

    def __init__(
        self,
        count: int,
        batch: int,
        batch_bytes: int,
        is_held_up: Callable[[Entry], bool] = lambda _entry: False,
        park: Callable[[Entry], object] = lambda _entry: None,
    ) -> None:
        """Make empty slots.

        Args:
            count: The number of slots.
            batch: The maximum number of events in one request.
            batch_bytes: The maximum number of bytes of events; a larger event is sent alone.
            is_held_up: Whether an entry must be parked instead of being sent.
            park: Parks an entry. From then on, it holds up those behind it.
        """
        self.held = 0
        self.bytes = 0
        self._slots = [Slot(number) for number in range(count)]
        # Assigned as they come: the partitions that are ours may have any pattern.
        self._dealt: dict[int, Slot] = {}
        self._batch = batch
        self._batch_bytes = batch_bytes
        self._window = 2 * batch * count
        self._ready: deque[Slot] = deque()
        self._resting: list[tuple[float, int]] = []
        self._suspicious = False
        self._failing: set[str] = set()
        self._is_held_up = is_held_up
        self._park = park

    # -- in ---------------------------------------------------------------------------------------

    def room(self, crashes: int) -> Capacity:
        """The capacity for more entries: none before half of them are settled.

        Args:
            crashes: The number of crashes after which an entry becomes a dead letter.
        """
        entries, size = self._window - self.held, _HELD_BYTES - self.bytes
        half_full = 2 * entries < self._window or 2 * size < _HELD_BYTES
        if self.held and (self._suspicious or half_full):
            return Capacity(0, 0, empty_handed=False)
        return Capacity(entries, size, empty_handed=not self.held, crashes=crashes)

    def add(self, entries: Iterable[Entry]) -> None:
        """Add entries, each at the end of its slot.

        Args:
            entries: The entries, in order.
        """
        self._suspicious = self._suspicious and self.held > 0
        for entry in entries:
            slot = self._slot_of(entry)
            slot.waiting.append(entry)
            self.held += 1
            self.bytes += entry.size
            self._suspicious = self._suspicious or entry.crashes > 0
            if not slot.listed and slot.job is None:
                self._list(slot)

    def keep(self, kept: frozenset[int]) -> None:
        """Forget the entries of other partitions. Requests in flight go on.

        Args:
            kept: The partitions that are still leased.
        """
        if kept == ALL_PARTITIONS or not self.held:
            return
        for slot in self._slots:
            self._forget([entry for entry in slot.waiting if entry.partition not in kept])
            slot.waiting = deque(entry for entry in slot.waiting if entry.partition in kept)
            if slot.job:
                slot.lost |= ALL_PARTITIONS - kept

    # -- out --------------------------------------------------------------------------------------

    def next_job(self, now: float, *, alone: bool = False) -> Job | None:
        """The next request, which is in flight from now on; None if no slot is ready.

        Args:
            now: The time.
            alone: Whether it delivers a single entry.
        """
        self._wake(now)
        while self._ready:
            slot = self._ready.popleft()
            slot.listed = False
            if slot.behind and self._slot_of(slot.behind).holds(slot.behind):
                self._rest(slot, now + _LOOK_AGAIN)
            elif self._has_more(slot):
                slot.behind = None
                slot.job = self._job(slot, alone=alone)
                return slot.job
        return None

    def next_at(self, now: float) -> float:
        """The time at which a slot may be ready, as far as it is known.

        Args:
            now: The time.
        """
        if self._ready:
            return now
        return self._resting[0][0] if self._resting else float("inf")

    def _has_more(self, slot: Slot) -> bool:
        """Whether an entry waits, after parking those at the head that are held up."""
        waiting = slot.waiting
        while waiting and self._is_held_up(waiting[0]):
            self._forget([waiting[0]])
            self._park(waiting.popleft())
        return bool(waiting)

    def _job(self, slot: Slot, *, alone: bool) -> Job:
        waiting = slot.waiting
        if index := self._another_kind(waiting):
            head, alone = waiting[index], True
            del waiting[index]
        else:
            head = waiting.popleft()
        entries, size = [head], head.size
        most = (slot.at_most or self._batch) if head.operation.is_batch and not alone else 1
        while len(entries) < most and self._has_more(slot) and waiting[0].path == head.path:
            size += waiting[0].size
            if size > self._batch_bytes:
                break
            entries.append(waiting.popleft())
        return Job(slot.number, entries)

    def _another_kind(self, waiting: Sequence[Entry]) -> int:
        """The index of the first entry of an operation that does not fail; 0 if there is none.

        No earlier entry is about one of its subjects. It shows whether the server is down, or has a
        fault in one operation.
        """
        earlier: set[str] = set()
        for index, entry in enumerate(waiting if self._failing else ()):
            is_other = _kind(entry) not in self._failing and earlier.isdisjoint(entry.subjects)
            if is_other and not self._is_held_up(entry):
                return index
            earlier.update(entry.subjects)
        return 0

    def in_flight(self) -> list[Entry]:
        """The entries in flight; another thread may ask while nothing changes here."""
        return [entry for slot in self._slots if slot.job for entry in slot.job.entries]

    # -- what came of it --------------------------------------------------------------------------

    def done(self, job: Job, *, poison: bool = False) -> None:
        """Remove a request whose entries are delivered or dead.

        Args:
            job: The request.
            poison: Whether it was the poison that was singled out.
        """
        slot = self._slots[job.slot]
        self._forget(job.entries)
        slot.failing = slot.tries = 0
        slot.suspects -= len(job.entries)
        if poison or slot.suspects <= 0:
            slot.at_most = slot.suspects = 0
        if slot.lost:
            self._drop_copies(slot, job)
        self._free(slot)

    def put_back(
        self,
        job: Job,
        now: float,
        pause: float = 0.0,
        behind: Entry | None = None,
        *,
        counts: bool = True,
    ) -> None:
        """Put a request back, to be sent again.

        Args:
            job: The request.
            now: The time.
            pause: The seconds of backoff.
            behind: An entry of another slot that must be settled before.
            counts: Whether it counts as an attempt.
        """
        slot = self._slots[job.slot]
        slot.behind = behind
        self._forget(job.entries)
        ours = [entry for entry in job.entries if entry.partition not in slot.lost]
        ours = [attempted(entry) for entry in ours] if counts else ours
        slot.waiting.extendleft(reversed(ours))
        self.held += len(ours)
        self.bytes += sum(entry.size for entry in ours)
        self._free(slot, now + pause if pause else 0.0)

    def halve(self, job: Job, now: float) -> None:
        """Single out the poison of a batch: it is sent in halves until the poison is alone.

        Args:
            job: The request.
            now: The time.
        """
        slot = self._slots[job.slot]
        slot.suspects = max(slot.suspects, len(job.entries))
        slot.at_most = len(job.entries) // 2
        self.put_back(job, now)

    def divide(self, job: Job, now: float) -> bool:
        """Single out the entry of a batch that fails: it is sent in ever smaller parts.

        Args:
            job: The request.
            now: The time.

        Returns:
            Whether it was not a part already.
        """
        slot = self._slots[job.slot]
        is_whole = not slot.at_most
        slot.suspects = max(slot.suspects, len(job.entries))
        slot.at_most = max(1, len(job.entries) // _PARTS)
        self.put_back(job, now)
        return is_whole

    def failed(self, job: Job) -> None:
        """Note that the operation of a request fails, so that another one is tried next.

        Args:
            job: The request.
        """
        self._failing.add(_kind(job.entries[0]))

    def succeeded(self) -> None:
        """Note that the server responds."""
        self._failing.clear()

    def back_off(self, job: Job, now: float) -> float:
        """Put a failed request back, with exponential backoff for its slot.

        Args:
            job: The request.
            now: The time.

        Returns:
            The seconds of backoff.
        """
        slot = self._slots[job.slot]
        pause = backoff(slot.failing)
        slot.failing += 1
        self.put_back(job, now, pause)
        return pause

    def tried(self, job: Job) -> int:
        """Count that a membership was sent too early; return how often before.

        Args:
            job: The request.
        """
        slot = self._slots[job.slot]
        slot.tries += 1
        return slot.tries - 1

    def earlier(self, entry: Entry) -> Entry | None:
        """The last entry of another slot that was queued before this one and shares a subject.

        Args:
            entry: A leased entry.
        """
        mine, own = set(entry.subjects), self._slot_of(entry)
        found = [
            other
            for slot in self._slots
            if slot is not own
            for other in slot.held
            if other.sequence < entry.sequence and not mine.isdisjoint(other.subjects)
        ]
        return max(found, key=lambda other: other.sequence, default=None)

    # -- bookkeeping ------------------------------------------------------------------------------

    def _slot_of(self, entry: Entry) -> Slot:
        if len(self._slots) == 1:  # its partition takes a checksum, and is not needed
            return self._slots[0]
        number = entry.partition
        slot = self._dealt.get(number)
        if slot is None:
            slot = self._dealt[number] = self._slots[len(self._dealt) % len(self._slots)]
        return slot

    def _forget(self, entries: Sequence[Entry]) -> None:
        self.held -= len(entries)
        self.bytes -= sum(entry.size for entry in entries)

    def _drop_copies(self, slot: Slot, job: Job) -> None:
        """Drop entries whose lease was lost in flight, and that were leased again since."""
        there = {entry.sequence for entry in job.entries}
        self._forget([entry for entry in slot.waiting if entry.sequence in there])
        slot.waiting = deque(entry for entry in slot.waiting if entry.sequence not in there)

    def _free(self, slot: Slot, at: float = 0.0) -> None:
        slot.job = None
        slot.lost = NO_PARTITIONS
        if at:
            self._rest(slot, at)
        elif slot.waiting:
            self._list(slot)

    def _list(self, slot: Slot) -> None:
        slot.listed = True
        self._ready.append(slot)

    def _rest(self, slot: Slot, until: float) -> None:
        slot.listed = True
        heappush(self._resting, (until, slot.number))

    def _wake(self, now: float) -> None:
        while self._resting and self._resting[0][0] <= now:
            self._ready.append(self._slots[heappop(self._resting)[1]])


def _kind(entry: Entry) -> str:
    return entry.name or f"{entry.method} {entry.path}"


def attempted(entry: Entry) -> Entry:
    """The entry with one attempt more.

    Args:
        entry: The entry as it was.
    """
    return attrs.evolve(entry, attempts=entry.attempts + 1)
