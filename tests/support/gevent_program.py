"""A program under gevent: relays, event loops of its own, and an end.

    python -m tests.support.gevent_program early|late URL [URL...]

With "late", all of lunogram that there is to import is imported before gevent patches anything.
"""

from __future__ import annotations

import asyncio
import sys
import time

import gevent
from gevent import monkey


def import_everything() -> None:
    """As a server does that loads the application before it forks and patches."""
    import lunogram.outbox.background_relay
    import lunogram.outbox.relay.relay
    import lunogram.outbox.sqlite.store  # noqa: F401


async def own() -> int:
    """What the application does on an event loop of its own."""
    await asyncio.sleep(0)
    return 1


def main(when: str, *urls: str) -> None:
    """Send from several outboxes at once, and go on meanwhile."""
    if when == "late":
        import_everything()
    monkey.patch_all()
    from lunogram import Lunogram
    from lunogram.outbox import Outbox

    client = Lunogram()
    calls = [gevent.spawn(client.user.upsert, f"direct_{number}") for number in range(10)]
    gevent.joinall(calls, raise_error=True)
    outboxes = [Outbox(url, client=client, concurrency=4, flush_timeout=30) for url in urls[:-1]]
    outboxes.append(Outbox(urls[-1], client=client, flush_timeout=30))
    queueing = [
        gevent.spawn(outbox.user.upsert, f"user_{number}_{call}")
        for number, outbox in enumerate(outboxes)
        for call in range(10)
    ]
    turns = sum(asyncio.run(own()) for _ in range(10))
    gevent.joinall(queueing, raise_error=True)
    until = time.monotonic() + 30
    while any(outbox.stats().pending for outbox in outboxes) and time.monotonic() < until:
        gevent.sleep(0.01)
    print(turns, [outbox.flush(20).pending for outbox in outboxes], flush=True)
    for outbox in outboxes:
        outbox.user.upsert("at_the_end")


if __name__ == "__main__":
    main(*sys.argv[1:])
