"""Programs that use a store in NATS until they are killed, and say what they did.

python -m tests.support.nats_programs queue URL RUN COUNT
python -m tests.support.nats_programs relay URL [until-empty]

The first says a line for each entry that is queued. The second is the least that can be called a
relay: it says its process and what it sends, and ends where it comes upon poison.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import closing

from lunogram.outbox import OutboxError
from lunogram.outbox.nats import NATSStore
from lunogram.outbox.owner import new_owner
from lunogram.outbox.store import Capacity, DeadLetter, Entry, Limits, Outcomes

PEOPLE = 60
POISON = b"poison"
DEATHS = 5


def entry(run: str, number: int) -> Entry:
    """One of many entries about few people."""
    body = b"%s %d" % (run.encode(), number)
    return Entry(
        "POST", "/users/events", "", body, (f"user:default:{number % PEOPLE}",), time.time()
    )


def queue(url: str, run: str, count: str) -> None:
    """Queue entries, some hundreds a second; try each for as long as it takes."""
    with closing(_open(url)) as store:
        for number in range(int(count)):
            _add(store, entry(run, number))
            os.write(1, b"%d\n" % number)
            time.sleep(0.001)


def _open(url: str) -> NATSStore:
    """The store, as soon as its servers respond."""
    while True:
        try:
            return NATSStore(url)
        except OutboxError as error:
            os.write(2, f"{error}\n".encode())
            time.sleep(0.1)


def _add(store: NATSStore, new: Entry) -> None:
    while True:
        try:
            store.add([new], Limits())
        except OutboxError as error:
            os.write(2, f"{error}\n".encode())
        else:
            return


def relay(url: str, until: str = "killed") -> None:
    """Send entries, a few at a time, until killed, or until the queue is empty."""
    owner = new_owner()
    with closing(_open(url)) as store:
        while until == "killed" or store.stats().pending:
            try:
                lease = store.lease(owner, 5, Capacity(20))
                store.settle(_send(lease.entries))
            except OutboxError as error:
                os.write(2, f"{error}\n".encode())
            time.sleep(0.001)


def _send(entries: tuple[Entry, ...]) -> Outcomes:
    delivered, dead = [], []
    for each in entries:
        if each.crashes >= DEATHS:
            dead.append(DeadLetter(each, None, "it ends relays", time.time()))
            continue
        if each.body == POISON:
            os.abort()
        os.write(1, b"%d %s\n" % (os.getpid(), each.body))
        delivered.append(each)
    return Outcomes(delivered, dead=dead)


if __name__ == "__main__":
    programs: dict[str, Callable[..., None]] = {"queue": queue, "relay": relay}
    programs[sys.argv[1]](*sys.argv[2:])
