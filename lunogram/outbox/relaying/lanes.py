"""What a relay has in its hands, in lanes: each strictly in order, one request at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from itertools import chain

import attrs

from ..entries import goes_in_arrays
from ..store import ALL_LANES, NO_LANES, Entry, Room
from .courier import Job
from .pacing import backoff

_HELD_BYTES = 16_000_000
_LOOK_AGAIN = 0.05


@attrs.define(eq=False)
class Lane:
    """One lane.

    Attributes:
        number: Which.
        waiting: What is not on its way, in order.
        job: What is on its way.
        lost: The lanes of the queue that were lost while it was.
        listed: Whether the lane is in line to be sent from, or rests.
        failing: How many requests failed in a row.
        at_most: How many entries go out at once while poison is singled out; 0 for no such limit.
        refused: How many of the next entries may be the poison.
        tries: How often the membership at its head was sent too early, as far as we know.
        behind: An entry of another lane that has to be out of our hands first.
    """

    number: int
    waiting: deque[Entry] = attrs.Factory(deque)
    job: Job | None = None
    lost: frozenset[int] = NO_LANES
    listed: bool = False
    failing: int = 0
    at_most: int = 0
    refused: int = 0
    tries: int = 0
    behind: Entry | None = None

    @property
    def held(self) -> Iterable[Entry]:
        """All that it holds, in order."""
        return chain(self.job.entries if self.job else (), self.waiting)

    def holds(self, entry: Entry) -> bool:
        """Whether an entry is still in it.

        Args:
            entry: One of the queue.
        """
        return any(other.sequence == entry.sequence for other in self.held)


class Lanes:
    """All lanes of a relay. What an entry costs here does not depend on how many there are.

    Times are in seconds, on the monotonic clock.

    Attributes:
        held: How many entries are in its hands, those on their way included.
        bytes: The bytes of their bodies.
    """

    def __init__(self, count: int, batch: int, batch_bytes: int) -> None:
        """Make empty lanes.

        Args:
            count: How many.
            batch: How many events go out at once, at the most.
            batch_bytes: How many bytes of events, at the most; a larger event goes out alone.
        """
        self.held = 0
        self.bytes = 0
        self._lanes = [Lane(number) for number in range(count)]
        # Dealt out as they come: which lanes of the queue are ours may have any pattern.
        self._dealt: dict[int, Lane] = {}
        self._batch = batch
        self._batch_bytes = batch_bytes
        self._window = 2 * batch * count
        self._ready: deque[Lane] = deque()
        self._resting: list[tuple[float, int]] = []
        self._suspicious = False

    # -- in ---------------------------------------------------------------------------------------

    def room(self, deaths: int) -> Room:
        """How much more may be taken in: nothing, before half of it is gone.

        Args:
            deaths: After how many deaths an entry is given up.
        """
        entries, size = self._window - self.held, _HELD_BYTES - self.bytes
        half_full = 2 * entries < self._window or 2 * size < _HELD_BYTES
        if self.held and (self._suspicious or half_full):
            return Room(0, 0, empty_handed=False)
        return Room(entries, size, empty_handed=not self.held, deaths=deaths)

    def add(self, entries: Iterable[Entry]) -> None:
        """Take entries in, each at the end of its lane.

        Args:
            entries: In order.
        """
        self._suspicious = self._suspicious and self.held > 0
        for entry in entries:
            lane = self._lane_of(entry)
            lane.waiting.append(entry)
            self.held += 1
            self.bytes += entry.size
            self._suspicious = self._suspicious or entry.deaths > 0
            if not lane.listed and lane.job is None:
                self._list(lane)

    def keep(self, kept: frozenset[int]) -> None:
        """Forget what waits in other lanes of the queue. What is on its way ends as it will.

        Args:
            kept: The lanes of the queue, by their numbers there, that are still ours.
        """
        if kept == ALL_LANES or not self.held:
            return
        for lane in self._lanes:
            self._forget([entry for entry in lane.waiting if entry.lane not in kept])
            lane.waiting = deque(entry for entry in lane.waiting if entry.lane in kept)
            if lane.job:
                lane.lost |= ALL_LANES - kept

    # -- out --------------------------------------------------------------------------------------

    def next_job(self, now: float) -> Job | None:
        """The next request, which is on its way from now on; None if no lane has one.

        Args:
            now: The time.
        """
        self._wake(now)
        while self._ready:
            lane = self._ready.popleft()
            lane.listed = False
            if lane.behind and self._lane_of(lane.behind).holds(lane.behind):
                self._rest(lane, now + _LOOK_AGAIN)
            elif lane.waiting:
                lane.behind = None
                lane.job = self._job(lane)
                return lane.job
        return None

    def next_at(self, now: float) -> float:
        """When a lane may have a request, as far as can be told.

        Args:
            now: The time.
        """
        if self._ready:
            return now
        return self._resting[0][0] if self._resting else float("inf")

    def _job(self, lane: Lane) -> Job:
        waiting, head = lane.waiting, lane.waiting.popleft()
        entries, size = [head], head.size
        most = (lane.at_most or self._batch) if goes_in_arrays(head.path) else 1
        while waiting and len(entries) < most and waiting[0].path == head.path:
            size += waiting[0].size
            if size > self._batch_bytes:
                break
            entries.append(waiting.popleft())
        return Job(lane.number, entries)

    # -- what came of it --------------------------------------------------------------------------

    def done(self, job: Job, *, poison: bool = False) -> None:
        """What a request was to deliver is out of our hands.

        Args:
            job: The request.
            poison: Whether it was the poison that was looked for.
        """
        lane = self._lanes[job.lane]
        self._forget(job.entries)
        lane.failing = lane.tries = 0
        lane.refused -= len(job.entries)
        if poison or lane.refused <= 0:
            lane.at_most = lane.refused = 0
        if lane.lost:
            self._drop_copies(lane, job)
        self._free(lane)

    def put_back(
        self, job: Job, now: float, pause: float = 0.0, behind: Entry | None = None
    ) -> None:
        """A request is to be sent again, as an attempt more.

        Args:
            job: The request.
            now: The time.
            pause: For how many seconds the lane rests before.
            behind: An entry of another lane that has to be out of our hands before.
        """
        lane = self._lanes[job.lane]
        lane.behind = behind
        self._forget(job.entries)
        ours = [attempted(entry) for entry in job.entries if entry.lane not in lane.lost]
        lane.waiting.extendleft(reversed(ours))
        self.held += len(ours)
        self.bytes += sum(entry.size for entry in ours)
        self._free(lane, now + pause if pause else 0.0)

    def halve(self, job: Job, now: float) -> None:
        """Something in an array is poison: it goes out in halves until the poison is alone.

        Args:
            job: The request.
            now: The time.
        """
        lane = self._lanes[job.lane]
        lane.refused = max(lane.refused, len(job.entries))
        lane.at_most = len(job.entries) // 2
        self.put_back(job, now)

    def back_off(self, job: Job, now: float) -> float:
        """A request has failed, and its lane rests: the longer, the more often it has.

        Args:
            job: The request.
            now: The time.

        Returns:
            For how many seconds.
        """
        lane = self._lanes[job.lane]
        pause = backoff(lane.failing)
        lane.failing += 1
        self.put_back(job, now, pause)
        return pause

    def tried(self, job: Job) -> int:
        """Count that a membership was sent too early; return how often it was before.

        Args:
            job: The request.
        """
        lane = self._lanes[job.lane]
        lane.tries += 1
        return lane.tries - 1

    def earlier(self, entry: Entry) -> Entry | None:
        """The last entry in another lane, queued before this one, about one of its subjects.

        Args:
            entry: One of those we hold.
        """
        mine, own = set(entry.subjects), self._lane_of(entry)
        found = [
            other
            for lane in self._lanes
            if lane is not own
            for other in lane.held
            if other.sequence < entry.sequence and not mine.isdisjoint(other.subjects)
        ]
        return max(found, key=lambda other: other.sequence, default=None)

    # -- bookkeeping ------------------------------------------------------------------------------

    def _lane_of(self, entry: Entry) -> Lane:
        if len(self._lanes) == 1:  # its lane in the queue takes a checksum, and is not needed
            return self._lanes[0]
        number = entry.lane
        lane = self._dealt.get(number)
        if lane is None:
            lane = self._dealt[number] = self._lanes[len(self._dealt) % len(self._lanes)]
        return lane

    def _forget(self, entries: Sequence[Entry]) -> None:
        self.held -= len(entries)
        self.bytes -= sum(entry.size for entry in entries)

    def _drop_copies(self, lane: Lane, job: Job) -> None:
        """Drop what was lost on its way, and has come to us a second time before it arrived."""
        there = {entry.sequence for entry in job.entries}
        self._forget([entry for entry in lane.waiting if entry.sequence in there])
        lane.waiting = deque(entry for entry in lane.waiting if entry.sequence not in there)

    def _free(self, lane: Lane, at: float = 0.0) -> None:
        lane.job = None
        lane.lost = NO_LANES
        if at:
            self._rest(lane, at)
        elif lane.waiting:
            self._list(lane)

    def _list(self, lane: Lane) -> None:
        lane.listed = True
        self._ready.append(lane)

    def _rest(self, lane: Lane, until: float) -> None:
        lane.listed = True
        heappush(self._resting, (until, lane.number))

    def _wake(self, now: float) -> None:
        while self._resting and self._resting[0][0] <= now:
            self._ready.append(self._lanes[heappop(self._resting)[1]])


def attempted(entry: Entry) -> Entry:
    """An entry that was sent once more.

    Args:
        entry: As it was before.
    """
    return attrs.evolve(entry, attempts=entry.attempts + 1)
