# Derived by `make generate` from lunogram/customerio/_async/raw.py; never edited by hand.
"""The raw client: generated endpoint functions over our connections, with our errors."""

from __future__ import annotations

from typing import cast

from customerio_api.client import AuthenticatedClient

from ..._http.by_httpx import HTTPClient
from ..._http.raw_answer import ReadsRawAnswers
from ..._sync.raw import RawRequests
from ..calls import call_of
from .senders import Senders


class RawClient(ReadsRawAnswers, AuthenticatedClient):
    """What a generated endpoint function takes as its client.

        from customerio_api.api.people import track_event
        from customerio_api.models import Event

        track_event.sync_detailed("5", client=client.raw, body=Event("purchase", {}))

    The request goes out to the right host, with the client's own connection, key, retries and
    errors.
    """

    def __init__(self, senders: Senders) -> None:
        super().__init__(base_url="", token="")
        self._requests = RawRequests(senders.deliver, call_of)

    def get_httpx_client(self) -> HTTPClient:
        """What generated functions send with. They only ever call its ``request``."""
        return cast("HTTPClient", self._requests)
