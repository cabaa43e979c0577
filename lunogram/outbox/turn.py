"""A lock that no exception from a signal handler leaves locked, with a limit to each wait."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, TypeVar, cast

T = TypeVar("T")


class TurnError(Exception):
    """The lock could not be acquired.

    Attributes:
        by_itself: Whether the thread that waits for it holds it already, interrupted by a signal
            handler or a finalizer.
    """

    def __init__(self, *, by_itself: bool) -> None:
        """Create the error.

        Args:
            by_itself: Whether the thread that waits for the lock holds it already.
        """
        super().__init__("this thread uses it already" if by_itself else "others keep it busy")
        self.by_itself = by_itself


class Turn:
    """A lock for the threads of one process, with a limit to each wait.

    Python runs signal handlers between any two of its instructions, but not inside of functions
    written in C, and not between such an `__enter__` and the block that it guards. So both ends of
    the lock are methods of a queue that holds one token.
    """

    def __init__(self, timeout: float) -> None:
        """Create a free lock.

        Args:
            timeout: The time limit of each wait, in seconds.
        """
        self._token: SimpleQueue[object] = SimpleQueue()
        self._token.put(None)
        self._thread = 0
        get, put = partial(self._token.get, True, timeout), self._token.put
        ends = {"__enter__": staticmethod(get), "__exit__": staticmethod(put)}
        self._held = cast("AbstractContextManager[Any]", type("Held", (), ends)())

    def run(self, work: Callable[[], T]) -> T:
        """Run something while holding the lock.

        Args:
            work: What to run.

        Raises:
            TurnError: If the lock could not be acquired in time.
        """
        if self._token.empty() and self._thread == threading.get_ident():
            raise TurnError(by_itself=True)
        begun = False
        try:
            with self._held:
                begun = True
                try:
                    self._thread = threading.get_ident()
                    return work()
                finally:
                    self._thread = 0
        except Empty:
            if begun:
                raise
        raise TurnError(by_itself=False)
