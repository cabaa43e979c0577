"""Everything that can go wrong, as one tree, and the one place where an answer becomes an error.

    LunogramError
    ├── ConfigurationError         the client was set up wrongly (also a ValueError)
    ├── ClientClosedError          the client was used after close (also a RuntimeError)
    ├── NetworkError               nothing came back
    │   └── NetworkTimeoutError    … within the time given (also a TimeoutError)
    └── RequestError               an answer came back, and it is not a success
        ├── ValidationError        400, 422, or refused before anything was sent (also a ValueError)
        ├── UnauthorizedError      401
        ├── ForbiddenError         403
        ├── NotFoundError          404
        ├── ConflictError          409
        ├── RateLimitError         429, with retry_after
        ├── ServerError            5xx
        └── InvalidResponseError   a success whose body is not what the API promises

No error holds the key, the body that was sent or the body that came back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import urlsplit

import attrs

__all__ = [
    "ClientClosedError",
    "ConfigurationError",
    "ConflictError",
    "ForbiddenError",
    "InvalidResponseError",
    "LunogramError",
    "NetworkError",
    "NetworkTimeoutError",
    "NotFoundError",
    "RateLimitError",
    "RequestError",
    "RequestInfo",
    "ServerError",
    "UnauthorizedError",
    "ValidationError",
    "answer_error",
    "retry_after",
]

# Long enough for any sentence of the API, short enough for a log line.
_LONGEST_TEXT = 300

# Where the paths of Customer.io's Track API name a person, and a device of theirs.
_NAMES = re.compile(r"(/api/v1/customers/)[^/]+(?:(/devices/)[^/]+)?")


def without_names(path: str) -> str:
    """A path as anybody may see it: who it is about is left out.

    Args:
        path: The path of a request, or the end of one.
    """
    if "/customers/" not in path:  # as with every path of Lunogram's own
        return path
    return _NAMES.sub(lambda found: "…".join([*filter(None, found.groups()), ""]), path)


@attrs.frozen
class RequestInfo:
    """Which request an error is about.

    Attributes:
        method: The HTTP method, such as ``"POST"``.
        path: The path after the base URL, such as ``"/client/users"``, without the query and
            whatever else names a person.
    """

    method: str
    path: str = attrs.field(converter=without_names)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@attrs.frozen
class Origin:
    """Whose answers they are, for the words of errors.

    Attributes:
        name: Such as ``"Lunogram"``.
        setting: The argument that says where it is, such as ``"base_url"``.
    """

    name: str
    setting: str


LUNOGRAM = Origin("Lunogram", "base_url")


class LunogramError(Exception):
    """The parent of every error this package raises.

    Attributes:
        code: A constant name of the kind of error, such as ``"not_found"``, for programs.
        request: The request it is about, or None.
        attempts: How many times the request was sent.
    """

    code: ClassVar[str] = "error"

    def __init__(
        self, message: str, *, request: RequestInfo | None = None, attempts: int = 0
    ) -> None:
        super().__init__(message)
        self.request = request
        self.attempts = attempts

    def __str__(self) -> str:
        context = self._context()
        return f"{self.args[0]} ({', '.join(context)})" if context else str(self.args[0])

    def _context(self) -> list[str]:
        context = [str(self.request)] if self.request else []
        return [*context, f"{self.attempts} attempts"] if self.attempts > 1 else context


class ConfigurationError(LunogramError, ValueError):
    """The client was set up wrongly: a key is missing, a URL can't be one, an extra isn't there."""

    code = "configuration"


class ClientClosedError(LunogramError, RuntimeError):
    """The client was used after it was closed."""

    code = "client_closed"


class NetworkError(LunogramError):
    """Nothing came back: no connection, or one that broke before the answer was complete.

    The request may have been carried out all the same.
    """

    code = "network"


class NetworkTimeoutError(NetworkError, TimeoutError):
    """Nothing came back within the time given."""

    code = "timeout"


class RequestError(LunogramError):
    """An answer that is not a success.

    Attributes:
        status_code: The HTTP status, or None when the call was refused before it was sent.
        title: The kind of problem, as the API names it.
        detail: What happened this time.
        headers: The answer's headers, with lower-case names and without cookies.
        request_id: The answer's ``X-Request-Id``, if it has one.
    """

    code = "request"

    def __init__(
        self,
        detail: str,
        *,
        title: str = "",
        status_code: int | None = None,
        headers: Mapping[str, str] | None = None,
        request: RequestInfo | None = None,
        attempts: int = 0,
    ) -> None:
        super().__init__(detail, request=request, attempts=attempts)
        self.detail = detail
        self.title = title
        self.status_code = status_code
        self.headers = {k: v for k, v in (headers or {}).items() if k != "set-cookie"}
        self.request_id = self.headers.get("x-request-id")

    def __str__(self) -> str:
        kind = " ".join(str(part) for part in (self.status_code, self.title) if part)
        return f"{kind}: {super().__str__()}" if kind else super().__str__()

    def _context(self) -> list[str]:
        request_id = [f"request id {_one_line(self.request_id)}"] if self.request_id else []
        return super()._context() + request_id


class ValidationError(RequestError, ValueError):
    """What was given can't be right: refused before anything was sent, or by the API (400, 422).

    Attributes:
        field: The place of the fault, such as ``"events[3].data.total"``, when it was found here.
    """

    code = "validation"

    def __init__(self, detail: str, *, field: str | None = None, **facts: Any) -> None:
        super().__init__(detail, **facts)
        self.field = field

    @classmethod
    def at(cls, field: str, fault: str) -> ValidationError:
        """The error for a value given here.

        Args:
            field: The place of the value.
            fault: What is wrong with it, without the value itself.
        """
        place = _one_line(field)  # names in it may be anybody's
        return cls(f"{place}: {_one_line(fault)}", field=place)


class UnauthorizedError(RequestError):
    """401: there is no key, or the server does not know it."""

    code = "unauthorized"


class ForbiddenError(RequestError):
    """403: the key may not do this."""

    code = "forbidden"


class NotFoundError(RequestError):
    """404: no such user, organization, schedule, or path."""

    code = "not_found"


class ConflictError(RequestError):
    """409: the request contradicts what is stored, such as identifiers of two different users."""

    code = "conflict"


class RateLimitError(RequestError):
    """429: the key's budget of requests is used up.

    Attributes:
        retry_after: Seconds to wait before the next request, if the server said so.
    """

    code = "rate_limit"

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait before the next request, from the answer's ``Retry-After``."""
        return retry_after(self.headers)


class ServerError(RequestError):
    """5xx: the server failed. What was asked may or may not have been done."""

    code = "server"


class InvalidResponseError(RequestError):
    """A success whose body is not what the API promises: HTML, half a JSON text, a missing field.

    The request was most likely carried out.
    """

    code = "invalid_response"


_BY_STATUS: dict[int, type[RequestError]] = {
    400: ValidationError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    422: ValidationError,
    429: RateLimitError,
}


def answer_error(
    status_code: int,
    headers: Mapping[str, str],
    body: bytes,
    request: RequestInfo,
    attempts: int,
    *,
    origin: Origin = LUNOGRAM,
) -> RequestError:
    """The error that stands for an answer which is not a success.

    Args:
        status_code: The HTTP status.
        headers: The answer's headers, with lower-case names.
        body: The answer's body, as it came. A problem is read from it; the rest is dropped.
        request: What was asked.
        attempts: How many times.
        origin: Who was asked.
    """
    title, detail = _problem(body, status_code) or _stand_in(status_code, headers, origin)
    kind = _BY_STATUS.get(status_code, ServerError if status_code >= 500 else RequestError)
    return kind(
        detail,
        title=title,
        status_code=status_code,
        headers=headers,
        request=request,
        attempts=attempts,
    )


def _problem(body: bytes, status_code: int) -> tuple[str, str] | None:
    """Title and detail, if the body is a problem as one of the APIs writes it."""
    try:
        problem = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(problem, dict):
        return None
    texts = [problem.get(name) for name in ("title", "detail")]
    words = [_one_line(text) if isinstance(text, str) else "" for text in texts]
    if any(words):
        return words[0], words[1] or words[0]
    told = _one_line("; ".join(_customerio_texts(problem)))
    return (_phrase(status_code), told) if told else None


def _customerio_texts(problem: Mapping[str, Any]) -> Iterator[str]:
    """What Customer.io says: in meta.error of a failed send, in a list of errors elsewhere."""
    meta = problem.get("meta")
    if isinstance(meta, dict):
        yield from _texts(meta.get("error"))
        yield from _texts(meta.get("errors"))
    yield from _texts(problem.get("errors"))


def _texts(told: Any) -> Iterator[str]:
    for each in told if isinstance(told, list) else [told]:
        text = (each.get("message") or each.get("detail")) if isinstance(each, dict) else each
        if isinstance(text, str):
            yield text


def _stand_in(status_code: int, headers: Mapping[str, str], origin: Origin) -> tuple[str, str]:
    """Title and detail for an answer that has none, most likely from something in between."""
    if 300 <= status_code < 400:
        return "redirect", f"the server sends us {_aim(headers)}: set {origin.setting}"
    content_type = _one_line(headers.get("content-type", "")) or "nothing"
    fault = f"the answer is not {origin.name}'s own ({content_type}); a proxy's?"
    return _phrase(status_code), fault


def _aim(headers: Mapping[str, str]) -> str:
    """Where a redirect leads, without the rest of the URL, which may be a secret."""
    try:
        target = urlsplit(headers.get("location", ""))
    except ValueError:
        return "elsewhere"
    host = target.netloc.rpartition("@")[2]
    return _one_line(f"on to {target.scheme}://{host}") if host else "elsewhere"


def _phrase(status_code: int) -> str:
    try:
        return HTTPStatus(status_code).phrase.lower()
    except ValueError:
        return "unknown status"


def _one_line(text: str) -> str:
    start = text[: 4 * _LONGEST_TEXT]
    shown = "".join(char if char.isprintable() else " " for char in start)
    return " ".join(shown.split())[:_LONGEST_TEXT]


def retry_after(headers: Mapping[str, str]) -> float | None:
    """How long the server asks us to wait, in seconds.

    ``Retry-After`` comes in two forms, a number of seconds and a date. What can't be read is as
    good as absent.

    Args:
        headers: The answer's headers, with lower-case names.
    """
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value) if len(value) < 300 else None
    return _seconds_until(value) if value else None


def _seconds_until(date: str) -> float | None:
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
