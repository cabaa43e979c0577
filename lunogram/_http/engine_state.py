"""The state of all engines of a process: what tests put in place of the servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from ..errors import ClientClosedError, ConfigurationError

if TYPE_CHECKING:
    from .._attempts import Request, Response
    from .._redirect import Redirect
    from .._target import Host
    from ..calls import Call


class Recorder(Protocol):
    """What takes the calls of every client and outbox in place of servers and stores."""

    def respond(self, request: Request, /) -> Response:
        """Take a request of a client, and return a response."""
        ...

    def queue(self, call: Call[Any], /) -> None:
        """Take a call of an outbox."""
        ...


recorder: Recorder | None = None
"""The recording that is active; `lunogram.testing` sets it."""

redirect: Redirect | None = None
"""The sandbox that all clients send to; `lunogram.testing` sets it."""


def check(host: Host) -> None:
    """Check that a request may be sent to a host now.

    Args:
        host: The host of the request.

    Raises:
        ConfigurationError: If a test has directed all clients to its sandbox, and this is another
            server.
    """
    if redirect is not None and not redirect.permits(host):
        raise ConfigurationError(
            f"a test's sandbox is active, and this call is for {host.base_url}: it is not sent"
        )


def client_closed() -> ClientClosedError:
    """The error for a request of a closed client."""
    return ClientClosedError("the client is closed; make another one")
