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
        package: The package that has the folder.
        folder: The path of the folder in the package. Folders inside it have no queries.
    """
    files = resources.files(package).joinpath(folder).iterdir()
    texts = (file.read_text("utf-8") for file in files if file.name.endswith(".sql"))
    return {name: sql for text in texts for name, sql in _NAMED.findall(text)}
