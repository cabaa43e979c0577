"""The serializer of HTTP/1.1 requests."""

from __future__ import annotations

import re
from urllib.parse import quote

from .._attempts import Request
from .._urls import UNESCAPED

_NEEDS_NO_ESCAPING = re.compile(r"[a-z/]*").fullmatch
"""The match of most request targets, which takes less time than to escape nothing."""


def serialize(request: Request) -> bytes:
    """The bytes of a request.

    Args:
        request: The request, with headers of `Origin.encode_headers`.
    """
    target = request.target
    if not _NEEDS_NO_ESCAPING(target):
        target = quote(target, safe=UNESCAPED)
    length = "" if request.body is None else f"Content-Length: {len(request.body)}\r\n"
    head = f"{request.method} {target} HTTP/1.1\r\n{length}".encode("ascii")
    return b"".join((head, request.headers, b"\r\n", request.body or b""))
