"""Sessions: tokens with which a user's own program may call the API."""

from __future__ import annotations

from uuid import UUID

from .. import calls
from ..models import Session
from .sender import AsyncSend


class AsyncSessions:
    """Sessions."""

    def __init__(self, send: AsyncSend) -> None:
        self._send = send

    async def create(self, auth_method_id: UUID | str, user_id: str) -> Session:
        """Mint a token for a user. It takes a server key.

        A lost answer is not asked for again by itself: each request mints a token of its own.

        Args:
            auth_method_id: The session auth method, which says what the session may do; a UUID.
            user_id: The user's external id, in the default source.

        Returns:
            The token, a secret, and when it stops being accepted.

        Raises:
            ForbiddenError: If the key is not a server key.
            NotFoundError: If there is no such user or auth method.
            LunogramError: As for every call.

        Source: POST /client/auth-methods/{auth_method_id}/sessions.
        """
        return await self._send(calls.create_session(auth_method_id, user_id))
