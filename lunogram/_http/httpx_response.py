"""The responses of the raw client, in the form that generated functions read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import httpx

from .._attempts import Request, Response
from .._responses import PARSE_ERRORS, invalid_field, recognized
from .._unpicklable import Unpicklable
from ..errors import InvalidResponseError

T = TypeVar("T")


class RawHTTPResponse(httpx.Response):
    """A response of httpx whose errors are those of this package."""

    def __init__(self, response: Response, request: Request, attempts: int) -> None:
        """Create a response.

        Args:
            response: The successful response.
            request: The request.
            attempts: The number of attempts.
        """
        # httpx would decompress the body again.
        passed = {
            name: value
            for name, value in response.headers.items()
            if name not in ("content-encoding", "content-length", "transfer-encoding")
        }
        super().__init__(response.status_code, headers=passed, content=response.body)
        self._received = (response, request, attempts)

    def json(self, **_options: Any) -> Any:
        """The JSON of the body.

        Raises:
            InvalidResponseError: If the JSON has another form than the API promises.
        """
        return recognized(*self._received)

    def invalid_field(self) -> InvalidResponseError:
        """The error for a response with an invalid field."""
        return invalid_field(*self._received)


class BuildsRawResponses(Unpicklable):
    """The base of raw clients: it builds the results of generated functions."""

    def built(self, build: Callable[..., T], response: httpx.Response) -> T:
        """The result of a generated function, from its response.

        Args:
            build: The generated function that builds the result.
            response: The response.

        Raises:
            InvalidResponseError: If the JSON has another form than the API promises.
        """
        try:
            return build(client=self, response=response)
        except PARSE_ERRORS:
            # Raised below, where the error has no context: that would show the body.
            pass
        raise cast("RawHTTPResponse", response).invalid_field()
