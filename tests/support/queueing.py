"""A program that queues events until it is killed, and says of each that it is queued.

python -m tests.support.queueing URL RUN COUNT
"""

from __future__ import annotations

import os
import sys

from lunogram import Event
from lunogram.outbox import Outbox

USERS = 7
"""About how many users the events are, in turns."""


def main(url: str, run: str, count: str) -> None:
    """Queue events; their data says which run they come from, and their number in it."""
    outbox = Outbox(url)
    for number in range(int(count)):
        user = f"user_{number % USERS}"
        outbox.user.events.post(Event("it.happened", user, data={"run": run, "n": number}))
        os.write(1, b"%d\n" % number)


if __name__ == "__main__":
    main(*sys.argv[1:])
