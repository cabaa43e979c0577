"""Clients that are disabled: their calls are checked, and not sent."""

from __future__ import annotations

import json
import logging
import os
from typing import Any
from urllib.parse import parse_qsl

import attrs

from ._attempts import Options, Request, Response
from ._fake_responses import Subjects, always, known_calls
from ._http import engine_state
from .errors import ConfigurationError

VARIABLE = "LUNOGRAM_DISABLED"

_VALUES = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("", "0", "false", "no", "off"), False),
}

_logger = logging.getLogger("lunogram")


def is_disabled(*, enabled: bool | None) -> bool:
    """Whether a client or an outbox sends nothing.

    The environment does not disable what a test sends to a sandbox or a recording.

    Args:
        enabled: The option of the client; None for what the environment says.

    Raises:
        ConfigurationError: If the variable has another value than yes or no.
    """
    if enabled is not None:
        return not enabled
    value = os.environ.get(VARIABLE)
    if not value or engine_state.recorder is not None or engine_state.redirect is not None:
        return False
    try:
        return _VALUES[value.strip().lower()]
    except KeyError:
        raise ConfigurationError(f"{VARIABLE} must be 1 or 0") from None


def require_enabled() -> None:
    """Check that what is queued is sent, for work that would else count as done.

    Raises:
        ConfigurationError: If the environment says that nothing is sent.
    """
    if is_disabled(enabled=None):
        raise ConfigurationError(f"{VARIABLE} is set, and nothing would be queued: unset it")


class Notice:
    """The line in the log that says once that nothing is sent."""

    def __init__(self) -> None:
        self._is_given = False

    def give(self, who: str) -> None:
        """Log the line, the first time.

        Args:
            who: What sends nothing: a client or an outbox.
        """
        if not self._is_given:
            self._is_given = True
            _logger.info("the %s is disabled: nothing is sent", who)


class _Responses:
    """The fake responses of a client, which remember what it upserted."""

    # More than a test or a developer's machine has; a service that runs for weeks may have more.
    _MOST = 10_000

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._made = 0
        self._subjects = Subjects()
        self._known = known_calls(self._subjects)

    def respond(self, request: Request) -> Response:
        """The response to a request."""
        self._made += 1
        if self._made > self._MOST:
            self._forget()
        _, respond = self._known.get(request.operation.name, ("", always(200, {})))
        query = dict(parse_qsl(request.target.partition("?")[2]))
        body = None if request.body is None else json.loads(request.body)
        status, response = respond(_Call(query, body))
        content = b"" if response is None else json.dumps(response).encode()
        return Response(status, [(b"content-type", b"application/json")], content)


@attrs.frozen
class _Call:
    """A call that is not sent."""

    query: dict[str, str]
    body: Any


class _DisabledEngine:
    """The engine of a client that is disabled.

    Attributes:
        client: None, as if there were no HTTP client.
        transport: ``disabled``.
        closed: Whether the engine is closed.
    """

    client = None
    transport = "disabled"

    def __init__(self) -> None:
        self.closed = False
        self._responses = _Responses()

    def encode_headers(self, headers: Any) -> Any:
        """The headers, of which nobody reads anything."""
        return headers

    def _respond(self, request: Request) -> Response:
        if self.closed:
            raise engine_state.client_closed()
        if engine_state.recorder is not None:
            return engine_state.recorder.respond(request)
        return self._responses.respond(request)


class DisabledEngine(_DisabledEngine):
    """The engine of a sync client that is disabled."""

    def send(self, request: Request, _until: float, _options: Options) -> Response:
        """Return the fake response to a request."""
        return self._respond(request)

    def close(self) -> None:
        """Reject requests from now on."""
        self.closed = True


class AsyncDisabledEngine(_DisabledEngine):
    """The engine of an async client that is disabled."""

    async def send(self, request: Request, _until: float, _options: Options) -> Response:
        """Return the fake response to a request."""
        return self._respond(request)

    async def close(self) -> None:
        """Reject requests from now on."""
        self.closed = True
