"""Looking through all streams of an outbox in NATS for what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .messages import Message, UnreadableError, entry_of, letter_of
from .streams import Names, Stream
from .wire import Link

_NEEDED = ("subjects", "retention", "storage", "max_msgs_per_subject", "max_age", "discard")


async def faults(link: Link, names: Names) -> list[str]:
    """What is wrong, a sentence for each.

    Args:
        link: The connection.
        names: What the streams are called.
    """
    wrong: list[str] = []
    for needed in names.configurations(1):
        wrong += await _faults_of(Stream(link, needed["name"]), needed, names)
    return wrong


async def _faults_of(stream: Stream, needed: dict[str, Any], names: Names) -> list[str]:
    there = await stream.configuration()
    if there is None:
        return [f"the stream {stream.name} is not there"]
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
            f"message {message.sequence} of the stream {stream.name} can't be read"
            for message in messages
            if not _is_readable(message)
        ]
    return wrong


def _is_readable(message: Message) -> bool:
    try:
        if ".dead." in message.subject:
            letter_of(message, message.sequence)
        else:
            entry_of(message)
    except UnreadableError:
        return False
    return True
