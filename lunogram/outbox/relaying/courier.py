"""Couriers carry requests to the server, one at a time or several at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Protocol

import attrs

from ..._async.sender import AsyncSender
from ..._attempts import Attempts, Request, parsed
from ..._sync.sender import Sender
from ..entries import body_of
from ..store import Entry
from .tracing import delivering

# An answer that has come is a job that is back two turns of an event loop later.
_QUIET_TURNS = 2


@attrs.define(eq=False)
class Job:
    """One request, to be sent or sent.

    Attributes:
        lane: The number of the lane that it is of.
        entries: What it delivers: events for one endpoint, or a single other call.
        error: Why it has not arrived; None, if it has.
    """

    lane: int
    entries: Sequence[Entry]
    error: Exception | None = None


class Courier(Protocol):
    """Carries requests, for one thread that gives them away and takes them back."""

    def submit(self, job: Job) -> None:
        """Take a request to carry, now or in the next `wait`."""
        ...

    def wait(self, timeout: float) -> list[Job]:
        """Wait until a request was answered or has failed, or `wake` is called.

        Args:
            timeout: For how many seconds, unless there is something to send here.

        Returns:
            All that came back since the last time.
        """
        ...

    def wake(self) -> None:
        """End a `wait`, this one or the next; a signal handler may call it."""
        ...

    def close(self) -> None:
        """Let go of everything, once what is on its way has come back."""
        ...


def carry(job: Job, sender: Sender) -> None:
    """Send a request once, and note in the job what came of it.

    Args:
        job: What to send.
        sender: With which key, and where to.
    """
    try:
        with delivering(job.entries):
            _send(job.entries, sender)
    except Exception as error:  # noqa: BLE001 - whatever it is, the queue must not stop
        job.error = error


def _send(entries: Sequence[Entry], sender: Sender) -> None:
    request, attempts = _attempts(entries, sender)
    parsed(None, sender.exchange(request, attempts), request, attempts.made)


async def _carry(job: Job, sender: AsyncSender) -> None:
    try:
        with delivering(job.entries):
            request, attempts = _attempts(job.entries, sender)
            parsed(None, await sender.exchange(request, attempts), request, attempts.made)
    except Exception as error:  # noqa: BLE001 - whatever it is, the queue must not stop
        job.error = error


def _attempts(entries: Sequence[Entry], sender: Sender | AsyncSender) -> tuple[Request, Attempts]:
    head = entries[0]
    request = sender.request(head.method, head.path, head.query, body_of(entries))
    return request, Attempts(request, sender.options)


class InlineCourier:
    """A `Courier` that sends in the thread of whoever waits: one request at a time, at no cost."""

    def __init__(self, sender: Sender) -> None:
        """Make one.

        Args:
            sender: What to send with, without retries of its own.
        """
        self._sender = sender
        self._jobs: list[Job] = []
        # Unlike an Event, it can be filled by a signal handler at any moment.
        self._woken: SimpleQueue[None] = SimpleQueue()

    def submit(self, job: Job) -> None:
        """As `Courier.submit`."""
        self._jobs.append(job)

    def wait(self, timeout: float) -> list[Job]:
        """As `Courier.wait`."""
        jobs, self._jobs = self._jobs, []
        for job in jobs:
            carry(job, self._sender)
        if not jobs:
            with suppress(Empty):
                self._woken.get(timeout=timeout)
        return jobs

    def wake(self) -> None:
        """As `Courier.wake`."""
        self._woken.put(None)

    def close(self) -> None:
        """As `Courier.close`."""
        self._sender.engine.close()


class LoopCourier:
    """A `Courier` with an event loop of its own, which turns in the thread of whoever waits.

    What many requests need at the same moment is done in one go, without a change of threads.
    """

    def __init__(self, sender: AsyncSender, loop: asyncio.AbstractEventLoop) -> None:
        """Make one.

        Args:
            sender: What to send with, without retries of its own.
            loop: Closed at the end.
        """
        self._sender = sender
        self._loop = loop
        self._on_their_way: set[asyncio.Task[None]] = set()
        self._back: list[Job] = []

    def submit(self, job: Job) -> None:
        """As `Courier.submit`."""
        task = self._loop.create_task(self._send(job))
        self._on_their_way.add(task)
        task.add_done_callback(self._on_their_way.discard)

    async def _send(self, job: Job) -> None:
        await _carry(job, self._sender)
        self._back.append(job)
        if len(self._back) == 1:
            self._stop_when_quiet(0, 0)

    def _stop_when_quiet(self, back: int, turns: int) -> None:
        """End the wait when some turns of the loop have brought nothing more.

        To write down what became of many requests takes hardly longer than of one.
        """
        if len(self._back) > back:
            back, turns = len(self._back), 0
        if turns == _QUIET_TURNS:
            self._loop.stop()
        else:
            self._loop.call_soon(self._stop_when_quiet, back, turns + 1)

    def wait(self, timeout: float) -> list[Job]:
        """As `Courier.wait`."""
        limit = self._loop.call_later(timeout, self._loop.stop)
        self._loop.run_forever()
        limit.cancel()
        back, self._back = self._back, []
        return back

    def wake(self) -> None:
        """As `Courier.wake`."""
        with suppress(RuntimeError):  # closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._loop.stop)

    def close(self) -> None:
        """As `Courier.close`."""
        ending = self._loop.create_task(self._end())
        ending.add_done_callback(lambda _: self._loop.stop())
        while not ending.done():  # a stop of somebody who was waiting may still be due
            self._loop.run_forever()
        self._loop.close()
        ending.result()

    async def _end(self) -> None:
        await asyncio.gather(*self._on_their_way)
        await self._sender.engine.close()


class ThreadCourier:
    """A `Courier` of several threads, where an event loop is of no use."""

    def __init__(self, sender: Sender, threads: int) -> None:
        """Start the threads.

        Args:
            sender: What to send with, without retries of its own.
            threads: How many, and so how many requests are on their way at once.
        """
        self._sender = sender
        self._todo: SimpleQueue[Job | None] = SimpleQueue()
        self._done: SimpleQueue[Job | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"lunogram-relay-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def _work(self) -> None:
        while job := self._todo.get():
            carry(job, self._sender)
            self._done.put(job)

    def submit(self, job: Job) -> None:
        """As `Courier.submit`."""
        self._todo.put(job)

    def wait(self, timeout: float) -> list[Job]:
        """As `Courier.wait`."""
        back: list[Job | None] = []
        with suppress(Empty):
            back.append(self._done.get(timeout=timeout))
            while True:
                back.append(self._done.get_nowait())
        return [job for job in back if job]

    def wake(self) -> None:
        """As `Courier.wake`."""
        self._done.put(None)

    def close(self) -> None:
        """As `Courier.close`."""
        for _ in self._threads:
            self._todo.put(None)
        for thread in self._threads:
            thread.join()
        self._sender.engine.close()
