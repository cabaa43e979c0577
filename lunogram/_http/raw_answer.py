"""Answers for the raw client, whose generated functions read those of httpx."""

from __future__ import annotations

from functools import partial
from typing import Any

import httpx

from .._attempts import Answer, Request, parsed


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
        self._read_json = partial(parsed, lambda value: value, answer, request, attempts)

    def json(self, **_options: Any) -> Any:
        """The body.

        Raises:
            InvalidResponseError: If it is not JSON.
        """
        return self._read_json()
