# Derived by `make generate` from lunogram/_async/sender.py; never edited by hand.
"""The loop around one request: attempts, pauses, and what came of it."""

from __future__ import annotations

import time
from typing import Any, Protocol, TypeVar, cast

import attrs

from .._attempts import Answer, Attempts, Options, Request, parsed
from .._http import Engine
from .._target import Target
from ..calls import Call, Repeat, repeat_of
from ..models import RawResponse

T = TypeVar("T")


class Send(Protocol):
    """Takes a call and returns what it is for."""

    def __call__(self, call: Call[T], /) -> T:
        """Send the call."""
        ...


class RawSend(Protocol):
    """Takes a call and returns what it is for, with the answer around it."""

    def __call__(self, call: Call[T], /) -> RawResponse[T]:
        """Send the call."""
        ...


class Sender:
    """Sends calls to one target, over one pool of connections.

    Attributes:
        target: Where to, and with which key.
        options: How.
        engine: Over which connections.
    """

    def __init__(self, target: Target, options: Options, engine: Engine) -> None:
        self.target = target
        self.options = options
        self.engine = engine
        self._headers = engine.prepare(target.headers(options.headers, body=False))
        self._headers_with_body = engine.prepare(target.headers(options.headers, body=True))

    def send(self, call: Call[T], /) -> T:
        """Send a call and return what it is for.

        Raises:
            NetworkError: If nothing came back.
            RequestError: If the answer is not a success.
        """
        request, attempts, answer = self._deliver(call)
        return cast("T", parsed(call.parse, answer, request, attempts.made))

    def send_raw(self, call: Call[T], /) -> RawResponse[T]:
        """The same, with the answer around it."""
        request, attempts, answer = self._deliver(call)
        elapsed = attempts.elapsed
        return RawResponse(
            status_code=answer.status_code,
            headers=answer.headers,
            elapsed=elapsed,
            attempts=attempts.made,
            parsed=cast("T", parsed(call.parse, answer, request, attempts.made)),
        )

    def _deliver(self, call: Call[Any]) -> tuple[Request, Attempts, Answer]:
        request = self.request(call.method, call.path, call.query, call.body)
        attempts = Attempts(request, self.options)
        return request, attempts, self.exchange(request, attempts)

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

    def exchange(self, request: Request, attempts: Attempts) -> Answer:
        """Send a request until there is a success, or no more attempt is due.

        Raises:
            NetworkError: If nothing came back.
            RequestError: If the answer is not a success.
        """
        while True:
            outcome = self.engine.send(request, attempts.time_left(), self.options)
            pause = attempts.pause_after(outcome)
            if pause is None:
                return attempts.result(outcome)
            time.sleep(pause)

    def with_options(self, **changes: Any) -> Sender:
        """Another sender over the same connections."""
        return Sender(self.target, attrs.evolve(self.options, **changes), self.engine)
