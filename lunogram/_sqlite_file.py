"""The SQLite files of outboxes and sandboxes: their creation, identification and migration."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

from ._migrations import Migration

OUTBOX_ID = 0x4C554E4F
"""The ``application_id`` of an outbox: "LUNO"."""

SANDBOX_ID = 0x4C554E53
"""The ``application_id`` of a sandbox's database: "LUNS"."""

_OWNERS = {OUTBOX_ID: "it is an outbox", SANDBOX_ID: "it is a sandbox's database"}
_UNKNOWN = "it is another program's database"
_TOO_NEW = "it was made by a newer version of lunogram; update lunogram to use it"

# The ``user_version`` of a file is 1000 times the number of its oldest reader, plus the number of
# its schema: 1002 is schema 2, which programs of schema 1 can use. ``user_version`` and
# ``application_id`` are in the header of the file, so they can be read even if the rest is damaged,
# and change in the same transaction as the tables.
_READER_FACTOR = 1000

_JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")


def create_private(path: Path) -> None:
    """Create an empty file with mode 0600, unless the file exists.

    SQLite gives its side files (``-wal``, ``-shm``, ``-journal``) the same permissions.

    Args:
        path: The path of the file.
    """
    # An existing file is never opened: closing it here would drop the locks that SQLite has on it.
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            if hasattr(os, "fchmod"):
                os.fchmod(descriptor, 0o600)  # regardless of the umask
        finally:
            os.close(descriptor)


def check_owner(path: Path, application_id: int) -> None:
    """Check the ``application_id`` of a file that is not empty, without changing any file.

    Args:
        path: The path of the file.
        application_id: The expected ``application_id``.

    Raises:
        sqlite3.DatabaseError: If the file is another program's.
        OSError: If the file does not exist.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise sqlite3.DatabaseError("it is not a regular file")
    found = _read_owner(path)
    if found is None and path.stat().st_size and _has_content(Path(f"{path}-wal")):
        # The write-ahead log may hold all content. Our application_id is in the file before there
        # is a log, which may have been created since the first read.
        found = _read_owner(path) or 0
    if found not in (None, application_id):
        raise sqlite3.DatabaseError(_OWNERS.get(found or 0, _UNKNOWN))


def migrate(
    connection: sqlite3.Connection, application_id: int, migrations: Sequence[Migration]
) -> None:
    """Migrate a database to the newest schema, in one transaction; a newer schema is kept.

    An interrupted migration leaves the database unchanged.

    Args:
        connection: A connection to the database, without an open transaction.
        application_id: The expected ``application_id``, which an empty database gets.
        migrations: All migrations, in order.

    Raises:
        sqlite3.DatabaseError: If the database is another program's, or its schema is too new.
    """
    if _pending(connection, application_id, migrations):
        try:
            connection.execute("BEGIN IMMEDIATE")
            # Again, because another process may have migrated meanwhile.
            for each in _pending(connection, application_id, migrations):
                _apply(connection, application_id, each)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    check_schema(connection, application_id, migrations)


def check_schema(
    connection: sqlite3.Connection, application_id: int, migrations: Sequence[Migration]
) -> None:
    """Check the ``application_id`` of a database, and that its schema is not too new.

    Args:
        connection: A connection to the database.
        application_id: The expected ``application_id``.
        migrations: All migrations, in order.

    Raises:
        sqlite3.DatabaseError: If the database is another program's, or its schema is too new.
    """
    found = _pragma(connection, "application_id")
    if found != application_id:
        raise sqlite3.DatabaseError(_OWNERS.get(found, _UNKNOWN))
    oldest_reader, _ = _schema_of(connection)
    if not 1 <= oldest_reader <= migrations[-1].number:
        raise sqlite3.DatabaseError(_TOO_NEW)


def check_not_newer(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> None:
    """Check that the schema of a database is not newer, even if this version can use it.

    Args:
        connection: A connection to an outbox or the database of a sandbox.
        migrations: All migrations, in order.

    Raises:
        sqlite3.DatabaseError: If the schema is newer.
    """
    if _schema_of(connection)[1] > migrations[-1].number:
        raise sqlite3.DatabaseError(_TOO_NEW)


def _pending(
    connection: sqlite3.Connection, application_id: int, migrations: Sequence[Migration]
) -> list[Migration]:
    if _owner(connection) not in (None, application_id):
        return []
    _, number = _schema_of(connection)
    return [each for each in migrations if each.number > number]


def _apply(connection: sqlite3.Connection, application_id: int, migration: Migration) -> None:
    for statement in _statements(migration.sql):
        connection.execute(statement)
    version = migration.oldest_reader * _READER_FACTOR + migration.number
    connection.execute(f"PRAGMA application_id = {application_id}")
    connection.execute(f"PRAGMA user_version = {version}")


def _schema_of(connection: sqlite3.Connection) -> tuple[int, int]:
    """The numbers of the oldest reader and of the schema of a database."""
    return divmod(_pragma(connection, "user_version"), _READER_FACTOR)


def _statements(sql: str) -> Iterator[str]:
    """The statements of a script, one by one."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _read_owner(path: Path) -> int | None:
    """The ``application_id`` of a file, or None if the file is empty.

    Another process may be writing the first page, or may have crashed while doing so: then there
    is a journal, from which SQLite restores the file when it opens it.
    """
    try:
        return _read_owner_once(path)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) != sqlite3.SQLITE_NOTADB:
            raise
    return None if _is_journal(Path(f"{path}-journal")) else _read_owner_once(path)


def _read_owner_once(path: Path) -> int | None:
    # With immutable=1, the file is not locked, and no side file is created or read.
    uri = f"{path.absolute().as_uri()}?immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        # During a checkpoint, the first page counts pages that are not yet written.
        connection.execute("PRAGMA writable_schema = ON")
        return _owner(connection)


def _owner(connection: sqlite3.Connection) -> int | None:
    """The ``application_id`` of a database, or None if the database is empty."""
    found = _pragma(connection, "application_id")
    if found or _pragma(connection, "user_version"):
        return found
    is_empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    return None if is_empty else found


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    value: int = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value


def _has_content(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _is_journal(path: Path) -> bool:
    # SQLite would delete a file of this name that is not a journal.
    try:
        with path.open("rb") as journal:
            return journal.read(len(_JOURNAL_MAGIC)) == _JOURNAL_MAGIC
    except OSError:
        return False
