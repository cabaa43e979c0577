"""Entries and dead letters as messages of NATS: the body is the payload, the rest is in headers."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from ..store import PARTITIONS, DeadLetter, Entry, MalformedEntry, ParkedEntry
from ..stored import (
    NEWER,
    UnknownFieldError,
    salvaged,
    text_of,
    validated,
    validated_letter,
    validated_parked,
)

_CALL = "Lunogram-Call"
_DEATH = "Lunogram-Death"
_PARKING = "Lunogram-Parking"
_PARTITIONS = {str(number): number for number in range(PARTITIONS)}
_FIELDS = {
    "name", "method", "path", "query", "subjects", "queued_at", "trace", "attempts", "crashes",
    "has_body",
}  # fmt: skip

VERSION = 2
"""The version of the messages that are written. Version 1 had neither a version nor a name."""


class UnreadableError(Exception):
    """A record is damaged, or not one of ours."""


# Not frozen, though nobody changes one: each entry that is read is one, and to make a frozen one
# takes three times as long.
@attrs.define
class Message:
    """A message in a stream.

    Attributes:
        subject: The subject under which it was published.
        sequence: Its sequence number in the stream.
        time: When the server stored it, in seconds since 1970 by the server's clock.
        data: The payload. It may be personal.
        headers: The headers as they were sent. They may be personal.
    """

    subject: str
    sequence: int
    time: float
    data: bytes = attrs.field(repr=False)
    headers: bytes = attrs.field(repr=False)

    @property
    def partition(self) -> int:
        """The partition of an entry; -1 if its subject is not that of a partition."""
        return _PARTITIONS.get(self.subject.rpartition(".")[2], -1)


def message_of(found: Mapping[str, Any]) -> Message:
    """The message in a server's response.

    Args:
        found: The ``message`` in the response.
    """
    return Message(
        subject=found["subject"],
        sequence=found["seq"],
        time=datetime.fromisoformat(found["time"]).timestamp(),
        data=b64decode(found.get("data", "")),
        headers=b64decode(found.get("hdrs", "")),
    )


def headers_of(entry: Entry) -> dict[str, str]:
    """The headers of the message of an entry.

    Args:
        entry: The entry.
    """
    facts = attrs.asdict(entry, filter=attrs.filters.exclude("body", "sequence"))
    has_body = entry.body is not None
    return {_CALL: json.dumps({"version": VERSION, **facts, "has_body": has_body})}


def headers_of_death(dead_letter: DeadLetter) -> dict[str, str]:
    """The headers of a dead letter that hold its status, problem and time.

    Args:
        dead_letter: The dead letter.
    """
    facts = attrs.asdict(dead_letter, filter=attrs.filters.exclude("entry"))
    return {_DEATH: json.dumps(facts)}


def headers_of_parking(parked: ParkedEntry, taken_by: str) -> dict[str, str]:
    """The headers of a parked entry that hold its status, problem and times.

    Args:
        parked: The parked entry.
        taken_by: The relay that sends it now, or nothing.
    """
    facts = attrs.asdict(parked, filter=attrs.filters.exclude("entry"))
    return {_PARKING: json.dumps({**facts, "taken_by": taken_by})}


def headers_of_malformed(message: Message) -> dict[str, str]:
    """The headers under which a malformed entry is published again: those of its call.

    Args:
        message: The message of the malformed entry.
    """
    call = _header(message, _CALL)
    return {} if call is None else {_CALL: " ".join(text_of(call).splitlines())}


def entry_of(message: Message) -> Entry:
    """The entry in a message of the queue, or a malformed entry.

    Args:
        message: A message of the queue.
    """
    return _entry(message, message.sequence, message.partition)


def _entry(message: Message, sequence: int, partition: int | None) -> Entry:
    try:
        entry = _read(message, sequence)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        fault = NEWER if isinstance(error, UnknownFieldError) else "its call can't be read"
        bare = Entry("", "", "", message.data, (), message.time, sequence=sequence)
        return salvaged(bare, fault, partition or 0)
    return validated(entry, partition)


def _read(message: Message, sequence: int) -> Entry:
    facts = {**json.loads(str(_header(message, _CALL) or b"null", "utf-8"))}
    if facts.pop("version", 1) > VERSION or facts.keys() - _FIELDS:
        raise UnknownFieldError
    body = message.data if facts.pop("has_body") else None
    subjects = facts.pop("subjects")
    if not isinstance(subjects, list):
        raise TypeError("subjects")
    return Entry(**facts, body=body, subjects=tuple(subjects), sequence=sequence)


def dead_letter_of(message: Message, sequence: int) -> DeadLetter:
    """The dead letter in a message, with what could be read of it.

    Args:
        message: A message of the stream of dead letters.
        sequence: The sequence number that its entry had in the queue.
    """
    entry = _entry(message, sequence, None)
    try:
        facts = {**json.loads(_header(message, _DEATH) or b"null")}
    except (ValueError, TypeError, RecursionError):
        facts = {"problem": "(unreadable)", "died_at": message.time}
    return validated_letter(entry, *(facts.get(name) for name in ("status", "problem", "died_at")))


def parked_of(message: Message, sequence: int) -> ParkedEntry:
    """The parked entry in a message, with what could be read of it.

    Args:
        message: A message of the stream of parked entries.
        sequence: The sequence number that its entry had in the queue.
    """
    entry = _entry(message, sequence, None)
    facts = _parking(message) or {"problem": "(unreadable)", "parked_at": message.time}
    names = ("status", "problem", "parked_at", "retry_at")
    return validated_parked(entry, *map(facts.get, names))


def taker_of(message: Message) -> str:
    """The relay that sends a parked entry now, or ended while it sent it; or nothing.

    Args:
        message: A message of the stream of parked entries.
    """
    return text_of(_parking(message).get("taken_by"))


def _parking(message: Message) -> dict[str, Any]:
    try:
        return {**json.loads(_header(message, _PARKING) or b"null")}
    except (ValueError, TypeError, RecursionError):
        return {}


def fault_of(message: Message) -> str:
    """The fault of a message of the queue, the parked entries or the dead letters, or nothing.

    Args:
        message: A message of one of these streams.
    """
    is_queued = ".partition." in message.subject
    partition = message.partition if is_queued else None
    entry = _entry(message, message.sequence, partition)
    return entry.fault if isinstance(entry, MalformedEntry) else ""


def _header(message: Message, name: str) -> bytes | None:
    start = message.headers.find(f"\r\n{name}:".encode())
    if start < 0:
        return None
    begin = start + len(name) + 3
    return message.headers[begin : message.headers.find(b"\r\n", begin)].strip()
