"""Error responses: an HTTP status, a title and a detail."""

from __future__ import annotations

from http import HTTPStatus

BODY_LIMIT = 10 * 1024 * 1024
"""The maximum size of a request body, in bytes."""


class Problem(Exception):  # noqa: N818 - the API's own word
    """An error response, sent as JSON with `title` and `detail`."""

    def __init__(self, status: int, title: str, detail: str, why: str = "") -> None:
        super().__init__(why or detail)
        self.status = status
        self.title = title
        self.detail = detail
        self.why = why
        """The cause, if the response does not say it; the page shows it."""


class Conflict(Problem):
    """Identifiers that belong to more than one subject, which the platform does not explain."""

    def __init__(self, why: str) -> None:
        super().__init__(*_FAILURE, why)


class Unstorable(Problem):
    """A value that PostgreSQL cannot store, which the platform does not explain."""

    def __init__(self, why: str) -> None:
        super().__init__(*_FAILURE, why)


_FAILURE = (
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "internal server error",
    "an internal server error has occurred",
)


def bad_request(detail: str) -> Problem:
    """Return the error of a request that breaks a rule, or does not match the document."""
    return Problem(HTTPStatus.BAD_REQUEST, "bad request", detail)


def invalid_body(detail: str) -> Problem:
    """Return the error of a body that a handler can't use."""
    return Problem(HTTPStatus.BAD_REQUEST, "invalid request body", detail)


def unauthorized() -> Problem:
    """Return the error of a missing or invalid key, or of a project that is not the key's."""
    detail = "security requirements failed: unauthorized"
    return Problem(HTTPStatus.UNAUTHORIZED, "bad request", detail)


def forbidden(detail: str) -> Problem:
    """Return the error of a request that its key does not allow."""
    return Problem(HTTPStatus.FORBIDDEN, "forbidden", detail)


def not_found(what: str) -> Problem:
    """Return the error of a resource that does not exist."""
    return Problem(HTTPStatus.NOT_FOUND, "resource not found", f"{what} not found")


def method_not_allowed(method: str) -> Problem:
    """Return the error of a method that the path does not have."""
    detail = f"this path does not take {method}"
    return Problem(HTTPStatus.METHOD_NOT_ALLOWED, "method not allowed", detail)


def too_large() -> Problem:
    """Return the error of a body beyond the limit."""
    detail = f"the body is larger than {BODY_LIMIT} bytes"
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "content too large", detail)


def overloaded() -> Problem:
    """Return the error of a request that there is no memory for."""
    detail = "too many large requests at once"
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "service unavailable", detail)


def failed() -> Problem:
    """Return the error of a failure of the sandbox itself."""
    return Problem(*_FAILURE)
