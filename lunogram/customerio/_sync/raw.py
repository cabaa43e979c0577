# Derived by `make generate` from lunogram/customerio/_async/raw.py; never edited by hand.
"""The raw client: generated endpoint functions over our connections, with our errors."""

from __future__ import annotations

from typing import cast

from customerio_api.client import AuthenticatedClient

from ..._http.httpx_response import BuildsRawResponses
from ..._http.httpx_transport import HTTPClient
from ..._sync.raw import RawRequests
from ..calls import call_of
from .senders import Senders


class RawClient(BuildsRawResponses, AuthenticatedClient):
    """A client for generated endpoint functions.

        from customerio_api.api.people import track_event
        from customerio_api.models import Event

        track_event.sync_detailed("5", client=client.raw, body=Event("purchase", {}))

    Requests use the host, connections, key, retries and errors of the client.
    """

    def __init__(self, senders: Senders) -> None:
        super().__init__(base_url="", token="")
        self._requests = RawRequests(senders.deliver, call_of)

    def get_httpx_client(self) -> HTTPClient:
        """The HTTP client of generated functions, which only call its ``request``."""
        return cast("HTTPClient", self._requests)
