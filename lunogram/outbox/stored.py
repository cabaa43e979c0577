"""Validation of what a store holds: anything that other programs wrote there, valid or not."""

from __future__ import annotations

from typing import Any

from .store import DeadLetter, Entry, MalformedEntry, ParkedEntry

NEWER = "it was written by a newer version of lunogram; update, and retry it"
"""The fault of an entry that has a newer version, or fields that this version does not know."""

_LARGEST_COUNT = 2**31 - 1
# The first second of the year 1, and the last one of 9999, which is all that a datetime can hold.
_TIMES = (-62_135_596_800.0, 253_402_300_799.0)


class UnknownFieldError(ValueError):
    """An entry has a newer version, or a field that this version does not know."""


def validated(entry: Entry, partition: int | None = None) -> Entry:
    """The entry, or a malformed entry with what could be read of it.

    Args:
        entry: An entry with fields of any types, as they are in a store.
        partition: The partition in which the store keeps it; its own, if the store keeps none.
    """
    fault = _fault_of(entry)
    if not fault and partition is not None and entry.partition != partition:
        fault = f"it is in partition {partition}, and belongs in partition {entry.partition}"
    return salvaged(entry, fault, partition or 0) if fault else entry


def _fault_of(entry: Entry) -> str:
    try:
        "".join(_texts_of(entry)).encode()
    except (TypeError, UnicodeError):
        return "a text of it is damaged"
    if entry.body is not None and type(entry.body) is not bytes:
        return "its body is damaged"
    if not _is_time(entry.queued_at):
        return "its time is damaged"
    if not (_is_count(entry.attempts) and _is_count(entry.crashes)):
        return "its counters are damaged"
    return ""


def _texts_of(entry: Entry) -> tuple[str, ...]:
    return (entry.name, entry.method, entry.path, entry.query, entry.trace, *entry.subjects)


def salvaged(entry: Entry, fault: str, partition: int) -> MalformedEntry:
    """A malformed entry: each of its fields is of the right type, and holds what could be read.

    Args:
        entry: An entry with fields of any types.
        fault: Its fault, without any of its content.
        partition: The partition in which the store keeps it.
    """
    return MalformedEntry(
        method=text_of(entry.method),
        path=text_of(entry.path),
        query=text_of(entry.query),
        body=None if entry.body is None else _bytes_of(entry.body),
        subjects=tuple(map(text_of, entry.subjects)),
        queued_at=entry.queued_at if _is_time(entry.queued_at) else 0.0,
        trace=text_of(entry.trace),
        sequence=entry.sequence,
        attempts=entry.attempts if _is_count(entry.attempts) else 0,
        crashes=entry.crashes if _is_count(entry.crashes) else 0,
        name=text_of(entry.name),
        fault=fault,
        stored_partition=partition,
    )


def validated_letter(entry: Entry, status: Any, problem: Any, died_at: Any) -> DeadLetter:
    """The dead letter, with what could be read of it.

    Args:
        entry: The entry.
        status: The HTTP status, or a value of another type.
        problem: The reason, or a value of another type.
        died_at: When it became a dead letter, or a value of another type.
    """
    return DeadLetter(
        entry,
        status if type(status) is int and abs(status) < 1000 else None,
        text_of(problem),
        died_at if _is_time(died_at) else 0.0,
    )


def validated_parked(
    entry: Entry, status: Any, problem: Any, parked_at: Any, retry_at: Any
) -> ParkedEntry:
    """The parked entry, with what could be read of it.

    Args:
        entry: The entry.
        status: The HTTP status, or a value of another type.
        problem: The reason, or a value of another type.
        parked_at: When it was parked, or a value of another type.
        retry_at: When it is sent again, or a value of another type.
    """
    letter = validated_letter(entry, status, problem, parked_at)
    due = retry_at if _is_time(retry_at) else 0.0
    return ParkedEntry(entry, letter.status, letter.problem, letter.died_at, due)


def text_of(value: Any) -> str:
    """A string that can be encoded in UTF-8, of a value of any type.

    Args:
        value: The value of a field that should be a string.
    """
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    text = "" if value is None else str(value)
    return text.encode("utf-8", "backslashreplace").decode()


def _bytes_of(value: Any) -> bytes:
    return value if isinstance(value, bytes) else text_of(value).encode()


def _is_time(value: Any) -> bool:
    # Bools are ints, and NaN is neither below nor above anything.
    return type(value) in (int, float) and _TIMES[0] <= value <= _TIMES[1]


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _LARGEST_COUNT
