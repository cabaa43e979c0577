"""The store in PostgreSQL: in the application's database, for any number of machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar

from ..store import Bookmark, DeadLetter, Entry, Lease, Limits, Outcomes, Room, Stats
from .checking import faults
from .connection import Connection, Session
from .fill import Fill
from .lanes import Lanes
from .rows import columns_of, entry_of, letter_of, values_of_letter
from .tables import prepare_tables, queries_in
from .url import place_of
from .using import execute_using

T = TypeVar("T")


class PostgresStore:
    """A `Store` in PostgreSQL. Relays share its lanes; each of them has its fair share."""

    def __init__(
        self,
        url: str,
        *,
        durability: Literal["process", "power"] = "process",
        patience: float = 5.0,
        create: bool = True,
    ) -> None:
        """Connect, and make the tables if they are not there.

        Args:
            url: ``"postgresql://USER@HOST/DATABASE"``, or whatever else libpq takes as a URL, and
                ``outbox_schema=NAME`` among the options behind the question mark.
            durability: ``"process"``: commits are as safe as the server is set up to make them.
                ``"power"``: they wait for its disk, even if it is set up otherwise.
            patience: For how many seconds a statement may run, and connecting may take.
            create: Whether to make the tables if they are not there.

        Raises:
            ConfigurationError: If the URL can't be right.
            OutboxError: If it can't be used.
        """
        place = place_of(url)
        self._durability = durability
        self._queries = queries_in(place.schema)
        self._session = Session(place, patience, self._prepare)
        self._fill = Fill(self._count)
        self._lanes = Lanes(self._queries)
        try:
            self._session.run(lambda found: prepare_tables(found, place.schema, create=create))
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

    # -- queueing ---------------------------------------------------------------------------------

    def add(
        self, entries: Sequence[Entry], limits: Limits, bookmark: Bookmark | None = None
    ) -> bool:
        """As `Store.add`. If the connection is lost just then, it may be queued twice.

        With a bookmark it is never queued twice: then a lost connection is an `OutboxError`, and
        the bookmark says whether it was queued.
        """
        if not self._fill.has_room(entries, limits):
            return False

        if bookmark:
            self._session.run(lambda found: self._insert(found, entries, bookmark), repeats=False)
        elif entries:
            columns = columns_of(entries)
            self._session.run(lambda found: self._run(found, "insert_entries", **columns))
        self._fill.add(entries)
        return True

    def add_using(self, connection: object, entries: Sequence[Entry], limits: Limits) -> bool:
        """Queue these entries in somebody's transaction: they are queued if and only if it commits.

        Args:
            connection: One of psycopg, SQLAlchemy or Django, to the database of this outbox.
            entries: What to queue.
            limits: How much may wait.

        Returns:
            False if there is no room for them.

        Raises:
            ConfigurationError: If the connection is of no such kind.
            OutboxError: If it failed. The transaction can't commit then.
        """
        if not self._fill.has_room(entries, limits):
            return False
        execute_using(connection, self._queries["insert_entries"].decode(), columns_of(entries))
        self._fill.add(entries)
        return True

    def _insert(self, connection: Connection, entries: Sequence[Entry], bookmark: Bookmark) -> None:
        query = "set_bookmark" if bookmark.value else "delete_bookmark"
        values = {"name": json.dumps(bookmark.name), "value": json.dumps(bookmark.value)}
        with connection.transaction():
            self._run(connection, "lock_bookmark", **values)
            self._run(connection, "insert_entries", **columns_of(entries))
            self._run(connection, query, **values)

    def _count(self) -> tuple[int, int]:
        (row,) = self._session.run_long(lambda found: self._all(found, "fill"))
        return row[0], row[1]

    def refuse(self, count: int) -> None:
        """As `Store.refuse`."""
        self._session.run(lambda found: self._run(found, "count_refused", entries=count))

    def bookmark(self, name: str) -> str:
        """As `Store.bookmark`."""
        return self._session.run(lambda found: self._read_bookmark(found, json.dumps(name)))

    def _read_bookmark(self, connection: Connection, name: str) -> str:
        with connection.transaction():
            # Waits for a transaction whose connection was lost, if the server still works on it.
            self._run(connection, "lock_bookmark", name=name)
            rows = self._all(connection, "bookmark", name=name)
        return str(json.loads(rows[0][0])) if rows else ""

    # -- sending ----------------------------------------------------------------------------------

    def lease(self, owner: str, seconds: float, room: Room) -> Lease:
        """As `Store.lease`."""
        return self._session.run(lambda found: self._lanes.lease(found, owner, seconds, room))

    def settle(self, outcomes: Outcomes) -> None:
        """As `Store.settle`."""
        self._session.run(lambda found: self._settle(found, outcomes))
        self._fill.forget()

    def _settle(self, connection: Connection, outcomes: Outcomes) -> None:
        with connection.transaction():
            for query, entries in (
                ("count_attempts", outcomes.failed),
                ("deliver", outcomes.delivered),
            ):
                if entries:
                    places = [entry.sequence for entry in entries]
                    self._run(connection, query, sequences=places)
            for letter in outcomes.dead:
                self._run(connection, "bury", **values_of_letter(letter))

    def release(self, owner: str) -> None:
        """As `Store.release`."""
        self._session.run(lambda found: self._lanes.release(found, owner))

    # -- looking ----------------------------------------------------------------------------------

    def stats(self) -> Stats:
        """As `Store.stats`. What waits is counted: that takes longer the more it is."""
        (row,) = self._session.run_long(lambda found: self._all(found, "stats"))
        return Stats(*row)

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

    def dead_letters(self, limit: int | None, after: int = 0) -> list[DeadLetter]:
        """As `Store.dead_letters`."""
        return self._page("dead_letters", letter_of, limit, after)

    def _page(
        self, query: str, made: Callable[[tuple[Any, ...]], T], limit: int | None, after: int
    ) -> list[T]:
        values = {"limit": limit, "after": after}
        rows = self._session.run_long(lambda found: self._all(found, query, **values))
        return [*map(made, rows)]

    # -- care -------------------------------------------------------------------------------------

    def retry(self, sequences: Sequence[int] | None) -> int:
        """As `Store.retry`."""
        count = self._care("retry", sequences)
        self._fill.forget()
        return count

    def drop(self, sequences: Sequence[int] | None) -> int:
        """As `Store.drop`."""
        return self._care("drop", sequences)

    def _care(self, query: str, sequences: Sequence[int] | None) -> int:
        places = None if sequences is None else [*sequences]
        rows = self._session.run_long(lambda found: self._all(found, query, sequences=places))
        return int(rows[0][0])

    def verify(self) -> list[str]:
        """As `Store.verify`."""
        return self._session.run_long(lambda found: [*faults(found, self._queries)])

    def close(self) -> None:
        """As `Store.close`."""
        self._session.close()

    # -- queries ----------------------------------------------------------------------------------

    def _run(self, connection: Connection, query: str, **values: Any) -> None:
        connection.execute(self._queries[query], values)

    def _all(self, connection: Connection, query: str, **values: Any) -> list[tuple[Any, ...]]:
        with connection.cursor(binary=True) as cursor:
            return cursor.execute(self._queries[query], values).fetchall()
