"""What both clients share: their exception, their responses, and how they are closed."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any, Self

import attrs

from ..._tracebacks import ShortTracebacks
from ...errors import LunogramError

CustomerIOException = LunogramError
"""The exception of Customer.io's own client: the base class of all errors."""


@attrs.frozen
class Response:
    """The response to a call that succeeded, or that is queued.

    Programs that check ``response.status_code`` keep working; others ignore it.

    Attributes:
        status_code: The HTTP status, always 200: anything else is an exception.
    """

    status_code: int = 200

    @property
    def ok(self) -> bool:
        """Whether the call succeeded: always."""
        return True

    @property
    def text(self) -> str:
        """The body: an empty JSON object."""
        return "{}"

    def json(self) -> dict[str, Any]:
        """The JSON of the body: an empty object."""
        return {}

    def raise_for_status(self) -> None:
        """Do nothing: failed calls have raised."""


class ClientBase(ShortTracebacks):
    """The base class of both clients."""

    _to: Any

    def __init__(self) -> None:
        self._own = ExitStack()

    def close(self) -> None:
        """Close its own connections. An object that was passed as ``to`` stays open."""
        self._own.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(to={self._to!r})"


__all__ = ["ClientBase", "CustomerIOException", "Response"]
