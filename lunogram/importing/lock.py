"""The locks of imports and syncs: one of an input, or with a state, at a time."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import SourceError

# In a folder where no file can be created, imports can't share one either.
_UNWRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT)

_FLAGS = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
# The content of a lock file that an import has created.
_MARK = b"lunogram import\n"


@contextmanager
def locked(path: Path, what: str) -> Iterator[None]:
    """Hold a lock.

    Args:
        path: The lock file, which is removed at the end; one that a killed import left is no lock.
        what: Its holder in errors, such as ``"import of people.csv"``.

    Raises:
        SourceError: If another process has it.
    """
    descriptor = _locked(path, what)
    if descriptor is None:
        yield
        return
    try:
        yield
    finally:
        if os.pread(descriptor, len(_MARK) + 1, 0) == _MARK:  # whatever else it is, is not ours
            path.unlink(missing_ok=True)
        os.close(descriptor)


def _locked(path: Path, what: str) -> int | None:
    while (descriptor := _opened(path)) is not None:
        if not _lock(descriptor):
            os.close(descriptor)
            raise SourceError(f"another {what} is running")
        if _is_there(path, descriptor):
            return descriptor
        os.close(descriptor)  # its owner has ended, and removed it
    return None


def _opened(path: Path) -> int | None:
    descriptor = None
    try:
        while descriptor is None:  # its owner may remove it between the two
            descriptor = _created(path)
            descriptor = _reopened(path) if descriptor is None else descriptor
        return descriptor
    except OSError as error:
        if error.errno in _UNWRITABLE:
            return None
        raise SourceError(f"{path} can't be opened: {error.strerror}") from None


def _created(path: Path) -> int | None:
    """The lock file with our mark, or None if there is a file already."""
    try:
        descriptor = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return None
    with suppress(OSError):  # without the mark, on a full disk, it stays there when all is over
        os.write(descriptor, _MARK)
    return descriptor


def _reopened(path: Path) -> int | None:
    """The file that is there, or None if it has just been removed."""
    try:
        return os.open(path, _FLAGS)
    except FileNotFoundError:
        return None


def _lock(descriptor: int) -> bool:
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_there(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.lstat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False
