"""The raw client: generated endpoint functions over our connections, with our errors."""

from __future__ import annotations

from typing import cast

from customerio_api.client import AuthenticatedClient

from ..._async.raw import AsyncRawRequests
from ..._http.by_httpx import AsyncHTTPClient
from ..._http.raw_answer import ReadsRawAnswers
from ..calls import call_of
from .senders import AsyncSenders


class AsyncRawClient(ReadsRawAnswers, AuthenticatedClient):
    """What a generated endpoint function takes as its client.

        from customerio_api.api.people import track_event
        from customerio_api.models import Event

        await track_event.asyncio_detailed("5", client=client.raw, body=Event("purchase", {}))

    The request goes out to the right host, with the client's own connection, key, retries and
    errors.
    """

    def __init__(self, senders: AsyncSenders) -> None:
        super().__init__(base_url="", token="")
        self._requests = AsyncRawRequests(senders.deliver, call_of)

    def get_async_httpx_client(self) -> AsyncHTTPClient:
        """What generated functions send with. They only ever call its ``request``."""
        return cast("AsyncHTTPClient", self._requests)
