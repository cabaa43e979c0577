"""The raw client: generated endpoint functions over our connections, with our errors."""

from __future__ import annotations

from typing import cast

from customerio_api.client import AuthenticatedClient

from ..._async.raw import AsyncRawRequests
from ..._http.httpx_response import BuildsRawResponses
from ..._http.httpx_transport import AsyncHTTPClient
from ..calls import call_of
from .senders import AsyncSenders


class AsyncRawClient(BuildsRawResponses, AuthenticatedClient):
    """A client for generated endpoint functions.

        from customerio_api.api.people import track_event
        from customerio_api.models import Event

        await track_event.asyncio_detailed("5", client=client.raw, body=Event("purchase", {}))

    Requests use the host, connections, key, retries and errors of the client.
    """

    def __init__(self, senders: AsyncSenders) -> None:
        super().__init__(base_url="", token="")
        self._requests = AsyncRawRequests(senders.deliver, call_of)

    def get_async_httpx_client(self) -> AsyncHTTPClient:
        """The HTTP client of generated functions, which only call its ``request``."""
        return cast("AsyncHTTPClient", self._requests)
