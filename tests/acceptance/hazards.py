"""What happens to the processes of a scenario, besides that they are killed: small named faults.

The seed decides which, and every random number in them.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import attrs

from lunogram.outbox import Outbox, OutboxError
from tests.support.forked_client import fork

Work = Callable[[], object]
T = TypeVar("T")

_UNAVAILABLE = 2
"""The exit code of a relay that can't open its outbox."""


class Hazard:
    """Nothing happens; the others say what does."""

    def begin(self) -> None:
        """What happens first in a process that queues or relays."""

    def around_call(self, chance: random.Random, call: Work) -> None:
        """What happens to a call that is queued.

        Args:
            chance: Of the thread that makes it.
            call: It.
        """
        del chance
        call()

    def around_relay(self, chance: random.Random, run: Work) -> None:
        """What happens to a relay.

        Args:
            chance: Of its process.
            run: Runs until the process is told to end.
        """
        del chance
        run()


@attrs.frozen
class FullDisk(Hazard):
    """No file may grow further than the disk has room: a call may fail.

    Attributes:
        largest_file: In bytes.
    """

    largest_file: int

    def begin(self) -> None:
        """As `Hazard.begin`."""
        most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.largest_file, most))

    def around_call(self, chance: random.Random, call: Work) -> None:
        """As `Hazard.around_call`."""
        del chance
        with suppress(OutboxError):
            call()


@attrs.frozen
class LostServers(Hazard):
    """Servers of the cluster that holds the outbox are killed now and then: a call may fail."""

    def around_call(self, chance: random.Random, call: Work) -> None:
        """As `Hazard.around_call`."""
        del chance
        with suppress(OutboxError):
            call()

    def around_relay(self, chance: random.Random, run: Work) -> None:
        """As `Hazard.around_relay`."""
        del chance
        persist(run)


def persist(work: Callable[[], T]) -> T:
    """Do something that needs the store, again and again until it responds.

    Args:
        work: What to do.
    """
    while True:
        try:
            return work()
        except OutboxError:
            time.sleep(0.1)
        except SystemExit as end:  # that of `lunogram relay`
            if end.code != _UNAVAILABLE:
                raise
            time.sleep(0.1)


class _Interruption(BaseException):
    """What a signal handler raises."""


def _interrupted(seconds: float, work: Work) -> bool:
    """Interrupt some work after a while; return whether it was not done by then."""

    def interrupt(*_: object) -> None:
        raise _Interruption

    signal.signal(signal.SIGALRM, interrupt)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds)
            work()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except _Interruption:
        return True
    return False


@attrs.frozen
class InterruptedCalls(Hazard):
    """A signal handler raises in the middle of calls of the main thread.

    Attributes:
        latest: After how many seconds at most.
    """

    latest: float = 0.001

    def around_call(self, chance: random.Random, call: Work) -> None:
        """As `Hazard.around_call`."""
        if threading.current_thread() is threading.main_thread():
            _interrupted(chance.uniform(0.00005, self.latest), call)
        else:
            call()


@attrs.frozen
class InterruptedRelays(Hazard):
    """A signal handler raises in the middle of a relay, which is started again in its process.

    Attributes:
        times: How often.
        latest: After how many seconds at most.
    """

    times: int
    latest: float

    def around_relay(self, chance: random.Random, run: Work) -> None:
        """As `Hazard.around_relay`."""
        sys.unraisablehook = lambda _: None  # of callbacks and finalizers that were interrupted
        for _ in range(self.times):
            if not _interrupted(chance.uniform(0.001, self.latest), run):
                return
        run()


@attrs.frozen
class Forks(Hazard):
    """Some calls are made by a child of the process that queues.

    Attributes:
        share: Of the calls, from 0 to 1.
        is_seen: Whether Python knows of the fork. It does not of uWSGI's.
    """

    share: float
    is_seen: bool

    def around_call(self, chance: random.Random, call: Work) -> None:
        """As `Hazard.around_call`."""
        if chance.random() > self.share:
            call()
            return
        # Beside other threads, an unseen fork may leave Python's own locks held for ever.
        is_seen = self.is_seen or threading.active_count() > 1
        child = fork(partial(_traced, call), is_seen=is_seen)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status not in (0, -signal.SIGKILL):  # of a trap
            raise RuntimeError(f"a child ended with {status}")


def _traced(call: Work) -> None:
    try:
        call()
    except BaseException:
        traceback.print_exc()
        raise


class Greenlets(Hazard):
    """gevent takes the place of threads, after everything was imported."""

    def begin(self) -> None:
        """As `Hazard.begin`."""
        from gevent import monkey

        monkey.patch_all()


@attrs.frozen
class LostFile(Hazard):
    """The file of the outbox is deleted, or another one takes its place, while programs use it.

    The file is in a folder that is reached by a link: so all that belongs to it changes at once.

    Attributes:
        delays: The seconds before each loss.
        is_replaced: Whether there is another outbox at once.
    """

    delays: tuple[float, ...]
    is_replaced: bool

    def around_call(self, chance: random.Random, call: Work) -> None:
        """As `Hazard.around_call`."""
        del chance
        with suppress(OutboxError):
            call()

    def around_relay(self, chance: random.Random, run: Work) -> None:
        """As `Hazard.around_relay`: it is started again if it opens the file just then."""
        del chance
        for _ in self.delays:
            with suppress(OutboxError, SystemExit):
                run()
                return
        run()

    def prepare(self, url: str) -> str:
        """The URL of the outbox by way of the link.

        Args:
            url: The URL without.
        """
        file = _file(url)
        first = file.parent / "first"
        first.mkdir()
        link = file.parent / "link"
        link.symlink_to(first)
        return f"sqlite:///{link / file.name}"

    def lose(self, url: str, number: int) -> None:
        """Take the file away.

        Args:
            url: Of the outbox, by way of the link.
            number: How many times it was taken away before.
        """
        file = _file(url)
        link = file.parent
        folder = link.parent / f"next_{number}"
        folder.mkdir()
        if self.is_replaced:
            Outbox(f"sqlite:///{folder / file.name}").close()
        new = link.parent / "new_link"
        new.symlink_to(folder)
        new.replace(link)


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def all_around(hazards: tuple[Hazard, ...], chance: random.Random, call: Work) -> None:
    """Make a call, with all that may happen to it.

    Args:
        hazards: What may.
        chance: Of the thread that makes it.
        call: It.
    """
    for hazard in hazards:
        call = _within(hazard, chance, call)
    call()


def _within(hazard: Hazard, chance: random.Random, call: Work) -> Work:
    return lambda: hazard.around_call(chance, call)
