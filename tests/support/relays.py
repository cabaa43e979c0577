"""Relay runs that end, and users of a given partition."""

from __future__ import annotations

import threading
from itertools import count
from typing import Any

from lunogram import AsyncLunogram, Event, Lunogram
from lunogram.outbox import Outbox
from lunogram.outbox.store import Entry
from lunogram.testing import Sandbox


def post(outbox: Outbox, *names: str, user: str = "user_1") -> None:
    """Queue events."""
    outbox.user.events.post([Event(name, user) for name in names])


def empty_it(outbox: Outbox, client: Lunogram | AsyncLunogram, **options: Any) -> list[str]:
    """Run a relay until the outbox is empty; return the reported errors."""
    errors: list[str] = []
    relay = outbox.relay(client, on_error=lambda error: errors.append(str(error)), **options)
    give_up = threading.Timer(30, relay.ask_to_stop)
    give_up.start()
    relay.run(until_empty=True)
    give_up.cancel()
    assert outbox.stats().pending == 0
    return errors


def sent(project: Sandbox) -> list[str]:
    """The names of the events that were sent, in the order they came."""
    return [event.name for event in project.events() if event.cause == "sent"]


def entry(subject: str, sequence: int = 0, path: str = "/users", **facts: Any) -> Entry:
    """An entry with this subject, such as "user:default:ada"."""
    return Entry("POST", path, "", b"{}", (subject,), 0.0, sequence=sequence, **facts)


def replace_store(outbox: Outbox, store: Any) -> None:
    """Let an outbox use another store, one that wraps its own."""
    outbox._store = store


def user_in(partition: int, partitions: int) -> str:
    """A user whose calls are in this partition."""
    names = (f"user_{number}" for number in count())
    return next(
        name for name in names if entry(f"user:default:{name}").partition % partitions == partition
    )
