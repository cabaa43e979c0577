"""Values that each process makes for itself, so that a fork shares none with its parent."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


_of_parents: list[object] = []
"""The values of parent processes, kept when their owner is collected: to collect a connection
would close it, and the parent may still use it."""


class PerProcess(Generic[T]):
    """A value that belongs to one process: connections, threads, locks.

    A fork copies locks as they are, and leaves sockets and threads that are the parent's. In a
    child, the value is made anew, and the parent's is kept. Forks need not be those that Python
    knows of (uWSGI's are not).
    """

    def __init__(self, make: Callable[[], T]) -> None:
        """Make no value yet.

        Args:
            make: Makes the value of a process. If several threads are the first to ask, it is
                called by each of them, and all get the same value.
        """
        self._make = make
        self._values: dict[int, T] = {}

    def get(self) -> T:
        """The value of this process, made when it is first asked for."""
        process = os.getpid()
        if process not in self._values:
            _of_parents.extend(self._values.values())
            # Not under a lock, which a fork may copy while it is held: `setdefault` is atomic.
            self._values.setdefault(process, self._make())
        return self._values[process]

    def peek(self) -> T | None:
        """The value of this process, or None if it has not been made."""
        return self._values.get(os.getpid())
