"""The entries that a relay was given and that are not settled, in the order of each partition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import takewhile

import attrs

from ..store import Entry


@attrs.frozen
class Prefix:
    """The first entries of a partition, which are settled and can be deleted at once.

    Attributes:
        partition: The partition.
        sequences: Their sequence numbers, in order. The stream has no other messages of the
            partition up to the last of them.
    """

    partition: int
    sequences: list[int]


@attrs.define
class Unsettled:
    """The unsettled entries of those partitions that a relay has read from their first message.

    Of other partitions, it does not know what waits before the entries that it was given.
    """

    _sequences: dict[int, dict[int, None]] = attrs.field(factory=dict)

    def begin(self, partitions: Iterable[int]) -> None:
        """Begin with partitions that are read from their first message.

        Args:
            partitions: The partitions.
        """
        self._sequences |= {partition: {} for partition in partitions}

    def keep(self, partitions: Collection[int]) -> None:
        """Forget all other partitions.

        Args:
            partitions: Those that are kept.
        """
        self._sequences = {
            partition: sequences
            for partition, sequences in self._sequences.items()
            if partition in partitions
        }

    def add(self, entries: Iterable[Entry]) -> None:
        """Add entries that the relay is given.

        Args:
            entries: The entries, in the order of each partition.
        """
        for entry in entries:
            if (sequences := self._sequences.get(entry.partition)) is not None:
                sequences[entry.sequence] = None

    def covers(self, partitions: Collection[int]) -> bool:
        """Whether all of these partitions are read from their first message.

        Args:
            partitions: The partitions.
        """
        return self._sequences.keys() >= set(partitions)

    @property
    def first(self) -> int | None:
        """The lowest sequence number of all partitions, or None."""
        heads = (next(iter(sequences)) for sequences in self._sequences.values() if sequences)
        return min(heads, default=None)

    def settle(self, entries: Iterable[Entry]) -> list[Prefix]:
        """Remove entries, and return the prefixes that they are.

        Args:
            entries: Entries that are settled. Those that it does not know are in no prefix.
        """
        settled: defaultdict[int, set[int]] = defaultdict(set)
        for entry in entries:
            if entry.sequence in self._sequences.get(entry.partition, ()):
                settled[entry.partition].add(entry.sequence)
        prefixes = [self._prefix(partition, each) for partition, each in settled.items()]
        return [prefix for prefix in prefixes if prefix.sequences]

    def _prefix(self, partition: int, settled: set[int]) -> Prefix:
        waiting = self._sequences[partition]
        prefix = list(takewhile(settled.__contains__, waiting))
        for sequence in settled:
            del waiting[sequence]
        return Prefix(partition, prefix)
