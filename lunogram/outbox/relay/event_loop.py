"""The event loop on which a relay sends several requests at once."""

from __future__ import annotations

import asyncio
import queue
import selectors
import socket
import threading
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from typing import Any, TypeVar, TypeVarTuple

from ..._clock import monotonic
from ..errors import OutboxError

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")
_Task = tuple[asyncio.Future[Any], Callable[..., Any], tuple[Any, ...]]


def new_loop(*, uvloop: bool) -> asyncio.AbstractEventLoop:
    """A new event loop.

    Args:
        uvloop: Whether to use uvloop: only in a process that does not fork while the loop runs.
            The other loop may be forked.

    Raises:
        OutboxError: If it can't be made, such as for want of file handles.
    """
    try:
        return _new_loop(uvloop=uvloop)
    except OSError as error:
        reason = error.strerror or type(error).__name__
    raise OutboxError(f"no event loop can be made here: {reason}")


def _new_loop(*, uvloop: bool) -> asyncio.AbstractEventLoop:
    # A loop for which there are no handles would be left half made, and could not be closed.
    for handle in socket.socketpair():
        handle.close()
    if uvloop:
        from uvloop import new_event_loop

        return new_event_loop()
    return RelayLoop()


class RelayLoop(asyncio.SelectorEventLoop):
    """An event loop that works while its program ends, and while a program's tests freeze time.

    When the main thread has ended, Python starts no thread and lets no executor work, but asyncio
    needs both to look up the name of a host. So there is a thread for that from the beginning.
    """

    def __init__(self) -> None:
        """Make one."""
        # Not by epoll, as is usual, uvloop's too: parent and child share one after a fork, and a
        # child that lets go of the loop stops it from watching for the parent.
        selector = getattr(selectors, "PollSelector", selectors.SelectSelector)
        super().__init__(selector())
        self.set_debug(False)  # how busy this loop is, is nothing that a program can change
        self._aside: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        # An exception from a signal handler may drop the loop before anything can close it.
        weakref.finalize(self, self._aside.put, None).atexit = False
        aside = threading.Thread(
            target=_run_aside, args=[self._aside], name="lunogram-aside", daemon=True
        )
        try:
            aside.start()
        except BaseException:
            self.close()
            raise

    def time(self) -> float:
        """The time of the loop, by our clock."""
        return monotonic()

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*_Ts], _T], *args: *_Ts
    ) -> asyncio.Future[_T]:
        """Run a function in an executor; in the loop's own thread if none is given."""
        if executor is not None:
            return super().run_in_executor(executor, func, *args)
        future: asyncio.Future[_T] = self.create_future()
        self._aside.put((future, func, args))
        return future

    def close(self) -> None:
        """Close the loop and its thread."""
        self._aside.put(None)
        super().close()


def _run_aside(tasks: queue.SimpleQueue[_Task | None]) -> None:
    """Run the functions of a loop in the thread beside it, which does not keep the loop alive."""
    while task := tasks.get():
        _run_task(*task)
        del task


def _run_task(future: asyncio.Future[Any], func: Callable[..., Any], args: Sequence[Any]) -> None:
    if future.cancelled():
        return
    result = error = None
    try:
        result = func(*args)
    except BaseException as fault:  # noqa: BLE001 - raised where it is awaited
        error = fault
    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
        future.get_loop().call_soon_threadsafe(_settle, future, result, error)


def _settle(future: asyncio.Future[Any], result: object, error: BaseException | None) -> None:
    if future.cancelled():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
