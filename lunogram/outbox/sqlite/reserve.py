"""The reserve: space on the disk that is kept free, so that entries can be deleted when it is full.

Deleting from a database takes space too: for the log, and for the file when the log is moved into
it. On a disk that the outbox itself has filled none is left, and the relay would be stuck.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import is_fault_of_file
from .wal import MOST_PAGES

logger = logging.getLogger("lunogram.outbox")

_PAGE = 4096

# When the disk is full, the whole log may have to be moved into the file, and then needs room for
# the deletions of a relay: so two thirds of the reserve are for the log, which is kept as short.
_MOST = MOST_PAGES * _PAGE * 3 // 2
_LEAST = 64 * 1024
# The reserve is at most an eighth of the disk; on tiny disks 8 MiB, or half of what is free.
_SHARE_OF_DISK = 8
_MOST_ON_TINY_DISKS = 8 * 1024 * 1024
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)


class Reserve:
    """An empty file of some size beside the database, which is truncated when its space is needed.

    Attributes:
        path: The path of the file.
    """

    def __init__(self, database: Path, *, is_wanted: bool = True) -> None:
        """Set the path; no space is taken yet.

        Args:
            database: The path of the database.
            is_wanted: Whether to take any space.
        """
        self.path = Path(f"{database}-reserve")
        self._is_wanted = is_wanted
        self._wanted = 0
        self._has_warned = False

    @property
    def pages_of_log(self) -> int:
        """The largest number of pages of the log for which the reserve suffices."""
        if not self._is_wanted:
            return MOST_PAGES
        return max(_LEAST, self._wanted * 2 // 3) // _PAGE

    def take(self) -> None:
        """Take the space, or half of what is free, and log a warning if that is less."""
        if not self._is_wanted:
            self.path.unlink(missing_ok=True)
            return
        most = self._most()
        with _as_far_as_possible():
            self._wanted = self._grown(*self._share(most))
        if self._wanted < most and not self._has_warned:
            self._has_warned = True
            logger.warning(
                "%s: the disk has little space, and only %d of %d bytes are reserved for deleting"
                " entries when it is full",
                self.path, self._wanted, most,
            )  # fmt: skip

    def _most(self) -> int:
        """The size of the reserve on a disk of this size."""
        share = shutil.disk_usage(self.path.parent).total // _SHARE_OF_DISK
        return min(_MOST, max(_MOST_ON_TINY_DISKS, share))

    def take_back(self) -> bool:
        """Take the released space again as far as possible; return whether all of it was taken."""
        taken = 0
        with _as_far_as_possible():
            taken = self._grown(self._size(), self._wanted)
        return taken >= self._wanted

    def release(self) -> None:
        """Release the space."""
        if self._is_wanted:
            with _as_far_as_possible():
                os.truncate(self.path, 0)

    def _size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def _share(self, most: int) -> tuple[int, int]:
        """The size of the reserve, and the size that it should have."""
        taken, half = self._size(), shutil.disk_usage(self.path.parent).free // 2
        if half >= most - taken:
            return taken, most
        return taken, taken or half  # not half of what is left each time

    def _grown(self, size: int, wanted: int) -> int:
        """Let the file grow as far as possible; return its size."""
        if wanted - size < _LEAST:
            return size
        descriptor = os.open(self.path, _FLAGS, 0o600)
        try:
            while wanted - size >= _LEAST:
                if _allocate(descriptor, size, wanted):
                    return wanted
                wanted = size + (wanted - size) // 2  # a quota is less than what is free
        finally:
            os.close(descriptor)
        return size


def _allocate(descriptor: int, size: int, wanted: int) -> bool:
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, size, wanted - size)
        else:
            os.pwrite(descriptor, bytes(wanted - size), size)
        return os.fstat(descriptor).st_size >= wanted
    except OSError as error:
        os.ftruncate(descriptor, size)
        if not is_fault_of_file(error):
            raise
        return False


@contextmanager
def _as_far_as_possible() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if not is_fault_of_file(error):
            raise
