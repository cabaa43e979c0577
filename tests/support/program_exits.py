"""A program that queues into several outboxes of its own, and ends, in one of several ways.

    python -X dev -m tests.support.program_exits URL [URL...] OPTIONS

It prints "queued" when all calls have returned. Each way of ending is a function here.
"""

from __future__ import annotations

import argparse
import atexit
import sys
import threading
import time
from functools import partial
from typing import NoReturn

from lunogram import Lunogram
from lunogram.outbox import Outbox


def just_end(_outboxes: list[Outbox]) -> None:
    """Do nothing more."""


def end_without_threads(_outboxes: list[Outbox]) -> None:
    """End as in Python 3.12.0 to 3.12.2, which start no thread from here on."""
    atexit.register(partial(setattr, threading, "_start_new_thread", _no_more_threads))


def _no_more_threads(*_arguments: object) -> NoReturn:
    raise RuntimeError("can't create new thread at interpreter shutdown")


def close_backwards(outboxes: list[Outbox]) -> None:
    """Close them, the last one first, and one of them twice."""
    for outbox in [*reversed(outboxes), outboxes[0]]:
        outbox.close()


def flush_late(outboxes: list[Outbox]) -> None:
    """Queue and flush when the main thread has ended."""
    end_without_threads(outboxes)
    atexit.register(_queue_and_flush, outboxes[0])


def _queue_and_flush(outbox: Outbox) -> None:
    outbox.user.upsert("late")
    print(outbox.flush(20).pending, flush=True)


def end_while_sending(_outboxes: list[Outbox]) -> None:
    """End a moment after the first requests have gone out."""
    time.sleep(0.5)


def leave_relays(outboxes: list[Outbox]) -> None:
    """End while relays work that nobody stops, and a health page is open."""
    for outbox, concurrency in zip(outboxes, (1, 4, 4), strict=True):
        Outbox(outbox.url).relay(Lunogram(), concurrency=concurrency, health_port=0).start()
    outboxes[1].close()


WAYS = {
    way.__name__: way
    for way in (
        just_end,
        end_without_threads,
        close_backwards,
        leave_relays,
        flush_late,
        end_while_sending,
    )
}


def main(arguments: list[str]) -> None:
    """Make the outboxes, queue, and end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("urls", nargs="+")
    parser.add_argument("--way", choices=WAYS, default="just_end")
    parser.add_argument("--calls", type=int, default=5)
    parser.add_argument("--concurrency", type=int, default=1)
    parser.add_argument("--flush-timeout", type=float, default=30)
    options = parser.parse_args(arguments)
    client = Lunogram(timeout=120)
    outboxes = [
        Outbox(
            url, client=client, concurrency=options.concurrency, flush_timeout=options.flush_timeout
        )
        for url in options.urls
    ]
    for number, outbox in enumerate(outboxes):
        for call in range(options.calls):
            outbox.user.upsert(f"user_{number}_{call}")
    print("queued", flush=True)
    WAYS[options.way](outboxes)


if __name__ == "__main__":
    main(sys.argv[1:])
