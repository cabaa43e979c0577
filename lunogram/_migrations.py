"""Migrations: numbered SQL files in a package, which together create the current schema.

The name of a file is like ``0001_add_column.sql``. Its first line is ``-- oldest reader: N``: the
number of the oldest schema whose programs can still use the migrated database. Programs name the
columns that they read and write, so added columns do not disturb them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

import attrs

_OLDEST_READER = re.compile(r"-- oldest reader: (\d+)\n")


@attrs.frozen
class Migration:
    """A migration from one schema to the next.

    Attributes:
        number: The number of the new schema; the first is 1.
        oldest_reader: The number of the oldest schema whose programs can use the new schema.
        sql: The statements of the migration.
    """

    number: int
    oldest_reader: int
    sql: str


@lru_cache
def migrations(package: str, folder: str) -> tuple[Migration, ...]:
    """The migrations in a folder, in order.

    Args:
        package: The package that has the folder.
        folder: The path of the folder in the package.

    Raises:
        ValueError: If the first line of a file does not declare its oldest reader.
    """
    files = sorted(resources.files(package).joinpath(folder).iterdir(), key=lambda file: file.name)
    return tuple(_migration(file.name, file.read_text("utf-8")) for file in files)


def _migration(name: str, sql: str) -> Migration:
    found = _OLDEST_READER.match(sql)
    if not found:
        raise ValueError(f"{name}: the first line is not -- oldest reader: N")
    return Migration(int(name.partition("_")[0]), int(found[1]), sql)
