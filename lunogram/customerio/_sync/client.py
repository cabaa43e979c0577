# Derived by `make generate` from lunogram/customerio/_async/client.py; never edited by hand.
"""The client: one account at Customer.io, over one pool of connections for each host."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Self

from ..._attempts import Options
from ...errors import LunogramError
from ...models import Ping
from .. import calls
from ..account import API, Region, find_account, ping_result
from .app import App
from .raw import RawClient
from .raw_response import AppWithRawResponse, TrackWithRawResponse
from .senders import Senders
from .track import Track


class CustomerIO(Track, App):
    """A client for one account at Customer.io.

        with CustomerIO("a-site-id", "a-track-api-key") as client:
            client.identify("5", {"email": "lucy@example.com"})

    The Track API takes a site id and a key, the App API a key of its own; either is enough for
    its calls, and a call whose key is missing says so.

    It is safe to share between threads, and goes on working after a fork and in another event
    loop. Make one and keep it.

    Every method checks its arguments before anything is sent, and raises `LunogramError`, as the
    client of Lunogram does: `ValidationError` if something can't be right, `NetworkError` if
    nothing came back, `RequestError` and its children if the answer is not a success.
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
        timeout: float = 20.0,
        connect_timeout: float = 5.0,
        deadline: float = 60.0,
        max_retries: int = 2,
        retry_lost_events: bool = False,
        user_agent: str | None = None,
        headers: Mapping[str, str] | None = None,
        http_client: object | None = None,
    ) -> None:
        """Make a client. Nothing is sent.

        What is left out comes from the environment: ``CUSTOMERIO_SITE_ID`` and so on, up to
        ``CUSTOMERIO_COLLECTIONS_URL``.

        Args:
            site_id: The workspace, for the Track API.
            track_api_key: The key of the Track API.
            app_api_key: The key of the App API.
            region: `Region.US` or `Region.EU`, or ``"us"`` or ``"eu"``; the US, if left out.
            track_url: The URL of the Track API, up to ``/api``, in place of the region's.
            app_url: The URL of the App API, up to ``/v1``, in place of the region's.
            collections_url: The same for collections. Theirs is ``app_url`` if there is one, or
                else Customer.io's own.
            timeout: Seconds one attempt may take.
            connect_timeout: Seconds making a connection may take.
            deadline: Seconds all attempts and the pauses between them may take together.
            max_retries: How many times to try again when that is safe: after failing to connect,
                after 408, 429, 502, 503 and 504, and after a lost answer to a call that can be
                repeated. Pauses grow, are jittered, and obey ``Retry-After``.
            retry_lost_events: Whether an event without an id counts as repeatable. It may then be
                recorded twice.
            user_agent: What to call ourselves, in place of our own name and version.
            headers: Added to every request.
            http_client: An ``httpx.Client`` to send with, or one of httpx2. It stays yours
                to close.

        Raises:
            ConfigurationError: If there is no key, or an argument can't be right.
        """
        account = find_account(
            site_id=site_id,
            track_api_key=track_api_key,
            app_api_key=app_api_key,
            region=region,
            urls={API.TRACK: track_url, API.APP: app_url, API.COLLECTIONS: collections_url},
        )
        name = {} if user_agent is None else {"User-Agent": user_agent}
        options = Options(
            timeout=timeout,
            connect_timeout=connect_timeout,
            deadline=deadline,
            max_retries=max_retries,
            retry_lost_events=retry_lost_events,
            headers={**name, **(headers or {})},
        )
        self._use(Senders(account, options, http_client))

    def _use(self, senders: Senders) -> None:
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
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """The same client with other options, over the same connections.

            client.with_options(timeout=2, max_retries=0).delete("5")

        Args:
            timeout: As for the client; what is left out stays as it is.
            connect_timeout: As for the client.
            deadline: As for the client.
            max_retries: As for the client.
            retry_lost_events: As for the client.
            headers: Added to those of the client.

        Raises:
            ConfigurationError: If an argument can't be right.
        """
        senders = self._senders.with_options(
            timeout=timeout,
            connect_timeout=connect_timeout,
            deadline=deadline,
            max_retries=max_retries,
            retry_lost_events=retry_lost_events,
            headers=headers,
        )
        other = object.__new__(type(self))
        other._use(senders)
        return other

    @cached_property
    def with_raw_response(self) -> WithRawResponse:
        """The same methods, which return the answer around what they are for.

        response = client.with_raw_response.region()
        response.status_code, response.headers, response.elapsed, response.attempts
        response.parsed
        """
        return WithRawResponse(self._senders.send_raw)

    @cached_property
    def raw(self) -> RawClient:
        """What the generated endpoint functions in ``customerio_api.api`` take as their client."""
        return RawClient(self._senders)

    @property
    def user_agent(self) -> str:
        """What requests call us."""
        return self._senders.user_agent

    def ping(self) -> Ping:
        """Are URL, site id and key of the Track API right? The answer is true if they are.

        It says in words what is wrong, and changes nothing.

        Raises:
            ConfigurationError: If there is no key to the Track API.
        """
        host = self._senders.account.host(API.TRACK)
        try:
            self._senders.send(calls.test_credentials())
        except LunogramError as error:
            return ping_result(error, host)
        return ping_result(None, host)

    def close(self) -> None:
        """Close the connections. The client, and those made by `with_options`, are done then."""
        self._senders.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._senders.account.shown()})"


class WithRawResponse(TrackWithRawResponse, AppWithRawResponse):
    """The client's calls, which return `RawResponse`."""
