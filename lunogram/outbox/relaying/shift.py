"""One run of a relay: takes from the store, hands out, and writes down what became of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import attrs

from ...errors import RateLimitError, RequestError
from ..errors import OutboxError
from ..owner import new_owner
from ..store import ALL_LANES, NO_LANES, DeadLetter, Entry, Outcomes, Room, Store
from .courier import Courier, Job
from .lanes import Lanes, attempted
from .options import Settings
from .pacing import Gate, backoff
from .progress import Progress
from .verdicts import Verdict, is_missing, shown, verdict, was_done_before

logger = logging.getLogger("lunogram.outbox")

_POLL = 0.05
_RENEWALS = 3
_LONG_PAUSE = 0.4
_TOO_EARLY = (0.5, 1.5, 3.0)
"""For how many seconds a membership waits each time for what other relays may have in hand."""


@attrs.define(eq=False)
class Unwritten:
    """What became of requests, until the store knows it: its `Outcomes`, as they grow.

    Attributes:
        delivered: As there.
        failed: As there.
        dead: As there.
    """

    delivered: list[Entry] = attrs.Factory(list)
    failed: list[Entry] = attrs.Factory(list)
    dead: list[DeadLetter] = attrs.Factory(list)

    def __bool__(self) -> bool:
        return bool(self.delivered or self.failed or self.dead)

    def outcomes(self) -> Outcomes:
        """All of it."""
        return Outcomes(self.delivered, self.failed, self.dead)


class Shift:
    """One run of a relay. All of it belongs to the thread that runs it, except `stop`."""

    def __init__(
        self,
        store: Store,
        courier: Courier,
        settings: Settings,
        progress: Progress,
        lease_seconds: float,
    ) -> None:
        """Make one. Nothing is taken before it runs.

        Args:
            store: What to empty.
            courier: What to send with; it is closed at the end.
            settings: The options of the relay.
            progress: Where to count.
            lease_seconds: For how long lanes are taken: longer than any request takes.
        """
        self._store = store
        self._courier = courier
        self._settings = settings
        self._progress = progress
        progress.held = progress.in_flight = 0  # after a fork, those of the parent are still there
        self._seconds = lease_seconds
        self._owner = new_owner()
        self._lanes = Lanes(settings.concurrency, settings.batch, settings.batch_bytes)
        self._gate = Gate(settings.rate)
        self._unwritten = Unwritten()
        self._kept: frozenset[int] | None = None
        self._may_be_more = True
        self._look_at = self._renew_at = self._store_at = 0.0
        self._stopping = False

    def stop(self) -> None:
        """End when what is on its way is back; a signal handler may call it."""
        self._stopping = True
        self._courier.wake()

    def run(self, *, until_empty: bool) -> None:
        """Send until `stop` is called.

        Args:
            until_empty: Also end when nothing waits any more.
        """
        try:
            while not self._is_over(until_empty=until_empty):
                self._turn()
        finally:
            self._end()

    def _is_over(self, *, until_empty: bool) -> bool:
        if self._progress.in_flight:
            return False
        if self._stopping:
            # What can't be written down after a last try stays marked as on its way.
            return not self._unwritten or self._progress.store_fails > 0
        return until_empty and not self._may_be_more and self._is_empty()

    def _is_empty(self) -> bool:
        with suppress(OutboxError):
            return not self._lanes.held and not self._unwritten and not self._store.stats().pending
        return False

    def _end(self) -> None:
        self._courier.close()
        if not self._progress.in_flight and not self._unwritten:
            with suppress(OutboxError):
                self._store.release(self._owner)
        self._progress.held = self._progress.in_flight = 0

    # -- one turn ---------------------------------------------------------------------------------

    def _turn(self) -> None:
        now = self._progress.seen_at = time.monotonic()
        if now >= self._store_at or self._stopping:
            self._with_store(now)
        if self._may_send():
            self._submit()
        for job in self._courier.wait(self._patience()):
            self._progress.in_flight -= 1
            self._finish(job, time.monotonic())

    def _with_store(self, now: float) -> None:
        """Write down what is known, and take what is free; wait for a while if that fails."""
        try:
            self._write()
            if not self._stopping and not self._steps_back(now):
                self._lease(now)
            self._progress.store_fails = 0
        except OutboxError as error:
            self._store_at = now + self._failed(error, backoff(self._progress.store_fails))
            self._progress.store_fails += 1

    def _steps_back(self, now: float) -> bool:
        """Give everything back while nothing can be sent for a while.

        What a relay holds when it is killed is suspected of having killed it. While a server is
        down, that would be calls which were not even on their way.
        """
        if self._progress.in_flight or not self._lanes.held:
            return False
        at = max(self._lanes.next_at(now), now + self._gate.pause(now))
        if at - now < _LONG_PAUSE:
            return False
        self._store.release(self._owner)
        self._lanes.keep(NO_LANES)
        self._progress.held = 0
        self._kept, self._may_be_more = None, False
        self._look_at = self._renew_at = at
        return True

    def _may_send(self) -> bool:
        """Whether all is written down, and the lease lasts longer than any request takes."""
        in_time = time.monotonic() < self._renew_at
        return in_time and not self._unwritten and not self._stopping

    def _submit(self) -> None:
        now, progress = time.monotonic(), self._progress
        while self._gate.pause(now, progress.in_flight) <= 0:
            job = self._lanes.next_job(now)
            if job is None:
                break
            self._gate.sent(now)
            self._courier.submit(job)
            progress.in_flight += 1
        progress.held = self._lanes.held

    def _patience(self) -> float:
        """For how many seconds there is nothing to do but wait for requests to come back."""
        if self._stopping:
            return float(self._progress.in_flight > 0)
        now = time.monotonic()
        next_at = max(self._store_at, 0.0 if self._unwritten else self._next_lease())
        if self._may_send():
            gate_opens = now + self._gate.pause(now, self._progress.in_flight)
            next_at = min(next_at, max(self._lanes.next_at(now), gate_opens))
        return max(0.0, next_at - now)

    # -- the store --------------------------------------------------------------------------------

    def _room(self) -> Room:
        return self._lanes.room(self._settings.deaths)

    def _next_lease(self) -> float:
        if not self._room().entries:
            return self._renew_at
        return 0.0 if self._may_be_more else min(self._renew_at, self._look_at)

    def _lease(self, now: float) -> None:
        if now >= self._next_lease():
            self._take(now)
        if now >= self._renew_at:  # lanes have changed hands: only now it is known which are ours
            self._take(now)

    def _take(self, now: float) -> None:
        lease = self._store.lease(self._owner, self._seconds, self._room())
        self._lanes.keep(lease.kept)
        self._lanes.add(entry for entry in lease.entries if not self._is_buried(entry))
        self._renew_at = now + (self._seconds / _RENEWALS if lease.kept == self._kept else 0)
        self._look_at = now + _POLL
        self._kept = lease.kept
        self._may_be_more = bool(lease.entries)

    def _is_buried(self, entry: Entry) -> bool:
        """Give up an entry that ended too many relays, without sending it."""
        if entry.deaths < self._settings.deaths:
            return False
        self._bury(entry, None, f"{entry.deaths} relays ended while sending it")
        return True

    def _write(self) -> None:
        if not self._unwritten:
            return
        written, delivered = self._unwritten, len(self._unwritten.delivered)
        self._store.settle(written.outcomes())
        self._unwritten = Unwritten()
        if delivered:
            self._progress.arrived(time.monotonic(), delivered)
        for letter in written.dead:
            self._tell_death(letter)

    # -- what came of a request -------------------------------------------------------------------

    def _finish(self, job: Job, now: float) -> None:
        error = job.error
        if error is None or was_done_before(job.entries, error):
            self._arrived(job, now)
        elif verdict(error) is Verdict.POISON:
            self._refused(job, error, now)
        else:
            self._unwritten.failed.extend(job.entries)
            self._progress.failing += 1
            self._failed(error, self._wait_after(job, error, now))

    def _arrived(self, job: Job, now: float) -> None:
        if self._progress.failing:
            logger.info("delivering again, after %d failures", self._progress.failing)
            self._progress.failing = 0
            self._progress.paused = None
        self._gate.succeeded(now)
        self._lanes.done(job)
        self._unwritten.delivered.extend(job.entries)

    def _wait_after(self, job: Job, error: Exception, now: float) -> float:
        """Put a request back for later; return for how many seconds."""
        if verdict(error) is Verdict.PAUSE:
            self._progress.paused = shown(error)
            pause = self._gate.stop(now)
        elif isinstance(error, RateLimitError):
            pause = self._gate.busy(now, error.retry_after)
        else:
            return self._lanes.back_off(job, now)
        self._lanes.put_back(job, now)
        self._progress.opens_at = now + pause
        return pause

    def _refused(self, job: Job, error: Exception, now: float) -> None:
        if len(job.entries) > 1:
            self._unwritten.failed.extend(job.entries)
            self._lanes.halve(job, now)
        elif not self._is_early(job, error, now):
            status = error.status_code if isinstance(error, RequestError) else None
            self._lanes.done(job, poison=True)
            self._bury(attempted(job.entries[0]), status, str(error))

    def _is_early(self, job: Job, error: Exception, now: float) -> bool:
        """Try a membership again, if what it needs may still be on its way in another lane."""
        entry = job.entries[0]
        if (entry.method, entry.path) != ("POST", "/organizations/users") or not is_missing(error):
            return False
        behind = self._lanes.earlier(entry)
        pause = 0.0
        if behind is None:
            tried, pauses = self._lanes.tried(job), self._pauses_of_memberships()
            if tried >= len(pauses):
                return False
            pause = pauses[tried]
        self._unwritten.failed.append(entry)
        self._lanes.put_back(job, now, pause, behind)
        return True

    def _pauses_of_memberships(self) -> tuple[float, ...]:
        # What was on its way in another lane may have arrived after the membership was sent.
        ours = (0.0,) if self._settings.concurrency > 1 else ()
        return ours if self._kept == ALL_LANES else ours + _TOO_EARLY

    def _bury(self, entry: Entry, status: int | None, problem: str) -> None:
        self._unwritten.dead.append(DeadLetter(entry, status, problem, time.time()))

    # -- telling ----------------------------------------------------------------------------------

    def _failed(self, error: Exception, pause: float) -> float:
        """Say that something failed and is tried again after a pause; return the pause."""
        self._progress.failed(shown(error))
        level = logging.WARNING if verdict(error) is Verdict.AGAIN else logging.ERROR
        logger.log(level, "waiting %.1f s: %s", pause, shown(error))
        self._tell(self._settings.on_error, error)
        return pause

    def _tell_death(self, letter: DeadLetter) -> None:
        self._progress.dead += 1
        entry = letter.entry
        logger.error(
            "dead letter %d: %s %s: %s",
            entry.sequence,
            entry.method,
            entry.shown_path,
            letter.problem,
        )
        self._tell(self._settings.on_dead_letter, letter)

    def _tell(self, callback: Callable[[Any], object] | None, fact: object) -> None:
        try:
            if callback:
                callback(fact)
        except Exception:
            logger.exception("a callback of the relay failed")
