"""The event loop of a connection to NATS, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from asyncio import Task
from collections.abc import Callable, Coroutine
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from ..relay.event_loop import new_loop

T = TypeVar("T")


class SilentError(Exception):
    """The loop does not respond: submitted work may never run."""


class LoopThread:
    """An event loop that runs in a daemon thread, and is closed where it ran.

    Attributes:
        connecting: The lock of the tasks that connect.
    """

    def __init__(self, patience: float) -> None:
        """Start the thread.

        Args:
            patience: How long the loop may fail to respond, in seconds.
        """
        self._loop = new_loop(uvloop=False)
        self._patience = patience
        self.connecting = asyncio.Lock()
        self._thread = threading.Thread(
            target=_run, args=(self._loop,), name="lunogram-outbox-nats", daemon=True
        )
        try:
            self._thread.start()
        except BaseException:  # a signal handler's, while this waited for the thread
            self.stop()
            raise

    @property
    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run something in the loop, for as long as it takes, unless the loop stops.

        Args:
            work: What to run. It limits its own waits.

        Raises:
            SilentError: If the loop has stopped.
            CancelledError: If it was closed meanwhile.
        """
        if self._thread is threading.current_thread():  # a finalizer's: nobody would do the work
            raise SilentError
        # Not a future of concurrent.futures: who waits for one holds a lock, and if a signal
        # handler interrupts that to wait for another, the loop can deliver neither.
        done: SimpleQueue[Task[T]] = SimpleQueue()
        tasks: list[Task[T]] = []

        def begin() -> None:
            tasks.append(self._loop.create_task(work()))
            tasks[0].add_done_callback(done.put)

        def cancel() -> None:
            for task in tasks:
                task.cancel()

        try:
            self._call(begin)
            return self._next(done).result()
        except BaseException:
            self._call(cancel)
            raise

    def _next(self, done: SimpleQueue[T]) -> T:
        while True:
            with suppress(Empty):
                return done.get(timeout=self._patience)
            self._listen()
            with suppress(Empty):
                return done.get_nowait()

    def _listen(self) -> None:
        """Raise an error unless the loop still runs callbacks."""
        heard: SimpleQueue[None] = SimpleQueue()
        self._call(lambda: heard.put(None))
        try:
            heard.get(timeout=self._patience)
        except Empty:
            raise SilentError from None

    def _call(self, function: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # it is closed
            self._loop.call_soon_threadsafe(function)

    def stop(self) -> None:
        """Cancel all tasks, and end the thread; wait for its end within the time limit."""
        self._call(self._loop.stop)
        if self._thread.ident not in (None, threading.get_ident()):
            self._thread.join(self._patience)


def _run(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
        loop.run_until_complete(_cancel_others())
    finally:
        loop.close()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
