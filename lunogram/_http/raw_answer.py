"""Answers for the raw client, whose generated functions read those of httpx."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import httpx

from .._attempts import MISREAD, MISREADINGS, Answer, Request, parsed, unreadable
from ..errors import InvalidResponseError

T = TypeVar("T")


class RawAnswer(httpx.Response):
    """An answer in the form that generated endpoint functions read, with our errors."""

    def __init__(self, answer: Answer, request: Request, attempts: int) -> None:
        """Take over an answer.

        Args:
            answer: A success.
            request: What was asked.
            attempts: How many times.
        """
        # The body is decompressed already; these would have it decompressed again.
        passed = {
            name: value
            for name, value in answer.headers.items()
            if name not in ("content-encoding", "content-length", "transfer-encoding")
        }
        super().__init__(answer.status_code, headers=passed, content=answer.body)
        self._received = (answer, request, attempts)

    def json(self, **_options: Any) -> Any:
        """The body.

        Raises:
            InvalidResponseError: If it is not JSON.
        """
        return parsed(lambda value: value, *self._received)

    def misread(self) -> InvalidResponseError:
        """The error for one of another form than was promised."""
        return unreadable(MISREAD, *self._received)


class ReadsRawAnswers:
    """What a raw client does with an answer, whichever API it is of."""

    def built(self, build: Callable[..., T], response: httpx.Response) -> T:
        """What a generated function returns for an answer.

        Args:
            build: Builds it.
            response: The answer.

        Raises:
            InvalidResponseError: If it is not what the API promises.
        """
        try:
            return build(client=self, response=response)
        except MISREADINGS:
            # Raised below, where the error has no context: that would show the body.
            pass
        raise cast("RawAnswer", response).misread()
