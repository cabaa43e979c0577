"""Values that belong to one process, across forks that Python knows of and others."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable

import pytest

from lunogram._per_process import PerProcess

FORKS: dict[str, Callable[[], int]] = {"python": os.fork, "libc": ctypes.PyDLL(None).fork}


def status_of(fork: Callable[[], int], child: Callable[[], bool]) -> int:
    """The exit status of a child, which is 0 if it says so itself."""
    process = fork()
    if not process:
        status = 1
        try:
            status = 0 if child() else 1
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def test_there_is_one_value() -> None:
    value: PerProcess[object] = PerProcess(object)
    assert value.peek() is None
    assert value.get() is value.get() is value.peek()


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("fork", FORKS.values(), ids=FORKS)
def test_a_child_has_its_own(fork: Callable[[], int]) -> None:
    value: PerProcess[object] = PerProcess(object)
    ours = value.get()

    def child() -> bool:
        is_unmade = value.peek() is None
        return is_unmade and value.get() is not ours and value.get() is value.peek()

    assert status_of(fork, child) == 0
    assert value.get() is ours


def test_threads_that_ask_at_once_get_the_same() -> None:
    barrier, found = threading.Barrier(4), []

    def make() -> object:
        barrier.wait(10)
        return object()

    value: PerProcess[object] = PerProcess(make)
    threads = [threading.Thread(target=lambda: found.append(value.get())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1
