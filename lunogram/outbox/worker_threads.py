"""The threads in which an `AsyncOutbox` uses its store, so that the event loop never waits for it.

Stores are sync. All that is queued goes through one thread, in the order in which the calls were
made; everything else has others, so that a flush or a long list holds up no call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from .._http.async_engine import running_loop
from .._per_process import PerProcess
from .errors import OutboxError

T = TypeVar("T")

_MOST = 32


class WorkerThreads:
    """The threads of one outbox. Each process starts its own, when they are needed."""

    def __init__(self) -> None:
        self._in_order = PerProcess(lambda: ThreadPoolExecutor(1, "lunogram-outbox-queue"))
        self._others = PerProcess(lambda: ThreadPoolExecutor(_MOST, "lunogram-outbox"))

    async def run_in_order(self, work: Callable[[], T]) -> T:
        """Do something after all that was handed over before.

        If the caller is cancelled, work that has not begun is never done, and work that has begun
        is completed.

        Args:
            work: What to do.

        Raises:
            ConfigurationError: If no event loop of asyncio is running.
            OutboxError: If no thread can be started.
        """
        return await self._run(self._in_order, work)

    async def run(self, work: Callable[[], T]) -> T:
        """Do something beside all else, otherwise as `run_in_order`.

        Args:
            work: What to do.

        Raises:
            ConfigurationError: If no event loop of asyncio is running.
            OutboxError: If no thread can be started.
        """
        return await self._run(self._others, work)

    async def _run(self, threads: PerProcess[ThreadPoolExecutor], work: Callable[[], T]) -> T:
        running_loop()  # before anything is done
        return await _awaitable(_submitted(threads, work))

    async def close(self, last: Callable[[], None]) -> None:
        """Do one last thing after all that was handed over, and let the threads end.

        Args:
            last: What to do, even if the caller is cancelled.

        Raises:
            ConfigurationError: If no event loop of asyncio is running.
            OutboxError: If no thread can be started.
        """
        running_loop()
        done = _submitted(self._in_order, last)
        for threads in (self._in_order, self._others):
            if executor := threads.peek():
                executor.shutdown(wait=False)
        await asyncio.shield(_awaitable(done))


def _submitted(threads: PerProcess[ThreadPoolExecutor], work: Callable[[], T]) -> Future[T]:
    context = copy_context()  # with the current span
    try:
        return threads.get().submit(context.run, work)
    except RuntimeError:  # too many of them, the program ends, or the outbox is closed
        raise OutboxError("no thread can be started here") from None


def _awaitable(future: Future[T]) -> asyncio.Future[T]:
    return asyncio.wrap_future(future, loop=running_loop())
