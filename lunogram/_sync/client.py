# Derived by `make generate` from lunogram/_async/client.py; never edited by hand.
"""The client: one Lunogram project, over one pool of connections."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, Self, TypeVar, Unpack

from .. import calls
from .._attempts import Options
from .._http import Engine
from .._target import find_target, ping_result
from ..errors import LunogramError
from ..models import Ping
from .organization import Organizations
from .push import Push
from .sender import Sender
from .sessions import Sessions
from .user import Users

if TYPE_CHECKING:
    # What most programs do without is imported when they ask for it. An outbox stands on the
    # clients; only `outbox` reaches up to it, when it is called.
    from ..outbox.attached import ClientOutbox
    from ..outbox.relaying.options import RelayOptions
    from .raw import RawClient
    from .visitor import Visitor

R_co = TypeVar("R_co", covariant=True)


class Relayed(Protocol[R_co]):
    """What a client can empty: an outbox."""

    def relay(self, client: Lunogram, /, **options: Unpack[RelayOptions]) -> R_co:
        """What sends all that is in it, as this client would."""
        ...


class Lunogram:
    """A client for one Lunogram project.

        with Lunogram() as client:
            client.user.upsert("user_123", email="ada@example.com")

    It holds one pool of connections, is safe to share between threads, and goes on working after a
    fork. Make one and keep it.

    Every method checks its arguments before anything is sent, and raises `LunogramError`:
    `ValidationError` if something can't be right, `NetworkError` if nothing came back,
    `RequestError` and its children if the answer is not a success.

    Attributes:
        user: Users, their events, schedules, devices and inboxes.
        organization: Organizations, their members, events, schedules and inboxes.
        push: Web push.
        sessions: Tokens for users' own programs.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        project_id: str | None = None,
        timeout: float = 10.0,
        connect_timeout: float = 5.0,
        deadline: float = 30.0,
        max_retries: int = 2,
        retry_lost_events: bool = True,
        headers: Mapping[str, str] | None = None,
        http_client: object | None = None,
    ) -> None:
        """Make a client. Nothing is sent.

        Args:
            api_key: The project's key. ``LUNOGRAM_API_KEY``, if left out.
            base_url: The URL up to and with ``/api``. ``LUNOGRAM_BASE_URL``, if left out, or
                else the hosted platform.
            project_id: For newer servers, which want the project in the path.
                ``LUNOGRAM_PROJECT_ID``, if left out, or else the older paths.
            timeout: Seconds one attempt may take.
            connect_timeout: Seconds making a connection may take.
            deadline: Seconds all attempts and the pauses between them may take together.
            max_retries: How many times to try again when that is safe: after failing to connect,
                after 408, 429, 502, 503 and 504, and after a lost answer to a call that can be
                repeated. Pauses grow, are jittered, and obey ``Retry-After``.
            retry_lost_events: Whether an array of events counts as repeatable. The platform
                promises at least once, so an event may then be recorded twice.
            headers: Added to every request.
            http_client: An ``httpx.Client`` to send with, or one of httpx2. It stays yours
                to close.

        Raises:
            ConfigurationError: If there is no key, or an argument can't be right.
        """
        target = find_target(api_key, base_url, project_id)
        options = Options(
            timeout=timeout,
            connect_timeout=connect_timeout,
            deadline=deadline,
            max_retries=max_retries,
            retry_lost_events=retry_lost_events,
            headers=dict(headers or {}),
        )
        self._use(Sender(target, options, Engine(target.base_url, http_client)))

    def _use(self, sender: Sender) -> None:
        self._sender = sender
        self.user = Users(sender.send)
        self.organization = Organizations(sender.send)
        self.push = Push(sender.send)
        self.sessions = Sessions(sender.send)

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

            client.with_options(timeout=2, max_retries=0).user.delete("user_123")

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
        sender = self._sender.with_options(
            timeout=timeout,
            connect_timeout=connect_timeout,
            deadline=deadline,
            max_retries=max_retries,
            retry_lost_events=retry_lost_events,
            headers=headers,
        )
        other = object.__new__(type(self))
        other._use(sender)
        return other

    @cached_property
    def with_raw_response(self) -> WithRawResponse:
        """The same methods, which return the answer around what they are for.

        response = client.with_raw_response.user.upsert("user_123")
        response.status_code, response.headers, response.elapsed, response.attempts
        response.parsed
        """
        return WithRawResponse(self._sender)

    @cached_property
    def raw(self) -> RawClient:
        """What the generated endpoint functions in ``lunogram_api.api`` take as their client."""
        from .raw import RawClient

        return RawClient(self._sender)

    def visitor(
        self, anonymous_id: str | None = None, *, external_id: str | None = None
    ) -> Visitor:
        """Somebody who does things before we know who they are.

        Args:
            anonymous_id: Known from a visit before, such as from a cookie. A random one, if left
                out.
            external_id: The visitor's id in the source ``default``, if it is known.
        """
        from .visitor import Visitor

        return Visitor(self._sender.send, anonymous_id, external_id)

    def relay(self, outbox: Relayed[R_co], **options: Unpack[RelayOptions]) -> R_co:
        """A relay that sends what an outbox holds, in a thread of its own.

            with client.relay(outbox, concurrency=8):
                ...

        It has connections of its own, and the patience to try again for as long as it takes. It
        uses no ``http_client`` of a Lunogram.

        Args:
            outbox: What to empty.
            options: As for `Outbox.relay`: batch, batch_bytes, deaths, concurrency, rate,
                on_dead_letter, on_error, health_port, health_host.

        Raises:
            ConfigurationError: If an option can't be right.
        """
        return outbox.relay(self, **options)

    def outbox(
        self,
        url: str,
        *,
        flush_timeout: float = 5.0,
        limit: int | None = None,
        limit_bytes: int | None = None,
        **options: Unpack[RelayOptions],
    ) -> ClientOutbox:
        """An outbox whose relay runs already, for programs of one process.

            outbox = client.outbox("sqlite:///lunogram.db")
            outbox.user.upsert("user_123", email="ada@example.com")

        At the end of the program, or when it is closed, it waits a while for what it holds to
        arrive. What has not is in the file, and goes out the next time.

        Args:
            url: ``"sqlite:///FILE"``, or another that `Outbox` takes.
            flush_timeout: For how many seconds to wait at the end, at the most.
            limit: How many entries may wait, at the most; more raise an OutboxFullError.
            limit_bytes: How many bytes of bodies may wait, at the most.
            options: As for `relay`.

        Raises:
            ConfigurationError: If an argument can't be right.
            OutboxError: If it can't be used.
        """
        from ..outbox.attached import ClientOutbox

        return ClientOutbox(
            self,
            url,
            flush_timeout=flush_timeout,
            limit=limit,
            limit_bytes=limit_bytes,
            **options,
        )

    def ping(self) -> Ping:
        """Are URL and key right? The answer is true if they are, and says in words what is wrong.

        It reads the inbox of a user that nobody has, and changes nothing.
        """
        trial = calls.count_inbox(calls.USER, "lunogram-ping", channel="inbox")
        try:
            self._sender.send(trial)
        except LunogramError as error:
            return ping_result(error, self._sender.target)
        return ping_result(None, self._sender.target)

    def close(self) -> None:
        """Close the connections. The client, and those made by `with_options`, are done then."""
        self._sender.engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._sender.target.shown()})"


class WithRawResponse:
    """The client's resources, whose methods return `RawResponse`.

    Attributes:
        user: As on the client.
        organization: As on the client.
        push: As on the client.
        sessions: As on the client.
    """

    def __init__(self, sender: Sender) -> None:
        from . import raw_response

        self.user = raw_response.UsersWithRawResponse(sender.send_raw)
        self.organization = raw_response.OrganizationsWithRawResponse(sender.send_raw)
        self.push = raw_response.PushWithRawResponse(sender.send_raw)
        self.sessions = raw_response.SessionsWithRawResponse(sender.send_raw)
