"""The store in an SQLite file: one for each host, shared by all its processes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from ..._queries import named_queries
from ..owner import is_gone
from ..store import (
    ALL_LANES,
    NO_LANES,
    Bookmark,
    DeadLetter,
    Entry,
    Lease,
    Limits,
    Outcomes,
    Room,
    Stats,
    in_turn,
)
from .checking import faults
from .database import Database
from .rows import entry_of, letter_of, row_of, row_of_letter

_Connection = sqlite3.Connection
_T = TypeVar("_T")

# A lease is written for longer than was asked, and again when only what was asked is left: so a
# relay that asks often writes seldom.
_LONGER = 4 / 3


class SQLiteStore:
    """A `Store` in a file. One relay at a time has all lanes; others stand by.

    Attributes:
        path: The file.
    """

    def __init__(
        self, path: Path, *, full_sync: bool = False, patience: float = 5.0, create: bool = True
    ) -> None:
        """Open the file, or make it.

        Args:
            path: The file.
            full_sync: Whether each commit waits for the disk, and so survives a power cut.
            patience: For how many seconds to wait for others who use the file.
            create: Whether to make it if it is not there.

        Raises:
            OutboxError: If it can't be used.
        """
        self._database = Database(path, full_sync=full_sync, patience=patience, create=create)
        self.path = self._database.path
        self._queries = named_queries("lunogram.outbox", "sql/sqlite")

    @property
    def url(self) -> str:
        """As `Store.url`."""
        return f"sqlite:///{self.path}"

    # -- queueing ---------------------------------------------------------------------------------

    def add(
        self, entries: Sequence[Entry], limits: Limits, bookmark: Bookmark | None = None
    ) -> bool:
        """As `Store.add`."""
        if len(entries) == 1 and not limits.are_set and not bookmark:
            query, row = self._queries["insert_entry"], row_of(entries[0])
            self._database.write(lambda connection: connection.execute(query, row), alone=True)
            return True
        return self._database.write(
            lambda connection: self._add(connection, entries, limits, bookmark)
        )

    def _add(
        self,
        connection: _Connection,
        entries: Sequence[Entry],
        limits: Limits,
        bookmark: Bookmark | None,
    ) -> bool:
        if limits.are_set and not self._has_room(connection, entries, limits):
            return False
        connection.executemany(self._queries["insert_entry"], map(row_of, entries))
        if bookmark:
            self._mark(connection, bookmark)
        return True

    def _has_room(self, connection: _Connection, entries: Sequence[Entry], limits: Limits) -> bool:
        pending, pending_bytes = self._first(connection, "fill")
        size = sum(entry.size for entry in entries)
        return not entries or _fits(pending + len(entries), pending_bytes + size, limits)

    def _mark(self, connection: _Connection, bookmark: Bookmark) -> None:
        if bookmark.value:
            self._run(connection, "set_bookmark", name=bookmark.name, value=bookmark.value)
        else:
            self._run(connection, "delete_bookmark", name=bookmark.name)

    def refuse(self, count: int) -> None:
        """As `Store.refuse`."""
        self._database.write(
            lambda connection: self._run(connection, "count_refused", entries=count)
        )

    def bookmark(self, name: str) -> str:
        """As `Store.bookmark`."""
        with self._database.reading() as connection:
            found = self._first(connection, "bookmark", name=name)
        return str(found[0]) if found else ""

    # -- sending ----------------------------------------------------------------------------------

    def lease(self, owner: str, seconds: float, room: Room) -> Lease:
        """As `Store.lease`."""
        # Most looks find nothing to do; they should not disturb those who write.
        with self._database.reading() as connection:
            found = self._named(connection, "lease")
            has_to_write = self._has_to_write(connection, found, owner, seconds, room)
        if has_to_write:
            return self._take(owner, seconds, room)
        if found["owner"] != owner:
            return Lease(NO_LANES, ())
        self._database.shorten_log()
        return Lease(ALL_LANES, ())

    def _has_to_write(
        self, connection: _Connection, found: dict[str, Any], owner: str, seconds: float, room: Room
    ) -> bool:
        if found["owner"] != owner:
            is_wanted = room.entries > 0 and not _is_held(found, owner)
            return is_wanted and bool(self._first(connection, "oldest"))
        # It is too long if less was asked this time, or the clock was put back.
        left = found["taken_at"] + found["seconds"] - time.time()
        if not seconds <= left <= _LONGER * seconds:
            return True
        with closing(self._queue(connection, found["last"])) as queue:
            return any(True for _ in in_turn(map(entry_of, queue), room))

    def _take(self, owner: str, seconds: float, room: Room) -> Lease:
        lease = self._database.write(
            lambda connection: self._taken(connection, owner, seconds, room), makes_room=True
        )
        self._database.shorten_log()
        return lease

    def _taken(self, connection: _Connection, owner: str, seconds: float, room: Room) -> Lease:
        found = self._named(connection, "lease")
        if _is_held(found, owner):
            return Lease(NO_LANES, ())
        kept = found["owner"] == owner
        if not kept:
            self._run(connection, "count_deaths", last=found["last"])
        last = found["last"] if kept else 0
        with closing(self._queue(connection, last)) as queue:
            entries = tuple(in_turn(map(entry_of, queue), room))
        self._run(
            connection, "take", owner=owner, now=time.time(), seconds=_LONGER * seconds,
            last=entries[-1].sequence if entries else last,
        )  # fmt: skip
        return Lease(ALL_LANES if kept else NO_LANES, entries)

    def _queue(self, connection: _Connection, after: int) -> sqlite3.Cursor:
        return connection.execute(self._queries["queue"], {"after": after, "limit": -1})

    def settle(self, outcomes: Outcomes) -> None:
        """As `Store.settle`."""
        self._database.write(lambda connection: self._settle(connection, outcomes), makes_room=True)
        self._database.shorten_log()

    def _settle(self, connection: _Connection, outcomes: Outcomes) -> None:
        self._run(connection, "count_queued")
        connection.executemany(self._queries["count_attempts"], _spans(outcomes.failed))
        delivered = self._take_out(connection, outcomes.delivered)
        there = [letter for letter in outcomes.dead if self._take_out(connection, [letter.entry])]
        connection.executemany(self._queries["insert_dead_letter"], map(row_of_letter, there))
        gone = [*outcomes.delivered, *(letter.entry for letter in there)]
        self._run(
            connection, "count_settled",
            delivered=delivered, died=len(there), bytes=sum(entry.size for entry in gone),
        )  # fmt: skip
        if delivered < len(outcomes.delivered):  # others had settled some, and we can't tell which
            self._run(connection, "count_pending")

    def _take_out(self, connection: _Connection, entries: Sequence[Entry]) -> int:
        """Delete what is still there; return how many there were."""
        return connection.executemany(self._queries["delete_entries"], _spans(entries)).rowcount

    def release(self, owner: str) -> None:
        """As `Store.release`."""
        self._database.write(
            lambda connection: self._run(connection, "release", owner=owner), makes_room=True
        )

    # -- looking ----------------------------------------------------------------------------------

    def stats(self) -> Stats:
        """As `Store.stats`."""
        with self._database.reading() as connection:
            totals = self._named(connection, "totals")
            oldest = self._first(connection, "oldest")
        return Stats(oldest_at=oldest[0] if oldest else None, **totals)

    def newest(self) -> int:
        """As `Store.newest`."""
        with self._database.reading() as connection:
            return int(self._first(connection, "last_place")[0])

    def waits(self, up_to: int) -> bool:
        """As `Store.waits`."""
        with self._database.reading() as connection:
            return bool(self._first(connection, "waits", up_to=up_to)[0])

    def pending(self, limit: int | None, after: int = 0) -> list[Entry]:
        """As `Store.pending`."""
        return self._page("queue", entry_of, limit, after)

    def dead_letters(self, limit: int | None, after: int = 0) -> list[DeadLetter]:
        """As `Store.dead_letters`."""
        return self._page("dead_letters", letter_of, limit, after)

    def _page(
        self, query: str, made: Callable[[tuple[Any, ...]], _T], limit: int | None, after: int
    ) -> list[_T]:
        values = {"limit": -1 if limit is None else limit, "after": after}
        with self._database.reading() as connection:
            return [made(row) for row in connection.execute(self._queries[query], values)]

    # -- care -------------------------------------------------------------------------------------

    def retry(self, sequences: Sequence[int] | None) -> int:
        """As `Store.retry`."""
        return self._database.write(lambda connection: self._retry(connection, sequences))

    def _retry(self, connection: _Connection, sequences: Sequence[int] | None) -> int:
        found = self._dead(connection, sequences)
        self._run(connection, "count_queued")
        for sequence in found:
            self._run(connection, "count_requeued", sequence=sequence)
            self._run(connection, "requeue", sequence=sequence)
            self._run(connection, "delete_dead_letter", sequence=sequence)
        return len(found)

    def drop(self, sequences: Sequence[int] | None) -> int:
        """As `Store.drop`."""
        return self._database.write(
            lambda connection: self._drop(connection, sequences), makes_room=True
        )

    def _drop(self, connection: _Connection, sequences: Sequence[int] | None) -> int:
        found = self._dead(connection, sequences)
        for sequence in found:
            self._run(connection, "delete_dead_letter", sequence=sequence)
        self._run(connection, "count_dropped", entries=len(found))
        return len(found)

    def _dead(self, connection: _Connection, sequences: Sequence[int] | None) -> list[int]:
        there = [row[0] for row in connection.execute(self._queries["dead_sequences"])]
        wanted = None if sequences is None else set(sequences)
        return [sequence for sequence in there if wanted is None or sequence in wanted]

    def verify(self) -> list[str]:
        """As `Store.verify`."""
        with self._database.aside() as connection:
            return list(dict.fromkeys(faults(connection)))

    def close(self) -> None:
        """As `Store.close`."""
        self._database.close()

    # -- queries ----------------------------------------------------------------------------------

    def _run(self, connection: _Connection, query: str, **values: Any) -> int:
        return connection.execute(self._queries[query], values).rowcount

    def _first(self, connection: _Connection, query: str, **values: Any) -> tuple[Any, ...]:
        """The first row of an answer, or an empty one."""
        return connection.execute(self._queries[query], values).fetchone() or ()

    def _named(self, connection: _Connection, query: str) -> dict[str, Any]:
        """The only row of an answer, by the names of its columns."""
        cursor = connection.execute(self._queries[query])
        names = [column[0] for column in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))


def _is_held(lease: dict[str, Any], owner: str) -> bool:
    """Whether it is another's turn, who is alive as far as we know."""
    # Whoever took it in the future did so before the clock was put back.
    lasts = abs(time.time() - lease["taken_at"]) < lease["seconds"]
    return lasts and lease["owner"] not in (None, owner) and not is_gone(lease["owner"])


def _fits(entries: int, size: int, limits: Limits) -> bool:
    if limits.entries is not None and entries > limits.entries:
        return False
    return limits.bytes is None or size <= limits.bytes


def _spans(entries: Sequence[Entry]) -> Iterator[tuple[int, int]]:
    """The places of entries as first and last ones of neighbours."""
    spans: list[tuple[int, int]] = []
    for place in sorted(entry.sequence for entry in entries):
        if spans and place <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], place)
        else:
            spans.append((place, place))
    return iter(spans)
