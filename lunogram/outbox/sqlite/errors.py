"""Explanations of the errors of SQLite files, and what to do about them."""

from __future__ import annotations

import sqlite3

_NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_EXPLANATIONS = {
    sqlite3.SQLITE_READONLY: "it can only be read; check its permissions and those of its folder",
    sqlite3.SQLITE_IOERR: "reading or writing it failed; check that the disk is there and not full",
    sqlite3.SQLITE_CORRUPT: "it is corrupt; `lunogram outbox repair` saves what can be read",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_CANTOPEN: "it can't be opened; check that its folder exists and is writable",
    sqlite3.SQLITE_NOTADB: "it is not a database",
}


def is_fault_of_file(error: BaseException) -> bool:
    """Whether an error is one of the file; those of signal handlers, as TimeoutError, are not.

    Args:
        error: An exception that using the file raised.
    """
    is_of_system = isinstance(error, OSError) and error.errno is not None
    return is_of_system or isinstance(error, sqlite3.Error)


def explanation(error: BaseException) -> str:
    """The reason why a file can't be used.

    Args:
        error: An exception that using the file raised.
    """
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return _EXPLANATIONS.get(_code(error), str(error))


def is_busy(error: BaseException) -> bool:
    """Whether an error says that another process kept the file locked.

    Args:
        error: An exception that using the file raised.
    """
    return _code(error) in _BUSY


def is_out_of_room(error: BaseException) -> bool:
    """Whether an error says that the disk may be full.

    Args:
        error: An exception that using the file raised.
    """
    return _code(error) in _NO_ROOM


def _code(error: BaseException) -> int:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF
