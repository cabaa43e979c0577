"""The loop around one request: attempts, pauses, and what came of it."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol, TypeVar, cast

import attrs

from .._attempts import Answer, Attempts, Options, Request, parsed
from .._http import AsyncEngine
from .._target import Target
from ..calls import Call, Repeat, repeat_of
from ..models import RawResponse

T = TypeVar("T")


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


class AsyncSender:
    """Sends calls to one target, over one pool of connections.

    Attributes:
        target: Where to, and with which key.
        options: How.
        engine: Over which connections.
    """

    def __init__(self, target: Target, options: Options, engine: AsyncEngine) -> None:
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
        request, attempts, answer = await self._deliver(call)
        return cast("T", parsed(call.parse, answer, request, attempts.made))

    async def send_raw(self, call: Call[T], /) -> RawResponse[T]:
        """The same, with the answer around it."""
        request, attempts, answer = await self._deliver(call)
        elapsed = attempts.elapsed
        return RawResponse(
            status_code=answer.status_code,
            headers=answer.headers,
            elapsed=elapsed,
            attempts=attempts.made,
            parsed=cast("T", parsed(call.parse, answer, request, attempts.made)),
        )

    async def _deliver(self, call: Call[Any]) -> tuple[Request, Attempts, Answer]:
        request = self.request(call.method, call.path, call.query, call.body)
        attempts = Attempts(request, self.options)
        return request, attempts, await self.exchange(request, attempts)

    def request(self, method: str, path: str, query: str, body: bytes | None) -> Request:
        """A request to the target.

        Args:
            method: The HTTP method.
            path: The path below the path family.
            query: Encoded, or empty.
            body: Encoded, or None.
        """
        info = self.target.info(method, path)
        return Request(
            method,
            self.target.url(info, query),
            info,
            self._headers if body is None else self._headers_with_body,
            body,
            self._is_repeatable(repeat_of(path)),
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
        return AsyncSender(self.target, attrs.evolve(self.options, **changes), self.engine)
