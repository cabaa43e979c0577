"""Decompression of responses."""

from __future__ import annotations

import zlib

import attrs

from .._attempts import Outcome, Response
from . import failures, limits

# Nobody uses more, and decompressing each may take as long as the largest response does.
_MAX_CODINGS = 2

# With a header, zlib tells gzip and deflate apart; some servers send deflate without one.
_WITH_HEADER, _RAW = zlib.MAX_WBITS | 32, -zlib.MAX_WBITS


def decompress(response: Response) -> Outcome:
    """A response without its content codings.

    Args:
        response: The response as received. Codings other than gzip and deflate are kept.
    """
    codings = [name for name in response.values(b"content-encoding") if name != b"identity"]
    if not codings or not response.body:
        return response
    if len(codings) > _MAX_CODINGS:
        return failures.NOT_DECOMPRESSED
    body = response.body
    try:
        for name in reversed(codings):
            body = _inflated(body) if name in (b"gzip", b"deflate") else body
    except zlib.error:
        return failures.NOT_DECOMPRESSED
    if len(body) > limits.MAX_BODY_BYTES:
        return failures.too_large()
    return attrs.evolve(response, body=body)


def _inflated(body: bytes) -> bytes:
    try:
        return _inflate(body, _WITH_HEADER)
    except zlib.error:
        return _inflate(body, _RAW)


def _inflate(body: bytes, wbits: int) -> bytes:
    # One byte above the limit shows that the body is too large.
    return zlib.decompressobj(wbits).decompress(body, limits.MAX_BODY_BYTES + 1)
