"""Hooks around forks, which close SQLite files before and open them again after.

SQLite keeps the state of its open files in the process, locks included, and a fork copies it. A
child would then act as the holder of locks that only its parent holds.
"""

from __future__ import annotations

import os
import threading
from typing import Protocol
from weakref import WeakValueDictionary


class Forkable(Protocol):
    """An object that has files open."""

    def stop_for_fork(self) -> bool:
        """Wait a while until no thread uses the file, and close it; return whether it is closed."""
        ...

    def go_on(self) -> None:
        """Let threads use the file again, in the parent, if it was closed."""
        ...

    def go_on_in_child(self) -> None:
        """Let threads use the file again, in the child, if it was closed."""
        ...

    def leave_parent(self) -> None:
        """Give up what was open before a fork that was not announced, in the child."""
        ...


_all: WeakValueDictionary[int, Forkable] = WeakValueDictionary()


class _Forks(threading.local):
    """The forks that a thread is about to make: several, if a signal handler forks meanwhile.

    Attributes:
        stopped: For each fork, the objects that were closed for it.
    """

    def __init__(self) -> None:
        self.stopped: list[list[Forkable]] = []


_forks = _Forks()


def close_for_forks(forkable: Forkable) -> None:
    """Close an object before each fork from now on, and open it again on both sides.

    Args:
        forkable: The object. No reference to it is kept.
    """
    _all[id(forkable)] = forkable


def all_forkable() -> list[Forkable]:
    """All objects of this process that have files open."""
    # The references are copied at once: iteration fails when other threads change them meanwhile.
    found = [reference() for reference in _all.valuerefs()]
    return [each for each in found if each]


def _before_fork() -> None:
    stopped: list[Forkable] = []
    _forks.stopped.append(stopped)
    stopped.extend(each for each in all_forkable() if each.stop_for_fork())


def _after_fork_in_parent() -> None:
    for each in _forks.stopped.pop():
        each.go_on()


def _after_fork_in_child() -> None:
    for each in _forks.stopped.pop():
        each.go_on_in_child()
    for each in all_forkable():
        each.leave_parent()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_after_fork_in_parent,
        after_in_child=_after_fork_in_child,
    )
