# Derived by `make generate` from lunogram/_async/push.py; never edited by hand.
"""Push: what a browser needs to subscribe."""

from __future__ import annotations

from .. import calls
from .sender import Send


class Push:
    """Web push."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def vapid_public_key(self) -> str:
        """The project's public key, which a browser takes as ``applicationServerKey``.

        Returns:
            The key in base64url.

        Raises:
            NotFoundError: If the project has none.
            LunogramError: As for every call.

        Source: GET /client/push/vapid.
        """
        return self._send(calls.vapid_public_key())
