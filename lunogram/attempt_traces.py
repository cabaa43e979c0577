"""Traces of attempts: what the hooks ``on_request`` and ``on_response`` are called with.

A hook is handed the bodies, which may be personal, on purpose. Reprs omit them, and nothing has
the headers of the request, which hold the key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import attrs

from .errors import RequestInfo


@attrs.frozen(kw_only=True)
class Timings:
    """The durations of one attempt, in seconds. What the transport does not know is None.

    Attributes:
        connect: Looking the host up and connecting; None if the connection was reused.
        tls: The TLS handshake; None without TLS, or if the connection was reused.
        first_byte: From the beginning of the attempt to the first byte of the response.
        total: From the beginning of the attempt to the complete response, or to the failure.
        reused: Whether the request was sent over a connection of an earlier request.
    """

    connect: float | None = None
    tls: float | None = None
    first_byte: float | None = None
    total: float
    reused: bool | None = None


@attrs.frozen(kw_only=True)
class RequestTrace:
    """A request that is about to be sent.

    Attributes:
        operation: The name of the operation, such as ``"post_user_events"``; empty for a request
            that no document describes.
        request: The method and the path, in which identifiers are omitted.
        attempt: The number of the attempt, from 1.
        body: The body of the request, or None. It may be personal.
    """

    operation: str
    request: RequestInfo
    attempt: int
    body: bytes | None = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class ResponseTrace:
    """The outcome of an attempt: a response, or a failure.

    Attributes:
        operation: The name of the operation, as in `RequestTrace`.
        request: The method and the path, in which identifiers are omitted.
        attempt: The number of the attempt, from 1.
        status_code: The HTTP status; None without a response.
        headers: The headers of the response, with lower-case names.
        body: The body of the response; None without one. It may be personal.
        failure: The cause in words if there is no response, or else None.
        retry_in: The seconds until the next attempt; None if this was the last one.
        timings: The durations of the attempt.
    """

    operation: str
    request: RequestInfo
    attempt: int
    status_code: int | None
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes | None = attrs.field(repr=False)
    failure: str | None
    retry_in: float | None
    timings: Timings


OnRequest: TypeAlias = Callable[[RequestTrace], object]
"""A function that is called before each attempt."""

OnResponse: TypeAlias = Callable[[ResponseTrace], object]
"""A function that is called after each attempt."""
