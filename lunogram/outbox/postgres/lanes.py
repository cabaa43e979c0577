"""How relays divide the lanes of an outbox in PostgreSQL among themselves.

A relay is a row of its own with the time at which its lease runs out. A lane belongs to a relay as
long as its row is there. Who changes that holds a lock on the row: the relay itself, or the one
that buries it. So nobody needs a clock but the server's, and no lane has two owners.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

import attrs

from ..owner import is_gone
from ..store import LANES, Entry, Lease, Room, in_turn
from .connection import Connection
from .rows import entry_of


@attrs.frozen
class Look:
    """What a relay has to know before it writes anything.

    Attributes:
        is_due: Whether its lease has to be written.
        others: The owners of other leases that have not run out.
        some_ran_out: Whether there are leases of others that have.
        lanes: Which are its own.
        some_are_free: Whether there are lanes without an owner.
        some_wait: Whether entries wait in its own lanes.
    """

    is_due: bool
    others: list[str]
    some_ran_out: bool
    lanes: list[int]
    some_are_free: bool
    some_wait: bool

    @property
    def gone(self) -> list[str]:
        """The others whose processes have ended."""
        return [owner for owner in self.others if is_gone(owner)]

    def asks_to_write(self, room: Room) -> bool:
        """Whether there is anything to change.

        Args:
            room: How much the relay takes.
        """
        missing = _share(1 + len(self.others)) - len(self.lanes)
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
    """What a relay was given in one transaction.

    Attributes:
        lanes: The lanes that it did not have.
        sequences: The places of the entries that it did not have.
    """

    lanes: list[int] = attrs.field(factory=list)
    sequences: list[int] = attrs.field(factory=list)

    def and_also(self, lanes: Iterable[int], entries: Iterable[Entry]) -> Given:
        """The same, and what another transaction gave.

        Args:
            lanes: That it did not have.
            entries: That it did not have.
        """
        places = (entry.sequence for entry in entries)
        return Given([*self.lanes, *lanes], [*self.sequences, *places])


class Lanes:
    """What the relays of this process ask of the lanes."""

    def __init__(self, queries: dict[str, bytes]) -> None:
        """Know of no relay yet.

        Args:
            queries: By their names.
        """
        self._queries = queries
        # What was given in a transaction of which we never heard whether it was committed.
        self._in_doubt: dict[str, Given] = {}

    def lease(self, connection: Connection, owner: str, seconds: float, room: Room) -> Lease:
        """As `Store.lease`. It may be called again if the connection was lost meanwhile.

        Args:
            connection: In autocommit.
            owner: The relay.
            seconds: For how long its lease lasts.
            room: How much it takes.
        """
        doubt = self._in_doubt.get(owner)
        look = Look(*self._all(connection, "look", owner=owner, seconds=seconds)[0])
        if not doubt and not look.asks_to_write(room):
            return Lease(frozenset(look.lanes), ())
        with connection.transaction():
            # Waits for a transaction whose connection was lost, if the server still works on it.
            self._run(connection, "register", owner=owner, seconds=seconds)
            if doubt:
                self._run(connection, "undo", owner=owner, **attrs.asdict(doubt))
            if look.some_ran_out or look.gone:
                self._bury(connection, owner, look.gone)
            kept, lanes, taken = self._divide(connection, owner)
            entries = self._take(connection, owner, lanes, room)
            self._in_doubt[owner] = (doubt or Given()).and_also(taken, entries)
        del self._in_doubt[owner]
        return Lease(kept, entries)

    def release(self, connection: Connection, owner: str) -> None:
        """As `Store.release`.

        Args:
            connection: In autocommit.
            owner: The relay.
        """
        self._run(connection, "release", owner=owner)
        self._in_doubt.pop(owner, None)

    def _bury(self, connection: Connection, owner: str, gone: list[str]) -> None:
        dead = [row[0] for row in self._all(connection, "bury_relays", owner=owner, gone=gone)]
        if dead:
            self._run(connection, "count_deaths", owners=dead)

    def _divide(
        self, connection: Connection, owner: str
    ) -> tuple[frozenset[int], list[int], list[int]]:
        """Come closer to a fair share.

        Returns:
            The lanes that were and stay the relay's, those it takes from, and the new ones.
        """
        mine, relays = self._all(connection, "division", owner=owner)[0]
        share = _share(relays)
        # What it takes nothing from any more will be empty soon, and can be given away then.
        stay, surplus = sorted(mine)[:share], sorted(mine)[share:]
        given, taken = list[int](), list[int]()
        if surplus:
            given = self._lanes(connection, "give_lanes", owner=owner, lanes=surplus)
        elif len(stay) < share:
            taken = self._lanes(connection, "take_lanes", owner=owner, count=share - len(stay))
        return frozenset(mine) - frozenset(given), stay + taken, taken

    # -- entries ----------------------------------------------------------------------------------

    def _take(
        self, connection: Connection, owner: str, lanes: Collection[int], room: Room
    ) -> tuple[Entry, ...]:
        if room.entries == 0 or not lanes:
            return ()
        chosen = tuple(in_turn(self._free(connection, lanes, room), room))
        sequences = [entry.sequence for entry in chosen]
        found = self._all(connection, "take_entries", owner=owner, sequences=sequences)
        taken = {row[0] for row in found}
        return tuple(entry for entry in chosen if entry.sequence in taken)

    def _free(self, connection: Connection, lanes: Collection[int], room: Room) -> list[Entry]:
        """The head of what is free in some lanes.

        To have it in order, the head of each lane is needed. Little of each is enough, as a rule:
        lanes are alike. Where it wasn't enough of a lane, as much as there is room for is.
        """
        few = 2 * room.entries // len(lanes) + 8
        entries = self._heads(connection, lanes, room, each=few)
        if max(Counter(entry.lane for entry in entries).values(), default=0) < few:
            return entries
        return self._heads(connection, lanes, room, each=room.entries)

    def _heads(
        self, connection: Connection, lanes: Collection[int], room: Room, each: int
    ) -> list[Entry]:
        values = {"lanes": [*lanes], "each": each, "limit": room.entries, "bytes": room.bytes}
        with connection.cursor(binary=True) as cursor:
            return [*map(entry_of, cursor.execute(self._queries["free_entries"], values))]

    # -- queries ----------------------------------------------------------------------------------

    def _run(self, connection: Connection, query: str, **values: Any) -> None:
        connection.execute(self._queries[query], values)

    def _all(self, connection: Connection, query: str, **values: Any) -> list[tuple[Any, ...]]:
        return connection.execute(self._queries[query], values).fetchall()

    def _lanes(self, connection: Connection, query: str, **values: Any) -> list[int]:
        return [row[0] for row in self._all(connection, query, **values)]


def _share(relays: int) -> int:
    """How many lanes are one relay's, rounded up: in any case all lanes are somebody's."""
    return -(-LANES // max(1, relays))
