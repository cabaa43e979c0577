"""One request's way: what goes out, what comes back, and when to try again. No I/O, no library."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar

import attrs

from .errors import (
    LUNOGRAM,
    ConfigurationError,
    InvalidResponseError,
    NetworkError,
    NetworkTimeoutError,
    Origin,
    RequestInfo,
    answer_error,
    retry_after,
)

T = TypeVar("T")

logger = logging.getLogger("lunogram")
logger.addHandler(logging.NullHandler())

# What a socket takes as a time limit, in seconds: more than nothing, and less than forever.
_SHORTEST = 0.001
_LONGEST = 7 * 24 * 3600.0

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"(?:[!-~](?:[ -~]*[!-~])?)?")

_BACKOFF_FIRST = 0.5
_BACKOFF_LONGEST = 8.0


@attrs.frozen
class Options:
    """How to send.

    Attributes:
        timeout: Seconds that one attempt may take.
        connect_timeout: Seconds that making a connection may take.
        deadline: Seconds that all attempts and the pauses between them may take together.
        max_retries: How many times to try again.
        retry_lost_events: Whether to send an array of events again when its answer was lost.
        headers: Added to every request.
    """

    timeout: float
    connect_timeout: float
    deadline: float
    max_retries: int
    retry_lost_events: bool
    headers: Mapping[str, str] = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        for name in ("timeout", "connect_timeout", "deadline"):
            _check_number(name, getattr(self, name), above=0)
        _check_number("max_retries", self.max_retries, above=-1)
        for name, value in self.headers.items():
            _check_header(name, value)

    def changed(self, changes: Mapping[str, Any]) -> Options:
        """The same, but for what is given; headers are added to those there are.

        Args:
            changes: New values by their names; those that are None change nothing.

        Raises:
            ConfigurationError: If one can't be right.
        """
        given = {name: value for name, value in changes.items() if value is not None}
        if "headers" in given:
            given["headers"] = _merged(self.headers, given["headers"])
        return attrs.evolve(self, **given)


def _merged(headers: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """Both, where a name of the second takes the place of any spelling of it in the first."""
    replaced = {str(name).lower() for name in more}
    return {**{name: headers[name] for name in headers if name.lower() not in replaced}, **more}


def _check_number(name: str, value: object, *, above: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > above:
        least = "longer than 0 seconds" if above == 0 else "0 or more"
        raise ConfigurationError(f"{name} has to be a number, {least}")


def _check_header(name: object, value: object) -> None:
    named = isinstance(name, str) and _HEADER_NAME.fullmatch(name)
    if not named or not (isinstance(value, str) and _HEADER_VALUE.fullmatch(value)):
        raise ConfigurationError(
            "headers have to be printable ASCII text, without blanks in a name or around a value"
        )


@attrs.frozen
class Request:
    """What goes out.

    Attributes:
        method: The HTTP method.
        url: The whole URL. It may be personal.
        info: The method and path, for logs and errors.
        headers: All headers, as the engine has prepared them. They hold the key.
        body: The encoded body, or None.
        repeatable: Whether sending it again is in order when no answer came.
        origin: Who is asked.
    """

    method: str
    url: str = attrs.field(repr=False)
    info: RequestInfo
    headers: Any = attrs.field(repr=False)
    body: bytes | None = attrs.field(repr=False)
    repeatable: bool
    origin: Origin = LUNOGRAM


@attrs.frozen
class Answer:
    """What came back.

    Attributes:
        status_code: The HTTP status.
        body: Whole and decompressed.
    """

    status_code: int
    _headers: list[tuple[bytes, bytes]] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)

    def values(self, name: bytes) -> list[bytes]:
        """What a header lists, in lower case.

        Args:
            name: Its name, in lower case.
        """
        # Asked of each answer; to compare lengths first saves most of the time.
        lines = [v for n, v in self._headers if len(n) == len(name) and n.lower() == name]
        return [part.strip().lower() for line in lines for part in line.split(b",")]

    @property
    def headers(self) -> dict[str, str]:
        """The headers, with lower-case names. Read when somebody asks, which is seldom."""
        headers: dict[str, str] = {}
        for raw_name, raw_value in self._headers:
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return headers


@attrs.frozen
class Failure:
    """Why nothing came back. A value, not an exception: those of an HTTP library hold the request.

    Attributes:
        reason: In words.
        sent: Whether the request may have reached the server.
        timeout: Whether time ran out.
    """

    reason: str
    sent: bool
    timeout: bool = False


Outcome: TypeAlias = Answer | Failure

MISREADINGS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a parser stumbles with over JSON that has another form than it was promised."""
MISREAD = "lacks a field, or has one of another type"
"""What is wrong with such JSON."""


def parsed(
    parse: Callable[[Any], T] | None, answer: Answer, request: Request, attempts: int
) -> T | None:
    """What a success says.

    Args:
        parse: Turns its JSON into what the caller gets; None if the success says it all.
        answer: The success.
        request: What was asked.
        attempts: How many times.

    Raises:
        InvalidResponseError: If it is not what the API promises.
    """
    if parse is None and not _is_page(answer):
        return None
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        fault = "is not JSON" if answer.body.strip() else "is empty"
    else:
        try:
            return parse(value) if parse else None
        except MISREADINGS:
            fault = MISREAD
    raise unreadable(fault, answer, request, attempts)


def unreadable(fault: str, answer: Answer, request: Request, attempts: int) -> InvalidResponseError:
    """The error for a success that can't be read.

    Args:
        fault: What is wrong with it, as a verb and the rest of a sentence.
        answer: The success.
        request: What was asked.
        attempts: How many times.
    """
    content_type = answer.headers.get("content-type", "no content type")[:80]
    misled = f"is {request.origin.setting} right?"
    likely = misled if _is_page(answer) else "the request was most likely carried out"
    return InvalidResponseError(
        f"the answer {fault} ({content_type}); {likely}",
        title="unexpected answer",
        status_code=answer.status_code,
        headers=answer.headers,
        request=request.info,
        attempts=attempts,
    )


def _is_page(answer: Answer) -> bool:
    """Whether it is for people: a web site or a portal answers 200 to anything."""
    return bool(answer.body) and any(b"html" in kind for kind in answer.values(b"content-type"))


class Attempts:
    """One request's attempts: how many there were, how long there is, and whether to go on."""

    # The server was too busy to begin, or something in between could not reach it.
    _TRY_AGAIN = frozenset({408, 429, 502, 503, 504})

    # Some of what was asked was done, and some was refused.
    _PARTLY = 207

    def __init__(self, request: Request, options: Options) -> None:
        self._request = request
        self._options = options
        self._begun = time.monotonic()
        self.made = 0

    @property
    def elapsed(self) -> float:
        """Seconds since the first attempt began."""
        return time.monotonic() - self._begun

    def time_left(self) -> float:
        """Seconds that the next attempt may take."""
        left = min(self._options.timeout, self._options.deadline - self.elapsed)
        # A pause may last longer than asked for, and a socket takes no time below zero.
        return min(max(left, _SHORTEST), _LONGEST)

    def pause_after(self, outcome: Outcome) -> float | None:
        """Seconds to wait before the next attempt, or None if there is none.

        Args:
            outcome: What the attempt just made came to.
        """
        self.made += 1
        self._log(outcome)
        if not self._may_try_again(outcome) or self.made > self._options.max_retries:
            return None
        pause = self._pause(outcome)
        return pause if self.elapsed + pause < self._options.deadline else None

    def result(self, outcome: Outcome) -> Answer:
        """The answer of the last attempt, if it is a success.

        Args:
            outcome: What it came to.

        Raises:
            NetworkError: If nothing came back.
            RequestError: If the answer is not a success.
        """
        if isinstance(outcome, Failure):
            kind = NetworkTimeoutError if outcome.timeout else NetworkError
            raise kind(outcome.reason, request=self._request.info, attempts=self.made)
        if not 200 <= outcome.status_code < 300 or outcome.status_code == self._PARTLY:
            raise answer_error(
                outcome.status_code,
                outcome.headers,
                outcome.body,
                self._request.info,
                self.made,
                origin=self._request.origin,
            )
        return outcome

    def _may_try_again(self, outcome: Outcome) -> bool:
        if isinstance(outcome, Failure):
            return self._request.repeatable or not outcome.sent
        return outcome.status_code in self._TRY_AGAIN

    def _pause(self, outcome: Outcome) -> float:
        import random  # takes longer to import than most programs ever pause

        longest = min(_BACKOFF_LONGEST, _BACKOFF_FIRST * 2 ** min(self.made - 1, 10))
        jitter = random.uniform(0, longest)
        asked = retry_after(outcome.headers) if isinstance(outcome, Answer) else None
        # Whoever was asked to wait comes back a little later each, not all at once.
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
