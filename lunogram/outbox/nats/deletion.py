"""The deletion of settled entries: at once where nothing waits before them, else one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import attrs

from ..store import Entry
from .relay_state import RelayState
from .schema import Names
from .streams import Stream

_FEW = 3
"""The number of entries below which it costs less to delete each."""

_PURGES_PARTITIONS = (2, 12)
"""The version from which on a server does not read the whole stream to purge a partition."""


@attrs.define
class Deletion:
    """A deletion of settled entries from the queue.

    Attributes:
        queue: The stream of entries.
        names: The names of the streams.
        left: The sequence numbers of the entries that are not deleted yet.
        missing: Those of the entries of which some may not have been there.
    """

    queue: Stream
    names: Names
    left: set[int]
    missing: list[int] = attrs.field(factory=list)

    async def run(self, entries: Collection[Entry], relays: Iterable[RelayState]) -> None:
        """Delete all of them.

        Args:
            entries: The entries.
            relays: The relays that may have been given some of them.
        """
        for relay in relays:
            await self._delete_prefixes(entries, relay)
        self.missing += await self.queue.delete(sorted(self.left))

    async def _delete_prefixes(self, entries: Collection[Entry], relay: RelayState) -> None:
        prefixes = relay.unsettled.settle(entries)
        before = relay.settled_before
        await self._purge(before, [n for each in prefixes for n in each.sequences if n < before])
        if self.queue.link.server_version >= _PURGES_PARTITIONS:
            for prefix in prefixes:
                subject = self.names.partition(prefix.partition)
                await self._purge(prefix.sequences[-1] + 1, prefix.sequences, subject)

    async def _purge(self, before: int, sequences: Iterable[int], subject: str = "") -> None:
        """Delete all messages before a sequence number, if enough of these are among them."""
        purged = self.left.intersection(sequences)
        if len(purged) < _FEW:
            return
        if await self.queue.purge(before, subject) < len(purged):
            self.missing += purged
        self.left -= purged
