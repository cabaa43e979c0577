"""A small program as many are: it queues events into an outbox that it also relays, and ends.

    python -m tests.support.attached_outbox URL COUNT end|stay [EVENTS A SECOND]

It says "queued" when all calls have returned.
"""

from __future__ import annotations

import signal
import sys
import time

from lunogram import Event, Lunogram
from lunogram.outbox import Outbox


def main(url: str, count: str, then: str, rate: str = "0") -> None:
    """Queue events, whose data have their number."""
    outbox = Outbox(url, client=Lunogram(), flush_timeout=30, ensure_users=True)
    for number in range(int(count)):
        outbox.user.events.post(Event("it.happened", "user_1", data={"call": str(number)}))
        if float(rate):
            time.sleep(1 / float(rate))
    print("queued", flush=True)
    if then == "stay":
        signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
