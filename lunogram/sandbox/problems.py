"""How a request is refused: an HTTP status, a title and a detail."""

from __future__ import annotations

from http import HTTPStatus

BODY_LIMIT = 10 * 1024 * 1024
"""The largest request body that is taken, in bytes."""


class Problem(Exception):  # noqa: N818 - the API's own word
    """A refusal, to be answered as JSON with `title` and `detail`."""

    platform_fails = False
    """Whether the platform of today answers 500 to this, as `--mimic` then does."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        """Say with which status, of which kind, and why."""
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail


class Conflict(Problem):
    """Identifiers, or an id, that belong to another subject."""

    platform_fails = True

    def __init__(self, detail: str) -> None:
        """Say what is in conflict."""
        super().__init__(HTTPStatus.CONFLICT, "conflict", detail)


class Unstorable(Problem):
    """A body that PostgreSQL cannot store."""

    platform_fails = True

    def __init__(self, detail: str) -> None:
        """Say what cannot be stored."""
        super().__init__(HTTPStatus.BAD_REQUEST, "invalid request body", detail)


def bad_request(detail: str) -> Problem:
    """Refuse a request that breaks a rule."""
    return Problem(HTTPStatus.BAD_REQUEST, "bad request", detail)


def invalid_body(detail: str) -> Problem:
    """Refuse a body that cannot be read, or is not what the document says."""
    return Problem(HTTPStatus.BAD_REQUEST, "invalid request body", detail)


def unauthorized() -> Problem:
    """Refuse a request without a key that is let in."""
    detail = "the API key is missing or not known"
    return Problem(HTTPStatus.UNAUTHORIZED, "unauthorized", detail)


def forbidden(detail: str) -> Problem:
    """Refuse what the key may not do."""
    return Problem(HTTPStatus.FORBIDDEN, "forbidden", detail)


def not_found(what: str) -> Problem:
    """Say that there is no such thing."""
    return Problem(HTTPStatus.NOT_FOUND, "resource not found", f"{what} not found")


def method_not_allowed(method: str) -> Problem:
    """Refuse a method that the path does not have."""
    detail = f"this path does not take {method}"
    return Problem(HTTPStatus.METHOD_NOT_ALLOWED, "method not allowed", detail)


def too_large() -> Problem:
    """Refuse a body beyond the limit."""
    detail = f"the body is larger than {BODY_LIMIT} bytes"
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "content too large", detail)


def failed() -> Problem:
    """Say that the fault is on this side."""
    detail = "something went wrong"
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal server error", detail)
