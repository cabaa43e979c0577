"""The attempts of one request: the request, its response, and when to retry. No I/O."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Literal, TypeAlias, TypeVar, cast
from urllib.parse import urlsplit

import attrs

from ._clock import monotonic
from ._hooks import after_attempt, before_attempt, check_hook
from ._stopwatch import Stopwatch
from ._stopwatch import start as start_stopwatch
from ._target import Host
from .attempt_traces import OnRequest, OnResponse, Timings
from .errors import (
    ConfigurationError,
    NetworkError,
    NetworkTimeoutError,
    RequestError,
    RequestInfo,
    response_error,
    retry_after,
)
from .operation import Operation

E = TypeVar("E", bound=RequestError)

logger = logging.getLogger("lunogram")
logger.addHandler(logging.NullHandler())

# What a socket takes as a time limit, in seconds: less than forever.
_LONGEST = 7 * 24 * 3600.0

# By how much the timers of some clocks are early, in seconds.
_EARLY = 0.005

TIMEOUT = 10.0
CONNECT_TIMEOUT = 5.0
"""The time limits where none are given, in seconds."""

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"(?:[!-~](?:[ -~]*[!-~])?)?")

_PORTS = {"http": 80, "https": 443}

_BACKOFF_FIRST = 0.5
_BACKOFF_LONGEST = 8.0


def _copied(headers: Any) -> Mapping[str, str]:
    with suppress(Exception):  # of foreign classes, whose methods may raise anything
        if isinstance(headers, Mapping):
            return dict(headers)
    kind = type(headers).__name__
    raise ConfigurationError(f"headers must be a mapping of names to values, not {kind}")


EnsureUsers: TypeAlias = bool | Literal["warn"]
"""Whether users are upserted before their events and schedules, or warned of."""


def check_ensure_users(value: object) -> None:
    """Check the value of the option ``ensure_users``.

    Args:
        value: The value.

    Raises:
        ConfigurationError: If it is none of True, False and ``"warn"``.
    """
    if not isinstance(value, bool) and value != "warn":
        raise ConfigurationError('ensure_users must be True, False or "warn"')


@attrs.frozen
class Options:
    """The options of a sender.

    Attributes:
        timeout: The time limit of one attempt, in seconds; None for the limits of an
            ``http_client``.
        connect_timeout: The time limit of connecting, in seconds; None for the limit of an
            ``http_client``.
        deadline: The time limit of all attempts and the backoff between them, in seconds.
        max_retries: The maximum number of retries.
        retry_lost_events: Whether to retry a batch of events after a lost response.
        headers: The headers that are added to every request.
        strict: Whether warnings about a call are errors.
        ensure_users: Whether users are upserted before their events and schedules, or warned of.
        enabled: Whether anything is sent; None for what the environment says.
        default_timeout: The time limit of an attempt if none is given, in seconds.
        retry_lost_messages: Whether to retry a call that is never repeatable otherwise.
        on_request: A hook that is called before each attempt, or None.
        on_response: A hook that is called after each attempt, or None.
    """

    timeout: float | None
    connect_timeout: float | None
    deadline: float
    max_retries: int
    retry_lost_events: bool
    headers: Mapping[str, str] = attrs.field(repr=False, converter=_copied)
    strict: bool = False
    ensure_users: EnsureUsers = False
    enabled: bool | None = None
    default_timeout: float = TIMEOUT
    retry_lost_messages: bool = False
    on_request: OnRequest | None = attrs.field(default=None, repr=False)
    on_response: OnResponse | None = attrs.field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        check_ensure_users(self.ensure_users)
        for name in ("timeout", "connect_timeout"):
            if getattr(self, name) is not None:
                _check_number(name, getattr(self, name), above=0)
        _check_number("deadline", self.deadline, above=0)
        _check_number("max_retries", self.max_retries, above=-1)
        for name, value in self.headers.items():
            _check_header(name, value)
        for name in ("on_request", "on_response"):
            check_hook(name, getattr(self, name))

    @classmethod
    def of(
        cls,
        http_client: object | None,
        *,
        timeout: float | None,
        connect_timeout: float | None,
        **others: Any,
    ) -> Options:
        """The options of a client, from its arguments.

        Args:
            http_client: The HTTP client of the caller, whose own limits apply where ours are None;
                or None.
            timeout: As in `Options`; None for the default without ``http_client``.
            connect_timeout: As in `Options`; None for 5 seconds without ``http_client``.
            others: The other attributes of `Options`.

        Raises:
            ConfigurationError: If an option is invalid.
        """
        options = cls(timeout=timeout, connect_timeout=connect_timeout, **others)
        return options if http_client else options.limited()

    def limited(self) -> Options:
        """These options, with the default for each time limit that is None."""
        return attrs.evolve(
            self,
            timeout=self.default_timeout if self.timeout is None else self.timeout,
            connect_timeout=(
                CONNECT_TIMEOUT if self.connect_timeout is None else self.connect_timeout
            ),
        )

    @property
    def connecting(self) -> float:
        """The time limit of connecting, in seconds."""
        return self.connect_timeout or CONNECT_TIMEOUT

    def changed(self, changes: Mapping[str, Any]) -> Options:
        """These options with changes; headers are added to the present ones.

        Args:
            changes: The new values by their names; None changes nothing.

        Raises:
            ConfigurationError: If a value is invalid.
        """
        given = {name: value for name, value in changes.items() if value is not None}
        if "headers" in given:
            given["headers"] = merged_headers(self.headers, given["headers"])
        return attrs.evolve(self, **given)


def merged_headers(headers: Mapping[str, str], more: Mapping[str, str] | None) -> Mapping[str, str]:
    """The headers of both mappings; those of the second replace those of the first, in any case.

    Args:
        headers: The first headers.
        more: The second headers, or None.
    """
    if more is None:
        return headers
    more = _copied(more)
    replaced = {str(name).lower() for name in more}
    return {**{name: headers[name] for name in headers if name.lower() not in replaced}, **more}


def _check_number(name: str, value: object, *, above: float) -> None:
    is_valid = False
    with suppress(Exception):  # as above
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        is_valid = is_number and cast("float", value) > above
    if not is_valid:
        least = "longer than 0 seconds" if above == 0 else "0 or more"
        raise ConfigurationError(f"{name} must be a number, {least}")


def _check_header(name: object, value: object) -> None:
    named = isinstance(name, str) and _HEADER_NAME.fullmatch(name)
    if not named or not (isinstance(value, str) and _HEADER_VALUE.fullmatch(value)):
        raise ConfigurationError(
            "headers must be printable ASCII text, without spaces in a name or around a value"
        )


@attrs.frozen
class Request:
    """An HTTP request, ready to be sent.

    Attributes:
        operation: The operation of the request.
        host: The server, and the credentials for it.
        path: The path of the call. It may be personal.
        target: The request target: the complete path, and the query. It may be personal.
        info: The method and path, for logs and errors.
        headers: All headers, as the engine has encoded them. They hold the key.
        body: The encoded body, or None.
        repeatable: Whether it may be sent again after a lost response.
    """

    operation: Operation = attrs.field(repr=lambda operation: operation.name)
    host: Host
    path: str = attrs.field(repr=False)
    target: str = attrs.field(repr=False)
    info: RequestInfo
    headers: Any = attrs.field(repr=False)
    body: bytes | None = attrs.field(repr=False)
    repeatable: bool

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.operation.method

    def explained(self, error: E) -> E:
        """An error of this request, with a hint.

        Args:
            error: The error.
        """
        error.hint = self.host.hint(error, self.operation)
        return error

    @property
    def place(self) -> str:
        """The host and port of the server."""
        parts = urlsplit(self.host.base_url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return f"{host}:{parts.port or _PORTS[parts.scheme]}"


@attrs.frozen
class Response:
    """An HTTP response.

    Attributes:
        status_code: The HTTP status.
        body: The complete body, decompressed.
    """

    status_code: int
    _headers: list[tuple[bytes, bytes]] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)

    def values(self, name: bytes) -> list[bytes]:
        """The values of a header, split at commas, in lower case.

        Args:
            name: The name of the header, in lower case.
        """
        # Called for each response; comparing lengths first saves most of the time.
        lines = [v for n, v in self._headers if len(n) == len(name) and n.lower() == name]
        return [part.strip().lower() for line in lines for part in line.split(b",")]

    @property
    def headers(self) -> dict[str, str]:
        """The headers, with lower-case names. They are decoded on each access."""
        headers: dict[str, str] = {}
        for raw_name, raw_value in self._headers:
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return headers


@attrs.frozen
class Failure:
    """The failure of an attempt without a response.

    It is a value, not an exception: those of an HTTP library hold the request.

    Attributes:
        reason: The cause, in words.
        sent: Whether the request may have reached the server.
        timeout: Whether a time limit ran out.
        permanent: Whether a retry can't succeed.
        broke: Whether the server closed the connection, or sent something that is not HTTP.
        cause: The system's error, without a traceback or other errors.
    """

    reason: str
    sent: bool
    timeout: bool = False
    permanent: bool = False
    broke: bool = False
    cause: Exception | None = attrs.field(default=None, repr=False, eq=False)


Outcome: TypeAlias = Response | Failure


class Attempts:
    """The attempts of one request: their number, the time that is left, and the next delay.

    Attributes:
        made: The number of attempts that have ended.
        timings: The durations of the last one; of nothing before the first one.
    """

    # The server was too busy to begin, or a proxy could not reach it.
    _RETRIED = frozenset({408, 429, 502, 503, 504})

    # A part of a batch was rejected.
    _PARTLY = 207

    def __init__(self, request: Request, options: Options) -> None:
        self._request = request
        self._options = options
        self._begun = monotonic()
        self._attempt_begun = 0.0
        self._attempt_takes = 0.0
        self._stopwatch = Stopwatch()
        self.timings: Timings = self._stopwatch.timings()
        self.made = 0

    @property
    def elapsed(self) -> float:
        """The seconds since the first attempt began."""
        return monotonic() - self._begun

    def until(self) -> float:
        """The end of the time limit of the next attempt, on the monotonic clock."""
        before_attempt(self._options.on_request, self._request, self.made + 1)
        self._stopwatch = start_stopwatch()
        now = monotonic()
        self._attempt_begun = now - self._begun
        left = self._options.deadline - self._attempt_begun
        self._attempt_takes = min(self._longest, left)
        return now + self._attempt_takes

    def pause_after(self, outcome: Outcome) -> float | None:
        """The delay before the next attempt, in seconds, or None if there is none.

        Args:
            outcome: The outcome of the last attempt.
        """
        self.made += 1
        self.timings = self._stopwatch.timings()
        self._log(outcome)
        pause = self._next_pause(outcome)
        after_attempt(
            self._options.on_response,
            self._request,
            self.made,
            outcome,
            pause=pause,
            timings=self.timings,
        )
        return pause

    def _next_pause(self, outcome: Outcome) -> float | None:
        if not self._may_retry(outcome) or self.made > self._options.max_retries:
            return None
        pause = self._pause(outcome)
        return pause if self.elapsed + pause < self._options.deadline else None

    def result(self, outcome: Outcome) -> Response:
        """The response of the last attempt, if it is a success.

        Args:
            outcome: The outcome of the last attempt.

        Raises:
            NetworkError: If there is no response.
            RequestError: If the response is not a success.
        """
        if isinstance(outcome, Failure):
            kind = NetworkTimeoutError if outcome.timeout else NetworkError
            reason = f"{outcome.reason}{self._more(outcome)}"
            error = kind(reason, request=self._request.info, attempts=self.made)
            error.sent = outcome.sent
            raise error from outcome.cause
        if not 200 <= outcome.status_code < 300 or outcome.status_code == self._PARTLY:
            raise self._request.explained(self._error(outcome))
        return outcome

    def _error(self, response: Response) -> RequestError:
        request = self._request
        return response_error(
            response.status_code,
            response.headers,
            response.body,
            request.info,
            self.made,
            origin=request.host.origin,
            server=request.place,
            can_be_missing=request.operation.can_be_missing,
            may_conflict=request.host.may_conflict(request.operation, request.body),
        )

    def _more(self, failure: Failure) -> str:
        """The time limit that ran out, or the likely reason of a closed connection."""
        if failure.timeout:
            name = self._limit()
            seconds = name and getattr(self._options, name)
            return f" ({name}: {seconds:g} s)" if seconds else ""
        if failure.broke and self._request.host.base_url.startswith("http:"):
            server = urlsplit(self._request.host.base_url).netloc
            return f"; if {server} expects TLS, {self._request.host.origin.setting} needs https://"
        return ""

    def _limit(self) -> str | None:
        """The name of the time limit that has just run out; None if it is not one of ours."""
        spent = self.elapsed - self._attempt_begun + _EARLY
        if spent >= self._attempt_takes:
            return "timeout" if self._attempt_takes >= self._longest else "deadline"
        limit = self._options.connect_timeout
        return "connect_timeout" if limit and spent >= limit else None

    @property
    def _longest(self) -> float:
        return min(self._options.timeout or _LONGEST, _LONGEST)

    def _may_retry(self, outcome: Outcome) -> bool:
        if isinstance(outcome, Failure):
            return not outcome.permanent and (self._request.repeatable or not outcome.sent)
        is_lost = outcome.status_code in self._request.host.lost_statuses
        return outcome.status_code in self._RETRIED and (self._request.repeatable or not is_lost)

    def _pause(self, outcome: Outcome) -> float:
        import random  # its import takes longer than most programs ever wait

        longest = min(_BACKOFF_LONGEST, _BACKOFF_FIRST * 2 ** min(self.made - 1, 10))
        jitter = random.uniform(0, longest)
        asked = retry_after(outcome.headers) if isinstance(outcome, Response) else None
        # Clients that were asked to wait retry a little later each, not all at once.
        return jitter if asked is None else asked + jitter / 4

    def _log(self, outcome: Outcome) -> None:
        if logger.isEnabledFor(logging.DEBUG):
            what = outcome.reason if isinstance(outcome, Failure) else outcome.status_code
            logger.debug(
                "%s: %s (attempt %d, %.0f ms)",
                self._request.info,
                what,
                self.made,
                self.elapsed * 1000,
            )
