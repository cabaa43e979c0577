"""Parked entries in NATS: a stream of their own, with a subject for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from ..store import Entry, ParkedEntry
from .connection import Link, Request, checked
from .rows import Message, headers_of, headers_of_parking, parked_of, taker_of
from .schema import Names
from .streams import Stream, ask_all, number_of


@attrs.frozen
class ParkedEntries:
    """The parked entries of one outbox, over a connection.

    Attributes:
        link: The connection.
        names: The names of its streams.
    """

    link: Link
    names: Names

    @property
    def stream(self) -> Stream:
        """The stream that holds them."""
        return Stream(self.link, self.names.parked)

    async def park(self, parked: Iterable[ParkedEntry], taken_by: str = "") -> None:
        """Write parked entries; an earlier version of one is replaced.

        Args:
            parked: The parked entries.
            taken_by: The relay that sends them now, or nothing.
        """
        requests = (self._request(each, taken_by) for each in parked)
        for response in await ask_all(self.link, requests):
            checked(response)

    def _request(self, parked: ParkedEntry, taken_by: str) -> Request:
        entry = parked.entry
        headers = headers_of(entry) | headers_of_parking(parked, taken_by)
        return Request(self.names.parked_entry(entry.sequence), entry.body or b"", headers)

    async def sequences(self) -> list[int]:
        """The sequence numbers of the parked entries, in order."""
        return await self.stream.numbers(self.names.parked_entry("*"))

    async def get(self, sequences: Iterable[int]) -> list[ParkedEntry]:
        """The parked entries with these sequence numbers; those that do not exist are omitted.

        Args:
            sequences: The sequence numbers.
        """
        return [_parked(message) for message in await self.messages(sequences)]

    async def messages(self, sequences: Iterable[int]) -> list[Message]:
        """The messages of the parked entries with these sequence numbers.

        Args:
            sequences: The sequence numbers.
        """
        return await self.stream.latest(map(self.names.parked_entry, sequences))

    async def take(
        self, owner: str, partitions: Iterable[int], sequences: Sequence[int]
    ) -> list[Entry]:
        """Lease parked entries to a relay, and return those that exist.

        Args:
            owner: The owner of the relay's leases.
            partitions: The partitions of the relay.
            sequences: The sequence numbers of the entries.
        """
        own = frozenset(partitions)
        messages = await self.messages(sequences)
        taken = [_taken(message, owner) for message in messages]
        taken = [each for each in taken if each.entry.partition in own]
        await self.park(taken, owner)
        return [each.entry for each in taken]

    async def count_attempts(self, sequences: Iterable[int]) -> None:
        """Count an attempt for parked entries that were sent and not delivered.

        Args:
            sequences: The sequence numbers of the entries.
        """
        failed = await self.get(sequences)
        await self.park([_evolved(each, attempts=1) for each in failed])

    async def delete(self, sequences: Iterable[int]) -> None:
        """Delete parked entries; those that do not exist are skipped.

        Args:
            sequences: Their sequence numbers.
        """
        await self.stream.delete(message.sequence for message in await self.messages(sequences))


def _parked(message: Message) -> ParkedEntry:
    return parked_of(message, number_of(message.subject))


def _taken(message: Message, owner: str) -> ParkedEntry:
    """The parked entry as a relay takes it: whoever had taken it before has ended."""
    crashes = int(taker_of(message) not in ("", owner))
    return _evolved(_parked(message), attempts=crashes, crashes=crashes)


def _evolved(parked: ParkedEntry, *, attempts: int, crashes: int = 0) -> ParkedEntry:
    entry = attrs.evolve(
        parked.entry,
        attempts=parked.entry.attempts + attempts,
        crashes=parked.entry.crashes + crashes,
    )
    return attrs.evolve(parked, entry=entry)
