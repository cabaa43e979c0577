"""The store in an SQLite file: one for each host, shared by all its processes."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from .._queries import named_queries
from .database import Database
from .owner import is_gone
from .store import Batch, DeadLetter, Entry, Leased, Limits, Stats

_Connection = sqlite3.Connection


class SQLiteStore:
    """A `Store` in a file.

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

    # -- queueing ---------------------------------------------------------------------------------

    def add(self, entries: Sequence[Entry], limits: Limits) -> bool:
        """As `Store.add`."""
        size = sum(entry.size for entry in entries)
        with self._database.writing() as connection:
            totals = self._totals(connection)
            if not _fits(totals, len(entries), size, limits):
                return False
            self._run(connection, "count_queued", entries=len(entries), bytes=size)
            rows = map(_row, entries, range(totals["queued"] + 1, 2**63))
            connection.executemany(self._queries["insert_entry"], rows)
        return True

    def refuse(self, count: int) -> None:
        """As `Store.refuse`."""
        with self._database.writing() as connection:
            self._run(connection, "count_refused", entries=count)

    # -- sending ----------------------------------------------------------------------------------

    def lease(self, owner: str, seconds: float, batch: Batch) -> Leased | None:
        """As `Store.lease`."""
        # Most looks find nothing to do; they should not disturb those who write.
        with self._database.reading() as connection:
            if not self._may_take(connection, owner):
                return None
        with self._database.writing(makes_room=True) as connection:
            if not self._may_take(connection, owner):
                return None
            self._count_deaths(connection, owner)
            entries = self._head(connection, batch)
            leased = Leased(owner, entries)
            self._run(
                connection, "take", owner=owner, now=time.time(), seconds=seconds, **_span(leased)
            )
            return leased

    def _may_take(self, connection: _Connection, owner: str) -> bool:
        lease = self._one(connection, "lease")
        return not _is_held(lease, owner) and self._one(connection, "oldest") != {}

    def _count_deaths(self, connection: _Connection, owner: str) -> None:
        lease = self._one(connection, "lease")
        if lease["first"] is not None and lease["owner"] != owner:
            self._run(connection, "count_deaths", first=lease["first"], last=lease["last"])

    def _head(self, connection: _Connection, batch: Batch) -> tuple[Entry, ...]:
        cursor = connection.execute(self._queries["queue"])
        entries = tuple(_batched(map(_entry, cursor), batch))
        cursor.close()
        return entries

    def delivered(self, leased: Leased) -> None:
        """As `Store.delivered`."""
        with self._database.writing(makes_room=True) as connection:
            self._take_out(connection, "count_delivered", leased)

    def failed(self, leased: Leased, seconds: float, *, attempts: int = 1) -> None:
        """As `Store.failed`."""
        with self._database.writing(makes_room=True) as connection:
            self._run(connection, "count_attempts", attempts=attempts, **_span(leased))
            self._run(connection, "hold", owner=leased.owner, now=time.time(), seconds=seconds)

    def bury(
        self, leased: Leased, status: int | None, problem: str, *, attempts: int = 1
    ) -> list[DeadLetter]:
        """As `Store.bury`."""
        facts = {"status": status, "problem": problem, "attempts": attempts, "now": time.time()}
        with self._database.writing(makes_room=True) as connection:
            self._run(connection, "bury", **facts, **_span(leased))
            self._take_out(connection, "count_died", leased)
            return self._letters(connection, "dead_letters_between", **_span(leased))

    def _take_out(self, connection: _Connection, counter: str, leased: Leased) -> None:
        size = connection.execute(self._queries["size_of"], _span(leased)).fetchone()[0]
        count = self._run(connection, "delete_entries", **_span(leased))
        self._run(connection, counter, entries=count, bytes=size)
        self._run(connection, "settle", owner=leased.owner)

    def release(self, owner: str) -> None:
        """As `Store.release`."""
        with self._database.writing(makes_room=True) as connection:
            self._run(connection, "release", owner=owner)

    # -- looking ----------------------------------------------------------------------------------

    def stats(self) -> Stats:
        """As `Store.stats`."""
        with self._database.reading() as connection:
            totals = self._totals(connection)
            oldest = self._one(connection, "oldest")
        return Stats(
            pending=_pending(totals),
            pending_bytes=totals["pending_bytes"],
            oldest_at=oldest.get("queued_at"),
            dead=totals["died"] - totals["retried"] - totals["dropped"],
            queued=totals["queued"],
            delivered=totals["delivered"],
            died=totals["died"],
            refused=totals["refused"],
            dropped=totals["dropped"],
        )

    def waits(self, up_to: int) -> bool:
        """As `Store.waits`."""
        with self._database.reading() as connection:
            found = connection.execute(self._queries["waits"], {"up_to": up_to}).fetchone()
            return bool(found[0])

    def pending(self, limit: int) -> list[Entry]:
        """As `Store.pending`."""
        with self._database.reading() as connection:
            cursor = connection.execute(self._queries["queue"])
            return [_entry(row) for row in cursor.fetchmany(limit)]

    def dead_letters(self, limit: int | None) -> list[DeadLetter]:
        """As `Store.dead_letters`."""
        with self._database.reading() as connection:
            return self._letters(connection, "dead_letters", limit=-1 if limit is None else limit)

    # -- after a death ----------------------------------------------------------------------------

    def retry(self, sequences: Sequence[int] | None) -> int:
        """As `Store.retry`."""
        with self._database.writing() as connection:
            found = self._dead(connection, sequences)
            for sequence in found:
                self._run(connection, "count_requeued", sequence=sequence)
                self._run(connection, "requeue", sequence=sequence)
                self._run(connection, "delete_dead_letter", sequence=sequence)
        return len(found)

    def drop(self, sequences: Sequence[int] | None) -> int:
        """As `Store.drop`."""
        with self._database.writing(makes_room=True) as connection:
            found = self._dead(connection, sequences)
            for sequence in found:
                self._run(connection, "delete_dead_letter", sequence=sequence)
            self._run(connection, "count_dropped", entries=len(found))
        return len(found)

    def _dead(self, connection: _Connection, sequences: Sequence[int] | None) -> list[int]:
        there = [row[0] for row in connection.execute(self._queries["dead_sequences"])]
        wanted = None if sequences is None else set(sequences)
        return [sequence for sequence in there if wanted is None or sequence in wanted]

    def close(self) -> None:
        """As `Store.close`."""
        self._database.close()

    # -- queries ----------------------------------------------------------------------------------

    def _run(self, connection: _Connection, query: str, **values: Any) -> int:
        return connection.execute(self._queries[query], values).rowcount

    def _one(self, connection: _Connection, query: str) -> dict[str, Any]:
        cursor = connection.execute(self._queries[query])
        row = cursor.fetchone()
        names = (column[0] for column in cursor.description)
        return dict(zip(names, row or (), strict=False))

    def _totals(self, connection: _Connection) -> dict[str, int]:
        return self._one(connection, "totals")

    def _letters(self, connection: _Connection, query: str, **values: Any) -> list[DeadLetter]:
        rows = connection.execute(self._queries[query], values)
        return [DeadLetter(_entry(row[:9]), *row[9:]) for row in rows]


def _is_held(lease: dict[str, Any], owner: str) -> bool:
    """Whether it is another's turn, who is alive as far as we know."""
    # Whoever took it in the future did so before the clock was put back.
    lasts = lease["taken_at"] <= time.time() < lease["taken_at"] + lease["seconds"]
    return lasts and lease["owner"] not in (None, owner) and not is_gone(lease["owner"])


def _pending(totals: dict[str, int]) -> int:
    return totals["queued"] - totals["delivered"] - totals["died"]


def _fits(totals: dict[str, int], count: int, size: int, limits: Limits) -> bool:
    if limits.entries is not None and _pending(totals) + count > limits.entries:
        return False
    return limits.bytes is None or totals["pending_bytes"] + size <= limits.bytes


def _span(leased: Leased) -> dict[str, int]:
    return {"first": leased.first, "last": leased.last}


def _row(entry: Entry, sequence: int) -> tuple[Any, ...]:
    subjects = json.dumps(entry.subjects)
    return (
        sequence, entry.method, entry.path, entry.query, entry.body, subjects, entry.queued_at,
    )  # fmt: skip


def _entry(row: tuple[Any, ...]) -> Entry:
    sequence, method, path, query, body, subjects, queued_at, attempts, deaths = row
    about = tuple(json.loads(subjects))
    return Entry(method, path, query, body, about, queued_at, sequence, attempts, deaths)


def _batched(queue: Iterable[Entry], batch: Batch) -> Iterator[Entry]:
    """As many entries from the head of the queue as may go out at once."""
    first, count, size = None, 0, 0
    for entry in queue:
        count, size = count + 1, size + entry.size
        if first and not (_goes_with(first, entry) and _has_room(first, count, size, batch)):
            return
        first = first or entry
        yield entry


def _goes_with(first: Entry, entry: Entry) -> bool:
    """Whether two are events for one endpoint. Those that ended a relay stay among themselves."""
    alike = (entry.path, entry.deaths) == (first.path, first.deaths)
    return alike and first.path.endswith("/events")


def _has_room(first: Entry, count: int, size: int, batch: Batch) -> bool:
    # The more often they ended a relay, the fewer at once, until the one that does it is alone.
    return count <= max(1, batch.events >> 3 * first.deaths) and size <= batch.bytes
