"""The memory of request bodies, with one limit for all connections together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lunogram.sandbox.problems import overloaded

BODIES_LIMIT = 256 * 1024 * 1024
"""How many bytes the bodies of all requests in flight may have together."""


class Memory:
    """The remaining memory."""

    def __init__(self, limit: int = BODIES_LIMIT) -> None:
        self.left = limit

    @contextmanager
    def share(self) -> Iterator[Share]:
        """Account for the bytes of one request until it is done."""
        share = Share(self)
        try:
            yield share
        finally:
            self.left += share.taken


class Share:
    """The bytes of one request."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.taken = 0

    def take(self, size: int) -> None:
        """Take so many bytes more, or raise a problem if there are none left."""
        if size > self._memory.left:
            raise overloaded()
        self._memory.left -= size
        self.taken += size
