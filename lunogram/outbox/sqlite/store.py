"""The store in an SQLite file, which all processes of a host share."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from ..store import (
    Capacity,
    Checkpoint,
    DeadLetter,
    Entry,
    Lease,
    Limits,
    Outcomes,
    ParkedEntry,
    Stats,
    in_pages,
)
from .connection import Database
from .dead_letters import drop_dead_letters, retry_dead_letters
from .leases import end_lease, take_lease, take_parked, unchanged_lease
from .reserve import Reserve
from .rows import entry_of, letter_of, parked_of, row_of, row_of_letter, row_of_parked
from .schema import QUERIES, execute, execute_many, first_row, only_row
from .verify import faults

_Connection = sqlite3.Connection
_T = TypeVar("_T")


class SQLiteStore:
    """A `Store` in an SQLite file. One relay at a time has all partitions; others are idle.

    Attributes:
        path: The path of the file.
    """

    def __init__(
        self,
        path: Path,
        *,
        full_sync: bool = False,
        patience: float = 5.0,
        create: bool = True,
        reserve: bool = True,
    ) -> None:
        """Open the file, or create it.

        Args:
            path: The path of the file.
            full_sync: Whether each commit waits for the disk, and so survives a power cut.
            patience: For how many seconds to wait for other processes that use the file.
            create: Whether to create the file if there is none.
            reserve: Whether to reserve space for deleting entries.

        Raises:
            OutboxError: If the file can't be used.
        """
        self._database = Database(
            path,
            full_sync=full_sync,
            patience=patience,
            create=create,
            reserve=Reserve(path.absolute(), is_wanted=reserve),
        )
        self.path = self._database.path

    @property
    def url(self) -> str:
        """The URL of the file."""
        return f"sqlite:///{self.path}"

    # -- queueing ---------------------------------------------------------------------------------

    def add(
        self, entries: Sequence[Entry], limits: Limits, checkpoint: Checkpoint | None = None
    ) -> bool:
        """Queue all of the entries, or none if there is no room."""
        if len(entries) == 1 and not limits.are_set and not checkpoint:
            query, row = QUERIES["insert_entry"], row_of(entries[0])
            self._database.write(lambda connection: connection.execute(query, row), alone=True)
            return True
        # A checkpoint alone may be a relay's announcement, which must not take the room from it.
        return self._database.write(
            lambda connection: self._add(connection, entries, limits, checkpoint),
            makes_room=not entries,
        )

    def _add(
        self,
        connection: _Connection,
        entries: Sequence[Entry],
        limits: Limits,
        checkpoint: Checkpoint | None,
    ) -> bool:
        if limits.are_set and not self._has_room(connection, entries, limits):
            return False
        # A list, as everywhere here: a generator that SQLite runs could be interrupted.
        execute_many(connection, "insert_entry", [row_of(each) for each in entries])
        if checkpoint:
            self._write_checkpoint(connection, checkpoint)
        return True

    def _has_room(self, connection: _Connection, entries: Sequence[Entry], limits: Limits) -> bool:
        pending, pending_bytes = first_row(connection, "fill")
        size = sum(entry.size for entry in entries)
        return not entries or limits.allow(
            entries=pending + len(entries), bytes=pending_bytes + size
        )

    def _write_checkpoint(self, connection: _Connection, checkpoint: Checkpoint) -> None:
        if checkpoint.value:
            execute(connection, "set_checkpoint", name=checkpoint.name, value=checkpoint.value)
        else:
            execute(connection, "delete_checkpoint", name=checkpoint.name)

    def refuse(self, count: int) -> None:
        """Count entries that were not queued because the outbox is full."""
        self._database.write(lambda connection: execute(connection, "count_refused", entries=count))

    def checkpoint(self, name: str) -> str:
        """The value of a checkpoint, or nothing."""
        found = self._database.read(lambda each: first_row(each, "checkpoint", name=name))
        return str(found[0]) if found else ""

    # -- sending ----------------------------------------------------------------------------------

    def lease(self, owner: str, seconds: float, room: Capacity) -> Lease:
        """Take or keep the lease, and lease entries."""
        # Most calls find nothing to do, and should not take the lock of writers.
        lease = self._database.read(
            lambda connection: unchanged_lease(connection, owner, seconds, room)
        )
        if lease is None:
            lease = self._database.write(
                lambda connection: take_lease(connection, owner, seconds, room), makes_room=True
            )
        elif not lease.kept:
            return lease
        self._database.shorten_log()
        return lease

    def lease_parked(self, owner: str, sequences: Sequence[int]) -> list[Entry]:
        """Lease parked entries, if the relay has the lease."""
        return self._database.write(
            lambda connection: take_parked(connection, owner, sequences), makes_room=True
        )

    def settle(self, outcomes: Outcomes) -> None:
        """Write the outcomes of leased entries."""
        self._database.write(lambda connection: self._settle(connection, outcomes), makes_room=True)
        self._database.shorten_log()

    def _settle(self, connection: _Connection, outcomes: Outcomes) -> None:
        if self._database.was_replaced:
            outcomes = self._still_there(connection, outcomes)
        execute(connection, "count_queued")
        for query in ("count_attempts", "count_attempts_of_parked"):
            execute_many(connection, query, _spans(outcomes.failed))
        delivered = self._delete(connection, outcomes.delivered)
        there = [letter for letter in outcomes.dead if self._delete(connection, [letter.entry])]
        execute_many(connection, "insert_dead_letter", [row_of_letter(each) for each in there])
        stay = [parked for parked in outcomes.parked if self._delete(connection, [parked.entry])]
        execute_many(connection, "park", [row_of_parked(each) for each in stay])
        gone = [*outcomes.delivered, *(letter.entry for letter in there)]
        execute(
            connection, "count_settled",
            delivered=delivered, died=len(there), bytes=sum(entry.size for entry in gone),
        )  # fmt: skip
        # What no server has rejected may be another program's, and was perhaps never counted.
        odd = any(letter.status is None for letter in there)
        if odd or delivered < len(outcomes.delivered):  # others had settled some of them
            execute(connection, "count_pending")

    def _still_there(self, connection: _Connection, outcomes: Outcomes) -> Outcomes:
        """The outcomes of entries of this file; the replaced one had the same sequence numbers."""

        def is_there(entry: Entry) -> bool:
            found = first_row(connection, "queued_at", sequence=entry.sequence)
            return found == (entry.queued_at,)

        return Outcomes(
            [entry for entry in outcomes.delivered if is_there(entry)],
            [entry for entry in outcomes.failed if is_there(entry)],
            [letter for letter in outcomes.dead if is_there(letter.entry)],
            [parked for parked in outcomes.parked if is_there(parked.entry)],
        )

    def _delete(self, connection: _Connection, entries: Sequence[Entry]) -> int:
        """Delete entries that are still there; return how many there were."""
        return sum(
            execute_many(connection, query, _spans(entries))
            for query in ("delete_entries", "delete_parked")
        )

    def release(self, owner: str) -> None:
        """End the lease of a relay."""
        self._database.write(lambda connection: end_lease(connection, owner), makes_room=True)

    # -- reading -----------------------------------------------------------------------------------

    def stats(self) -> Stats:
        """The counters."""
        return self._database.read(self._stats)

    def _stats(self, connection: _Connection) -> Stats:
        totals = only_row(connection, "totals")
        oldest = first_row(connection, "oldest")
        return Stats(oldest_at=oldest[0] if oldest else None, **totals)

    def newest(self) -> int:
        """The last sequence number, or 0."""
        return int(self._database.read(lambda each: first_row(each, "last_sequence"))[0])

    def waits(self, up_to: int) -> bool:
        """Whether an entry waits up to a sequence number."""
        return bool(self._database.read(lambda each: first_row(each, "waits", up_to=up_to))[0])

    def pending(self, limit: int | None, after: int = 0) -> list[Entry]:
        """The entries after a sequence number, in order."""
        return self._page("pending", entry_of, limit, after)

    def parked(self, limit: int | None, after: int = 0) -> Iterator[ParkedEntry]:
        """The parked entries after a sequence number, in order."""
        read = partial(self._page, "parked", parked_of)
        return in_pages(read, lambda parked: parked.entry.sequence, limit, after)

    def dead_letters(self, limit: int | None, after: int = 0) -> list[DeadLetter]:
        """The dead letters after a sequence number, in order."""
        return self._page("dead_letters", letter_of, limit, after)

    def _page(
        self, query: str, made: Callable[[tuple[Any, ...]], _T], limit: int | None, after: int
    ) -> list[_T]:
        values = {"limit": -1 if limit is None else limit, "after": after}
        return self._database.read(
            lambda connection: [made(row) for row in execute(connection, query, **values)]
        )

    # -- repair ------------------------------------------------------------------------------------

    def retry(self, sequences: Sequence[int] | None) -> int:
        """Queue dead letters again, these or all; return how many."""
        return self._database.write(lambda connection: retry_dead_letters(connection, sequences))

    def drop(self, sequences: Sequence[int] | None) -> int:
        """Drop dead letters, these or all; return how many."""
        return self._database.write(
            lambda connection: drop_dead_letters(connection, sequences), makes_room=True
        )

    def verify(self) -> list[str]:
        """The faults of the file, a sentence for each."""
        return self._database.aside(lambda connection: list(dict.fromkeys(faults(connection))))

    def close(self) -> None:
        """Close the file, for good."""
        self._database.close()


def _spans(entries: Sequence[Entry]) -> Iterator[tuple[int, int]]:
    """The sequence numbers of entries as ranges, by their first and last ones."""
    spans: list[tuple[int, int]] = []
    for sequence in sorted(entry.sequence for entry in entries):
        if spans and sequence <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], sequence)
        else:
            spans.append((sequence, sequence))
    return iter(spans)
