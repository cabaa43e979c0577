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

    def stop_for_fork(self) -> None:
        """Wait a while until no thread uses the file, and close it."""
        ...

    def go_on(self) -> None:
        """Let threads use the file again, in the parent."""
        ...

    def go_on_in_child(self) -> None:
        """Let threads use the file again, in the child, where there are no other threads."""
        ...

    def leave_parent(self) -> None:
        """Give up what was open before a fork that was not announced, in the child."""
        ...


_all: WeakValueDictionary[int, Forkable] = WeakValueDictionary()
_forking = threading.local()


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
    _forking.stopped = all_forkable()
    for each in _forking.stopped:
        each.stop_for_fork()


def _after_fork_in_parent() -> None:
    for each in _forking.stopped:
        each.go_on()
    _forking.stopped = []


def _after_fork_in_child() -> None:
    for each in _forking.stopped:
        each.go_on_in_child()
    _forking.stopped = []


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_after_fork_in_parent,
        after_in_child=_after_fork_in_child,
    )
