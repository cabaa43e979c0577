# Derived by `make generate` from lunogram/_async/push.py; never edited by hand.
"""Web push: the key that browsers subscribe with."""

from __future__ import annotations

from .. import calls
from .._tracebacks import ShortTracebacks
from .sender import Send


class Push(ShortTracebacks):
    """Web push: the key that browsers subscribe with."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def vapid_public_key(self) -> str:
        """Fetch the project's public VAPID key, the ``applicationServerKey`` of browsers.

        Returns:
            The key in base64url.

        Raises:
            NotFoundError: If the project has no key.
            LunogramError: If there is no response, or another error response.

        Source: GET /client/push/vapid.
        """
        return self._send(calls.vapid_public_key())
