"""The raw client: generated endpoint functions over our connections, with our errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from lunogram_api.client import AuthenticatedClient

from .. import values
from .._attempts import parsed
from .._http.by_httpx import AsyncHTTPClient
from .._http.raw_answer import RawAnswer, ReadsRawAnswers
from ..calls import Call, call_of
from .sender import AsyncDeliver, AsyncSender


class AsyncRawClient(ReadsRawAnswers, AuthenticatedClient):
    """What a generated endpoint function takes as its client.

        from lunogram_api.api.users import upsert_user
        from lunogram_api.models import ExternalID, UserUpsert

        user = await upsert_user.asyncio(
            client=client.raw, body=UserUpsert(identifier=[ExternalID("user_123")])
        )

    The request goes out with the client's own connection, key, retries and errors.
    """

    def __init__(self, sender: AsyncSender) -> None:
        super().__init__(base_url=sender.target.base_url, token="")
        self._requests = AsyncRawRequests(sender.deliver, call_of)

    def get_async_httpx_client(self) -> AsyncHTTPClient:
        """What generated functions send with. They only ever call its ``request``."""
        return cast("AsyncHTTPClient", self._requests)


class AsyncRawRequests:
    """Sends what a generated endpoint function asks for."""

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
    ) -> RawAnswer:
        """Send a request.

        Args:
            method: The HTTP method.
            url: The path below the path family.
            params: The query.
            json: The body.
            headers: Ignored: they say that the body is JSON, as it always is.

        Raises:
            LunogramError: As for every call.
        """
        body = None if json is None else values.json_value(json, "body")
        asked = {"method": method, "url": url, "params": params or {}, "json": body}
        request, attempts, answer = await self._deliver(self._call_of(asked))
        parsed(None, answer, request, attempts.made)
        return RawAnswer(answer, request, attempts.made)
