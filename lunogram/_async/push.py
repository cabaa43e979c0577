"""Push: what a browser needs to subscribe."""

from __future__ import annotations

from .. import calls
from .sender import AsyncSend


class AsyncPush:
    """Web push."""

    def __init__(self, send: AsyncSend) -> None:
        self._send = send

    async def vapid_public_key(self) -> str:
        """The project's public key, which a browser takes as ``applicationServerKey``.

        Returns:
            The key in base64url.

        Raises:
            NotFoundError: If the project has none.
            LunogramError: As for every call.

        Source: GET /client/push/vapid.
        """
        return await self._send(calls.vapid_public_key())
