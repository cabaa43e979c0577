"""The store in PostgreSQL: in the application's database, for any number of machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Literal, TypeVar

from ..store import (
    Capacity,
    Checkpoint,
    DeadLetter,
    Entry,
    Lease,
    Limits,
    Outcomes,
    ParkedEntry,
    Statement,
    Stats,
    in_pages,
)
from .backlog import Backlog
from .connection import Connection, Session
from .dead_letters import add_dead_letters, drop_dead_letters, retry_dead_letters
from .errors import EMPTIED
from .leases import Leases
from .rows import columns_of, dead_letter_of, entry_of, parked_of, values_of_parked
from .schema import Tables, queries_in
from .transactions import execute_using
from .url import place_of
from .verify import faults

T = TypeVar("T")


class PostgresStore:
    """A `Store` in PostgreSQL. Relays share its partitions; each of them has its fair share."""

    def __init__(
        self,
        url: str,
        *,
        durability: Literal["process", "power"] = "process",
        patience: float = 5.0,
        create: bool = True,
    ) -> None:
        """Connect, create the tables if they are missing, and migrate them if they are older.

        Args:
            url: ``"postgresql://USER@HOST/DATABASE"``, or whatever else libpq takes as a URL, and
                ``outbox_schema=NAME`` among the options behind the question mark.
            durability: ``"process"``: commits are as durable as the server is configured to make
                them. ``"power"``: they wait for its disk, even if it is configured otherwise.
            patience: The time limit of a statement, and of connecting, in seconds.
            create: Whether to create the tables if they are missing.

        Raises:
            ConfigurationError: If the URL is invalid.
            OutboxError: If the outbox can't be used.
        """
        place = place_of(url)
        self._durability = durability
        self._queries = queries_in(place.schema)
        self._session = Session(place, patience, self._prepare)
        self._backlog = Backlog(self._count)
        self._leases = Leases(self._queries)
        try:
            self._session.run(
                lambda found: Tables(found, place.schema, self._queries).prepare(create=create)
            )
        except BaseException:
            self._session.close()
            raise

    def _prepare(self, connection: Connection) -> None:
        milliseconds = str(max(1, round(self._session.patience * 1000)))
        connection.execute(self._queries["settings"], {"patience": milliseconds})
        if self._durability == "power":
            connection.execute(self._queries["sync_commits"])

    @property
    def url(self) -> str:
        """As `Store.url`."""
        return self._session.place.url

    # -- queueing ----------------------------------------------------------------------------------

    def add(
        self, entries: Sequence[Entry], limits: Limits, checkpoint: Checkpoint | None = None
    ) -> bool:
        """As `Store.add`. If the connection is lost just then, it may be queued twice.

        With a checkpoint it is never queued twice: then a lost connection is an `OutboxError`, and
        the checkpoint says whether it was queued.
        """
        if not self._backlog.has_room(entries, limits):
            return False

        if checkpoint:
            self._session.run(lambda found: self._insert(found, entries, checkpoint), repeats=False)
        elif entries:
            self._session.run(lambda found: self._insert_entries(found, entries))
        self._backlog.add(entries)
        return True

    def add_using(self, connection: object, entries: Sequence[Entry], limits: Limits) -> bool:
        """Queue entries in a transaction of the caller: they are queued if and only if it commits.

        Args:
            connection: A connection of psycopg, SQLAlchemy or Django, to the database of this
                outbox.
            entries: The entries.
            limits: How much may wait.

        Returns:
            False if there is no room for them.

        Raises:
            ConfigurationError: If the connection is of another kind.
            OutboxError: If it failed. The transaction can't commit then.
        """
        statement = self.statement(entries, limits)
        if statement is None:
            return False
        self.added(entries, execute_using(connection, statement))
        return True

    def statement(self, entries: Sequence[Entry], limits: Limits) -> Statement | None:
        """As `TransactionalStore.statement`."""
        if not self._backlog.has_room(entries, limits):
            return None
        return Statement(self._queries["insert_entries"].decode(), columns_of(entries))

    def added(self, entries: Sequence[Entry], count: int) -> None:
        """As `TransactionalStore.added`."""
        self._check_inserted(count, entries)
        self._backlog.add(entries)

    def _insert(
        self, connection: Connection, entries: Sequence[Entry], checkpoint: Checkpoint
    ) -> None:
        query = "set_checkpoint" if checkpoint.value else "delete_checkpoint"
        values = {"name": json.dumps(checkpoint.name), "value": json.dumps(checkpoint.value)}
        with connection.transaction():
            self._run(connection, "lock_checkpoint", **values)
            self._insert_entries(connection, entries)
            self._run(connection, query, **values)

    def _insert_entries(self, connection: Connection, entries: Sequence[Entry]) -> None:
        done = connection.execute(self._queries["insert_entries"], columns_of(entries))
        self._check_inserted(done.rowcount, entries)

    def _check_inserted(self, count: int, entries: Sequence[Entry]) -> None:
        if count != len(entries):
            raise self._session.error(EMPTIED)

    def _count(self) -> tuple[int, int]:
        (row,) = self._session.run_long(lambda found: self._all(found, "backlog"), repeats=True)
        return row[0], row[1]

    def refuse(self, count: int) -> None:
        """As `Store.refuse`."""
        self._session.run(lambda found: self._run(found, "count_refused", entries=count))

    def checkpoint(self, name: str) -> str:
        """As `Store.checkpoint`."""
        return self._session.run(lambda found: self._read_checkpoint(found, json.dumps(name)))

    def _read_checkpoint(self, connection: Connection, name: str) -> str:
        with connection.transaction():
            # Waits for a transaction whose connection was lost, if the server still works on it.
            self._run(connection, "lock_checkpoint", name=name)
            rows = self._all(connection, "checkpoint", name=name)
        return str(json.loads(rows[0][0])) if rows else ""

    # -- sending -----------------------------------------------------------------------------------

    def lease(self, owner: str, seconds: float, room: Capacity) -> Lease:
        """As `Store.lease`."""
        lease = self._session.run(lambda found: self._leases.lease(found, owner, seconds, room))
        if lease is None:
            raise self._session.error(EMPTIED)
        return lease

    def lease_parked(self, owner: str, sequences: Sequence[int]) -> list[Entry]:
        """As `Store.lease_parked`."""
        return self._session.run(
            lambda found: self._leases.lease_parked(found, owner, sequences), repeats=True
        )

    def settle(self, outcomes: Outcomes) -> None:
        """As `Store.settle`."""
        self._session.run(lambda found: self._settle(found, outcomes))
        self._backlog.forget()

    def _settle(self, connection: Connection, outcomes: Outcomes) -> None:
        with connection.transaction():
            for query, entries in (
                ("count_attempts", outcomes.failed),
                ("count_attempts_of_parked", outcomes.failed),
                ("deliver", outcomes.delivered),
            ):
                if entries:
                    places = [entry.sequence for entry in entries]
                    self._run(connection, query, sequences=places)
            add_dead_letters(connection, self._queries, outcomes.dead)
            with connection.cursor() as cursor:
                cursor.executemany(self._queries["park"], map(values_of_parked, outcomes.parked))

    def release(self, owner: str) -> None:
        """As `Store.release`."""
        self._session.run(lambda found: self._leases.release(found, owner))

    # -- inspection --------------------------------------------------------------------------------

    def stats(self) -> Stats:
        """As `Store.stats`. What waits is counted: that takes longer the more it is."""
        (row,) = self._session.run_long(lambda found: self._all(found, "stats"), repeats=True)
        *numbers, are_whole = row
        if not are_whole:
            raise self._session.error(EMPTIED)
        return Stats(*numbers)

    def newest(self) -> int:
        """As `Store.newest`."""
        return int(self._session.run(lambda found: self._all(found, "newest"))[0][0])

    def waits(self, up_to: int) -> bool:
        """As `Store.waits`."""
        rows = self._session.run(lambda found: self._all(found, "waits", up_to=up_to))
        return bool(rows[0][0])

    def pending(self, limit: int | None, after: int = 0) -> list[Entry]:
        """As `Store.pending`."""
        return self._page("pending", entry_of, limit, after)

    def parked(self, limit: int | None, after: int = 0) -> Iterator[ParkedEntry]:
        """As `Store.parked`."""
        read = partial(self._page, "parked", parked_of)
        return in_pages(read, lambda parked: parked.entry.sequence, limit, after)

    def dead_letters(self, limit: int | None, after: int = 0) -> list[DeadLetter]:
        """As `Store.dead_letters`."""
        return self._page("dead_letters", dead_letter_of, limit, after)

    def _page(
        self, query: str, made: Callable[[tuple[Any, ...]], T], limit: int | None, after: int
    ) -> list[T]:
        values = {"limit": limit, "after": after}
        rows = self._session.run_long(lambda found: self._all(found, query, **values), repeats=True)
        return [*map(made, rows)]

    # -- maintenance -------------------------------------------------------------------------------

    def retry(self, sequences: Sequence[int] | None) -> int:
        """As `Store.retry`."""
        count = self._session.run_long(
            lambda found: retry_dead_letters(found, self._queries, sequences)
        )
        self._backlog.forget()
        return count

    def drop(self, sequences: Sequence[int] | None) -> int:
        """As `Store.drop`."""
        return self._session.run_long(
            lambda found: drop_dead_letters(found, self._queries, sequences)
        )

    def verify(self) -> list[str]:
        """As `Store.verify`."""
        return self._session.run_long(lambda found: [*faults(found, self._queries)], repeats=True)

    def disconnect(self) -> None:
        """Close the connection of this process. The next use opens another one."""
        self._session.disconnect()

    def close(self) -> None:
        """As `Store.close`."""
        self._session.close()

    # -- queries -----------------------------------------------------------------------------------

    def _run(self, connection: Connection, query: str, **values: Any) -> None:
        connection.execute(self._queries[query], values)

    def _all(self, connection: Connection, query: str, **values: Any) -> list[tuple[Any, ...]]:
        with connection.cursor(binary=True) as cursor:
            return cursor.execute(self._queries[query], values).fetchall()
