# Derived by `make generate` from lunogram/_async/sender.py; never edited by hand.
"""The sender: sends calls to a host, with retries."""

from __future__ import annotations

import time
from functools import cached_property
from typing import Any, Protocol, TypeAlias, TypeVar, cast

from .._attempts import Attempts, Options, Request, Response
from .._disabled import DisabledEngine
from .._http import Engine, engine_state
from .._redirect import Redirect
from .._responses import parse_response
from .._target import Host
from .._unpicklable import Unpicklable
from ..call_warnings import empty, issue
from ..calls import Call
from ..errors import LunogramError
from ..known_users import KnownUsers
from ..models import RawResponse
from ..operation import Operation, Repeat

T = TypeVar("T")

Delivered: TypeAlias = tuple[Request, Attempts, Response]
"""A request, its attempts, and its successful response."""


class Send(Protocol):
    """A function that sends a call and returns its result."""

    def __call__(self, call: Call[T], /) -> T:
        """Send the call."""
        ...


class RawSend(Protocol):
    """A function that sends a call and returns its `RawResponse`."""

    def __call__(self, call: Call[T], /) -> RawResponse[T]:
        """Send the call."""
        ...


class Deliver(Protocol):
    """A function that sends a call and returns its request, attempts and response."""

    def __call__(self, call: Call[Any], /) -> Delivered:
        """Send the call."""
        ...


class Sender(Unpicklable):
    """The sender of calls to one host, on one connection pool.

    Attributes:
        target: The host and its credentials.
        options: The options of a client: time limits, retries, headers.
        engine: The engine, which has the connection pool.
        known_users: The users that were upserted.
    """

    def __init__(
        self,
        target: Host,
        options: Options,
        engine: Engine | DisabledEngine,
        known_users: KnownUsers | None = None,
    ) -> None:
        self.target = target
        self.options = options
        self.engine = engine
        self.known_users = known_users or KnownUsers()
        self._redirected: Sender | None = None

    @cached_property
    def _headers(self) -> Any:
        return self._encode_headers(body=False)

    @cached_property
    def _headers_with_body(self) -> Any:
        return self._encode_headers(body=True)

    def _encode_headers(self, *, body: bool) -> Any:
        headers = self.target.headers(self.options.headers, body=body)
        return self.engine.encode_headers(headers)

    def current(self) -> Sender:
        """This sender, or the one to the sandbox to which a test has directed all clients."""
        redirect = engine_state.redirect
        if redirect is None or not redirect.replaces(self.target):
            return self
        return self._to(redirect)

    def _to(self, redirect: Redirect) -> Sender:
        if self._redirected is None or self._redirected.target is not redirect.target:
            # It knows no users: those of the client are not in the sandbox.
            engine = redirect.engine(Engine)
            self._redirected = Sender(redirect.target, self.options.limited(), engine)
        return self._redirected

    def send(self, call: Call[T], /) -> T:
        """Send a call and return its result.

        Raises:
            NetworkError: If there is no response.
            RequestError: If the response is not a success.
        """
        request, attempts, response = self.deliver(call)
        return cast("T", parse_response(call.parse, response, request, attempts.made))

    def send_raw(self, call: Call[T], /) -> RawResponse[T]:
        """Send a call and return its result with status, headers and the number of attempts."""
        request, attempts, response = self.deliver(call)
        elapsed = attempts.elapsed
        return RawResponse(
            status_code=response.status_code,
            headers=response.headers,
            elapsed=elapsed,
            attempts=attempts.made,
            timings=attempts.timings,
            body=response.body,
            parsed=cast("T", parse_response(call.parse, response, request, attempts.made)),
        )

    def deliver(self, call: Call[Any], /) -> Delivered:
        """Send a call, and return the request, its attempts and the response.

        Raises:
            NetworkError: If there is no response.
            RequestError: If the response is not a success.
        """
        if (sender := self.current()) is not self:
            return sender.deliver(call)
        if call.rest:
            return self._deliver_batches(call)
        if call.is_empty:
            return self._nothing(call)
        if call.warnings:
            issue(call.warnings, strict=self.options.strict)
        ensure_users = self.options.ensure_users
        if not ensure_users:
            return self._deliver(call)
        if ensure_users == "warn":
            issue(self.known_users.warnings_of([call]), strict=self.options.strict)
            upserts = []
        else:
            *upserts, _ = self.known_users.with_upserts([call])
        for upsert in upserts:
            self._deliver(upsert)
            self.known_users.note(upsert)
        delivered = self._deliver(call)
        self.known_users.note(call)
        return delivered

    def _deliver_batches(self, call: Call[Any]) -> Delivered:
        count, delivered = 0, None
        try:
            for batch in call.batches():
                delivered = self.deliver(batch)
                count += len(batch.json)
        except LunogramError as error:
            error.delivered = count
            raise
        assert delivered
        return delivered

    def _nothing(self, call: Call[Any]) -> Delivered:
        """The result of a batch without items, of which nothing is sent."""
        if self.options.strict:
            raise empty(call.operation)
        request = self.request(call.operation, call.path, call.query, call.body)
        return request, Attempts(request, self.options), Response(202, [], b"")

    def _deliver(self, call: Call[Any]) -> Delivered:
        request = self.request(call.operation, call.path, call.query, call.body, call.repeat)
        attempts = Attempts(request, self.options)
        return request, attempts, self.exchange(request, attempts)

    def request(
        self,
        operation: Operation,
        path: str,
        query: str,
        body: bytes | None,
        repeat: Repeat | None = None,
    ) -> Request:
        """A request to the host.

        Args:
            operation: The operation of the request.
            path: The path of a call.
            query: The encoded query, or an empty string.
            body: The encoded body, or None.
            repeat: Whether it may be sent again after a lost response; by default as the
                operation declares.

        Raises:
            ConfigurationError: If the configuration of the host lacks what the request needs.
        """
        return Request(
            operation,
            self.target,
            path,
            self.target.request_target(path, query),
            self.target.info(operation, path),
            self._headers if body is None else self._headers_with_body,
            None if body is None else self.target.body(operation, body),
            self._is_repeatable(repeat or operation.repeat),
        )

    def _is_repeatable(self, repeat: Repeat) -> bool:
        if repeat is Repeat.AT_LEAST_ONCE:
            return self.options.retry_lost_events
        return repeat is Repeat.SAFE or self.options.retry_lost_messages

    def exchange(self, request: Request, attempts: Attempts) -> Response:
        """Send a request until there is a success, or no more attempt is due.

        Raises:
            NetworkError: If nothing came back.
            RequestError: If the response is not a success.
        """
        while True:
            outcome = self.engine.send(request, attempts.until(), self.options)
            pause = attempts.pause_after(outcome)
            if pause is None:
                return attempts.result(outcome)
            time.sleep(pause)

    def with_options(self, **changes: Any) -> Sender:
        """A sender with other options on the same connection pool."""
        options = self.options.changed(changes)
        return Sender(self.target, options, self.engine, self.known_users)
