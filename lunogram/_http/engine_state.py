"""The state of all engines of a process."""

from __future__ import annotations

from collections.abc import Callable

from .._attempts import Request, Response
from ..errors import ClientClosedError

override: Callable[[Request], Response] | None = None
"""The function that responds in place of a server; `lunogram.testing` sets it."""

leaked_by_fork: list[object] = []
"""The transports of the parent process, and of its event loops. They are kept, because to collect
them would close connections that the parent may still use."""


def client_closed() -> ClientClosedError:
    """The error for a request of a closed client."""
    return ClientClosedError("the client is closed; make another one")
