"""The state of all engines of a process."""

from __future__ import annotations

from collections.abc import Callable

from .._attempts import Request, Response
from ..errors import ClientClosedError

override: Callable[[Request], Response] | None = None
"""The function that responds in place of a server; `lunogram.testing` sets it."""


def client_closed() -> ClientClosedError:
    """The error for a request of a closed client."""
    return ClientClosedError("the client is closed; make another one")
