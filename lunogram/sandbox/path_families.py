"""The two families of paths of the API: with the project named in the path, or taken from the key.

Servers of today know the first, older servers the second.
"""

from __future__ import annotations

import re

PREFIXES = ("/api/client", "/api/client/projects/{project_id}")
"""The templates of the prefixes."""

_PATH = re.compile(r"/api/client(?:/projects/(?P<project_id>[^/]*))?(?P<below>/.*)")


def below_family(path: str) -> str:
    """Return the path of an operation, without the prefix of its family."""
    found = _PATH.fullmatch(path)
    return found["below"] if found else path


def project_id_of(path: str) -> str | None:
    """Return the id of the project that a path names, or None."""
    found = _PATH.fullmatch(path)
    return found["project_id"] if found else None


def is_older(path: str) -> bool:
    """Return whether a path is one of older servers, which servers of today reject."""
    found = _PATH.fullmatch(path)
    return found is not None and found["project_id"] is None
