"""The parked entries of a relay: which entry waits for which, and when each is sent again.

The entries themselves are in the store. Here are their sequence numbers, and for each subject the
line of the parked entries about it, of which only the first may be sent.
"""

from __future__ import annotations

import math
import random
import time
from bisect import insort
from collections.abc import Collection, Iterable
from heapq import heappop, heappush
from sys import intern

import attrs

from ..._clock import monotonic
from ..store import Entry, ParkedEntry

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 900.0
_LONGEST_PAUSE_IN_DOUBT = 30.0


def pause_after(failures: int, *, in_doubt: bool) -> float:
    """The seconds until a parked entry is sent again, with jitter.

    Args:
        failures: The number of its failures in a row.
        in_doubt: Whether nothing else was delivered since its last attempt: perhaps the server is
            down, and the entry can be delivered as soon as it is up again.
    """
    most = _LONGEST_PAUSE_IN_DOUBT if in_doubt else _LONGEST_PAUSE
    longest: float = min(most, _FIRST_PAUSE * 2 ** min(failures - 1, 20))
    return random.uniform(0.5, 1) * longest


@attrs.define(eq=False)
class Place:
    """The place of a parked entry.

    Attributes:
        sequence: Its sequence number.
        partition: Its partition.
        own: The subjects in whose lines it is: later calls about them wait for it.
        others: The subjects for which it waits although it is not in their lines. A membership is
            about a user and an organization, which may have a million members: they do not wait
            for each other.
        path: Its path, or nothing if it must be sent alone.
        parked_at: When it was parked, in seconds since 1970.
        retry_at: When it is sent again, on the monotonic clock.
        due: The same, in seconds since 1970, as it is stored; 0 if it waits behind another.
        failures: How often it has failed, as far as this relay knows.
        tried_at: When it was last tried, as far as it is known, on the monotonic clock.
        in_flight: Whether it is being sent.
    """

    sequence: int
    partition: int
    own: tuple[str, ...]
    others: tuple[str, ...]
    path: str
    parked_at: float
    retry_at: float = 0.0
    due: float = 0.0
    failures: int = 0
    tried_at: float = 0.0
    in_flight: bool = False


class Parking:
    """The places of the parked entries of a relay's partitions.

    Times are in seconds, on the monotonic clock.
    """

    def __init__(self, batch: int) -> None:
        """Make it empty.

        Args:
            batch: The maximum number of events in one request.
        """
        self._batch = batch
        self._most = 1
        self._places: dict[int, Place] = {}
        self._lines: dict[str, list[int]] = {}
        self._waiters: dict[str, set[int]] = {}
        self._due: list[tuple[float, int]] = []

    def __len__(self) -> int:
        return len(self._places)

    def place(self, sequence: int) -> Place | None:
        """The place of an entry, or None if it is not parked.

        Args:
            sequence: Its sequence number.
        """
        return self._places.get(sequence)

    def holds_up(self, entry: Entry) -> bool:
        """Whether an entry of the queue must be parked: behind another, or because it is already.

        Args:
            entry: The entry.
        """
        if not self._places:  # as nearly always, and it is asked for each entry
            return False
        if entry.sequence in self._places:
            return True
        lines = (self._lines.get(subject) for subject in entry.subjects)
        return any(line and line[0] < entry.sequence for line in lines)

    # -- in ---------------------------------------------------------------------------------------

    def add(self, parked: ParkedEntry, longest: float = _LONGEST_PAUSE) -> None:
        """Add an entry that is parked, or change the time at which it is sent again.

        Args:
            parked: The parked entry.
            longest: The longest time until it is sent again, in seconds: another process may have
                parked it, before the clock was set back.
        """
        place = self._places.get(parked.entry.sequence) or self._new_place(parked)
        if parked.retry_at:
            now = monotonic()
            place.retry_at = now + min(parked.retry_at - time.time(), longest)
            place.tried_at, place.due = now, parked.retry_at
            place.in_flight = False
        self._list(place)

    def _new_place(self, parked: ParkedEntry) -> Place:
        place = _place_of(parked)
        self._places[place.sequence] = place
        for subject in place.own:
            insort(self._lines.setdefault(subject, []), place.sequence)
        for subject in place.others:
            self._waiters.setdefault(subject, set()).add(place.sequence)
        return place

    def heads(self) -> list[Place]:
        """The places of entries that have failed."""
        return [place for place in self._places.values() if place.due]

    def remember(self, heads: Iterable[Place]) -> None:
        """Take over what is known of entries that have failed, unless it was changed by hand.

        Args:
            heads: Their places, as they were known before.
        """
        for known in heads:
            place = self._places.get(known.sequence)
            if place and place.due == known.due:
                place.failures, place.tried_at = known.failures, known.tried_at
                place.retry_at = known.retry_at
                self._list(place)

    def put_back(self, sequences: Iterable[int], retry_at: float) -> None:
        """Change the time at which entries are sent again, which are not in flight any more.

        Args:
            sequences: Their sequence numbers.
            retry_at: The time.
        """
        for place in filter(None, map(self._places.get, sequences)):
            place.retry_at, place.in_flight = retry_at, False
            self._list(place)

    def _list(self, place: Place) -> None:
        if not place.in_flight and self._may_be_sent(place):
            heappush(self._due, (place.retry_at, place.sequence))

    # -- out --------------------------------------------------------------------------------------

    def next_at(self) -> float:
        """When the next entry is sent again; infinite if there is none."""
        while self._due and not self._is_due(*self._due[0]):
            heappop(self._due)
        return self._due[0][0] if self._due else math.inf

    def next(self, now: float) -> list[int]:
        """The entries that one request may deliver now, which are in flight from now on.

        Args:
            now: The time.

        Returns:
            Their sequence numbers, in order; none if it is too early.
        """
        chosen: dict[int, Place] = {}
        while len(chosen) < self._most and self.next_at() <= now:
            head = self._places[self._due[0][1]]
            if chosen and not _go_together(head, next(iter(chosen.values()))):
                break
            heappop(self._due)
            self._choose(head, chosen)
        for place in chosen.values():
            place.in_flight = True
        return sorted(chosen)

    def _choose(self, head: Place, chosen: dict[int, Place]) -> None:
        """Choose the first of a line, and those behind it that the same request may deliver."""
        line = self._lines[head.own[0]] if head.own and head.path else [head.sequence]
        for sequence in line[: self._most - len(chosen)]:
            place = self._places[sequence]
            if not _go_together(place, head) or not self._may_be_sent(place, chosen):
                return
            chosen[sequence] = place

    def _is_due(self, due: float, sequence: int) -> bool:
        place = self._places.get(sequence)
        is_listed = place is not None and place.retry_at == due and not place.in_flight
        return is_listed and place is not None and self._may_be_sent(place)

    def _may_be_sent(self, place: Place, together: Collection[int] = ()) -> bool:
        """Whether no earlier entry about its subjects waits, but for those sent with it."""
        for subject in (*place.own, *place.others):
            for sequence in self._lines.get(subject, ()):
                if sequence >= place.sequence:
                    break
                if sequence not in together:
                    return False
        return True

    # -- what came of it --------------------------------------------------------------------------

    def succeeded(self) -> None:
        """Note that a request succeeded: the next one may deliver twice as many entries."""
        self._most = min(self._batch, 2 * self._most)

    def failed(self) -> None:
        """Note that a request failed: the next ones deliver one entry each."""
        self._most = 1

    def remove(self, sequences: Iterable[int]) -> None:
        """Forget entries that are delivered, dead or gone; those behind them come next.

        Args:
            sequences: Their sequence numbers.
        """
        gone = [self._places.pop(each) for each in sequences if each in self._places]
        for place in gone:
            self._leave(place)
        for subject in {subject for place in gone for subject in place.own}:
            behind = self._lines.get(subject, [])[:1]
            for sequence in (*behind, *self._waiters.get(subject, ())):
                self._list(self._places[sequence])

    def _leave(self, place: Place) -> None:
        for subject in place.own:
            line = self._lines[subject]
            line.remove(place.sequence)
            if not line:
                del self._lines[subject]
        for subject in place.others:
            waiters = self._waiters[subject]
            waiters.remove(place.sequence)
            if not waiters:
                del self._waiters[subject]

    def keep(self, partitions: Collection[int]) -> None:
        """Forget the entries of other partitions.

        Args:
            partitions: The partitions that are still leased.
        """
        places = self._places.values()
        self.remove([each.sequence for each in places if each.partition not in partitions])


def _place_of(parked: ParkedEntry) -> Place:
    entry = parked.entry
    # Many places share a subject, and few paths: each string is kept once.
    subjects = tuple(map(intern, entry.subjects))
    kind = f"{subjects[0].partition(':')[0]}:" if subjects else ""
    own = tuple(subject for subject in subjects if subject.startswith(kind))
    return Place(
        entry.sequence,
        entry.partition,
        own,
        tuple(subject for subject in subjects if subject not in own),
        intern(entry.path) if entry.operation.is_batch and not entry.crashes else "",
        parked.parked_at,
    )


def _go_together(place: Place, other: Place) -> bool:
    """Whether one request may deliver both entries: events for one endpoint."""
    return place is other or (place.path != "" and place.path == other.path)
