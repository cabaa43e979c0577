"""Records of the state of an outbox in NATS: the last message of a subject each."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from typing import Any

import attrs

from .messages import Message
from .streams import Names, Stream
from .wire import Link, Request, refused_or

WRONG_SEQUENCE = 10071
"""What JetStream calls it if somebody else has written a subject meanwhile."""

_MOST_COUNTERS = 10_000


class ConflictError(Exception):
    """Somebody else has written that record meanwhile."""


@attrs.frozen
class Record:
    """What is written under a name.

    Attributes:
        name: The last part of its name.
        value: What.
        revision: Which writing it is; 0 if there is none.
        time: When, in seconds since 1970 by the server's clock.
    """

    name: str
    value: dict[str, Any]
    revision: int = 0
    time: float = 0.0


@attrs.frozen
class Records:
    """The records of one outbox, over a connection.

    Attributes:
        link: The connection.
        names: What its streams are called.
    """

    link: Link
    names: Names

    @property
    def _stream(self) -> Stream:
        return Stream(self.link, self.names.state)

    async def get(self, *name: str) -> Record:
        """What is written under a name, or an empty record.

        Args:
            *name: Its parts.
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
        """Write a record if nobody else has done so meanwhile; return its revision.

        Args:
            revision: The one that was read, or 0 if there was none.
            value: What to write.
            *name: The parts of its name.

        Raises:
            ConflictError: If somebody else has.
        """
        expected = {"Nats-Expected-Last-Subject-Sequence": str(revision)}
        data = json.dumps(value).encode()
        answer = (await self.link.ask_all([Request(self.names.record(*name), data, expected)]))[0]
        if answer.get("error", {}).get("err_code") == WRONG_SEQUENCE:
            raise ConflictError
        written: int = refused_or(answer)["seq"]
        return written

    async def count(self, kind: str, more: Mapping[str, int], first: int = 0) -> None:
        """Add to counters.

        Args:
            kind: The name of the record they are in.
            more: How much to which.
            first: If they are of places: the place before which nothing is any more.
        """
        while True:
            record = await self.get(kind)
            rest = _rest(record.value, more.keys(), first)
            now = {name: number + record.value.get(name, 0) for name, number in more.items()}
            try:
                await self.put(record.revision, rest | now, kind)
            except ConflictError:
                continue
            return

    async def remove(self, record: Record) -> None:
        """Remove a record, unless somebody has written it since.

        Args:
            record: As it was read.
        """
        await self._stream.delete([record.revision])


def _record(message: Message) -> Record:
    name = message.subject.rpartition(".")[2]
    return Record(name, json.loads(message.data), message.sequence, message.time)


def _rest(counters: Mapping[str, int], now: Container[str], first: int) -> dict[str, int]:
    """The counters that are not counted now, but for old ones if there are very many."""
    rest = [
        (name, number)
        for name, number in counters.items()
        if name not in now and not (first and int(name) < first)
    ]
    return dict(rest[-_MOST_COUNTERS:])
