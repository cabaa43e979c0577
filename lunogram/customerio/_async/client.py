"""The client: one account at Customer.io, over one pool of connections for each host."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Self

from ..._attempts import Options, merged_headers
from ..._unpicklable import CopiedWithOptions
from ...attempt_traces import OnRequest, OnResponse
from ...errors import LunogramError
from ...models import Ping
from .. import calls
from ..config import API, Region, find_account, ping_result
from .app import AsyncApp
from .raw import AsyncRawClient
from .raw_response import AsyncAppWithRawResponse, AsyncTrackWithRawResponse
from .senders import AsyncSenders
from .track import AsyncTrack


class AsyncCustomerIO(AsyncTrack, AsyncApp, CopiedWithOptions):
    """A client for one account at Customer.io.

        async with AsyncCustomerIO("a-site-id", "a-track-api-key") as client:
            await client.identify("5", {"email": "lucy@example.com"})

    The Track API needs a site id and a key, the App API a key of its own. The keys of one API are
    enough; a call without its key raises `ConfigurationError`.

    A client is safe to share between tasks, and works after a fork and in another event loop.
    Create one client per process and reuse it.

    Every method checks its arguments before sending, and raises `LunogramError`, as the client of
    Lunogram does: `ValidationError` for invalid arguments, `NetworkError` without a response,
    `RequestError` and its subclasses for unsuccessful responses.
    """

    def __init__(
        self,
        site_id: str | None = None,
        track_api_key: str | None = None,
        *,
        app_api_key: str | None = None,
        region: Region | str | None = None,
        track_url: str | None = None,
        app_url: str | None = None,
        collections_url: str | None = None,
        timeout: float | None = None,
        connect_timeout: float | None = None,
        deadline: float = 60.0,
        max_retries: int = 2,
        retry_lost_events: bool = False,
        retry_lost_messages: bool = False,
        user_agent: str | None = None,
        headers: Mapping[str, str] | None = None,
        http_client: object | None = None,
        on_request: OnRequest | None = None,
        on_response: OnResponse | None = None,
    ) -> None:
        """Create a client. Nothing is sent.

        Omitted arguments come from the environment: ``CUSTOMERIO_SITE_ID`` and so on, up to
        ``CUSTOMERIO_COLLECTIONS_URL``.

        Args:
            site_id: The workspace, for the Track API.
            track_api_key: The key of the Track API.
            app_api_key: The key of the App API.
            region: `Region.US` or `Region.EU`, ``"us"`` or ``"eu"``. Default: US.
            track_url: The URL of the Track API, up to ``/api``, instead of the region's.
            app_url: The URL of the App API, up to ``/v1``, instead of the region's.
            collections_url: The URL of collections, up to ``/v1``. Default: ``app_url`` if given,
                or else Customer.io's own.
            timeout: The time limit of one attempt, in seconds. Default: 20, or the limits of
                ``http_client``.
            connect_timeout: The time limit of connecting, in seconds. Default: 5, or the limit of
                ``http_client``.
            deadline: The time limit of all attempts and delays together, in seconds.
            max_retries: The maximum number of retries. Only safe requests are retried: after
                failing to connect, after 408, 429, 502, 503 and 504, and after a lost response to
                a repeatable call. Messages, broadcasts and new collections are not retried after
                502 and 504. Retries use exponential backoff with jitter and honour
                ``Retry-After``.
            retry_lost_events: Whether events without an id are repeatable. They may then be
                recorded twice.
            retry_lost_messages: Whether messages, broadcasts and new collections are repeatable,
                also after 502 and 504. They may then be sent twice.
            user_agent: The User-Agent header, instead of our own name and version.
            headers: Additional headers of every request.
            http_client: An ``httpx.AsyncClient`` to send with, or one of httpx2. It is not
                closed with this client.
            on_request: A function that is called with a `RequestTrace` before each attempt.
            on_response: A function that is called with a `ResponseTrace` after each attempt.

        Raises:
            ConfigurationError: If there is no key, or an argument is invalid.
        """
        account = find_account(
            site_id=site_id,
            track_api_key=track_api_key,
            app_api_key=app_api_key,
            region=region,
            urls={API.TRACK: track_url, API.APP: app_url, API.COLLECTIONS: collections_url},
        )
        own = {} if user_agent is None else {"User-Agent": user_agent}
        options = Options.of(
            http_client,
            timeout=timeout,
            connect_timeout=connect_timeout,
            deadline=deadline,
            max_retries=max_retries,
            retry_lost_events=retry_lost_events,
            retry_lost_messages=retry_lost_messages,
            headers=merged_headers(own, headers),
            default_timeout=20.0,
            on_request=on_request,
            on_response=on_response,
        )
        self._use(AsyncSenders(account, options, http_client))

    def _use(self, senders: AsyncSenders) -> None:
        self._senders = senders
        self._send = senders.send

    def with_options(
        self,
        *,
        timeout: float | None = None,
        connect_timeout: float | None = None,
        deadline: float | None = None,
        max_retries: int | None = None,
        retry_lost_events: bool | None = None,
        retry_lost_messages: bool | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """A copy of the client with other options and the same connections.

            await client.with_options(timeout=2, max_retries=0).delete("5")

        Args:
            timeout: The time limit of one attempt, in seconds.
            connect_timeout: The time limit of connecting, in seconds.
            deadline: The time limit of all attempts and delays together, in seconds.
            max_retries: The maximum number of retries.
            retry_lost_events: Whether events without an id are repeatable.
            retry_lost_messages: Whether messages, broadcasts and new collections are repeatable.
            headers: Headers in addition to those of the client.

        Raises:
            ConfigurationError: If an argument is invalid.
        """
        senders = self._senders.with_options(
            timeout=timeout,
            connect_timeout=connect_timeout,
            deadline=deadline,
            max_retries=max_retries,
            retry_lost_events=retry_lost_events,
            retry_lost_messages=retry_lost_messages,
            headers=headers,
        )
        other = self._copy()
        other._use(senders)
        return other

    @cached_property
    def with_raw_response(self) -> AsyncWithRawResponse:
        """The same methods, which return the whole response.

        For example:

            response = await client.with_raw_response.region()
            response.status_code, response.headers, response.elapsed, response.attempts
            response.parsed
        """
        return AsyncWithRawResponse(self._senders.send_raw)

    @cached_property
    def raw(self) -> AsyncRawClient:
        """The client for the generated endpoint functions in ``customerio_api.api``."""
        return AsyncRawClient(self._senders)

    @property
    def user_agent(self) -> str:
        """The User-Agent header of requests."""
        return self._senders.user_agent

    async def ping(self) -> Ping:
        """Test the URL, the site id and the key of the Track API. It changes nothing.

        Returns:
            A result that is true if they are valid, and has a message that names the fault.

        Raises:
            ConfigurationError: If there is no Track API key.
        """
        host = self._senders.account.host(API.TRACK)
        try:
            await self._senders.send(calls.test_credentials())
        except LunogramError as error:
            return ping_result(error, host)
        return ping_result(None, host)

    async def aclose(self) -> None:
        """Close the connections of the client and of its copies by `with_options`."""
        await self._senders.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        shown, transport = self._senders.account.shown(), self._senders.transport
        return f"{type(self).__name__}({shown}, transport={transport!r})"


class AsyncWithRawResponse(AsyncTrackWithRawResponse, AsyncAppWithRawResponse):
    """The methods of the client, which return `RawResponse`."""
