"""The relay: delivers the calls of an outbox in order, and retries until they succeed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from traceback import extract_tb
from typing import Self

import attrs

from ..._accelerators import is_enabled
from ..._async.sender import AsyncSender
from ..._clock import monotonic
from ..._http import AsyncEngine
from ..._per_process import PerProcess
from ..._sync.sender import Sender
from ..._tracebacks import ShortTracebacks
from ..._unpicklable import Unpicklable
from ...errors import LunogramError
from ..announcements import Announcement
from ..errors import OutboxError
from ..options import RelaySettings
from ..polling import is_in_event_loop
from ..store import Store
from ..unattended import has_relay
from .event_loop import new_loop
from .executors import AsyncioExecutor, Executor, InlineExecutor, ThreadExecutor
from .failure_policy import shown
from .green import threads_are_green
from .health import Health, HealthChecks
from .run import RelayRun
from .signals import interruptible
from .stats import Progress, RelayStats

logger = logging.getLogger("lunogram.outbox")

_LONGEST = 24 * 3600.0
_PAUSE_OF_REVIVAL = 1.0


class Relay(ShortTracebacks, Unpicklable):
    """The relay of an outbox, in a thread or in the foreground. An outbox may have several.

        with outbox.relay(client):
            ...

    Consecutive events for one endpoint are sent as one batch, other calls singly, in the order
    queued; with ``concurrency``, in that order for each subject.
    """

    _why_unpicklable = (
        "a relay can't be pickled or copied, because it holds a thread and connections: make one "
        "in each process, of an outbox"
    )

    def __init__(
        self, store: Store, connect: Callable[[], Sender], settings: RelaySettings
    ) -> None:
        """Make a relay. Nothing is sent before it is started or run.

        Args:
            store: The store of the outbox.
            connect: Makes the sender, without retries of its own.
            settings: The options.

        Raises:
            ConfigurationError: If ``LUNOGRAM_EVENT_LOOP`` names an event loop that is missing.
        """
        self._store = store
        self._connect = connect
        self._settings = settings
        self._uvloop = is_enabled("uvloop", "LUNOGRAM_EVENT_LOOP", "asyncio")
        self._progress = Progress()
        self._asked_to_stop = False
        self._health: Health | None = None
        # After a fork, the port is the parent's.
        self._here = PerProcess(
            lambda: _Here(may_serve=self._health is None, starting=threading.Lock())
        )
        self._revive_at = 0.0

    def start(self) -> None:
        """Send in a thread of its own, until `stop`. Do nothing if that thread runs already.

        A relay that has crashed starts again.

        Raises:
            ConfigurationError: If ``health_port`` can't be opened.
            OutboxError: If no thread can be started.
        """
        if self._is_at_work():
            return
        with self._here.get().starting:
            if self._unfinished() is None:
                self._start()

    def _unfinished(self) -> _Worker | None:
        """The worker that works; one whose start was interrupted never will."""
        worker = self._here.get().worker
        return None if worker is None or worker.is_over() or worker.cancel() else worker

    def _is_at_work(self) -> bool:
        worker = self._here.get().worker
        return worker is not None and worker.is_at_work()

    def revive(self) -> None:
        """Start the relay if it has ended, such as by a fork. Failures are reported, not raised."""
        if self._is_at_work() or monotonic() < self._revive_at:
            return
        try:
            self.start()
        except LunogramError as error:
            failure = error
        else:
            return
        self._tell_end(failure)

    def _start(self) -> None:
        self._asked_to_stop = False
        self._progress.crashed = None
        self._close_health()
        try:
            self._start_thread()
        except RuntimeError as error:  # too many of them, or the program ends
            fault = OutboxError("the relay can't start: no thread can be started here")
            self._progress.crashed = str(fault)
            raise fault from error
        except LunogramError as error:
            self._progress.crashed = f"the relay can't start: {error}"
            raise

    def _start_thread(self) -> None:
        with ExitStack() as undo:
            run = self._begin(undo, alone=False)
            self._here.get().worker = worker = _Worker(lambda: self._work(run), run.discard)
            later = undo.pop_all()
        try:
            worker.thread.start()
        except RuntimeError:  # nothing else: if a signal interrupts us here, the thread may run
            later.close()
            raise

    def _work(self, run: RelayRun) -> None:
        try:
            run.run(until_empty=False)
        except BaseException as error:  # noqa: BLE001 - nobody else would ever know of it
            self._tell_crash(error)
        else:
            self._close_health()

    def _tell_crash(self, error: BaseException) -> None:
        """Report that the relay has ended; the health server goes on."""
        place = extract_tb(error.__traceback__)[-1]
        fault = shown(error) if isinstance(error, Exception) else type(error).__name__
        cause = f"{fault} ({Path(place.filename).name}, line {place.lineno})"
        crash = OutboxError(f"the relay has ended: {cause}")
        crash.__cause__ = error
        self._progress.crashed = str(crash)
        self._tell_end(crash)

    def _tell_end(self, error: LunogramError) -> None:
        self._revive_at = monotonic() + _PAUSE_OF_REVIVAL
        logger.critical("%s; pending entries stay in the outbox", self._progress.crashed)
        with suppress(BaseException):  # a callback may have been the cause, and we are at the end
            if self._settings.on_error:
                self._settings.on_error(error)

    def stop(self) -> None:
        """Finish the requests in flight, and end. Pending entries stay in the outbox."""
        self.ask_to_stop()
        self._join(None)
        self._close_health()

    def ask_to_stop(self) -> None:
        """Stop without waiting; a signal handler may call it."""
        self._asked_to_stop = True
        if run := self._here.get().run:
            run.stop()

    def ask_to_finish(self, until: float) -> None:
        """End when all that is pending now is delivered or dead, without waiting for that.

        Args:
            until: The latest time at which it ends, on the monotonic clock.
        """
        run = self._here.get().run
        if run is not None and self._is_at_work():
            run.finish(until)

    def end_by(self, until: float) -> bool:
        """Wait until the relay has ended, as it was asked to.

        When the time is over, requests in flight are given back as failed attempts.

        Args:
            until: When to stop waiting, on the monotonic clock.

        Returns:
            Whether it has ended.
        """
        self._join(min(max(0.0, until - monotonic()), _LONGEST))
        run = self._here.get().run
        if run is not None and self._is_at_work():
            run.abandon()
            return False
        self._close_health()
        return True

    def _join(self, timeout: float | None) -> None:
        if worker := self._unfinished():
            worker.wait(timeout)

    def run(self, *, until_empty: bool = False) -> None:
        """Send in this thread, until `stop` or `ask_to_stop` is called.

        SIGTERM finishes the requests in flight, and returns; Ctrl-C does too, and then raises
        KeyboardInterrupt. Where the program handles these signals, nothing changes. With
        ``concurrency`` and uvloop (``lunogram[fast]``), the process must not fork meanwhile.

        Args:
            until_empty: Also end when nothing is pending.

        Raises:
            ConfigurationError: If ``health_port`` can't be opened; with ``until_empty``, also if
                another relay sends with another key or base URL.
        """
        with interruptible(self.ask_to_stop), ExitStack() as undo:
            undo.callback(self._close_health)
            with ExitStack() as undo_run:
                run = self._begin(undo_run, alone=True)
                undo_run.pop_all()
            run.run(until_empty=until_empty)

    def _begin(self, undo: ExitStack, *, alone: bool) -> RelayRun:
        try:
            return self._made_run(undo, alone=alone)
        except OSError as error:  # even an import needs a file handle
            reason = error.strerror or type(error).__name__
        raise OutboxError(f"nothing can be sent here: {reason}")

    def _made_run(self, undo: ExitStack, *, alone: bool) -> RelayRun:
        has_relay(self._store.url)
        sender = self._connect()
        undo.callback(sender.engine.close)
        lease_seconds = _lease_of(sender)
        undo.callback(self._close_health)
        self._open_health(lease_seconds)
        executor = self._executor(sender, alone=alone)
        undo.callback(executor.close)
        announcement = Announcement(
            self._store,
            sender.target,
            lease_seconds,
            others_allowed=self._settings.allow_other_targets,
        )
        run = RelayRun(self._store, executor, self._settings, self._progress, announcement)
        self._here.get().run = run
        if self._asked_to_stop:
            run.stop()
        return run

    def _executor(self, sender: Sender, *, alone: bool) -> Executor:
        at_once = self._settings.concurrency
        if at_once == 1:
            return InlineExecutor(sender)
        # A client that was handed over is not for event loops, and two can't run in one thread.
        if sender.engine.client or threads_are_green() or is_in_event_loop():
            return ThreadExecutor(sender, at_once)
        engine = AsyncEngine(sender.target.base_url, None)
        loop = new_loop(uvloop=alone and self._uvloop)
        return AsyncioExecutor(AsyncSender(sender.target, sender.options, engine), loop)

    def _open_health(self, silence: float) -> None:
        host, port = self._settings.health_host, self._settings.health_port
        here = self._here.get()
        if port is None or not here.may_serve:
            return
        checks = HealthChecks(self._store, self._progress, self._settings.concurrency, silence)
        self._health = Health(host, port, checks)
        here.serving.enter_context(self._health)

    def _close_health(self) -> None:
        if here := self._here.peek():
            here.serving.close()

    def stats(self) -> RelayStats:
        """The statistics of this relay."""
        return self._progress.stats()

    @property
    def health_url(self) -> str | None:
        """The URL of the health server, such as ``"http://127.0.0.1:9464"``, or None."""
        return self._health.url if self._health else None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._store.url!r}, {self.stats()!r})"


@attrs.define(eq=False)
class _Here:
    """The state of a relay in one process.

    Attributes:
        may_serve: Whether the health server may run in this process.
        starting: The lock under which the relay is started.
        run: The last run, or None.
        worker: The thread of the last run, or None.
        serving: Closes the health server.
    """

    may_serve: bool
    starting: threading.Lock
    run: RelayRun | None = None
    worker: _Worker | None = None
    serving: ExitStack = attrs.Factory(ExitStack)


class _Worker:
    """A thread for a relay, which can be waited for even if signal handlers raise exceptions.

    To interrupt the start of a thread leaves open whether it will ever run. Before Python 3.13, to
    interrupt a `join` makes a thread look dead; and to interrupt an Event can leave it locked.
    """

    def __init__(self, work: Callable[[], None], discard: Callable[[], None]) -> None:
        self._work = work
        self._discard = discard
        self._claims: dict[str, str] = {}
        self._is_over = False
        self._until_over = threading.Lock()
        self._until_over.acquire()
        self.thread = threading.Thread(target=self._run, name="lunogram-relay", daemon=True)

    def _run(self) -> None:
        try:
            (self._work if self._is_claimed("thread") else self._discard)()
        finally:
            self._is_over = True
            self._until_over.release()

    def _is_claimed(self, by: str) -> bool:
        """Claim the right to say whether it works: `setdefault` is atomic, the first one wins."""
        return self._claims.setdefault("by", by) == by

    def is_at_work(self) -> bool:
        """Whether it has been started, and has neither ended nor been cancelled."""
        return self.thread.ident is not None and not self.is_over()

    def is_over(self) -> bool:
        """Whether it has ended, or been cancelled."""
        return self._is_over or self._claims.get("by") == "cancel"

    def cancel(self) -> bool:
        """Keep a thread whose start was interrupted from working; return whether that is so."""
        return self.thread.ident is None and self._is_claimed("cancel")

    def wait(self, timeout: float | None) -> None:
        """Wait until it has ended, unless it is the thread itself that asks."""
        if self._is_over or self.thread is threading.current_thread():
            return
        if self._until_over.acquire(timeout=-1 if timeout is None else timeout):
            self._until_over.release()
            self.thread.join()  # which takes no time now


def _lease_of(sender: Sender) -> float:
    """The seconds of a lease. It is renewed after a third, which leaves time for any request.

    A request may take twice the time limit: once for its first byte, and once for the last.
    """
    return 3 * (sender.options.timeout or sender.options.default_timeout) + 15
