"""Saving what can be read of an SQLite outbox whose file is corrupt."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, TypeAlias

import attrs

from ..._queries import named_queries
from ..errors import OutboxError
from .checking import fault_of, faults_of_pages, faults_of_rows, totals_of
from .database import check_origin, explanation, is_busy, new_file

_Connection = sqlite3.Connection
_Row: TypeAlias = tuple[Any, ...]
_Read: TypeAlias = Callable[[int, int], list[_Row]]

_QUERIES = named_queries("lunogram.outbox", "sql/sqlite")

_AT_ONCE = 1000
_MOST_IN_A_PAGE = 100
"""How many entries a page can hold, at the most."""


@attrs.frozen
class RepairResult:
    """What became of a file.

    Attributes:
        saved: How many entries wait in it now.
        dead_letters: How many dead letters are in it now.
        lost: What could not be read, a sentence for each.
        broken_file: Where the file is as it was, or None if it could stay.
    """

    saved: int
    dead_letters: int
    lost: tuple[str, ...] = ()
    broken_file: Path | None = None


def repair(path: Path) -> RepairResult:
    """Make a file usable again: save what can be read into a new one, and count again.

    A file that can be read from end to end stays, and its counters are corrected. Everything keeps
    its place. Stop all programs that use the file before.

    Args:
        path: The file.

    Raises:
        OutboxError: If others use it, it is no outbox, or nothing in it can be read.
    """
    path = path.absolute()
    try:
        with closing(_alone(path)) as connection:
            if any(faults_of_pages(connection)) or any(faults_of_rows(connection)):
                return _saved(connection, path)
            return _counted_again(connection)
    except (sqlite3.Error, OSError) as error:
        reason = "others use it; stop them first" if is_busy(error) else explanation(error)
        raise OutboxError(f"the outbox {path} can't be repaired: {reason}") from None


def _alone(path: Path) -> _Connection:
    """A connection to a file that nobody else can use as long as it is open."""
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw", timeout=0.1, isolation_level=None, uri=True
    )
    try:
        # What is in the log goes into the file. That is refused while others have it open.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = DELETE")
        check_origin(connection)
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _counted_again(connection: _Connection) -> RepairResult:
    connection.execute(_QUERIES["count_again"])
    totals = totals_of(connection)
    return RepairResult(totals["pending"], totals["dead"])


def _saved(connection: _Connection, path: Path) -> RepairResult:
    """Save what can be read into a new file, and put that into the old one's place."""
    fresh = path.with_name(f"{path.name}.repaired")
    broken = path.with_name(f"{path.name}.broken-{time.strftime('%Y%m%d-%H%M%S')}")
    with closing(new_file(fresh)) as copy:
        copy.execute("BEGIN")
        lost = tuple(_copy(connection, copy))
        result = _counted_again(copy)
        copy.execute("COMMIT")
    _give_rights(path, fresh)
    os.link(path, broken)  # so that there is a file at the path at any time
    fresh.replace(path)
    return attrs.evolve(result, lost=lost, broken_file=broken)


def _give_rights(path: Path, fresh: Path) -> None:
    """Whoever repairs may be another than who queues."""
    shutil.copymode(path, fresh)
    with suppress(PermissionError):
        os.chown(fresh, path.stat().st_uid, path.stat().st_gid)


# -- copying --------------------------------------------------------------------------------------


def _copy(old: _Connection, new: _Connection) -> Iterator[str]:
    """Copy what can be read, and say what can't."""
    try:
        totals = _totals(old)
        new.execute(_QUERIES["set_totals"], totals)
    except sqlite3.DatabaseError:
        totals = {}
        yield "the counters can't be read: they begin anew"
    for name, waiting in (("entries", "pending"), ("dead_letters", "dead")):
        table = _Table(old, new, name)
        table.copy(totals.get("queued") or _last_place(old, name))
        yield from table.lost(totals.get(waiting, 0))
    yield from _copy_bookmarks(old, new)


def _totals(old: _Connection) -> dict[str, int]:
    with suppress(sqlite3.DatabaseError):
        return totals_of(old)
    return totals_of(old, "certain_totals")


def _last_place(old: _Connection, name: str) -> int:
    """The last place that something may have, if the counters don't say."""
    with suppress(sqlite3.DatabaseError):
        return int(old.execute(_QUERIES[f"last_of_{name}"]).fetchone()[0])
    pages: int = old.execute("PRAGMA page_count").fetchone()[0]
    return pages * _MOST_IN_A_PAGE


@attrs.define
class _Table:
    """Entries or dead letters, which are copied as far as they can be read.

    Attributes:
        old: From where.
        new: To where.
        name: Of the table.
        faults: What is wrong with rows that could be read, by place.
        gaps: The first and last places of what could not.
    """

    old: _Connection
    new: _Connection
    name: str
    faults: dict[int, str] = attrs.field(factory=dict)
    gaps: list[tuple[int, int]] = attrs.field(factory=list)

    def copy(self, last: int) -> None:
        """Copy all of it, or what is before and behind the damage, and between damages."""
        if self._scan("forwards"):
            return
        self._scan("backwards")
        for found in _rows(self._read, 1, last):
            if isinstance(found, int):
                self._miss(found)
            else:
                self._keep(found)

    def _scan(self, direction: str) -> bool:
        # It walks from page to page, and so finds what can't be found by its place.
        with suppress(sqlite3.DatabaseError):
            for row in self.old.execute(_QUERIES[f"{self.name}_{direction}"]):
                self._keep(row)
            return True
        return False

    def _read(self, first: int, last: int) -> list[_Row]:
        values = {"first": first, "last": last, "limit": _AT_ONCE}
        return self.old.execute(_QUERIES[f"{self.name}_between"], values).fetchall()

    def _keep(self, row: _Row) -> None:
        if fault := fault_of(row):
            self.faults[row[0]] = fault
        else:
            self.new.execute(_QUERIES[f"copy_{self.name}"], row)

    def _miss(self, place: int) -> None:
        values = {"first": place, "last": place, "limit": 1}
        if self.new.execute(_QUERIES[f"{self.name}_between"], values).fetchone():
            return
        if self.gaps and self.gaps[-1][1] == place - 1:
            self.gaps[-1] = (self.gaps[-1][0], place)
        else:
            self.gaps.append((place, place))

    def lost(self, expected: int) -> Iterator[str]:
        """What was not copied.

        Args:
            expected: How many rows there should be, as far as that is known.
        """
        kind = self.name.replace("_", " ")
        yield from (f"{kind}: {fault}" for fault in self.faults.values())
        for first, last in self.gaps:
            yield f"{kind}: what was at the places {first} to {last} can't be read"
        count = self.new.execute(_QUERIES[f"count_{self.name}"]).fetchone()[0]
        if count < expected:
            yield f"{kind}: {expected - count} of {expected} are missing in all"


def _rows(read: _Read, first: int, last: int) -> Iterator[_Row | int]:
    """All rows between two places that can be read, and each place that can't."""
    while first <= last:
        try:
            rows = read(first, last)
        except sqlite3.DatabaseError:
            yield from _halves(read, first, last)
            return
        yield from rows
        first = rows[-1][0] + 1 if len(rows) == _AT_ONCE else last + 1


def _halves(read: _Read, first: int, last: int) -> Iterator[_Row | int]:
    if first == last:
        yield first
        return
    middle = (first + last) // 2
    yield from _rows(read, first, middle)
    yield from _rows(read, middle + 1, last)


def _copy_bookmarks(old: _Connection, new: _Connection) -> Iterator[str]:
    """Copy them from both ends, up to what can't be read."""
    for query in ("bookmarks", "bookmarks_backwards"):
        try:
            for row in old.execute(_QUERIES[query]):
                new.execute(_QUERIES["copy_bookmark"], row)
        except sqlite3.DatabaseError:
            yield "bookmarks: some can't be read, and their imports begin anew"
            continue
        return
