"""The write-ahead log of an SQLite file, and its way into the file.

Moving it takes as long as a thousand commits, and waits for the disk. So it is not done by those
who queue, as SQLite would have it, but by relays, on a connection of their own; those who queue go
on meanwhile.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

MOST_PAGES = 4096
"""With how many pages in the log SQLite moves it with the next commit, whoever's that is."""

_ENOUGH = 4 * 1024 * 1024
_TOO_MUCH = 2 * _ENOUGH


class Log:
    """How long the log is, and how to shorten it.

    Attributes:
        path: The file of the log.
    """

    def __init__(self, database: Path) -> None:
        """Name the log; nothing is done yet.

        Args:
            database: The file that it is for.
        """
        self.path = Path(f"{database}-wal")
        self._moved = 0

    def has_grown(self) -> bool:
        """Whether there is enough in it to move."""
        size = self._size()
        self._moved = min(self._moved, size)  # it has begun anew
        return size - self._moved >= _ENOUGH

    def is_too_long(self) -> bool:
        """Whether it has to begin anew soon, even if others have to wait for that."""
        return self._size() > _TOO_MUCH

    def move(self, connection: sqlite3.Connection) -> bool:
        """Move what is in it into the file. If that was all, the next to write begins it anew.

        Args:
            connection: One that nobody else uses.

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
