"""The CPU affinity of processes, on systems that have it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """What is started meanwhile stays on one core, with all of its threads.

    Args:
        core: Which of those that may be used; -1 is the last. None for any.
    """
    if core is None or not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(allowed)[core]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
