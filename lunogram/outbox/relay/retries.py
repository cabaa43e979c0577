"""The retries of a relay's parked entries: which are sent when, and for how long."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from ..._clock import monotonic
from ..options import RelaySettings
from ..store import ALL_PARTITIONS, NO_PARTITIONS, DeadLetter, Entry, Lease, ParkedEntry, Store
from .executors import Job
from .failure_policy import status_of
from .parking import Parking, pause_after
from .rate_limit import backoff
from .slots import attempted

PARKED = -1
"""The slot of a request that delivers parked entries: none of the slots of the queue."""

_SHARE = 4
"""How much longer the queue is served than parked entries that fail again."""

_LOOK_AGAIN = 5.0
_SELDOM = 50
"""After how many seconds parked entries are read again, and how much longer than that takes."""

_LONGEST_PAUSE_AT_FIRST = 30.0
"""When a relay that has just begun sends parked entries again, at the latest, in seconds."""

_FEWEST_ATTEMPTS = 3
"""The number of attempts before which no entry is given up for its age."""


class Retries:
    """The retries of one run of a relay. Times are in seconds, on the monotonic clock."""

    def __init__(self, store: Store, settings: RelaySettings) -> None:
        """Make it, with no parked entries yet.

        Args:
            store: The store of the outbox.
            settings: The options of the relay.
        """
        self._store = store
        self._settings = settings
        self._parking = Parking(settings.batch)
        self._known = NO_PARTITIONS
        self._read_at = math.inf
        self._next: Job | None = None
        self._in_flight: list[Job] = []
        self._sent_at = 0.0
        self._opens_at = 0.0
        self._failing = 0

    @property
    def count(self) -> int:
        """The number of parked entries."""
        return len(self._parking)

    def holds_up(self, entry: Entry) -> bool:
        """Whether an entry of the queue must be parked, behind another.

        Args:
            entry: The entry.
        """
        return self._parking.holds_up(entry)

    # -- in ---------------------------------------------------------------------------------------

    def keep(self, lease: Lease) -> None:
        """Forget the parked entries of lost partitions, and read those of new ones.

        Args:
            lease: The lease as it is now.
        """
        if lease.kept == self._known == ALL_PARTITIONS:
            return
        if not self._known <= lease.kept:
            self._parking.keep(lease.kept)
            self._known &= lease.kept
        new = lease.kept | {entry.partition for entry in lease.entries}
        if new - self._known:
            self._read(new - self._known)
            self._known |= new

    def look_again(self, now: float) -> None:
        """Read the parked entries again now and then: people retry and bury them by hand.

        Args:
            now: The time.
        """
        if now < self._read_at or self._next or self._in_flight:
            return
        heads, known = self._parking.heads(), self._known
        self.forget()  # before the new places take memory too, and in case that reading fails
        self._read(known)
        self._known = known
        self._parking.remember(heads)

    def forget(self) -> None:
        """Forget all parked entries, as the relay has released its leases."""
        self._next = None
        self._parking = Parking(self._settings.batch)
        self._known = NO_PARTITIONS

    def _read(self, partitions: frozenset[int]) -> None:
        begun = monotonic()
        for parked in self._store.parked(None):
            if parked.entry.partition in partitions:
                self._parking.add(parked, _LONGEST_PAUSE_AT_FIRST)
        now = monotonic()
        self._read_at = now + max(_LOOK_AGAIN, _SELDOM * (now - begun))

    def park(self, entry: Entry, error: Exception | None = None) -> ParkedEntry:
        """Park an entry of the queue.

        Args:
            entry: The entry, with its failed attempt counted.
            error: The failure, or None if it waits behind another.
        """
        now = time.time()
        parked = ParkedEntry(entry, None, "", now, 0.0)
        if error:
            retry_at = now + pause_after(1, in_doubt=True)
            parked = ParkedEntry(entry, status_of(error), str(error), now, retry_at)
        self._parking.add(parked)
        return parked

    # -- out --------------------------------------------------------------------------------------

    def next_at(self) -> float:
        """When parked entries are sent again; infinite if none are, or if enough are in flight."""
        at_once = max(1, self._settings.concurrency // _SHARE)
        if self._next or len(self._in_flight) >= at_once:
            return math.inf
        return max(self._opens_at, self._parking.next_at())

    def lease(self, owner: str, now: float, is_buried: Callable[[Entry], bool]) -> bool:
        """Lease parked entries that are due, for the next request.

        Args:
            owner: The owner of the relay's leases.
            now: The time.
            is_buried: Whether an entry must not be sent, and has become a dead letter.

        Returns:
            False, if some of them are gone, perhaps because a lease was lost.
        """
        if now < self.next_at():
            return True
        sequences = self._parking.next(now)
        leased = self._leased(owner, sequences)
        entries = [entry for entry in leased if not is_buried(entry)]
        there = {entry.sequence for entry in entries}
        self._parking.remove(sequence for sequence in sequences if sequence not in there)
        self._next = Job(PARKED, self._fitting(entries, now)) if entries else None
        return len(leased) == len(sequences)

    def _fitting(self, entries: Sequence[Entry], now: float) -> Sequence[Entry]:
        """The first entries, up to the bytes of one request, at least one; the others are next."""
        totals = accumulate(entry.size for entry in entries)
        count = max(1, sum(total <= self._settings.batch_bytes for total in totals))
        self._parking.put_back([entry.sequence for entry in entries[count:]], now)
        return entries[:count]

    def _leased(self, owner: str, sequences: Sequence[int]) -> Sequence[Entry]:
        try:
            return self._store.lease_parked(owner, sequences)
        except BaseException:
            self._parking.put_back(sequences, 0.0)
            raise

    @property
    def is_ready(self) -> bool:
        """Whether there is a request to send."""
        return self._next is not None

    def next_job(self, now: float) -> Job | None:
        """The request that was leased, which is in flight from now on; None if there is none.

        Args:
            now: The time.
        """
        job, self._next = self._next, None
        if job:
            self._in_flight.append(job)
            self._sent_at = now
        return job

    def in_flight(self) -> list[Entry]:
        """The entries in flight; another thread may ask while nothing changes here."""
        return [entry for job in self._in_flight for entry in job.entries]

    # -- what came of it --------------------------------------------------------------------------

    def finished(self, job: Job) -> None:
        """Note that a request is not in flight any more.

        Args:
            job: The request.
        """
        self._in_flight.remove(job)

    def done(self, entries: Iterable[Entry]) -> None:
        """Forget entries that are delivered or dead.

        Args:
            entries: The entries.
        """
        self._failing = 0
        self._parking.succeeded()
        self._parking.remove(entry.sequence for entry in entries)

    def put_back(self, job: Job, at: float) -> None:
        """Send entries again without counting an attempt.

        Args:
            job: The request.
            at: The time.
        """
        self._parking.put_back([entry.sequence for entry in job.entries], at)

    def one_by_one(self, job: Job, now: float) -> None:
        """Send the entries of a request again, each alone.

        Args:
            job: The request.
            now: The time.
        """
        self._parking.failed()
        self.put_back(job, now)

    def failed(
        self, job: Job, error: Exception, now: float, succeeded_at: float
    ) -> ParkedEntry | DeadLetter | None:
        """Park the entry of a failed request again, or give it up.

        Args:
            job: The request.
            error: The failure.
            now: The time.
            succeeded_at: When the relay last delivered anything.

        Returns:
            What becomes of the entry; None if another relay has its partition now, or if the
            request had several entries, which are sent again one by one.
        """
        self._yield_to_the_queue(now, in_doubt=succeeded_at < self._sent_at)
        if len(job.entries) > 1:
            self.one_by_one(job, now)
            return None
        entry = attempted(job.entries[0])
        place = self._parking.place(entry.sequence)
        if place is None:
            return None
        in_doubt = succeeded_at <= place.tried_at
        if not in_doubt and (reason := self._reason_to_give_up(entry, place.parked_at)):
            self._parking.remove([entry.sequence])
            return DeadLetter(entry, status_of(error), f"{reason}; {error}", time.time())
        place.failures += 1
        retry_at = time.time() + pause_after(place.failures + 1, in_doubt=in_doubt)
        parked = ParkedEntry(entry, status_of(error), str(error), place.parked_at, retry_at)
        self._parking.add(parked)
        return parked

    def _yield_to_the_queue(self, now: float, *, in_doubt: bool) -> None:
        """Let the queue have most of the time, and wait longer while everything fails."""
        self._failing = self._failing + 1 if in_doubt else 0
        pause = backoff(self._failing - 1) if self._failing else 0.0
        self._opens_at = now + max(pause, _SHARE * (now - self._sent_at))

    def _reason_to_give_up(self, entry: Entry, parked_at: float) -> str:
        age, attempts = time.time() - parked_at, entry.attempts
        most, longest = self._settings.max_attempts, self._settings.give_up_after
        is_old = longest is not None and age > longest and attempts >= _FEWEST_ATTEMPTS
        if is_old or (most is not None and attempts >= most):
            since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(parked_at))
            return f"it failed {attempts} times since {since}"
        return ""
