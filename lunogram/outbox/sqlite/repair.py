"""The repair of an SQLite outbox whose file is corrupt."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, TypeAlias

import attrs

from ..._sqlite_file import OUTBOX_ID, check_owner, create_private
from ..errors import OutboxError
from .connection import open_file
from .errors import explanation, is_busy
from .schema import QUERIES, check_all_is_known, execute, first_row, migrate_tables, only_row
from .verify import fault_of, faults_of_pages, faults_of_rows

_Connection = sqlite3.Connection
_Row: TypeAlias = tuple[Any, ...]
_Read: TypeAlias = Callable[[int, int], list[_Row]]

_AT_ONCE = 1000
_MOST_IN_A_PAGE = 100
"""The largest number of entries in a page."""


@attrs.frozen
class RepairResult:
    """The result of a repair.

    Attributes:
        saved: The number of entries in the file now.
        dead_letters: The number of dead letters in the file now.
        lost: What could not be read, a sentence for each.
        broken_file: The path of the corrupt file, or None if the file was not replaced.
    """

    saved: int
    dead_letters: int
    lost: tuple[str, ...] = ()
    broken_file: Path | None = None


def repair(path: Path) -> RepairResult:
    """Make a file usable again: copy what can be read into a new one, and correct the counters.

    A file that can be read completely stays, and its counters are corrected. Sequence numbers stay
    the same. Stop all programs that use the file before.

    Args:
        path: The path of the file.

    Raises:
        OutboxError: If other processes use the file, it is not an outbox, or it can't be read.
    """
    path = path.absolute()
    try:
        with closing(_alone(path)) as connection:
            if any(faults_of_pages(connection)) or any(faults_of_rows(connection)):
                return _saved(connection, path)
            return _counted_again(connection)
    except (sqlite3.Error, OSError) as error:
        reason = "other processes use it; stop them first" if is_busy(error) else explanation(error)
        raise OutboxError(f"the outbox {path} can't be repaired: {reason}") from None


def _alone(path: Path) -> _Connection:
    """An exclusive connection to a file."""
    check_owner(path, OUTBOX_ID)
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw", timeout=0.1, isolation_level=None, uri=True
    )
    try:
        # Moves the log into the file, which fails while others have the file open.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = DELETE")
        check_all_is_known(connection)
        migrate_tables(connection)
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _counted_again(connection: _Connection) -> RepairResult:
    execute(connection, "count_again")
    totals = only_row(connection, "totals")
    return RepairResult(totals["pending"], totals["dead"])


def _saved(connection: _Connection, path: Path) -> RepairResult:
    """Copy what can be read into a new file, and replace the old one by it."""
    broken = path.with_name(f"{path.name}.broken-{time.strftime('%Y%m%d-%H%M%S')}")
    # Private, with an unpredictable name, and on the same disk.
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f"{path.name}.repair-") as folder:
        fresh = Path(folder, path.name)
        create_private(fresh)
        with closing(open_file(fresh, 0)) as copy:
            migrate_tables(copy)
            copy.execute("BEGIN")
            lost = tuple(_copy(connection, copy))
            result = _counted_again(copy)
            copy.execute("COMMIT")
        _give_rights(path, fresh)
        os.link(path, broken)  # there is a file at the path at any time
        fresh.replace(path)
    return attrs.evolve(result, lost=lost, broken_file=broken)


def _give_rights(path: Path, fresh: Path) -> None:
    """Give the new file the owner and permissions of the old one."""
    shutil.copymode(path, fresh)
    with suppress(PermissionError):
        os.chown(fresh, path.stat().st_uid, path.stat().st_gid)


# -- copying --------------------------------------------------------------------------------------


def _copy(old: _Connection, new: _Connection) -> Iterator[str]:
    """Copy what can be read; yield a sentence for each thing that can't."""
    try:
        totals = _totals(old)
        new.execute(QUERIES["set_totals"], totals)
    except sqlite3.DatabaseError:
        totals = {}
        yield "the counters can't be read: they start again from 0"
    for name, expected in _expected(totals).items():
        table = _Table(old, new, name)
        table.copy(totals.get("queued") or _last_sequence(old, name))
        yield from table.lost(expected)
    yield from _copy_checkpoints(old, new)


def _expected(totals: dict[str, int]) -> dict[str, int]:
    """How many rows each table should have, as far as it is known."""
    parked = totals.get("parked", 0)
    entries = totals.get("pending", 0) - parked
    return {"entries": entries, "parked": parked, "dead_letters": totals.get("dead", 0)}


def _totals(old: _Connection) -> dict[str, int]:
    with suppress(sqlite3.DatabaseError):
        return only_row(old, "totals")
    return only_row(old, "certain_totals")


def _last_sequence(old: _Connection, name: str) -> int:
    """The last sequence number that may be in use, if the counters can't be read."""
    with suppress(sqlite3.DatabaseError):
        return int(first_row(old, f"last_of_{name}")[0])
    pages: int = old.execute("PRAGMA page_count").fetchone()[0]
    return pages * _MOST_IN_A_PAGE


@attrs.define
class _Table:
    """The copy of one table, of entries or the like, as far as it can be read.

    Attributes:
        old: The corrupt file.
        new: The new file.
        name: The name of the table.
        faults: The faults of malformed rows by their sequence numbers.
        gaps: The first and last sequence numbers of each range that can't be read.
    """

    old: _Connection
    new: _Connection
    name: str
    faults: dict[int, str] = attrs.field(factory=dict)
    gaps: list[tuple[int, int]] = attrs.field(factory=list)

    def copy(self, last: int) -> None:
        """Copy all rows: those before and after the damage, and those between damages."""
        if self._scan("forwards"):
            return
        self._scan("backwards")
        for found in _rows(self._read, 1, last):
            if isinstance(found, int):
                self._miss(found)
            else:
                self._keep(found)

    def _scan(self, direction: str) -> bool:
        # It walks from page to page, and finds rows that can't be found by their sequence numbers.
        with suppress(sqlite3.DatabaseError):
            for row in execute(self.old, f"{self.name}_{direction}"):
                self._keep(row)
            return True
        return False

    def _read(self, first: int, last: int) -> list[_Row]:
        query = f"{self.name}_between"
        return execute(self.old, query, first=first, last=last, limit=_AT_ONCE).fetchall()

    def _keep(self, row: _Row) -> None:
        if fault := fault_of(row):
            self.faults[row[0]] = fault
        else:
            self.new.execute(QUERIES[f"copy_{self.name}"], row)

    def _miss(self, sequence: int) -> None:
        if first_row(self.new, f"{self.name}_between", first=sequence, last=sequence, limit=1):
            return
        if self.gaps and self.gaps[-1][1] == sequence - 1:
            self.gaps[-1] = (self.gaps[-1][0], sequence)
        else:
            self.gaps.append((sequence, sequence))

    def lost(self, expected: int) -> Iterator[str]:
        """The losses: a sentence for each thing that was not copied.

        Args:
            expected: The number of rows that there should be, as far as it is known.
        """
        kind = self.name.replace("_", " ")
        yield from self.faults.values()
        for first, last in self.gaps:
            yield f"{kind}: the sequence numbers {first} to {last} can't be read"
        count = first_row(self.new, f"count_{self.name}")[0]
        if count < expected:
            yield f"{kind}: {expected - count} of {expected} are missing in all"


def _rows(read: _Read, first: int, last: int) -> Iterator[_Row | int]:
    """All rows of a range that can be read, and each sequence number that can't."""
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


def _copy_checkpoints(old: _Connection, new: _Connection) -> Iterator[str]:
    """Copy checkpoints from both ends, up to those that can't be read."""
    for query in ("checkpoints_forwards", "checkpoints_backwards"):
        try:
            for row in execute(old, query):
                new.execute(QUERIES["copy_checkpoint"], row)
        except sqlite3.DatabaseError:
            yield "checkpoints: some can't be read, and their imports start from the beginning"
            continue
        return
