# Derived by `make generate` from lunogram/_async/pages.py; never edited by hand.
"""An inbox page by page."""

from __future__ import annotations

from collections.abc import Iterator

from .. import calls
from ..models import InboxMessage, InboxPage
from .sender import Send


class InboxPages:
    """The messages of an inbox. Iterate over it for messages, over ``pages()`` for pages.

    Pages are found by counting from the newest message, so what arrives or is archived meanwhile
    may shift a message onto the page before or after.
    """

    def __init__(self, send: Send, first: calls.Call[InboxPage]) -> None:
        self._send = send
        self._first = first

    def page(self, offset: int = 0) -> InboxPage:
        """One page.

        Args:
            offset: How many messages to skip.

        Raises:
            NotFoundError: If nobody has the identifier.
            LunogramError: As for every call.
        """
        return self._send(calls.at_offset(self._first, offset))

    def pages(self) -> Iterator[InboxPage]:
        """Page after page, each fetched when it is asked for.

        Raises:
            NotFoundError: If nobody has the identifier.
            LunogramError: As for every call.
        """
        offset = 0
        while True:
            page = self.page(offset)
            yield page
            offset += len(page.results)
            if not page.results or offset >= page.total:
                return

    def __iter__(self) -> Iterator[InboxMessage]:
        for page in self.pages():
            for message in page.results:
                yield message
