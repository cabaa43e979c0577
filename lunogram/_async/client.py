"""The client of a Lunogram project, with one connection pool."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Self, TypeVar

from .. import calls
from .._attempts import EnsureUsers, Options
from .._target import ping_result
from .._unpicklable import CopiedWithOptions
from ..attempt_traces import OnRequest, OnResponse
from ..errors import ConfigurationError, LunogramError, ValidationError
from ..models import Ping
from .client_sender import AsyncClientSender, AsyncServer
from .organization import AsyncOrganizations
from .push import AsyncPush
from .sender import AsyncSender
from .sessions import AsyncSessions
from .user import AsyncUsers

if TYPE_CHECKING:
    # What most programs do without is imported when they ask for it.
    from .raw import AsyncRawClient
    from .visitor import AsyncVisitor

T = TypeVar("T")


async def _without_client(_call: calls.Call[T], /) -> T:
    """The send function of the resources on the class, which has no client."""
    raise ConfigurationError("this is the class; create a client, and use its resources")


class AsyncLunogram(CopiedWithOptions):
    """A client for one Lunogram project.

        async with AsyncLunogram() as client:
            await client.user.upsert("user_123", email="ada@example.com")

    It has one connection pool, is safe to share between tasks, and keeps working after a
    fork and in another event loop. Create one client per process and reuse it.

    Every method checks its arguments before the request is sent. It raises a `LunogramError`:
    `ValidationError` if an argument is invalid, `NetworkError` if there is no response,
    `RequestError` or a subclass if the response is not a success.

    Attributes:
        user: The users, with their events, schedules, devices and inboxes.
        organization: The organizations, with their members, events, schedules and inboxes.
        push: Web push.
        sessions: The session tokens of users.
    """

    # Class attributes too, for tools that inspect the class, such as `mock.create_autospec`.
    user: AsyncUsers = AsyncUsers(_without_client)
    organization: AsyncOrganizations = AsyncOrganizations(_without_client)
    push: AsyncPush = AsyncPush(_without_client)
    sessions: AsyncSessions = AsyncSessions(_without_client)

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        project_id: str | None = None,
        timeout: float | None = None,
        connect_timeout: float | None = None,
        deadline: float = 30.0,
        max_retries: int = 2,
        retry_lost_events: bool = True,
        headers: Mapping[str, str] | None = None,
        strict: bool = False,
        ensure_users: EnsureUsers = False,
        enabled: bool | None = None,
        http_client: object | None = None,
        on_request: OnRequest | None = None,
        on_response: OnResponse | None = None,
    ) -> None:
        """Create a client. No request is sent.

        Without a key, the environment is read again at the first call, which raises
        `ConfigurationError` if there is none then.

        Args:
            api_key: The API key of the project; default ``LUNOGRAM_API_KEY``.
            base_url: The URL of the server up to and including ``/api``; default
                ``LUNOGRAM_BASE_URL``, else the hosted platform.
            project_id: The id of the project, which servers of today expect in the path; default
                ``LUNOGRAM_PROJECT_ID``. Without it, the paths of older servers are used.
            timeout: The time limit of one attempt, in seconds; default 10, or the limits of
                ``http_client``.
            connect_timeout: The time limit of connecting, in seconds; default 5, or the limit of
                ``http_client``.
            deadline: The time limit of a call with all its attempts and delays, in seconds.
            max_retries: The maximum number of retries. Only safe requests are retried: after a
                failed connection, after 408, 429, 502, 503 and 504, and after a lost response to
                an idempotent request. Retries use exponential backoff with full jitter and
                honour ``Retry-After``.
            retry_lost_events: Whether to retry a batch of events after a lost response. The
                API guarantees at-least-once delivery, so an event may then be recorded twice.
            headers: Headers that are added to every request.
            strict: Whether a `LunogramWarning` about a call is a `ValidationError` instead: for a
                number that the server rounds, or a name of the platform's own events.
            ensure_users: Whether to upsert, with its identifiers only, each user that an event or
                a schedule is for and that this client has not upserted before. The server drops
                what is for a user that it does not have. Each such upsert is a request more, and
                records an event ``user.created`` or ``user.updated``. The client remembers the
                last 10,000 identifiers. With ``"warn"``, such a call is a `LunogramWarning`
                instead, before it is sent; with ``strict``, a `ValidationError`.
            enabled: Whether anything is sent. With False, arguments are checked, nothing is sent,
                and methods return what a recording of `lunogram.testing` would. Default: unless
                ``LUNOGRAM_DISABLED`` is ``1``.
            http_client: An ``httpx.AsyncClient`` to send with, or one of httpx2. The caller
                closes it.
            on_request: A function that is called with a `RequestTrace` before each attempt.
            on_response: A function that is called with a `ResponseTrace` after each attempt.

        Raises:
            ConfigurationError: If an argument, or a value of the environment, is invalid.
        """
        options = Options.of(
            http_client,
            timeout=timeout,
            connect_timeout=connect_timeout,
            deadline=deadline,
            max_retries=max_retries,
            retry_lost_events=retry_lost_events,
            headers={} if headers is None else headers,
            strict=strict,
            ensure_users=ensure_users,
            on_request=on_request,
            on_response=on_response,
            enabled=enabled,
        )
        server = AsyncServer(api_key, base_url, project_id, http_client)
        self._use(AsyncClientSender(server, options))

    def _use(self, sender: AsyncClientSender) -> None:
        self._sender = sender
        self.user = AsyncUsers(sender.send)
        self.organization = AsyncOrganizations(sender.send)
        self.push = AsyncPush(sender.send)
        self.sessions = AsyncSessions(sender.send)

    def with_options(
        self,
        *,
        timeout: float | None = None,
        connect_timeout: float | None = None,
        deadline: float | None = None,
        max_retries: int | None = None,
        retry_lost_events: bool | None = None,
        headers: Mapping[str, str] | None = None,
        strict: bool | None = None,
        ensure_users: EnsureUsers | None = None,
        enabled: bool | None = None,
    ) -> Self:
        """A copy of the client with other options, on the same connection pool.

            await client.with_options(timeout=2, max_retries=0).user.delete("user_123")

        Args:
            timeout: The time limit of one attempt, in seconds; default unchanged.
            connect_timeout: The time limit of connecting, in seconds; default unchanged.
            deadline: The time limit of a call with all its attempts and delays, in seconds;
                default unchanged.
            max_retries: The maximum number of retries; default unchanged.
            retry_lost_events: Whether to retry a batch of events after a lost response; default
                unchanged.
            headers: Headers that are added to those of the client.
            strict: Whether warnings about a call are errors; default unchanged.
            ensure_users: Whether to upsert users before their events and schedules; default
                unchanged.
            enabled: Whether anything is sent; default unchanged.

        Raises:
            ConfigurationError: If an argument is invalid.
        """
        sender = self._sender.with_options(
            timeout=timeout,
            connect_timeout=connect_timeout,
            deadline=deadline,
            max_retries=max_retries,
            retry_lost_events=retry_lost_events,
            headers=headers,
            strict=strict,
            ensure_users=ensure_users,
            enabled=enabled,
        )
        other = self._copy()
        other._use(sender)
        return other

    @cached_property
    def with_raw_response(self) -> AsyncWithRawResponse:
        """The resources of the client, with methods that return a `RawResponse`.

        For example:

            response = await client.with_raw_response.user.upsert("user_123")
            response.status_code, response.headers, response.elapsed, response.attempts
            response.parsed
        """
        return AsyncWithRawResponse(self._sender)

    @cached_property
    def raw(self) -> AsyncRawClient:
        """The client for the generated endpoint functions in ``lunogram_api.api``."""
        from .raw import AsyncRawClient

        return AsyncRawClient(self._sender)

    def visitor(
        self, anonymous_id: str | None = None, *, external_id: str | None = None
    ) -> AsyncVisitor:
        """A visitor: a user who may not be identified yet.

        Args:
            anonymous_id: The anonymous id of an earlier visit, such as from a cookie; default a
                random UUID.
            external_id: The visitor's id in the source ``default``, if it is known.
        """
        from .visitor import AsyncVisitor

        return AsyncVisitor(self._sender.send, anonymous_id, external_id)

    async def send(self, call: calls.Call[T], /) -> T:
        """Send a call that `lunogram.calls` made, and return its result.

            await client.send(calls.delete(calls.USER, "user_123"))

        Args:
            call: The call. The methods of the resources make and send it in one step.

        Raises:
            ValidationError: If it is not a call.
            NetworkError: If there was no response.
            RequestError: If the response is not a success.
        """
        if type(call) is not calls.Call:
            raise ValidationError.at("call", f"must be a Call, not {type(call).__name__}")
        return await self._sender.send(call)

    async def ping(self) -> Ping:
        """Check that the server responds and accepts the API key. Nothing is changed.

        The request counts the inbox of a user that does not exist.

        Returns:
            The result, which is true if it is a success, with a message for people.
        """
        trial = calls.count_inbox(calls.USER, "lunogram-ping", channel="inbox")
        try:
            target = self._sender.current().target
        except ConfigurationError as error:
            return Ping(ok=False, message=str(error))
        try:
            await self.send(trial)
        except LunogramError as error:
            return ping_result(error, target)
        return ping_result(None, target)

    async def aclose(self) -> None:
        """Close the connections of the client and of its copies by `with_options`.

        Any later call raises `ClientClosedError`.
        """
        await self._sender.server.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._sender.shown()})"


class AsyncWithRawResponse:
    """The resources of the client, with methods that return a `RawResponse`.

    Attributes:
        user: The users, with their events, schedules, devices and inboxes.
        organization: The organizations, with their members, events, schedules and inboxes.
        push: Web push.
        sessions: The session tokens of users.
    """

    def __init__(self, sender: AsyncSender) -> None:
        from . import raw_response

        self.user = raw_response.AsyncUsersWithRawResponse(sender.send_raw)
        self.organization = raw_response.AsyncOrganizationsWithRawResponse(sender.send_raw)
        self.push = raw_response.AsyncPushWithRawResponse(sender.send_raw)
        self.sessions = raw_response.AsyncSessionsWithRawResponse(sender.send_raw)
