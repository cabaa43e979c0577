"""The raw client: generated endpoint functions with the client's connections and errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from lunogram_api.client import AuthenticatedClient

from .. import values
from .._http.httpx_response import BuildsRawResponses, RawHTTPResponse
from .._http.httpx_transport import AsyncHTTPClient
from .._responses import recognized
from ..calls import Call, call_of
from .sender import AsyncDeliver, AsyncSender


class AsyncRawClient(BuildsRawResponses, AuthenticatedClient):
    """A client for the generated endpoint functions.

        from lunogram_api.api.users import upsert_user
        from lunogram_api.models import ExternalID, UserUpsert

        user = await upsert_user.asyncio(
            client=client.raw, body=UserUpsert(identifier=[ExternalID("user_123")])
        )

    Requests are sent with the client's connections, API key, retries and errors.
    """

    def __init__(self, sender: AsyncSender) -> None:
        super().__init__(base_url=sender.current().target.base_url, token="")
        self._requests = AsyncRawRequests(sender.deliver, call_of)

    def get_async_httpx_client(self) -> AsyncHTTPClient:
        """The HTTP client of the generated functions, which only call its ``request``."""
        return cast("AsyncHTTPClient", self._requests)


class AsyncRawRequests:
    """The sender of the requests of generated endpoint functions."""

    def __init__(
        self, deliver: AsyncDeliver, call_of: Callable[[Mapping[str, Any]], Call[Any]]
    ) -> None:
        self._deliver = deliver
        self._call_of = call_of

    async def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002 - generated code passes it
    ) -> RawHTTPResponse:
        """Send a request.

        Args:
            method: The HTTP method.
            url: The path below ``/client``.
            params: The parameters of the query.
            json: The JSON body.
            headers: Ignored: the generated functions only set the content type, always JSON.

        Raises:
            LunogramError: If there is no response, or an error response.
        """
        body = None if json is None else values.json_value(json, "body")
        described = {"method": method, "url": url, "params": params or {}, "json": body}
        request, attempts, response = await self._deliver(self._call_of(described))
        recognized(response, request, attempts.made)
        return RawHTTPResponse(response, request, attempts.made)
