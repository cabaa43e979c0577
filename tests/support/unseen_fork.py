"""A program that is forked without Python's knowledge, as uWSGI does, and ends in both processes.

    python -m tests.support.unseen_fork URL CONCURRENCY

The relay of the parent waits for a server at that moment. The exit status is the child's.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time

from lunogram import Lunogram
from lunogram.outbox import Outbox


def main(url: str, concurrency: str) -> int:
    """Fork, queue in the child, and end."""
    client = Lunogram(timeout=120)
    outbox = Outbox(url, client=client, flush_timeout=1, concurrency=int(concurrency))
    own = outbox.own_relay
    assert own
    outbox.user.upsert("parent")
    while not own.stats().in_flight:
        time.sleep(0.01)
    time.sleep(0.2)
    child: int = ctypes.PyDLL(None).fork()
    if child == 0:
        outbox.user.upsert("child")
        print(outbox.flush(0.1).pending, own._is_at_work(), flush=True)
        return 0
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
