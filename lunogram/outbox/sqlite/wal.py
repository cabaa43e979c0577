"""The write-ahead log of an SQLite file, and the checkpoints that move it into the file.

A checkpoint takes as long as a thousand commits, and waits for the disk. So producers don't run it,
as SQLite would by default, but relays do, on a connection of their own; producers keep queueing
meanwhile.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

MOST_PAGES = 4096
"""The number of pages in the log with which the next commit of any process moves it."""

_ENOUGH = 4 * 1024 * 1024
_TOO_MUCH = 2 * _ENOUGH


class Log:
    """The write-ahead log of a database.

    Attributes:
        path: The path of the log.
    """

    def __init__(self, database: Path) -> None:
        """Set the path; the log may not exist yet.

        Args:
            database: The path of the database.
        """
        self.path = Path(f"{database}-wal")
        self._moved = 0

    def has_grown(self) -> bool:
        """Whether enough was written to it to move it."""
        size = self._size()
        self._moved = min(self._moved, size)  # SQLite has started it anew
        return size - self._moved >= _ENOUGH

    def is_too_long(self) -> bool:
        """Whether it must be moved completely, even if others have to wait."""
        return self._size() > _TOO_MUCH

    def move(self, connection: sqlite3.Connection) -> bool:
        """Move the log into the file. If all of it was moved, the next write starts it anew.

        Args:
            connection: A connection that nobody else uses.

        Returns:
            Whether nothing was added to it meanwhile.
        """
        before = self._size()
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        self._moved = self._size()
        return self._moved == before

    def _size(self) -> int:
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0
