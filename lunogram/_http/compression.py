"""Answers that were compressed on the way."""

from __future__ import annotations

import zlib

import attrs

from .._attempts import Answer, Outcome
from . import outcomes

# zlib tells its own two forms apart; without a header it has to be told.
_WITH_HEADER, _BARE = zlib.MAX_WBITS | 32, -zlib.MAX_WBITS


def decompressed(answer: Answer) -> Outcome:
    """An answer as it was before it was compressed, if it was.

    Args:
        answer: What came. In a compression that nobody asked for, it is left as it is.
    """
    encodings = [name for name in answer.values(b"content-encoding") if name != b"identity"]
    if not encodings or not answer.body:
        return answer
    body = answer.body
    try:
        for name in reversed(encodings):
            body = _inflated(body) if name in (b"gzip", b"deflate") else body
    except zlib.error:
        return outcomes.NOT_DECOMPRESSED
    if len(body) > outcomes.LARGEST_ANSWER:
        return outcomes.too_large()
    return attrs.evolve(answer, body=body)


def _inflated(body: bytes) -> bytes:
    try:
        return _inflate(body, _WITH_HEADER)
    except zlib.error:
        return _inflate(body, _BARE)


def _inflate(body: bytes, form: int) -> bytes:
    # A little more than the bound is enough to see that it is too large.
    return zlib.decompressobj(form).decompress(body, outcomes.LARGEST_ANSWER + 1)
