"""One run of a relay: leases entries, sends them, and settles their outcomes."""

from __future__ import annotations

import time
from contextlib import suppress

from ..._clock import monotonic
from ...errors import NetworkError, RateLimitError
from ...operations import ADD_ORGANIZATION_USER
from ..announcements import Announcement
from ..entries import fault_of
from ..errors import OutboxError
from ..options import RelaySettings
from ..owner import has_ended, new_owner
from ..store import (
    ALL_PARTITIONS,
    NO_PARTITIONS,
    Capacity,
    DeadLetter,
    Entry,
    Outcomes,
    ParkedEntry,
    Store,
)
from .executors import Executor, Job
from .failure_policy import (
    FailureAction,
    action_for,
    is_missing,
    shown,
    status_of,
    was_done_before,
)
from .pending_outcomes import PendingOutcomes
from .rate_limit import RateLimiter, backoff
from .reporter import Reporter
from .retries import PARKED, Retries
from .slots import Slots, attempted
from .stats import Progress

_POLL = 0.05
_RENEWALS = 3
_LONG_PAUSE = 0.4
_PATIENCE = 4
"""How many requests may fail in a row before the server counts as down, besides those in flight."""

_TOO_EARLY = (0.5, 1.5, 3.0)
"""The delays, in seconds, of a membership whose user other relays may have leased."""

_MOST_EARLY = 8
"""How often a parked membership may find no user, whom another relay may have parked."""


class RelayRun:
    """One run of a relay. All of it belongs to the thread that runs it, except `stop`."""

    def __init__(
        self,
        store: Store,
        executor: Executor,
        settings: RelaySettings,
        progress: Progress,
        announcement: Announcement,
    ) -> None:
        """Prepare a run. Nothing is leased before it runs.

        Args:
            store: The store of the outbox.
            executor: The executor; it is closed at the end.
            settings: The options of the relay.
            progress: The statistics of the relay.
            announcement: Tells other relays of this one. A lease is as long as it is valid, which
                is longer than any request takes.
        """
        self._store = store
        self._announcement = announcement
        self._executor = executor
        self._settings = settings
        self._progress = progress
        self._reporter = Reporter(settings, progress)
        progress.held = 0  # after a fork, those of the parent are still there
        self._count_in_flight(0)
        self._seconds = announcement.seconds
        self._owner = new_owner()
        self._retries = Retries(store, settings)
        self._slots = Slots(
            settings.concurrency,
            settings.batch,
            settings.batch_bytes,
            self._retries.holds_up,
            self._park,
        )
        self._failed_in_a_row = 0
        self._succeeded_at = 0.0
        self._rate_limiter = RateLimiter(settings.rate)
        self._pending = PendingOutcomes()
        self._kept: frozenset[int] | None = None
        self._may_be_more = True
        self._look_at = self._renew_at = self._store_at = 0.0
        self._stopping = False
        self._is_excluded = False
        self._until_empty = False
        self._finish_at: float | None = None
        self._last: int | None = None
        self._is_waiting = False
        self._is_abandoned = False

    def stop(self) -> None:
        """End when the requests in flight have finished; a signal handler may call it."""
        self._stopping = True
        self._executor.wake()

    def finish(self, until: float) -> None:
        """End when all that is pending now is delivered or dead; any thread may call it.

        Args:
            until: The latest time at which it ends, on the monotonic clock.
        """
        self._finish_at = until
        self._executor.wake()

    def abandon(self) -> None:
        """Give back the entries in flight, for a thread that can't wait any longer.

        They count as failed attempts. Their responses are ignored.
        """
        if self._is_abandoned or not self._is_waiting or self._pending:
            return  # it is the store that hangs, and it would not respond to us either
        self._is_abandoned = True
        with suppress(OutboxError):
            self._store.settle(
                Outcomes(failed=[*self._slots.in_flight(), *self._retries.in_flight()])
            )
            self._store.release(self._owner)

    def discard(self) -> None:
        """Close what a run that never began would have used."""
        self._executor.close()

    def run(self, *, until_empty: bool) -> None:
        """Send until `stop` is called.

        Args:
            until_empty: Also end when nothing is pending.

        Raises:
            ConfigurationError: If it ends when nothing is pending, and another relay sends
                elsewhere.
        """
        self._until_empty = until_empty
        try:
            while not self._is_over(until_empty=until_empty):
                self._turn()
        finally:
            self._end()

    def _is_over(self, *, until_empty: bool) -> bool:
        if self._is_abandoned:
            return True
        if self._in_flight:
            return False
        if self._stopping:
            # What can't be settled by a last attempt stays leased.
            return not self._pending or self._progress.store_fails > 0
        return until_empty and not self._may_be_more and self._is_empty()

    def _is_empty(self) -> bool:
        if self._slots.held or self._pending or self._retries.count:
            return False
        with suppress(OutboxError):
            return not self._store.stats().pending
        return False

    def _end(self) -> None:
        try:
            self._executor.close()
        finally:
            self._let_go()
            self._progress.held = 0
            self._count_in_flight(0)

    def _let_go(self) -> None:
        with suppress(OutboxError):
            self._announcement.withdraw()
        if self._is_abandoned:
            return
        if self._in_flight or self._pending:
            has_ended(self._owner)
        else:
            with suppress(OutboxError):
                self._store.release(self._owner)

    def _is_finished(self, now: float) -> bool:
        """Whether all that was pending when `finish` was called is gone, or the time is over."""
        if self._finish_at is None or now >= self._finish_at:
            return self._finish_at is not None
        if self._slots.held or self._pending:
            return False
        with suppress(OutboxError):
            self._last = self._store.newest() if self._last is None else self._last
            return not self._store.waits(self._last)
        return False

    # -- one turn ---------------------------------------------------------------------------------

    def _turn(self) -> None:
        now = self._progress.seen_at = monotonic()
        self._stopping = self._stopping or self._is_finished(now)
        if now >= self._store_at or self._stopping:
            self._with_store(now)
        if self._may_send():
            self._submit()
        for job in self._wait():
            if job.crash:
                raise job.crash
            self._count_in_flight(self._in_flight - 1)
            self._finish(job, monotonic())

    def _wait(self) -> list[Job]:
        patience = self._patience()
        self._is_waiting = True
        back = self._executor.wait(patience)
        self._is_waiting = False
        return [] if self._is_abandoned else back

    def _with_store(self, now: float) -> None:
        """Settle outcomes, and lease entries; back off if that fails."""
        try:
            self._write()
            if not self._stopping and self._may_lease(now) and not self._steps_back(now):
                self._lease(now)
                self._lease_parked(now)
            self._progress.store_fails = 0
        except OutboxError as error:
            self._store_at = now + self._reporter.failed(error, backoff(self._progress.store_fails))
            self._progress.store_fails += 1

    def _may_lease(self, now: float) -> bool:
        """Whether no other relay sends elsewhere; else this one waits until that has ended."""
        if now < self._announcement.due_at:
            return not self._is_excluded
        error = self._announcement.renew(now)
        if error and self._until_empty:
            raise error
        if error and not self._is_excluded:
            self._reporter.failed(error, self._announcement.due_at - now)
        if error or self._is_excluded:
            self._progress.halted = str(error) if error else None
        self._is_excluded = error is not None
        if error:
            self._store_at = self._announcement.due_at
        return not error

    def _steps_back(self, now: float) -> bool:
        """Release all leases while nothing can be sent for a while.

        Entries leased by a killed relay count a crash, because one of them may have caused it.
        While a server is down, those would be entries that were not even in flight.
        """
        if self._in_flight or not self._slots.held:
            return False
        at = max(self._slots.next_at(now), now + self._rate_limiter.pause(now))
        if at - now < _LONG_PAUSE:
            return False
        self._store.release(self._owner)
        self._slots.keep(NO_PARTITIONS)
        self._retries.forget()
        self._progress.held = 0
        self._kept, self._may_be_more = None, False
        self._look_at = self._renew_at = at
        return True

    def _may_send(self) -> bool:
        """Whether all is settled, and the lease lasts longer than any request takes."""
        in_time = monotonic() < self._renew_at
        return in_time and not self._pending and not self._stopping

    def _submit(self) -> None:
        now = monotonic()
        while self._rate_limiter.pause(now, self._in_flight) <= 0:
            job = self._next_job(now)
            if job is None:
                break
            self._rate_limiter.sent(now)
            self._executor.submit(job)
            self._count_in_flight(self._in_flight + 1)
        self._progress.held = self._slots.held

    def _park(self, entry: Entry, error: Exception | None = None) -> None:
        self._pending.parked.append(self._retries.park(entry, error))

    def _next_job(self, now: float) -> Job | None:
        again = self._retries.next_job(now)
        return again or self._slots.next_job(now, alone=self._rate_limiter.is_probing)

    def _count_in_flight(self, count: int) -> None:
        """Count here, where no other run counts, and show it."""
        self._in_flight = self._progress.in_flight = count

    def _patience(self) -> float:
        """The seconds for which there is nothing to do but wait for requests in flight."""
        if self._stopping:
            return float(self._in_flight > 0)
        now = monotonic()
        next_lease = min(self._next_lease(), self._announcement.due_at)
        next_at = max(self._store_at, 0.0 if self._pending else next_lease)
        if self._may_send():
            opens_at = now + self._rate_limiter.pause(now, self._in_flight)
            ready_at = now if self._retries.is_ready else self._slots.next_at(now)
            next_at = min(next_at, max(ready_at, opens_at))
        if self._may_retry():
            next_at = min(next_at, max(self._store_at, self._retries.next_at()))
        if self._finish_at is not None:
            next_at = min(next_at, self._finish_at)
        return max(0.0, next_at - now)

    # -- the store --------------------------------------------------------------------------------

    def _room(self) -> Capacity:
        return self._slots.room(self._settings.max_crashes)

    def _next_lease(self) -> float:
        if not self._room().entries:
            return self._renew_at
        return 0.0 if self._may_be_more else min(self._renew_at, self._look_at)

    def _lease(self, now: float) -> None:
        if now >= self._next_lease():
            self._take(now)
        if (
            now >= self._renew_at
        ):  # partitions have changed owners: only now it is known which are ours
            self._take(now)

    def _take(self, now: float) -> None:
        lease = self._store.lease(self._owner, self._seconds, self._room())
        self._slots.keep(lease.kept)
        self._slots.add(entry for entry in lease.entries if not self._is_buried(entry))
        self._renew_at = now  # nothing is sent before it is known what is parked
        self._retries.keep(lease)
        self._renew_at = now + (self._seconds / _RENEWALS if lease.kept == self._kept else 0)
        self._look_at = now + _POLL
        self._kept = lease.kept
        self._may_be_more = bool(lease.entries)

    def _may_retry(self) -> bool:
        """Whether parked entries may be sent: if the server is down, they do not probe it."""
        return not (self._rate_limiter.is_probing and self._slots.held)

    def _lease_parked(self, now: float) -> None:
        renew_at, self._renew_at = self._renew_at, now  # nothing is sent if the store fails here
        if self._retries.count:
            self._retries.look_again(now)
        if not self._may_retry() or self._retries.lease(self._owner, now, self._is_buried):
            self._renew_at = renew_at
        self._progress.parked = self._retries.count

    def _is_buried(self, entry: Entry) -> bool:
        """Bury an entry that is malformed or reached the maximum of crashes, without sending it."""
        problem = fault_of(entry)
        if not problem and entry.crashes >= self._settings.max_crashes:
            problem = f"{entry.crashes} relays ended while sending it"
        if problem:
            self._bury(entry, None, problem)
        return bool(problem)

    def _write(self) -> None:
        if not self._pending:
            return
        written = self._pending
        self._store.settle(written.outcomes())
        self._pending = PendingOutcomes()
        for letter in written.dead:
            self._reporter.died(letter)

    # -- what came of a request -------------------------------------------------------------------

    def _finish(self, job: Job, now: float) -> None:
        error = job.error
        if job.slot == PARKED:
            self._retries.finished(job)
        if error is None or was_done_before(job.entries, error):
            self._arrived(job, now)
        elif action_for(error) is FailureAction.DEAD_LETTER:
            self._rejected(job, error, now)
        else:
            self._progress.consecutive_failures += 1
            self._reporter.failed(error, self._wait_after(job, error, now))

    def _arrived(self, job: Job, now: float) -> None:
        self._reporter.delivers_again()
        self._responded(now)
        self._done(job)
        # Before it is settled: whoever waits for that reads the statistics then.
        self._progress.arrived(now, len(job.entries))
        self._pending.delivered.extend(job.entries)

    def _responded(self, now: float) -> None:
        """Note that Lunogram itself has responded, so the key and the URL are valid."""
        self._progress.halted = None
        self._failed_in_a_row = 0
        self._succeeded_at = now
        self._slots.succeeded()
        self._rate_limiter.succeeded(now)

    def _done(self, job: Job, *, poison: bool = False) -> None:
        if job.slot == PARKED:
            self._retries.done(job.entries)
        else:
            self._slots.done(job, poison=poison)

    def _wait_after(self, job: Job, error: Exception, now: float) -> float:
        """Put a request back for a retry; return after how many seconds."""
        if action_for(error) is FailureAction.HALT:
            self._progress.halted = shown(error)
            pause = self._rate_limiter.stop(now)
            self._put_back(job, now, counts=False)  # another server responded
        elif isinstance(error, RateLimitError):
            pause = self._rate_limiter.busy(now, error.retry_after)
            self._put_back(job, now)
        elif job.slot == PARKED:
            return self._park_again(job, error, now)
        elif self._settings.order == "queue":
            self._pending.failed.extend(job.entries)
            return self._slots.back_off(job, now)
        else:
            pause = self._set_apart(job, error, now)
        self._progress.opens_at = now + pause
        return pause

    def _put_back(self, job: Job, now: float, *, counts: bool = True) -> None:
        if counts:
            self._pending.failed.extend(job.entries)
        if job.slot == PARKED:
            self._retries.put_back(job, now)
        else:
            self._slots.put_back(job, now, counts=counts)

    def _set_apart(self, job: Job, error: Exception, now: float) -> float:
        """Park what fails, so that it holds up nothing else; return the seconds of backoff."""
        self._slots.failed(job)
        is_first = not job.entries[0].attempts
        if isinstance(error, NetworkError) and (is_first or not error.sent):
            self._put_back(job, now)  # most likely it is the server, and not the entry
            return self._rate_limiter.stop(now)
        if len(job.entries) > 1:
            self._pending.failed.extend(job.entries)
            self._failed_in_a_row += self._slots.divide(job, now)
        else:
            self._failed_in_a_row += 1
            self._slots.done(job, poison=True)
            self._park(attempted(job.entries[0]), error)
        if self._failed_in_a_row >= _PATIENCE + self._settings.concurrency:
            return self._rate_limiter.stop(now)
        return max(0.0, self._rate_limiter.pause(now))

    def _park_again(self, job: Job, error: Exception, now: float) -> float:
        """Park an entry again, or give it up; return the seconds of its backoff."""
        outcome = self._retries.failed(job, error, now, self._succeeded_at)
        if isinstance(outcome, DeadLetter):
            self._pending.dead.append(outcome)
        elif outcome:
            self._pending.parked.append(outcome)
        return max(0.0, outcome.retry_at - time.time()) if isinstance(outcome, ParkedEntry) else 0.0

    def _rejected(self, job: Job, error: Exception, now: float) -> None:
        self._responded(now)
        if len(job.entries) > 1:
            self._single_out(job, now)
        elif not self._is_early(job, error, now):
            self._done(job, poison=True)
            self._bury(attempted(job.entries[0]), status_of(error), str(error))

    def _single_out(self, job: Job, now: float) -> None:
        self._pending.failed.extend(job.entries)
        if job.slot == PARKED:
            self._retries.one_by_one(job, now)
        else:
            self._slots.halve(job, now)

    def _is_early(self, job: Job, error: Exception, now: float) -> bool:
        """Retry a membership whose user or organization may still be in flight in another slot."""
        entry = job.entries[0]
        if entry.operation is not ADD_ORGANIZATION_USER or not is_missing(error):
            return False
        if job.slot == PARKED:
            is_early = entry.attempts < _MOST_EARLY
            return is_early and self._park_again(job, error, now) > 0
        behind = self._slots.earlier(entry)
        pause = 0.0
        if behind is None:
            tried, pauses = self._slots.tried(job), self._pauses_of_memberships()
            if tried >= len(pauses):
                return False
            pause = pauses[tried]
        self._pending.failed.append(entry)
        self._slots.put_back(job, now, pause, behind)
        return True

    def _pauses_of_memberships(self) -> tuple[float, ...]:
        # An entry in flight in another slot may have arrived after the membership was sent.
        ours = (0.0,) if self._settings.concurrency > 1 else ()
        return ours if self._kept == ALL_PARTITIONS else ours + _TOO_EARLY

    def _bury(self, entry: Entry, status: int | None, problem: str) -> None:
        self._pending.dead.append(DeadLetter(entry, status, problem, time.time()))
