"""Validation of an entry's request, when it is queued and before it is sent.

Both checks are the same, because other programs may write into a store: an entry that leads to
another host, or carries a header of its own, is never sent. No message here holds any content.
"""

from __future__ import annotations

import json
import re

from ..operations import OPERATIONS

_METHODS = frozenset({"DELETE", "PATCH", "POST", "PUT"})
_CHARACTERS = r"A-Za-z0-9\-._~!$&'()*+,;=:@%"
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
# Segments that are neither empty nor dots, escaped or not: so the path stays below the base path,
# however it is parsed.
_PATH = re.compile(rf"(?:/(?!(?:\.|%2[Ee]){{1,2}}(?:/|$))[{_CHARACTERS}]+)+")
_QUERY = re.compile(rf"[{_CHARACTERS}/?]*")
# Servers reject longer targets, with responses that do not tell which entry is at fault.
_LONGEST_TARGET = 8000
_UNKNOWN_NAME = (
    "its operation is unknown; if a newer version of lunogram has written it, update, and retry it"
)


def fault_of_request(name: str, method: str, path: str, query: str) -> str:
    """The fault of a request's first line, or nothing.

    Args:
        name: The name of its operation, or nothing.
        method: The HTTP method.
        path: The path below the base path.
        query: The encoded query, or nothing.
    """
    if method not in _METHODS:
        return "its method is none of DELETE, PATCH, POST and PUT"
    if not _is_path(path):
        return "its path is not a valid path"
    if not _QUERY.fullmatch(query) or _BROKEN_ESCAPE.search(query):
        return "its query is not a valid query"
    if len(path) + len(query) > _LONGEST_TARGET:
        return f"its path and query are longer than {_LONGEST_TARGET} characters"
    return _fault_of_operation(name, method, path)


def _fault_of_operation(name: str, method: str, path: str) -> str:
    """The fault of an operation, or nothing: only known ones have a success that can be told."""
    operation = OPERATIONS.named(name) if name else OPERATIONS.matching(method, path)
    if operation is None:
        return _UNKNOWN_NAME if name else "its method and path are those of no operation"
    if not operation.can_be_queued:
        return "its operation is none that an outbox takes"
    if not operation.matches(method, path):
        return "its method and path are not those of its operation"
    return ""


def fault_of_body(body: bytes | None) -> str:
    """The fault of a request's body, or nothing.

    Args:
        body: The encoded JSON, or None.
    """
    try:
        if body is not None:
            json.loads(body.decode())
    except (ValueError, RecursionError):
        return "its body is not JSON"
    return ""


def shown_method(method: str) -> str:
    """The method, or ``"(invalid method)"``: safe to print.

    Args:
        method: The method of an entry that other programs may have written.
    """
    return method if method in _METHODS else "(invalid method)"


def _is_path(path: str) -> bool:
    return bool(_PATH.fullmatch(path)) and not _BROKEN_ESCAPE.search(path)
