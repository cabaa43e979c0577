"""A connection to NATS for threads: an event loop in a thread of its own, one for each process."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import attrs

from ...errors import ConfigurationError
from ..errors import OutboxError
from .messages import UnreadableError
from .url import Address

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg

T = TypeVar("T")
Answer: TypeAlias = dict[str, Any]
"""What JetStream answers."""

_PAUSE = 0.05
_UNAVAILABLE = 10008

# What parents had open when they forked. To close it in the child would disturb the parent.
_abandoned: list[object] = []


class LostError(Exception):
    """The connection ended before the answer came: what was asked is done, or not."""


class RefusedError(Exception):
    """The server says no.

    Attributes:
        code: Its own number for the reason, or 0.
    """

    def __init__(self, reason: str, code: int = 0) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.code = code


@attrs.frozen
class Request:
    """What is published, with an answer expected.

    Attributes:
        subject: Where to.
        data: What. It may be personal.
        headers: With which headers. They may be personal.
    """

    subject: str
    data: bytes = attrs.field(default=b"", repr=False)
    headers: dict[str, str] | None = attrs.field(default=None, repr=False)


class Link:
    """One connection, for as long as it lasts. Nothing waits in it to be sent later."""

    def __init__(self, client: Client, patience: float) -> None:
        """Take over a client.

        Args:
            client: One that is about to be connected.
            patience: For how many seconds to wait for answers.
        """
        self._client = client
        self._patience = patience
        self._waiting: dict[str, asyncio.Future[Msg | Exception]] = {}
        self._sent = 0
        self._inbox = client.new_inbox()

    @property
    def is_open(self) -> bool:
        """Whether it still is connected."""
        return self._client.is_connected

    @property
    def max_payload(self) -> int:
        """How many bytes the server takes in one message, headers included."""
        return self._client.max_payload

    async def open(self, address: Address) -> None:
        """Connect.

        Args:
            address: Where to.
        """
        await self._client.connect(
            address.servers,
            **address.login,
            name="lunogram outbox",
            # A client that connects again by itself keeps what it could not send, and sends it
            # long after the caller was told that it failed.
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=_PAUSE,  # type: ignore[arg-type]
            connect_timeout=self._patience,  # type: ignore[arg-type]
            error_cb=self._went_wrong,
            closed_cb=self._ended,
        )
        await self._client.subscribe(
            f"{self._inbox}.*", cb=self._answered, pending_msgs_limit=0, pending_bytes_limit=0
        )

    async def close(self) -> None:
        """Disconnect."""
        await self._client.close()

    async def ask(self, subject: str, **question: Any) -> Answer:
        """Ask the server something, and return its answer.

        Args:
            subject: What to ask.
            **question: Details, as JSON.

        Raises:
            RefusedError: If the answer is an error.
        """
        data = json.dumps(question).encode() if question else b""
        return refused_or(*await self.ask_all([Request(subject, data)]))

    async def ask_all(self, requests: Sequence[Request]) -> list[Answer]:
        """Send requests in this order, and return the answers, errors among them.

        Args:
            requests: As many as the server may work at once.

        Raises:
            LostError: If the connection ended.
            RefusedError: If the user may not do such a thing.
            TimeoutError: If an answer did not come in time.
        """
        try:
            async with asyncio.timeout(self._patience):
                futures = [await self._send(request) for request in requests]
                return [_answer(await future) for future in futures]
        except TimeoutError:
            await self._client.close()
            raise

    async def _send(self, request: Request) -> asyncio.Future[Msg | Exception]:
        from nats.errors import Error

        future: asyncio.Future[Msg | Exception] = asyncio.get_running_loop().create_future()
        reply = f"{self._inbox}.{self._sent}"
        self._waiting[reply], self._sent = future, self._sent + 1
        future.add_done_callback(lambda _: self._waiting.pop(reply, None))
        try:
            await self._client.publish(request.subject, request.data, reply, request.headers)
        except Error:
            raise LostError from None
        return future

    async def _answered(self, message: Msg) -> None:
        self._resolve(self._waiting.get(message.subject), message)

    async def _went_wrong(self, error: Exception) -> None:
        # The server does not say which request it means, but then the others will fare no better.
        is_forbidden = "permissions violation" in str(error).lower()
        self._end(RefusedError(str(error).removeprefix("nats: ")) if is_forbidden else LostError())

    async def _ended(self) -> None:
        self._end(LostError())

    def _end(self, error: Exception) -> None:
        for future in self._waiting.values():
            self._resolve(future, error)

    def _resolve(
        self, future: asyncio.Future[Msg | Exception] | None, result: Msg | Exception
    ) -> None:
        if future and not future.done():
            future.set_result(result)


def _answer(result: Msg | Exception) -> Answer:
    if isinstance(result, Exception):
        raise result
    if not result.data:
        # Nobody listens to that subject.
        raise LostError("JetStream or the stream is not there")
    answer: Answer = json.loads(result.data)
    if answer.get("error", {}).get("err_code") == _UNAVAILABLE:
        raise LostError(answer["error"]["description"])
    return answer


def refused_or(answer: Answer) -> Answer:
    """An answer, if it is not an error.

    Args:
        answer: From `Link.ask_all`.

    Raises:
        RefusedError: If it is one.
    """
    if error := answer.get("error"):
        raise RefusedError(error.get("description", "it gives no reason"), error.get("err_code", 0))
    return answer


def found(answer: Answer) -> Answer | None:
    """An answer, or None if there is no such thing.

    Args:
        answer: From `Link.ask_all`.

    Raises:
        RefusedError: If it is another error.
    """
    if answer.get("error", {}).get("code") == 404:
        return None
    return refused_or(answer)


class Wire:
    """What threads talk through: they hand work to the loop, and wait for what comes of it."""

    def __init__(self, address: Address, patience: float) -> None:
        """Connect when first used.

        Args:
            address: Where to.
            patience: For how many seconds to wait for a connection, and for each answer.
        """
        self._address = address
        self._patience = patience
        self._closed = False
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._link: Link | None = None

    @property
    def is_inherited(self) -> bool:
        """Whether all that it has belongs to the process from which this one was forked."""
        return self._process != os.getpid()

    def run(self, work: Callable[[Link], Awaitable[T]]) -> T:
        """Do something over the connection, and again over a new one if it is lost meanwhile.

        Args:
            work: What to do: something that may be done twice.

        Raises:
            OutboxError: If it can't be done.
        """
        self._leave_to_parent()
        loop = self._running_loop()
        future = asyncio.run_coroutine_threadsafe(self._do(work), loop)
        try:
            return future.result()
        except CancelledError:
            raise self._error("it was closed meanwhile") from None
        except BaseException:
            future.cancel()
            raise

    def _leave_to_parent(self) -> None:
        if self.is_inherited:
            _abandoned.append((self._loop, self._link))
            self._begin()

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._closed:
                raise self._error("it is closed; make another one")
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._turn = asyncio.Lock()
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name="lunogram-outbox-nats", daemon=True
                )
                self._thread.start()
            return self._loop

    async def _do(self, work: Callable[[Link], Awaitable[T]]) -> T:
        try:
            return await self._persist(work)
        except RefusedError as error:
            reason = f"the server refuses: {error}"
        except UnreadableError as error:
            reason = str(error)
        except LostError as error:
            reason = str(error) or "the connection was lost"
        except TimeoutError:
            reason = f"the server did not answer within {self._patience:g} s"
        raise self._error(reason)

    async def _persist(self, work: Callable[[Link], Awaitable[T]]) -> T:
        loop = asyncio.get_running_loop()
        end = loop.time() + self._patience
        while True:
            try:
                return await work(await self._connected(end))
            except LostError:
                if loop.time() + _PAUSE > end:
                    raise
                await asyncio.sleep(_PAUSE)

    async def _connected(self, end: float) -> Link:
        async with self._turn:
            if self._link is None or not self._link.is_open:
                async with asyncio.timeout_at(end):
                    self._link = await self._connect()
            return self._link

    async def _connect(self) -> Link:
        import nats.errors

        link = Link(_client(), self._patience)
        try:
            await link.open(self._address)
        except BaseException as error:
            with suppress(AttributeError):  # old versions of nats-py can't close what never opened
                await link.close()
            if isinstance(error, nats.errors.NoServersError):
                raise LostError("no server can be reached") from None
            if "authorization" in str(error).lower():
                raise RefusedError("user and password, or the credentials, are wrong") from None
            if isinstance(error, nats.errors.Error | OSError):
                raise LostError(f"connecting failed ({type(error).__name__})") from None
            raise
        return link

    def _error(self, reason: str) -> OutboxError:
        return OutboxError(f"the outbox {self._address.shown} can't be used: {reason}")

    def close(self) -> None:
        """Disconnect, for good, and end the thread."""
        self._leave_to_parent()
        with self._lock:
            self._closed = True
            loop, self._loop = self._loop, None
        if loop:
            asyncio.run_coroutine_threadsafe(self._disconnect(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            self._thread.join()
            loop.close()

    async def _disconnect(self) -> None:
        if self._link:
            await self._link.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def _client() -> Client:
    try:
        from nats.aio.client import Client
    except ImportError:
        raise ConfigurationError(
            "an outbox in NATS needs nats-py: pip install 'lunogram[outbox-nats]'"
        ) from None
    return Client()
