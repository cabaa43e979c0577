"""The state of a sync: a fingerprint of each row that was queued, in a SQLite file of its own.

It is not part of the outbox, whose store may be any of three, and whose file should stay small. A
change is made in two steps around the transaction that queues its calls: `stage` writes it apart,
with a token that becomes the checkpoint in the outbox; `settle` applies it. After a kill, the
checkpoint says whether the calls of the staged change were queued. So nothing that was queued is
forgotten, and nothing is remembered that was not queued, in every store.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

import attrs

from .errors import SyncStateError

Key: TypeAlias = str | bytes
"""The key of a row: its identifiers as JSON, or a hash."""

_APPLICATION = 0x4C554E53
_VERSION = 1
_PAGE = 1000
_SCHEMA = """
create table facts (name text primary key, value text) without rowid;
create table rows (
    key primary key, place integer not null, fingerprint integer, cells blob
) without rowid;
create table staged (key primary key, place integer, fingerprint integer, cells blob) without rowid;
"""
_KNOWN = "select key, place, fingerprint, cells from rows where key in (select value from keys)"


@attrs.frozen
class Remembered:
    """A row that a sync remembers.

    Attributes:
        key: Its key.
        place: Its number, from 0: it stays the same while the row is remembered.
        fingerprint: The hash of its values; None if it is to be sent again.
        cells: A byte of the hash of each value, to tell which have changed.
    """

    key: Key = attrs.field(repr=False)
    place: int
    fingerprint: int | None
    cells: bytes = b""


class SyncState:
    """The state of a sync, in a file that only its owner can read.

    Attributes:
        path: The file.
        next_place: The place of the next new row.
    """

    def __init__(self, path: Path | None, kind: str) -> None:
        """Open the state, or create it.

        Args:
            path: The file; None for an empty state in memory, for a dry run.
            kind: The name of the kind of rows.

        Raises:
            SyncStateError: If the file is something else, or can't be used.
        """
        self.path = path
        self._shown = str(path or "the state")
        with self._our_errors():
            self._connection = self._open(path)
            try:
                self._prepare(kind)
                newest = self._one("select max(place) from rows")
            except BaseException:
                self._connection.close()
                raise
        self.next_place = 0 if newest is None else int(newest) + 1

    def _open(self, path: Path | None) -> sqlite3.Connection:
        if path is not None:
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        return sqlite3.connect(path or ":memory:", isolation_level=None)

    def _prepare(self, kind: str) -> None:
        if not self._one("pragma schema_version"):
            self._create(kind)
        if self._one("pragma application_id") != _APPLICATION:
            raise SyncStateError(f"{self._shown} is not the state of a sync")
        if self._one("pragma user_version") > _VERSION:
            raise SyncStateError(
                f"a newer version of lunogram has written {self._shown}; upgrade lunogram"
            )
        if self._fact("kind") != kind:
            raise SyncStateError(f"{self._shown} is of a sync of {self._fact('kind')}, not {kind}")
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = full")
        self._connection.execute("pragma cache_size = -16000")
        self._connection.execute("create temp table keys (value)")

    def _create(self, kind: str) -> None:
        with self._transaction():
            for statement in _SCHEMA.split(";"):
                self._connection.execute(statement)
            self._connection.execute(f"pragma application_id = {_APPLICATION}")
            self._connection.execute(f"pragma user_version = {_VERSION}")
            self._note(kind=kind, id=secrets.token_hex(8), salt=secrets.token_hex(16), token="")

    # -- facts ------------------------------------------------------------------------------------

    @property
    def id(self) -> str:
        """The random id of the sync."""
        return self._fact("id")

    @property
    def is_unused(self) -> bool:
        """Whether nothing was ever queued."""
        return not (self._fact("token") or self._fact("staged"))

    @property
    def salt(self) -> bytes:
        """The random key of the fingerprints."""
        return bytes.fromhex(self._fact("salt"))

    @property
    def watermark(self) -> Any:
        """The largest value of the watermark column that was synced, or None."""
        return json.loads(self._fact("watermark") or "null")

    @watermark.setter
    def watermark(self, value: Any) -> None:
        with self._our_errors():
            self._note(watermark=json.dumps(value))

    @property
    def columns(self) -> Sequence[str]:
        """The columns of the remembered cells."""
        return list(json.loads(self._fact("columns") or "[]"))

    @columns.setter
    def columns(self, names: Sequence[str]) -> None:
        with self._our_errors():
            self._note(columns=json.dumps(list(names)))

    @property
    def count(self) -> int:
        """The number of remembered rows."""
        with self._our_errors():
            return int(self._one("select count(*) from rows"))

    def _fact(self, name: str) -> str:
        with self._our_errors():
            return str(self._one("select value from facts where name = ?", name) or "")

    def _note(self, **facts: str) -> None:
        self._connection.executemany("insert or replace into facts values (?, ?)", facts.items())

    # -- rows -------------------------------------------------------------------------------------

    def known(self, keys: Iterable[Key]) -> dict[Key, Remembered]:
        """The remembered rows of these keys.

        Args:
            keys: Some keys.
        """
        with self._our_errors():
            self._connection.execute("delete from temp.keys")
            self._connection.executemany(
                "insert into temp.keys values (?)", [(key,) for key in keys]
            )
            return {row[0]: Remembered(*row) for row in self._connection.execute(_KNOWN)}

    def pages(self) -> Iterator[list[Remembered]]:
        """All remembered rows, some at a time. Rows of earlier pages may be forgotten meanwhile."""
        page: list[Remembered] = []
        sql = "select key, place, fingerprint, cells from rows {} order by key limit ?"
        with self._our_errors():
            while True:
                after = [page[-1].key] if page else []
                found = self._connection.execute(
                    sql.format("where key > ?" if page else ""), [*after, _PAGE]
                )
                page = [Remembered(*row) for row in found]
                if not page:
                    return
                yield page

    # -- changes ----------------------------------------------------------------------------------

    def reconcile(self, reached: str) -> None:
        """Settle or discard the change that a killed run has left staged.

        Args:
            reached: The token that the outbox has as the checkpoint of this sync.

        Raises:
            SyncStateError: If the outbox is another one, or one of them is an older copy.
        """
        staged = self._fact("staged")
        if staged and reached == staged:
            self.settle()
        elif reached == self._fact("token"):
            self._discard()
        else:
            raise SyncStateError(
                f"{self._shown} does not fit the outbox: one of them was replaced, or is an older "
                "copy; to send every row again: --restart"
            )

    def stage(self, changes: Sequence[Remembered]) -> str:
        """Write a change that is about to be queued, and return its token.

        Args:
            changes: New and changed rows; those without a fingerprint are to be forgotten.
        """
        values = [(each.key, each.place, each.fingerprint, each.cells) for each in changes]
        token = f"{self.id} {secrets.token_hex(8)}"
        with self._transaction():
            self._connection.executemany("insert into staged values (?, ?, ?, ?)", values)
            self._note(staged=token)
        return token

    def settle(self) -> None:
        """Apply the staged change, whose calls were queued."""
        with self._transaction():
            self._connection.execute(
                "insert or replace into rows select * from staged where fingerprint is not null"
            )
            self._connection.execute(
                "delete from rows where key in (select key from staged where fingerprint is null)"
            )
            self._note(token=self._fact("staged"))
            self._clear_staged()

    def _discard(self) -> None:
        with self._transaction():
            self._clear_staged()

    def _clear_staged(self) -> None:
        self._connection.execute("delete from staged")
        self._connection.execute("delete from facts where name = 'staged'")

    def restart(self) -> None:
        """Let every row be sent again. Their keys stay, to find those that are gone."""
        with self._transaction():
            self._connection.execute("update rows set fingerprint = null")
            self._connection.execute("delete from facts where name = 'watermark'")
            self._note(id=secrets.token_hex(8), token="")
            self._clear_staged()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    # -- SQLite -----------------------------------------------------------------------------------

    def _one(self, sql: str, *values: object) -> Any:
        row = self._connection.execute(sql, values).fetchone()
        return row and row[0]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._our_errors():
            self._connection.execute("begin immediate")
            try:
                yield
                self._connection.execute("commit")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("rollback")
                raise

    @contextmanager
    def _our_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise SyncStateError(f"{self._shown} can't be used: {error}") from None
        except OSError as error:
            raise SyncStateError(f"{self._shown} can't be used: {error.strerror}") from None
