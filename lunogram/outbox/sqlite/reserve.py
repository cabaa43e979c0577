"""Room on the disk that is kept free, so that a full disk can be emptied again.

To delete from a database takes room too: for the log, and for the file when the log is moved into
it. On a disk that the outbox itself has filled there is none left, and the relay would be stuck.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from .log import MOST_PAGES

# When the disk is full, the whole log may have to go into the file, and then needs room for the
# deletions of a relay. A page has 4 KiB.
_SIZE = MOST_PAGES * 4096 + 8 * 1024 * 1024


class Reserve:
    """A file of nothing beside the database, which is cut when its room is needed.

    Attributes:
        path: The file.
    """

    def __init__(self, database: Path) -> None:
        """Name the reserve; nothing is taken yet.

        Args:
            database: The file that it is for.
        """
        self.path = Path(f"{database}-reserve")

    def take(self) -> bool:
        """Take the room, unless it is taken already; False if there is not so much."""
        with suppress(OSError):
            if not self._is_taken():
                self._allocate()
            return self._is_taken()
        return False

    def give_up(self) -> None:
        """Let the room go."""
        with suppress(OSError):
            os.truncate(self.path, 0)

    def _is_taken(self) -> bool:
        return self.path.exists() and self.path.stat().st_size == _SIZE

    def _allocate(self) -> None:
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, _SIZE)
        except (OSError, AttributeError):  # full, or a system without it
            os.ftruncate(descriptor, 0)
        finally:
            os.close(descriptor)
