"""The faults of an outbox in NATS. No message about one holds personal data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .connection import Link
from .rows import fault_of
from .schema import Names
from .streams import Stream

_NEEDED = ("subjects", "retention", "storage", "max_msgs_per_subject", "max_age", "discard")


async def faults(link: Link, names: Names) -> list[str]:
    """The faults of all streams and messages, a sentence for each.

    Args:
        link: The connection.
        names: The names of the streams.
    """
    wrong: list[str] = []
    for needed in names.configurations(1):
        wrong += await _faults_of(Stream(link, needed["name"]), needed, names)
    return wrong


async def _faults_of(stream: Stream, needed: dict[str, Any], names: Names) -> list[str]:
    there = await stream.configuration()
    if there is None:
        return [f"the stream {stream.name} does not exist"]
    wrong = [f"the stream {stream.name} {fault}" for fault in _differences(there, needed)]
    if stream.name != names.state:
        wrong += await _unreadable(stream)
    return wrong


def _differences(there: dict[str, Any], needed: dict[str, Any]) -> Iterator[str]:
    for key in _NEEDED:
        wanted = needed.get(key, {"max_msgs_per_subject": -1, "max_age": 0}.get(key))
        if there[key] != wanted:
            yield f"has {key} {there[key]!r}, and needs {wanted!r}"
    if there["duplicate_window"] < needed["duplicate_window"]:
        yield "has a shorter duplicate_window than ten minutes"


async def _unreadable(stream: Stream) -> list[str]:
    wrong: list[str] = []
    state = await stream.state()
    position = max(0, state["first_seq"] - 1)
    while position < state["last_seq"]:
        messages, position = await stream.stretch(position, state["last_seq"])
        wrong += [
            f"message {message.sequence} of the stream {stream.name}: {fault}"
            for message in messages
            if (fault := fault_of(message))
        ]
    return wrong
