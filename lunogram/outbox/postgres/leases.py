"""The leases of relays on the partitions of an outbox in PostgreSQL.

Each relay has a row with the time at which its lease expires. A partition belongs to a relay for as
long as that row exists. Whoever changes that holds a lock on the row: the relay itself, or the one
that deletes it after its end. So only the server's clock counts, and no partition has two owners.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import attrs

from ..owner import is_gone
from ..store import PARTITIONS, Capacity, Entry, Lease, in_turn
from .connection import Connection
from .rows import entry_of


@attrs.frozen
class Look:
    """The facts by which a relay decides whether to write anything.

    Attributes:
        is_due: Whether its lease must be renewed.
        others: The owners of other leases that have not expired.
        some_ran_out: Whether there are expired leases of other relays.
        partitions: Its own partitions.
        some_are_free: Whether there are partitions without an owner.
        some_wait: Whether entries wait in its own partitions.
        are_whole: Whether all partitions are in the table.
    """

    is_due: bool
    others: list[str]
    some_ran_out: bool
    partitions: list[int]
    some_are_free: bool
    some_wait: bool
    are_whole: bool

    @property
    def gone(self) -> list[str]:
        """The others whose processes have ended."""
        return [owner for owner in self.others if is_gone(owner)]

    def asks_to_write(self, room: Capacity) -> bool:
        """Whether there is anything to write.

        Args:
            room: How much more the relay can hold.
        """
        missing = _share(1 + len(self.others)) - len(self.partitions)
        return (
            self.is_due
            or self.some_ran_out
            or missing < 0
            or (missing > 0 and self.some_are_free)
            or (self.some_wait and room.entries > 0)
            or bool(self.gone)
        )


@attrs.frozen
class Given:
    """The partitions and entries that a relay was given in one transaction.

    Attributes:
        partitions: The partitions that it did not have.
        sequences: The sequence numbers of the entries that it did not have.
    """

    partitions: list[int] = attrs.field(factory=list)
    sequences: list[int] = attrs.field(factory=list)

    def and_also(self, partitions: Iterable[int], entries: Iterable[Entry]) -> Given:
        """The sum of this and what another transaction gave.

        Args:
            partitions: The partitions that the relay did not have.
            entries: The entries that it did not have.
        """
        sequences = (entry.sequence for entry in entries)
        return Given([*self.partitions, *partitions], [*self.sequences, *sequences])


class Leases:
    """The leases of the relays of this process."""

    def __init__(self, queries: dict[str, bytes]) -> None:
        """Create it, with no relay yet.

        Args:
            queries: The queries by their names.
        """
        self._queries = queries
        # What was given in transactions that got no response, which may have been committed.
        self._in_doubt: dict[str, Given] = {}

    def lease(
        self, connection: Connection, owner: str, seconds: float, room: Capacity
    ) -> Lease | None:
        """Lease partitions and entries, as `Store.lease` does; None if partitions are missing.

        It may be called again if the connection was lost meanwhile.

        Args:
            connection: A connection in autocommit.
            owner: The owner of the lease.
            seconds: The length of the lease.
            room: How much more the relay can hold.
        """
        doubt = self._in_doubt.get(owner)
        look = Look(*self._all(connection, "look", owner=owner, seconds=seconds)[0])
        if not look.are_whole:
            return None
        if not doubt and not look.asks_to_write(room):
            return Lease(frozenset(look.partitions), ())
        with connection.transaction():
            # Waits for a transaction whose connection was lost, if the server still works on it.
            self._run(connection, "register", owner=owner, seconds=seconds)
            if doubt:
                self._run(connection, "undo", owner=owner, **attrs.asdict(doubt))
            if look.some_ran_out or look.gone:
                self._count_crashes(connection, owner, look.gone)
            kept, partitions, taken = self._divide(connection, owner)
            entries = self._take(connection, owner, partitions, room)
            self._in_doubt[owner] = (doubt or Given()).and_also(taken, entries)
        del self._in_doubt[owner]
        return Lease(kept, entries)

    def release(self, connection: Connection, owner: str) -> None:
        """Release a relay, as `Store.release` does.

        Args:
            connection: A connection in autocommit.
            owner: The owner of the lease.
        """
        self._run(connection, "release", owner=owner)
        self._in_doubt.pop(owner, None)

    def lease_parked(
        self, connection: Connection, owner: str, sequences: Sequence[int]
    ) -> list[Entry]:
        """Lease parked entries, as `Store.lease_parked` does.

        Args:
            connection: A connection in autocommit.
            owner: The owner of the lease.
            sequences: Their sequence numbers.
        """
        found = self._entries(connection, "take_parked", owner=owner, sequences=[*sequences])
        return sorted(found, key=lambda entry: entry.sequence)

    def _count_crashes(self, connection: Connection, owner: str, gone: list[str]) -> None:
        dead = [
            row[0] for row in self._all(connection, "delete_ended_relays", owner=owner, gone=gone)
        ]
        if dead:
            self._run(connection, "count_crashes", owners=dead)

    def _divide(
        self, connection: Connection, owner: str
    ) -> tuple[frozenset[int], list[int], list[int]]:
        """Take or give back partitions, towards a fair share.

        Returns:
            The partitions that it keeps, those that it takes entries of, and the new ones.
        """
        mine, relays = self._all(connection, "division", owner=owner)[0]
        share = _share(relays)
        # It takes no more entries of the surplus, and can give it back once it holds none.
        stay, surplus = sorted(mine)[:share], sorted(mine)[share:]
        given, taken = list[int](), list[int]()
        if surplus:
            given = self._partitions(connection, "give_partitions", owner=owner, partitions=surplus)
        elif len(stay) < share:
            taken = self._partitions(
                connection, "take_partitions", owner=owner, count=share - len(stay)
            )
        return frozenset(mine) - frozenset(given), stay + taken, taken

    # -- entries ----------------------------------------------------------------------------------

    def _take(
        self, connection: Connection, owner: str, partitions: Collection[int], room: Capacity
    ) -> tuple[Entry, ...]:
        if room.entries == 0 or not partitions:
            return ()
        chosen = (
            *in_turn(self._free(connection, partitions, room), room),
            *self._strays(connection, partitions),
        )
        sequences = [entry.sequence for entry in chosen]
        found = self._all(connection, "take_entries", owner=owner, sequences=sequences)
        taken = {row[0] for row in found}
        return tuple(entry for entry in chosen if entry.sequence in taken)

    def _free(
        self, connection: Connection, partitions: Collection[int], room: Capacity
    ) -> list[Entry]:
        """The first free entries of some partitions, in order.

        The first entries of each partition are needed. A few of each are mostly enough, as the
        partitions are alike. If not, as many of each as there is room for are read.
        """
        few = 2 * room.entries // len(partitions) + 8
        entries = self._heads(connection, partitions, room, each=few)
        if max(Counter(entry.partition for entry in entries).values(), default=0) < few:
            return entries
        return self._heads(connection, partitions, room, each=room.entries)

    def _strays(self, connection: Connection, partitions: Collection[int]) -> list[Entry]:
        """The entries of partitions that do not exist, if the relay has the first partition."""
        return self._entries(connection, "strays") if 0 in partitions else []

    def _heads(
        self, connection: Connection, partitions: Collection[int], room: Capacity, each: int
    ) -> list[Entry]:
        values = {
            "partitions": [*partitions],
            "each": each,
            "limit": room.entries,
            "bytes": room.bytes,
        }
        return self._entries(connection, "free_entries", **values)

    def _entries(self, connection: Connection, query: str, **values: Any) -> list[Entry]:
        with connection.cursor(binary=True) as cursor:
            return [*map(entry_of, cursor.execute(self._queries[query], values))]

    # -- queries ----------------------------------------------------------------------------------

    def _run(self, connection: Connection, query: str, **values: Any) -> None:
        connection.execute(self._queries[query], values)

    def _all(self, connection: Connection, query: str, **values: Any) -> list[tuple[Any, ...]]:
        return connection.execute(self._queries[query], values).fetchall()

    def _partitions(self, connection: Connection, query: str, **values: Any) -> list[int]:
        return [row[0] for row in self._all(connection, query, **values)]


def _share(relays: int) -> int:
    """The number of partitions of one relay, rounded up, so that none is left over."""
    return -(-PARTITIONS // max(1, relays))
