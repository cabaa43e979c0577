"""SQL that lives in files beside the code: each query after a line ``-- name: its_name``."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

_NAMED = re.compile(r"^-- name: (\w+)\n(.*?)(?=^-- name: |\Z)", re.MULTILINE | re.DOTALL)


@lru_cache
def named_queries(package: str, folder: str = "sql") -> dict[str, str]:
    """The queries in the files of a folder, by their names.

    Args:
        package: In which package the folder is.
        folder: Its path there. ``schema.sql`` is left out; `schema` reads it.
    """
    files = resources.files(package).joinpath(folder).iterdir()
    texts = (file.read_text("utf-8") for file in files if file.name != "schema.sql")
    return {name: sql for text in texts for name, sql in _NAMED.findall(text)}


def schema(package: str, folder: str = "sql") -> str:
    """What makes the tables.

    Args:
        package: In which package the folder is.
        folder: Its path there.
    """
    return resources.files(package).joinpath(folder, "schema.sql").read_text("utf-8")
