"""Which of two parsers reads answers: h11, which every installation has, or httptools."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from .._attempts import Outcome
from .._fast import is_wanted


class Reader(Protocol):
    """Reads the answers that come over one connection. It does no I/O."""

    @property
    def may_go_on(self) -> bool:
        """Whether another request may follow: the answer was whole, and nothing came after it."""
        ...

    def expect(self, method: str) -> None:
        """An answer is to come.

        Args:
            method: To a request of which HTTP method.
        """
        ...

    def hear(self, data: bytes) -> Outcome | None:
        """Take in what came; the answer when it is complete, or what is wrong with it.

        Args:
            data: Some bytes, or none if the other side has hung up.
        """
        ...


def reader_kind() -> Callable[[], Reader]:
    """What makes readers: of httptools if it is installed (extra ``[fast]``), or else of h11.

    ``LUNOGRAM_HTTP_PARSER`` in the environment, ``h11`` or ``httptools``, decides otherwise.

    Raises:
        ConfigurationError: If it names another one, or one that is not installed.
    """
    if is_wanted("httptools", "LUNOGRAM_HTTP_PARSER", plain="h11"):
        from .by_httptools import HttptoolsReader

        return HttptoolsReader
    from .by_h11 import H11Reader

    return H11Reader
