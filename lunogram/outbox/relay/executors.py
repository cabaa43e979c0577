"""The executors of a relay: they send requests, one at a time or several at once."""

from __future__ import annotations

import asyncio
import queue
import threading
import weakref
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

import attrs

from ..._async.sender import AsyncSender
from ..._attempts import Attempts, Request
from ..._responses import recognized
from ..._sync.sender import Sender
from ..entries import body_of
from ..store import Entry
from .tracing import delivering

# A response that has arrived is a finished job two iterations of an event loop later.
_QUIET_TURNS = 2


@attrs.define(eq=False)
class Job:
    """One request of a relay.

    Attributes:
        slot: The number of its slot.
        entries: The entries that it delivers: events for one endpoint, or a single other call.
        error: The failure, or None while there is none.
        crash: What ends the relay, such as the SystemExit of a hook; raised in the relay's thread.
    """

    slot: int
    entries: Sequence[Entry]
    error: Exception | None = None
    crash: BaseException | None = None

    def failed(self, error: BaseException) -> None:
        """Note what was raised while it was sent, whatever it is: the queue must not stop unseen.

        Args:
            error: What was raised.
        """
        if isinstance(error, Exception):
            self.error = error
        else:
            self.crash = error


class Executor(Protocol):
    """Sends requests for one thread, which submits them and waits for them."""

    def submit(self, job: Job) -> None:
        """Take a request, to send it now or in the next `wait`."""
        ...

    def wait(self, timeout: float) -> list[Job]:
        """Wait until a request has succeeded or failed, or `wake` is called.

        Args:
            timeout: The maximum number of seconds, unless there is something to send here.

        Returns:
            All requests that have finished since the last time.
        """
        ...

    def wake(self) -> None:
        """End the current `wait`, or the next one; a signal handler may call it."""
        ...

    def close(self) -> None:
        """Finish the requests in flight, and close everything."""
        ...


def carry(job: Job, sender: Sender) -> None:
    """Send a request once, and note its failure in the job.

    Args:
        job: The request.
        sender: The sender.
    """
    try:
        with delivering(job.entries):
            _send(job.entries, sender)
    except BaseException as error:  # noqa: BLE001 - the relay's thread raises it
        job.failed(error)


def _send(entries: Sequence[Entry], sender: Sender) -> None:
    sender = sender.current()
    request, attempts = _attempts(entries, sender)
    recognized(sender.exchange(request, attempts), request, attempts.made)


async def _carry(job: Job, sender: AsyncSender) -> None:
    try:
        with delivering(job.entries):
            sender = sender.current()
            request, attempts = _attempts(job.entries, sender)
            recognized(await sender.exchange(request, attempts), request, attempts.made)
    except BaseException as error:  # noqa: BLE001 - the relay's thread raises it
        job.failed(error)


def _attempts(entries: Sequence[Entry], sender: Sender | AsyncSender) -> tuple[Request, Attempts]:
    head = entries[0]
    request = sender.request(head.operation, head.path, head.query, body_of(entries))
    return request, Attempts(request, sender.options)


class InlineExecutor:
    """An `Executor` that sends in the thread that waits: one request at a time, at no cost."""

    def __init__(self, sender: Sender) -> None:
        """Make one.

        Args:
            sender: The sender, without retries of its own.
        """
        self._sender = sender
        self._jobs: list[Job] = []
        # Unlike an Event, it can be filled by a signal handler at any moment. It is looked up now,
        # because gevent puts another kind in its place, and may do so after our import.
        self._woken: queue.SimpleQueue[None] = queue.SimpleQueue()

    def submit(self, job: Job) -> None:
        """Take a request."""
        self._jobs.append(job)

    def wait(self, timeout: float) -> list[Job]:
        """Wait for requests."""
        jobs, self._jobs = self._jobs, []
        for job in jobs:
            carry(job, self._sender)
        if not jobs:
            with suppress(queue.Empty):
                self._woken.get(timeout=timeout)
        return jobs

    def wake(self) -> None:
        """End a wait."""
        self._woken.put(None)

    def close(self) -> None:
        """Close everything."""
        self._sender.engine.close()


class AsyncioExecutor:
    """An `Executor` with an event loop of its own, which runs in the thread that waits.

    The work of many requests at the same moment is done in one go, without switching threads.
    """

    def __init__(self, sender: AsyncSender, loop: asyncio.AbstractEventLoop) -> None:
        """Make one.

        Args:
            sender: The sender, without retries of its own.
            loop: Closed at the end.
        """
        self._sender = sender
        self._loop = loop
        self._in_flight: set[asyncio.Task[None]] = set()
        self._back: list[Job] = []

    def submit(self, job: Job) -> None:
        """Take a request."""
        task = self._loop.create_task(self._send(job))
        self._in_flight.add(task)
        task.add_done_callback(self._in_flight.discard)

    async def _send(self, job: Job) -> None:
        await _carry(job, self._sender)
        self._back.append(job)
        if len(self._back) == 1:
            self._stop_when_quiet(0, 0)

    def _stop_when_quiet(self, back: int, turns: int) -> None:
        """End the wait when some iterations of the loop have brought nothing more.

        Settling many requests takes hardly longer than settling one.
        """
        if len(self._back) > back:
            back, turns = len(self._back), 0
        if turns == _QUIET_TURNS:
            self._loop.stop()
        else:
            self._loop.call_soon(self._stop_when_quiet, back, turns + 1)

    def wait(self, timeout: float) -> list[Job]:
        """Wait for requests."""
        limit = self._loop.call_later(timeout, self._loop.stop)
        self._loop.run_forever()
        limit.cancel()
        back, self._back = self._back, []
        return back

    def wake(self) -> None:
        """End a wait."""
        with suppress(RuntimeError):  # closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._loop.stop)

    def close(self) -> None:
        """Close everything."""
        ending = self._loop.create_task(self._end())
        ending.add_done_callback(lambda _: self._loop.stop())
        while not ending.done():  # a stop of an earlier wait may still be due
            self._loop.run_forever()
        self._loop.close()
        ending.result()

    async def _end(self) -> None:
        await asyncio.gather(*self._in_flight)
        await self._sender.engine.close()
        await self._loop.shutdown_asyncgens()  # closes the connections to a test's sandbox


class ThreadExecutor:
    """An `Executor` of several threads, for processes where no event loop can run."""

    def __init__(self, sender: Sender, threads: int) -> None:
        """Start the threads.

        Args:
            sender: The sender, without retries of its own.
            threads: The number of threads, and so of requests in flight.
        """
        self._sender = sender
        self._todo: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(
                target=_send_jobs,
                args=[self._todo, self._done, sender],
                name=f"lunogram-relay-{number}",
                daemon=True,
            )
            for number in range(threads)
        ]
        # An exception from a signal handler may drop this before anything can close it.
        weakref.finalize(self, _dismiss, self._todo, threads).atexit = False
        try:
            for thread in self._threads:
                thread.start()
        except BaseException:
            _dismiss(self._todo, threads)
            raise

    def submit(self, job: Job) -> None:
        """Take a request."""
        self._todo.put(job)

    def wait(self, timeout: float) -> list[Job]:
        """Wait for requests."""
        back: list[Job | None] = []
        with suppress(queue.Empty):
            back.append(self._done.get(timeout=timeout))
            while True:
                back.append(self._done.get_nowait())
        return [job for job in back if job]

    def wake(self) -> None:
        """End a wait."""
        self._done.put(None)

    def close(self) -> None:
        """Close everything."""
        _dismiss(self._todo, len(self._threads))
        for thread in self._threads:
            thread.join()
        self._sender.engine.close()


def _send_jobs(
    todo: queue.SimpleQueue[Job | None], done: queue.SimpleQueue[Job | None], sender: Sender
) -> None:
    while job := todo.get():
        carry(job, sender)
        done.put(job)
        del job


def _dismiss(todo: queue.SimpleQueue[Job | None], threads: int) -> None:
    for _ in range(threads):
        todo.put(None)
