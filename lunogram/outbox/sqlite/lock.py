"""A lock that is released whatever a signal handler raises, and is waited for with a timeout."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

_A = TypeVar("_A")
_T = TypeVar("_T")


class LockTimeoutError(Exception):
    """Another thread held the lock all the time."""


def holding(lock: threading.RLock, seconds: float, work: Callable[[_A], _T], argument: _A) -> _T:
    """Call a function while a lock is held.

    Signal handlers run, and raise, when a call has returned. ``acquire`` is inside the block, and
    nothing comes between the end of the block and ``release``: so an acquired lock is always
    released. (A ``with`` would do the same, but has no timeout, and a ``__enter__`` of ours could
    be interrupted when it has the lock.)

    Args:
        lock: A lock that knows its owner: only the owner can release it.
        seconds: The timeout.
        work: The function.
        argument: The argument of the function.

    Raises:
        LockTimeoutError: If another thread holds the lock until the timeout.
    """
    try:
        if not lock.acquire(timeout=seconds):
            raise LockTimeoutError
        return work(argument)
    finally:
        try:
            lock.release()
        except RuntimeError as error:  # it was not acquired, or comes from a signal handler
            if error.__traceback__ and error.__traceback__.tb_next:
                raise
