"""What arrived of the events that programs number, and the delivery of what is left."""

from __future__ import annotations

from pathlib import Path

from lunogram import Lunogram
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox


def arrived(project: Sandbox) -> list[str]:
    """The names of the calls whose events have arrived, in order.

    Args:
        project: Where they went.
    """
    return [event.data["call"] for event in project.events(name="it.happened")]


def relay_the_rest(url: str, client: Lunogram) -> None:
    """Deliver all that is left, and see that nothing is dead.

    Args:
        url: Of the outbox.
        client: As whom to send.
    """
    with Outbox(url) as outbox:
        outbox.relay(client).run(until_empty=True)
        assert (outbox.stats().pending, outbox.stats().dead) == (0, 0)


def returned(diary: Path) -> list[str]:
    """The calls that a program has written to have returned.

    Args:
        diary: Where.
    """
    return [line[2:] for line in diary.read_text().splitlines() if line.startswith("-")]
