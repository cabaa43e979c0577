"""Records of the state of an outbox in NATS: the last message of a subject each."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Container, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeVar

import attrs

from .connection import Link, RejectedError, Request, checked
from .rows import Message, UnreadableError
from .schema import Names
from .streams import Stream

WRONG_SEQUENCE = 10071
"""JetStream's error code if another client has written the subject meanwhile."""

T = TypeVar("T")

VERSION = 1
"""The version of the records that are written, in their ``version``."""

_MOST_COUNTERS = 10_000
_MOST_ATTEMPTS = 200

logger = logging.getLogger("lunogram.outbox")


class ConflictError(Exception):
    """Another client has written the record meanwhile."""


@attrs.frozen
class Record:
    """The value that is stored under a name.

    Attributes:
        name: The last part of its name.
        value: The value; empty if there is none.
        revision: The revision of the record; 0 if there is none.
        time: When it was written, in seconds since 1970 by the server's clock.
        damaged: Whether the message under that name is not a valid record.
    """

    name: str
    value: dict[str, Any]
    revision: int = 0
    time: float = 0.0
    damaged: bool = False

    @property
    def counters(self) -> dict[str, int]:
        """The counters in it, by their names."""
        return {name: count for name, count in self.value.items() if type(count) is int}


@attrs.frozen
class Records:
    """The records of one outbox, over a connection.

    Attributes:
        link: The connection.
        names: The names of its streams.
    """

    link: Link
    names: Names

    @property
    def _stream(self) -> Stream:
        return Stream(self.link, self.names.state)

    async def get(self, *name: str) -> Record:
        """The record under a name, or an empty one.

        Args:
            *name: The parts of its name.
        """
        messages = await self._stream.latest([self.names.record(*name)])
        return _record(messages[0]) if messages else Record(name[-1], {})

    async def get_all(self, kind: str) -> list[Record]:
        """All records of a kind.

        Args:
            kind: The first part of their names.
        """
        subjects = await self._stream.subjects(self.names.record(kind, "*"))
        return [_record(message) for message in await self._stream.latest(subjects)]

    async def put(self, revision: int, value: dict[str, Any], *name: str) -> int:
        """Write a record, unless another client has written it meanwhile; return its revision.

        Args:
            revision: The revision that was read, or 0 if there was none.
            value: The value.
            *name: The parts of its name.

        Raises:
            ConflictError: If another client has.
        """
        expected = {"Nats-Expected-Last-Subject-Sequence": str(revision)}
        data = json.dumps({"version": VERSION, **value}).encode()
        response = (await self.link.ask_all([Request(self.names.record(*name), data, expected)]))[0]
        if response.get("error", {}).get("err_code") == WRONG_SEQUENCE:
            raise ConflictError
        written: int = checked(response)["seq"]
        return written

    async def count(self, kind: str, more: Mapping[str, int], first: int = 0) -> None:
        """Add to counters.

        Args:
            kind: The name of the record that holds them.
            more: The amounts, by the names of the counters.
            first: If the names are sequence numbers: the first one that is still in the queue.
        """

        async def change() -> None:
            record = await self.get(kind)
            counters = record.counters
            rest = _rest(counters, more.keys(), first)
            now = {name: number + counters.get(name, 0) for name, number in more.items()}
            await self.put(record.revision, rest | now, kind)

        await persistently(change)

    async def remove(self, record: Record) -> None:
        """Remove a record, unless it was written since.

        Args:
            record: The record as it was read.
        """
        await self._stream.delete([record.revision])


def _record(message: Message) -> Record:
    name = message.subject.rpartition(".")[2]
    try:
        value = {**json.loads(message.data)}
    except (ValueError, TypeError, RecursionError):
        value = {}
        _tell(message.subject, message.sequence)
    damaged = not value
    if type(version := value.pop("version", VERSION)) is int and version > VERSION:
        raise UnreadableError(
            f"{message.subject} was written by a newer version of lunogram; upgrade lunogram"
        )
    return Record(name, value, message.sequence, message.time, damaged)


@lru_cache(maxsize=1000)  # once for each
def _tell(subject: str, sequence: int) -> None:
    logger.error("the outbox is damaged: %s (message %d) can't be read", subject, sequence)


async def persistently(change: Callable[[], Awaitable[T]]) -> T:
    """Change a record, and retry if another client has changed it meanwhile.

    Args:
        change: Reads the record and writes it.

    Raises:
        RejectedError: If all retries failed.
    """
    for number in range(_MOST_ATTEMPTS):
        with suppress(ConflictError):
            return await change()
        await asyncio.sleep(min(0.001 * number, 0.1))
    raise RejectedError("other programs keep changing the same record")


def _rest(counters: Mapping[str, int], now: Container[str], first: int) -> dict[str, int]:
    """The counters that do not change, without the oldest ones if there are very many."""
    rest = [
        (name, number)
        for name, number in counters.items()
        if name not in now and not (first and not (name.isdecimal() and int(name) >= first))
    ]
    return dict(rest[-_MOST_COUNTERS:])
