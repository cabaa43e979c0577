"""A connection to NATS for threads: an event loop in a thread of its own, one for each process."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import attrs

from ...errors import LunogramError
from ..errors import OutboxError
from ..turn import Turn, TurnError
from .connecting import ConnectError, check_credentials, is_final, new_client, reason_of
from .deliveries import Delivery, Replies
from .loop import LoopThread, SilentError
from .rows import UnreadableError
from .url import Address

if TYPE_CHECKING:
    from nats.aio.msg import Msg

T = TypeVar("T")
Response: TypeAlias = dict[str, Any]
"""A response of JetStream, as JSON."""

_PAUSE = 0.05
_UNAVAILABLE = 10008

# What forks have leaked: closing the parent's connection in the child would disturb the parent.
_leaked_by_fork: list[object] = []


class LostError(Exception):
    """The connection was lost before the response came: the request was carried out, or not."""


class RejectedError(Exception):
    """The server has rejected a request.

    Attributes:
        code: The server's number for the reason, or 0.
    """

    def __init__(self, reason: str, code: int = 0) -> None:
        """Create the error.

        Args:
            reason: The server's description of the reason.
            code: The server's number for the reason, or 0.
        """
        super().__init__(reason)
        self.code = code


@attrs.frozen
class Request:
    """A message to publish, to which the server responds.

    Attributes:
        subject: The subject.
        data: The payload. It may be personal.
        headers: The headers, or None. They may be personal.
    """

    subject: str
    data: bytes = attrs.field(default=b"", repr=False)
    headers: dict[str, str] | None = attrs.field(default=None, repr=False)


class Link:
    """One connection, until it is lost. It keeps nothing to be sent later.

    Attributes:
        failure: The last error of the connection, or None.
    """

    def __init__(self, address: Address, patience: float) -> None:
        """Create it, not yet connected.

        Args:
            address: The servers, and the login.
            patience: The time limit of a response, in seconds.
        """
        self._address = address
        self._client = new_client(address, self._receive)
        self._patience = patience
        self._waiting: dict[bytes, Replies] = {}
        self._sent = 0
        self.failure: Exception | None = None
        self._inbox = self._client.new_inbox()

    @property
    def is_open(self) -> bool:
        """Whether the connection is open."""
        return self._client.is_connected

    @property
    def max_payload(self) -> int:
        """The size limit of a message, in bytes, headers included."""
        return self._client.max_payload

    @property
    def server_version(self) -> tuple[int, int]:
        """The major and minor version of the server; 0 and 0 if it is unknown."""
        version = self._client.connected_server_version
        return version.major, version.minor

    async def open(self) -> None:
        """Connect."""
        await self._client.connect(
            self._address.servers,
            **self._address.login,
            name="lunogram outbox",
            # A client that reconnects by itself buffers messages, and sends them long after the
            # caller got an error.
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=_PAUSE,  # type: ignore[arg-type]
            connect_timeout=self._patience,  # type: ignore[arg-type]
            error_cb=self._went_wrong,
            closed_cb=self._ended,
        )
        await self._client.subscribe(
            f"{self._inbox}.*", cb=self._received, pending_msgs_limit=0, pending_bytes_limit=0
        )

    async def close(self) -> None:
        """Disconnect, within the time limit even if the server hangs."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                await self._client.close()

    async def ask(self, subject: str, **question: Any) -> Response:
        """Send one request, and return the response.

        Args:
            subject: The subject.
            **question: The payload, as JSON.

        Raises:
            RejectedError: If the response is an error.
        """
        data = json.dumps(question).encode() if question else b""
        return checked(*await self.ask_all([Request(subject, data)]))

    async def ask_all(self, requests: Sequence[Request]) -> list[Response]:
        """Send requests in this order, and return the responses, errors among them.

        Args:
            requests: As many as may be in flight at once.

        Raises:
            LostError: If the connection was lost.
            RejectedError: If the user has no permission.
            TimeoutError: If a response did not come in time.
        """
        async with self._in_time():
            replies = [await self._send(request) for request in requests]
            return [_response_of((await each.get())[0]) for each in replies]

    async def pull(self, stream: str, consumer: str, count: int) -> list[Delivery]:
        """Messages of a consumer, as many as there are, and perhaps a status at the end.

        Args:
            stream: The name of the stream.
            consumer: The name of the consumer.
            count: The largest number of messages.

        Raises:
            LostError: If the connection was lost.
            RejectedError: If the user has no permission.
            TimeoutError: If they did not come in time.
        """
        question = json.dumps({"batch": count, "no_wait": True}).encode()
        request = Request(f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}", question)
        async with self._in_time():
            return await (await self._send(request, count, consumer)).get()

    @asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._patience):
                yield
        except TimeoutError:
            await self.close()
            raise

    async def _send(self, request: Request, count: int = 1, consumer: str = "") -> Replies:
        from nats.errors import Error

        reply, replies = f"{self._inbox}.{self._sent}", Replies(count)
        self._sent += 1
        for recipient in filter(None, (reply.encode(), consumer.encode())):
            self._waiting[recipient] = replies
            replies.end.add_done_callback(partial(self._forget, recipient))
        try:
            await self._client.publish(request.subject, request.data, reply, request.headers)
        except Error:
            raise LostError from None
        return replies

    def _forget(self, recipient: bytes, _end: object) -> None:
        self._waiting.pop(recipient, None)

    def _receive(self, delivery: Delivery) -> bool:
        replies = self._waiting.get(delivery.recipient)
        if replies:
            replies.add(delivery)
        return bool(replies)

    async def _received(self, message: Msg) -> None:
        """Receive a message from a nats-py that does not hand it over as it comes."""
        headers = {"Status": "", **(message.headers or {})}
        lines = [f"NATS/1.0 {headers.pop('Status')}".rstrip()]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._receive(
            Delivery(
                message.subject.encode(),
                message.reply.encode(),
                message.data,
                "\r\n".join(lines).encode() if message.headers else b"",
            )
        )

    async def _went_wrong(self, error: Exception) -> None:
        self.failure = error
        # The server does not say which request it means, but the others will be rejected as well.
        is_forbidden = "permissions violation" in str(error).lower()
        self._end(RejectedError(str(error).removeprefix("nats: ")) if is_forbidden else LostError())

    async def _ended(self) -> None:
        self._end(LostError())

    def _end(self, error: Exception) -> None:
        for replies in self._waiting.values():
            replies.fail(error)


def _response_of(delivery: Delivery) -> Response:
    if not delivery.data:
        # The subject has no subscriber.
        raise LostError("JetStream or the stream is not there")
    response: Response = json.loads(delivery.data)
    if response.get("error", {}).get("err_code") == _UNAVAILABLE:
        raise LostError(response["error"]["description"])
    return response


def checked(response: Response) -> Response:
    """The response, unless it is an error.

    Args:
        response: From `Link.ask_all`.

    Raises:
        RejectedError: If it is an error.
    """
    if error := response.get("error"):
        raise RejectedError(
            error.get("description", "it gives no reason"), error.get("err_code", 0)
        )
    return response


def found(response: Response) -> Response | None:
    """The response, or None if what was asked for does not exist.

    Args:
        response: From `Link.ask_all`.

    Raises:
        RejectedError: If it is another error.
    """
    if response.get("error", {}).get("code") == 404:
        return None
    return checked(response)


class Connection:
    """The connection that threads share: they submit work to its loop, and wait for the result."""

    def __init__(self, address: Address, patience: float) -> None:
        """Create it; it connects on first use.

        Args:
            address: The servers, and the login.
            patience: The time limit of connecting, and of each response, in seconds.
        """
        self._address = address
        self._patience = patience
        self._closed = False
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._turn = Turn(self._patience)
        self._loop: LoopThread | None = None
        self._link: Link | None = None
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def is_inherited(self) -> bool:
        """Whether it was opened by the process from which this one was forked."""
        return self._process != os.getpid()

    def run(self, work: Callable[[Link], Awaitable[T]]) -> T:
        """Run something over the connection, and retry over a new one if it is lost meanwhile.

        Args:
            work: What to run. It must be idempotent.

        Raises:
            OutboxError: If it failed.
        """
        self._leave_to_parent()
        try:
            loop = self._turn.run(self._running_loop)
            return loop.run(lambda: self._do(work, loop))
        except TurnError as error:
            reason = str(error)
        except asyncio.CancelledError:
            reason = "it was closed meanwhile"
        except SilentError:
            reason = "its thread does not respond"
        raise self._error(reason)

    def _leave_to_parent(self) -> None:
        if self.is_inherited:
            _leaked_by_fork.append((self._loop, self._link))
            self._begin()

    def _running_loop(self) -> LoopThread:
        if self._closed:
            raise self._error("it is closed; open a new one")
        if self._loop is None or not self._loop.is_alive:
            self._link = None
            self._loop = LoopThread(self._patience)
        return self._loop

    async def _do(self, work: Callable[[Link], Awaitable[T]], loop: LoopThread) -> T:
        try:
            return await self._persist(work, loop)
        except LunogramError:
            raise
        except RejectedError as error:
            reason = f"the server rejects it: {error}"
        except (UnreadableError, ConnectError) as error:
            reason = str(error)
        except LostError as error:
            reason = str(error) or "the connection was lost"
        except TimeoutError:
            reason = f"the server did not respond within {self._patience:g} s"
        except Exception as error:  # noqa: BLE001 - a response may be of any form
            reason = f"the response can't be read ({type(error).__name__})"
        raise self._error(reason) from None

    async def _persist(self, work: Callable[[Link], Awaitable[T]], loop: LoopThread) -> T:
        now = asyncio.get_running_loop().time
        end = now() + self._patience
        why: LostError | None = None
        while True:
            try:
                return await work(await self._connected(end, loop))
            except LostError as error:
                # The first of several attempts had the most time to find the cause.
                why = why if why and str(why) else error
                if now() + _PAUSE > end:
                    raise why from None
                await asyncio.sleep(_PAUSE)

    async def _connected(self, end: float, loop: LoopThread) -> Link:
        async with loop.connecting:
            if self._link is None or not self._link.is_open:
                try:
                    async with asyncio.timeout_at(end):
                        self._link = await self._connect()
                except TimeoutError:
                    raise LostError(
                        f"no server can be reached at {self._address.places}: "
                        "none responded in time"
                    ) from None
            return self._link

    async def _connect(self) -> Link:
        if fault := check_credentials(self._address):
            raise ConnectError(fault)
        link = Link(self._address, self._patience)
        try:
            await link.open()
        except BaseException as error:
            self._close_aside(link)
            if not isinstance(error, Exception):
                raise
            cause = link.failure or error
        else:
            return link
        reason = reason_of(cause)
        if is_final(cause):
            raise ConnectError(f"connecting to {self._address.places} failed: {reason}")
        raise LostError(f"no server can be reached at {self._address.places}: {reason}")

    def _close_aside(self, link: Link) -> None:
        """Close a link that failed to open, in the background: that may take long."""
        task = asyncio.create_task(link.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _error(self, reason: str) -> OutboxError:
        return OutboxError(f"the outbox {self._address.shown} can't be used: {reason}")

    def close(self) -> None:
        """Disconnect, and end the thread. It can't be used afterwards."""
        self._leave_to_parent()
        self._closed = True
        loop, self._loop = self._loop, None
        if loop:
            if loop.is_alive:
                with suppress(SilentError, asyncio.CancelledError):
                    loop.run(self._disconnect)
            loop.stop()

    async def _disconnect(self) -> None:
        link, self._link = self._link, None
        if link:
            await link.close()
