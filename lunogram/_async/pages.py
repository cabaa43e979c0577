"""The messages of an inbox, fetched page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator

from .. import calls
from .._tracebacks import ShortTracebacks
from ..models import InboxMessage, InboxPage
from .sender import AsyncSend


class AsyncInboxPages(ShortTracebacks):
    """The messages of an inbox. Iterate over it for messages, over ``pages()`` for pages.

    Pages are addressed by an offset from the newest message, so a message that arrives or is
    archived meanwhile may shift others to the next or the previous page.
    """

    def __init__(self, send: AsyncSend, first: calls.Call[InboxPage]) -> None:
        self._send = send
        self._first = first

    async def page(self, offset: int = 0) -> InboxPage:
        """Fetch one page.

        Args:
            offset: The number of messages to skip.

        Returns:
            The page.

        Raises:
            ValidationError: If the offset is negative.
            NotFoundError: If the user or organization does not exist.
            LunogramError: If there is no response, or another error response.
        """
        return await self._send(calls.at_offset(self._first, offset))

    async def pages(self) -> AsyncIterator[InboxPage]:
        """Iterate over the pages, each fetched on demand.

        Yields:
            The pages, first to last.

        Raises:
            NotFoundError: If the user or organization does not exist.
            LunogramError: If there is no response, or another error response.
        """
        offset = 0
        while True:
            page = await self.page(offset)
            yield page
            offset += len(page.results)
            if not page.results or offset >= page.total:
                return

    async def __aiter__(self) -> AsyncIterator[InboxMessage]:
        async for page in self.pages():
            for message in page.results:
                yield message
