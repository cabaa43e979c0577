"""The results of successful responses, whose form is checked. No I/O."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from ._attempts import Request, Response
from .errors import InvalidResponseError, received_from

T = TypeVar("T")

PARSE_ERRORS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""The exceptions of a parser for JSON of another form than its schema."""
MISSING_OR_MISTYPED = "that lacks a field, or has one of another type"
"""The fault of such JSON."""


def recognized(response: Response, request: Request, attempts: int) -> Any:
    """The JSON of a success of the form that the operation promises, or None if it is empty.

    Args:
        response: The successful response.
        request: The request.
        attempts: The number of attempts.

    Raises:
        InvalidResponseError: If it has another form.
    """
    operation = request.operation
    try:
        value = json.loads(response.body) if response.body.strip() else None
    except (ValueError, RecursionError):
        fault = "that is not JSON"
    else:
        if operation.recognizes(value):
            return value
        fault = "in place of JSON" if value is None else MISSING_OR_MISTYPED
    if operation.is_known and not (operation.result or operation.may_return):
        fault = "in place of an empty body"
    raise invalid_response(
        fault, f"check {request.host.origin.setting}", response, request, attempts
    )


def parse_response(
    parse: Callable[[Any], T] | None, response: Response, request: Request, attempts: int
) -> T | None:
    """The result of a call, from its successful response.

    Args:
        parse: The function that converts the JSON to the result; None if there is no result.
        response: The successful response.
        request: The request.
        attempts: The number of attempts.

    Raises:
        InvalidResponseError: If the response has another form than the API promises.
    """
    value = recognized(response, request, attempts)
    try:
        return parse(value) if parse else None
    except PARSE_ERRORS:
        # Raised below, where the error has no context: that would show the body.
        pass
    raise invalid_field(response, request, attempts)


def invalid_field(response: Response, request: Request, attempts: int) -> InvalidResponseError:
    """The error for a success of the API with an invalid field.

    Args:
        response: The successful response.
        request: The request.
        attempts: The number of attempts.
    """
    likely = "the request was most likely carried out"
    return invalid_response(MISSING_OR_MISTYPED, likely, response, request, attempts)


def invalid_response(
    fault: str, likely: str, response: Response, request: Request, attempts: int
) -> InvalidResponseError:
    """The error for a success of an invalid form.

    Args:
        fault: The fault, as it follows the content type in the message.
        likely: The most likely meaning.
        response: The successful response.
        request: The request.
        attempts: The number of attempts.
    """
    headers = response.headers
    met = received_from(request.place, response.status_code, headers, response.body)
    error = InvalidResponseError(
        f"{met} {fault}: {likely}",
        title="unexpected response",
        status_code=response.status_code,
        headers=headers,
        request=request.info,
        attempts=attempts,
    )
    return request.explained(error)
