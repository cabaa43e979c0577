"""The errors of this package, as one tree, and the conversion of responses to errors.

    LunogramError
    ├── ConfigurationError         the configuration is invalid (also a ValueError)
    ├── ClientClosedError          the client was used after close (also a RuntimeError)
    ├── NetworkError               there was no response
    │   └── NetworkTimeoutError    … within the time limit (also a TimeoutError)
    └── RequestError               the response is not a success
        ├── ValidationError        400, 422, or an invalid value, before sending (also a ValueError)
        ├── UnauthorizedError      401
        ├── ForbiddenError         403
        ├── NotFoundError          404
        ├── RateLimitError         429, with retry_after
        ├── ServerError            5xx
        │   └── ConflictError      identifiers of two subjects
        └── InvalidResponseError   the response is not one of the API, or lacks required fields

No error holds the API key, the body of the request or the body of the response.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
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
    "LunogramWarning",
    "NetworkError",
    "NetworkTimeoutError",
    "NotFoundError",
    "RateLimitError",
    "RequestError",
    "RequestInfo",
    "ServerError",
    "UnauthorizedError",
    "ValidationError",
    "response_error",
    "retry_after",
]

# Long enough for any message of the API, short enough for a log line.
_LONGEST_TEXT = 300

_MEDIA_TYPE = re.compile(r"[\w.+-]{1,80}/[\w.+-]{1,80}")


@attrs.frozen
class RequestInfo:
    """The request that an error is about.

    Attributes:
        method: The HTTP method, such as ``"POST"``.
        path: The path below the base URL, such as ``"/client/users"``, without the query and
            without identifiers of persons.
    """

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@attrs.frozen
class ApiLabels:
    """An API as errors name it, and the form of its error responses.

    Attributes:
        name: The name of the API, such as ``"Lunogram"``.
        setting: The argument that sets its URL, such as ``"base_url"``.
        read_problem: A function that reads title and detail from the JSON object of a response,
            or returns None if the object is not an error of the API.
        is_missing: A function that tells whether the detail of a 404 is about an object that the
            request names, not about its path.
    """

    name: str
    setting: str
    read_problem: Callable[[Mapping[str, Any]], tuple[str, str] | None]
    is_missing: Callable[[str], bool]


# The objects that a request can name and Lunogram may not have. A path is none of them.
_MISSING = re.compile(
    r"(?:user|organization|member|device|message|(?:scheduled )?(?:schedule|instance)"
    r"|(?:session )?auth method|vapid key) not found"
)


def _read_problem(value: Mapping[str, Any]) -> tuple[str, str] | None:
    title, detail = value.get("title"), value.get("detail")
    if not isinstance(title, str) or not isinstance(detail, str):
        return None
    return title, detail


def _is_missing(detail: str) -> bool:
    return _MISSING.fullmatch(detail) is not None


LUNOGRAM = ApiLabels("Lunogram", "base_url", _read_problem, _is_missing)


class LunogramError(Exception):
    """The base class of every error that this package raises.

    Attributes:
        code: The constant name of the error, such as ``"not_found"``.
        request: The request that the error is about, or None.
        attempts: The number of times that the request was sent.
        delivered: The number of items, events or messages, that earlier requests of the same
            method call had delivered.
    """

    code: ClassVar[str] = "error"

    def __init__(
        self, message: str, *, request: RequestInfo | None = None, attempts: int = 0
    ) -> None:
        super().__init__(message)
        self.request = request
        self.attempts = attempts
        self.delivered = 0

    def __str__(self) -> str:
        context = self._context()
        return f"{self.args[0]} ({', '.join(context)})" if context else str(self.args[0])

    def _context(self) -> list[str]:
        context = [str(self.request)] if self.request else []
        if self.attempts > 1:
            context.append(f"{self.attempts} attempts")
        if self.delivered:
            context.append(f"after {self.delivered} items were delivered")
        return context


class LunogramWarning(UserWarning):
    """A warning about a valid call, of which the server changes or claims a part."""


class ConfigurationError(LunogramError, ValueError):
    """An invalid configuration: a missing key, an invalid URL, an extra that is not installed."""

    code = "configuration"


class ClientClosedError(LunogramError, RuntimeError):
    """The use of a client after it was closed."""

    code = "client_closed"


class NetworkError(LunogramError):
    """A request without a complete response: no connection, or one that broke too early.

    Attributes:
        sent: Whether the request may have reached the server, which may have processed it. False
            if no connection was made.
    """

    code = "network"
    sent: bool = True


class NetworkTimeoutError(NetworkError, TimeoutError):
    """A request without a complete response within the time limit."""

    code = "timeout"


class RequestError(LunogramError):
    """A response that is not a success.

    Attributes:
        status_code: The HTTP status, or None if the call was rejected before it was sent.
        title: The API's title of the problem, such as ``"resource not found"``.
        detail: The API's description of the problem, such as ``"user not found"``.
        headers: The headers of the response, with lower-case names and without cookies.
        request_id: The ``X-Request-Id`` header of the response, or None.
        hint: What to check, such as the setting that is most likely wrong, or an empty string.
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
        self.hint = ""
        self._quotes_server = False

    def __str__(self) -> str:
        return self._shown(self._kind(self.title), str(self.args[0]), self._context())

    def _without_quotes(self) -> str:
        """The error for logs, without the text of the server, which may name a person."""
        context = super()._context()  # without the request id, which is the server's text too
        if self._quotes_server:
            return self._shown(self._kind(_phrase(self.status_code or 0)), "", context)
        return self._shown(self._kind(self.title), self.detail, context)

    def _shown(self, kind: str, detail: str, context: list[str]) -> str:
        words = "; ".join(filter(None, [": ".join(filter(None, [kind, detail])), self.hint]))
        return f"{words} ({', '.join(context)})" if context else words

    def _kind(self, title: str) -> str:
        return " ".join(str(part) for part in (self.status_code, title) if part)

    def _context(self) -> list[str]:
        request_id = [f"request id {_one_line(self.request_id)}"] if self.request_id else []
        return super()._context() + request_id


class ValidationError(RequestError, ValueError):
    """An invalid value: rejected before the request is sent, or by the API (400, 422).

    Attributes:
        field: The path of the invalid field, such as ``"events[3].data.total"``, or None if the
            API rejected the request.
    """

    code = "validation"

    def __init__(self, detail: str, *, field: str | None = None, **facts: Any) -> None:
        super().__init__(detail, **facts)
        self.field = field

    @classmethod
    def at(cls, field: str, fault: str) -> ValidationError:
        """The error for an invalid field, before the request is sent.

        Args:
            field: The path of the field, such as ``"events[3].data.total"``.
            fault: The fault, without the value, such as ``"must be a string, not int"``.
        """
        path = _one_line(field)  # it may contain keys of the caller's data
        return cls(f"{path}: {_one_line(fault)}", field=path)


class UnauthorizedError(RequestError):
    """Status 401: the API key is missing or unknown to the server."""

    code = "unauthorized"


class ForbiddenError(RequestError):
    """Status 403: the API key has no permission for this operation."""

    code = "forbidden"


class NotFoundError(RequestError):
    """Status 404: the user, organization, schedule or other object does not exist."""

    code = "not_found"


class RateLimitError(RequestError):
    """Status 429: the rate limit of the API key is exceeded.

    Attributes:
        retry_after: The seconds to wait before the next request, or None.
    """

    code = "rate_limit"

    @property
    def retry_after(self) -> float | None:
        """The seconds to wait before the next request, from the ``Retry-After`` header, or None."""
        return retry_after(self.headers)


class ServerError(RequestError):
    """Status 5xx: the server failed, and may or may not have processed the request."""

    code = "server"


class ConflictError(ServerError):
    """Status 500 of an upsert or a delete with several identifiers: they belong to two subjects.

    Most likely so, because the server has no other response for that. Upsert with one identifier
    at a time to see which belongs to whom.
    """

    code = "conflict"


class InvalidResponseError(RequestError):
    """A response that is not one of the API: most likely ``base_url`` is another server's URL.

    It is either a success of another form than the operation's, such as HTML, the JSON of another
    API or an object that lacks a required field; or a rejection (400, 404, 409, 413, 422) that is
    not in the API's form, or that the operation never returns. The server processed the request
    only if the message says that it most likely did.
    """

    code = "invalid_response"


REJECTIONS = frozenset({207, 400, 404, 409, 413, 422})
"""The statuses of a request that never succeeds, if the response is one of the API.

Customer.io returns 207 for a batch that is rejected in part.
"""

_BY_STATUS: dict[int, type[RequestError]] = {
    400: ValidationError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    422: ValidationError,
    429: RateLimitError,
}


def response_error(
    status_code: int,
    headers: Mapping[str, str],
    body: bytes,
    request: RequestInfo,
    attempts: int,
    *,
    origin: ApiLabels = LUNOGRAM,
    server: str = "the server",
    can_be_missing: bool = False,
    may_conflict: bool = False,
) -> RequestError:
    """The error for a response that is not a success.

    Args:
        status_code: The HTTP status.
        headers: The headers of the response, with lower-case names.
        body: The body of the response. Title and detail are read from it; the rest is dropped.
        request: The request.
        attempts: The number of times that it was sent.
        origin: The API that it was sent to.
        server: The host and port of the server.
        can_be_missing: Whether a 404 may be about an object that the request names.
        may_conflict: Whether a 500 most likely says that identifiers belong to two subjects.
    """
    problem = _problem(headers, body, status_code, origin)
    if status_code == HTTPStatus.NOT_FOUND and problem:
        problem = problem if can_be_missing and origin.is_missing(problem[1]) else None
    kind = _BY_STATUS.get(status_code, ServerError if status_code >= 500 else RequestError)
    if status_code in REJECTIONS and not problem:
        kind = InvalidResponseError
    if status_code == HTTPStatus.INTERNAL_SERVER_ERROR and may_conflict:
        kind = ConflictError
    received = received_from(server, status_code, headers, body)
    title, detail = problem or _foreign_problem(received, status_code, headers, origin)
    error = kind(
        detail,
        title=title,
        status_code=status_code,
        headers=headers,
        request=request,
        attempts=attempts,
    )
    error._quotes_server = problem is not None
    return error


def _problem(
    headers: Mapping[str, str], body: bytes, status_code: int, origin: ApiLabels
) -> tuple[str, str] | None:
    """Title and detail, or None if the response is not an error of the API."""
    if "json" not in headers.get("content-type", "json").lower():
        return None
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    problem = origin.read_problem(value) if isinstance(value, dict) else None
    if problem is None:
        return None
    title, detail = map(_one_line, problem)
    return (title or _phrase(status_code), detail or title) if title or detail else None


def received_from(server: str, status_code: int, headers: Mapping[str, str], body: bytes) -> str:
    """The description of a response for errors, without its body.

    Args:
        server: The host and port of the server.
        status_code: The HTTP status.
        headers: The headers of the response, with lower-case names.
        body: The body of the response.
    """
    kind = media_type(headers) or ("a body without a content type" if body else "an empty body")
    return f"{server} returned {status_code} with {kind}"


def _foreign_problem(
    received: str, status_code: int, headers: Mapping[str, str], origin: ApiLabels
) -> tuple[str, str]:
    """Title and detail for an error response that is not one of the API, such as a proxy's."""
    if 300 <= status_code < 400:
        return (
            "redirect",
            f"the server redirects {_location(headers)}; set {origin.setting} ({received})",
        )
    advice = "it may come from a proxy" if _is_transient(status_code) else f"check {origin.setting}"
    return _phrase(status_code), f"{received}, which is not {origin.name}'s response; {advice}"


def _is_transient(status_code: int) -> bool:
    """Whether proxies return the status, too, now and then."""
    return status_code in (401, 403, 407, 408, 425, 429) or 500 <= status_code < 600


def media_type(headers: Mapping[str, str]) -> str:
    """The media type of a response, such as ``"text/html"``, or an empty string.

    Args:
        headers: The headers of the response, with lower-case names.
    """
    found = _MEDIA_TYPE.match(headers.get("content-type", ""))
    return found[0] if found else ""


def _location(headers: Mapping[str, str]) -> str:
    """The scheme and host of a redirect, without the rest of the URL, which may be a secret."""
    try:
        target = urlsplit(headers.get("location", ""))
    except ValueError:
        return "elsewhere"
    host = target.netloc.rpartition("@")[2]
    return _one_line(f"to {target.scheme}://{host}") if host else "elsewhere"


def _phrase(status_code: int) -> str:
    try:
        return HTTPStatus(status_code).phrase.lower()
    except ValueError:
        return "unknown status"


def _one_line(text: str) -> str:
    start = text[: 4 * _LONGEST_TEXT]
    shown = "".join(char if char.isprintable() else " " for char in start)
    return " ".join(shown.split())[:_LONGEST_TEXT]


_SECONDS = re.compile(r"[0-9]{1,299}(?:\.[0-9]{1,299})?").fullmatch


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds to wait by the ``Retry-After`` header, or None if it is absent or invalid.

    The header holds a number of seconds, for some servers with decimals, or an HTTP date.

    Args:
        headers: The headers of the response, with lower-case names.
    """
    value = headers.get("retry-after", "").strip()
    if _SECONDS(value):
        return float(value)
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
