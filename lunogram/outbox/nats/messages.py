"""Entries and dead letters as messages of NATS: the body as it is, the facts in headers."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from ..store import DeadLetter, Entry

_CALL = "Lunogram-Call"
_DEATH = "Lunogram-Death"


class UnreadableError(Exception):
    """A message is none of ours, or damaged."""

    def __init__(self, sequence: int) -> None:
        """Say which."""
        super().__init__(f"message {sequence} of it can't be read; it is none of ours, or damaged")


@attrs.frozen
class Message:
    """A message as it lies in a stream.

    Attributes:
        subject: Under which it was published.
        sequence: Its place in the stream.
        time: When the server stored it, in seconds since 1970 by the server's clock.
        data: What is in it. It may be personal.
        headers: As sent, in base64. They may be personal.
    """

    subject: str
    sequence: int
    time: float
    data: bytes = attrs.field(repr=False)
    headers: str = attrs.field(repr=False)

    @property
    def lane(self) -> int:
        """The lane in which it is, if it is an entry; -1 if somebody else has put it there."""
        number = self.subject.rpartition(".")[2]
        return int(number) if number.isdecimal() else -1


def message_of(found: Mapping[str, Any]) -> Message:
    """The message in a server's answer.

    Args:
        found: Its ``message``.
    """
    return Message(
        subject=found["subject"],
        sequence=found["seq"],
        time=datetime.fromisoformat(found["time"]).timestamp(),
        data=b64decode(found.get("data", "")),
        headers=found.get("hdrs", ""),
    )


def headers_of(entry: Entry) -> dict[str, str]:
    """The headers under which an entry is published.

    Args:
        entry: What to queue.
    """
    facts = attrs.asdict(entry, filter=attrs.filters.exclude("body", "sequence"))
    return {_CALL: json.dumps({**facts, "has_body": entry.body is not None})}


def headers_of_letter(letter: DeadLetter) -> dict[str, str]:
    """The headers under which a dead letter is published.

    Args:
        letter: What was given up.
    """
    facts = attrs.asdict(letter, filter=attrs.filters.exclude("entry"))
    return {**headers_of(letter.entry), _DEATH: json.dumps(facts)}


def entry_of(message: Message) -> Entry:
    """The entry in a message, with its place.

    Args:
        message: From the queue, or a dead letter.

    Raises:
        UnreadableError: If there is none in it.
    """
    try:
        facts = _facts(message, _CALL)
        body = message.data if facts.pop("has_body") else None
        subjects = tuple(facts.pop("subjects"))
        return Entry(**facts, body=body, subjects=subjects, sequence=message.sequence)
    except (ValueError, TypeError, KeyError):
        raise UnreadableError(message.sequence) from None


def letter_of(message: Message, sequence: int) -> DeadLetter:
    """The dead letter in a message.

    Args:
        message: From the stream of dead letters.
        sequence: The place its entry had in the queue.

    Raises:
        UnreadableError: If there is none in it.
    """
    entry = attrs.evolve(entry_of(message), sequence=sequence)
    try:
        return DeadLetter(entry, **_facts(message, _DEATH))
    except (ValueError, TypeError, KeyError):
        raise UnreadableError(message.sequence) from None


def _facts(message: Message, name: str) -> dict[str, Any]:
    start = f"{name}:".encode()
    for line in b64decode(message.headers).split(b"\r\n"):
        if line.startswith(start):
            facts: dict[str, Any] = json.loads(line[len(start) :])
            return facts
    raise KeyError(name)
