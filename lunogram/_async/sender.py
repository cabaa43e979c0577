"""The loop around one request: attempts, pauses, and what came of it."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol, TypeAlias, TypeVar, cast

from .._attempts import Answer, Attempts, Options, Request, parsed
from .._http import AsyncEngine
from .._target import Host
from ..calls import Call, Repeat, repeat_of
from ..models import RawResponse

T = TypeVar("T")

Delivered: TypeAlias = tuple[Request, Attempts, Answer]
"""A request, its attempts, and the success they came to."""


class AsyncSend(Protocol):
    """Takes a call and returns what it is for."""

    async def __call__(self, call: Call[T], /) -> T:
        """Send the call."""
        ...


class AsyncRawSend(Protocol):
    """Takes a call and returns what it is for, with the answer around it."""

    async def __call__(self, call: Call[T], /) -> RawResponse[T]:
        """Send the call."""
        ...


class AsyncDeliver(Protocol):
    """Takes a call and returns its request, attempts and success."""

    async def __call__(self, call: Call[Any], /) -> Delivered:
        """Send the call."""
        ...


class AsyncSender:
    """Sends calls to one host, over one pool of connections.

    Attributes:
        target: Where to, and with which key.
        options: How.
        engine: Over which connections.
    """

    def __init__(self, target: Host, options: Options, engine: AsyncEngine) -> None:
        self.target = target
        self.options = options
        self.engine = engine
        self._headers = engine.prepare(target.headers(options.headers, body=False))
        self._headers_with_body = engine.prepare(target.headers(options.headers, body=True))

    async def send(self, call: Call[T], /) -> T:
        """Send a call and return what it is for.

        Raises:
            NetworkError: If nothing came back.
            RequestError: If the answer is not a success.
        """
        request, attempts, answer = await self.deliver(call)
        return cast("T", parsed(call.parse, answer, request, attempts.made))

    async def send_raw(self, call: Call[T], /) -> RawResponse[T]:
        """The same, with the answer around it."""
        request, attempts, answer = await self.deliver(call)
        elapsed = attempts.elapsed
        return RawResponse(
            status_code=answer.status_code,
            headers=answer.headers,
            elapsed=elapsed,
            attempts=attempts.made,
            parsed=cast("T", parsed(call.parse, answer, request, attempts.made)),
        )

    async def deliver(self, call: Call[Any], /) -> Delivered:
        """Send a call, and return the request, its attempts and the success.

        Raises:
            NetworkError: If nothing came back.
            RequestError: If the answer is not a success.
        """
        request = self.request(call.method, call.path, call.query, call.body, call.repeat)
        attempts = Attempts(request, self.options)
        return request, attempts, await self.exchange(request, attempts)

    def request(
        self, method: str, path: str, query: str, body: bytes | None, repeat: Repeat | None = None
    ) -> Request:
        """A request to the host.

        Args:
            method: The HTTP method.
            path: The path of a call.
            query: Encoded, or empty.
            body: Encoded, or None.
            repeat: What may be done when the answer is lost; as the path says, if left out.
        """
        info = self.target.info(method, path)
        return Request(
            method,
            self.target.url(path, query),
            info,
            self._headers if body is None else self._headers_with_body,
            body,
            self._is_repeatable(repeat or repeat_of(path)),
            self.target.origin,
        )

    def _is_repeatable(self, repeat: Repeat) -> bool:
        return repeat is Repeat.SAFE or (repeat is Repeat.EVENTS and self.options.retry_lost_events)

    async def exchange(self, request: Request, attempts: Attempts) -> Answer:
        """Send a request until there is a success, or no more attempt is due.

        Raises:
            NetworkError: If nothing came back.
            RequestError: If the answer is not a success.
        """
        while True:
            outcome = await self.engine.send(request, attempts.time_left(), self.options)
            pause = attempts.pause_after(outcome)
            if pause is None:
                return attempts.result(outcome)
            await asyncio.sleep(pause)

    def with_options(self, **changes: Any) -> AsyncSender:
        """Another sender over the same connections."""
        return AsyncSender(self.target, self.options.changed(changes), self.engine)
