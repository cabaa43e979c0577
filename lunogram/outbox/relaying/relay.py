"""The relay: sends what an outbox holds, in order, for as long as it takes."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Self

from ..._async.sender import AsyncSender
from ..._fast import is_wanted
from ..._http import AsyncEngine
from ..._sync.sender import Sender
from ..patience import is_in_event_loop
from ..store import Store
from .courier import Courier, InlineCourier, LoopCourier, ThreadCourier
from .health import Health, Watch
from .interrupting import interruptible
from .loops import new_loop
from .options import Settings
from .progress import Progress, RelayStats
from .shift import Shift


class Relay:
    """Empties an outbox, in a thread or here. Several may work on one outbox.

        with outbox.relay(client):
            ...

    Runs of events for one endpoint go out as one array, other calls singly, in the order they
    were queued; with ``concurrency``, in that order for each subject.
    """

    def __init__(self, store: Store, connect: Callable[[], Sender], settings: Settings) -> None:
        """Make a relay. Nothing is sent before it is started or run.

        Args:
            store: What to empty.
            connect: Makes what to send with, without retries of its own.
            settings: Its options.

        Raises:
            ConfigurationError: If ``LUNOGRAM_EVENT_LOOP`` names an event loop that is not there.
        """
        self._store = store
        self._connect = connect
        self._settings = settings
        self._uvloop = is_wanted("uvloop", "LUNOGRAM_EVENT_LOOP", plain="asyncio")
        self._progress = Progress()
        self._asked_to_stop = False
        self._shift: Shift | None = None
        self._health: Health | None = None
        self._thread: threading.Thread | None = None
        self._starting: dict[int, threading.Lock] = {}

    def start(self) -> None:
        """Send in a thread of its own, until `stop`. Does nothing if it does so already.

        Raises:
            ConfigurationError: If the port of ``health_port`` can't be had.
        """
        if self._is_at_work():
            return
        # One for each process: a fork copies locks as they are, and others may hold ours.
        with self._starting.setdefault(os.getpid(), threading.Lock()):
            if not self._is_at_work():
                self._start()

    def _is_at_work(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _start(self) -> None:
        self._asked_to_stop = False
        shift, health = self._begin(alone=False)
        thread = threading.Thread(
            target=_work, args=(shift, health), name="lunogram-relay", daemon=True
        )
        thread.start()
        self._thread = thread

    def stop(self) -> None:
        """Finish what is on its way, and end. What still waits stays in the outbox."""
        self.ask_to_stop()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def ask_to_stop(self) -> None:
        """The same without waiting; a signal handler may call it."""
        self._asked_to_stop = True
        if self._shift is not None:
            self._shift.stop()

    def run(self, *, until_empty: bool = False) -> None:
        """Send here, until `stop` or `ask_to_stop` is called.

        Ctrl-C finishes what is on its way, and then raises KeyboardInterrupt. With ``concurrency``
        and uvloop (``lunogram[fast]``), the process must not fork meanwhile.

        Args:
            until_empty: Also end when nothing waits any more.

        Raises:
            ConfigurationError: If the port of ``health_port`` can't be had.
        """
        with interruptible(self.ask_to_stop):
            _work(*self._begin(alone=True), until_empty=until_empty)

    def _begin(self, *, alone: bool) -> tuple[Shift, Health | None]:
        sender = self._connect()
        lease_seconds = _lease_of(sender)
        self._health = self._open_health(lease_seconds)
        self._shift = Shift(
            self._store,
            self._courier(sender, alone=alone),
            self._settings,
            self._progress,
            lease_seconds,
        )
        if self._asked_to_stop:
            self._shift.stop()
        return self._shift, self._health

    def _courier(self, sender: Sender, *, alone: bool) -> Courier:
        at_once = self._settings.concurrency
        if at_once == 1:
            return InlineCourier(sender)
        # A client that was handed over is not for event loops, and two can't turn in one thread.
        if sender.engine.client or is_in_event_loop():
            return ThreadCourier(sender, at_once)
        engine = AsyncEngine(sender.target.base_url, None)
        loop = new_loop(uvloop=alone and self._uvloop)
        return LoopCourier(AsyncSender(sender.target, sender.options, engine), loop)

    def _open_health(self, silence: float) -> Health | None:
        host, port = self._settings.health_host, self._settings.health_port
        if port is None:
            return None
        watch = Watch(self._store, self._progress, self._settings.concurrency, silence)
        return Health(host, port, watch)

    def stats(self) -> RelayStats:
        """What it has done so far."""
        return self._progress.stats()

    @property
    def health_url(self) -> str | None:
        """Where it answers, such as ``"http://127.0.0.1:9464"``; None, if it does not."""
        return self._health.url if self._health else None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._store.url!r}, {self.stats()!r})"


def _work(shift: Shift, health: Health | None, *, until_empty: bool = False) -> None:
    with health or nullcontext():
        shift.run(until_empty=until_empty)


def _lease_of(sender: Sender) -> float:
    """For how long lanes are ours: after a third of it, when it is renewed, any request has time.

    A request may take twice the time limit: once for its first byte, and once for the last.
    """
    return 3 * sender.options.timeout + 15
