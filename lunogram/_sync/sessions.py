# Derived by `make generate` from lunogram/_async/sessions.py; never edited by hand.
"""Sessions: tokens with which the programs of users call the API."""

from __future__ import annotations

from uuid import UUID

from .. import calls
from .._tracebacks import ShortTracebacks
from ..models import Session
from .sender import Send


class Sessions(ShortTracebacks):
    """The sessions of users: tokens with which their programs call the API."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def create(self, auth_method_id: UUID | str, user_id: str) -> Session:
        """Create a session token, with which a program of an end user calls the API.

        The token acts on the user's own data only, whatever identifiers are sent with it: on that
        of the user with the identifier ``("session:AUTH_METHOD_ID", user_id)``. Upsert a user
        with that identifier too, so that the session finds it.

        The request is not retried after a lost response, because each one creates a token.

        Args:
            auth_method_id: The session auth method, which defines the permissions; a UUID.
            user_id: The user's external id, in the source ``session:AUTH_METHOD_ID``. It is not
                looked up.

        Returns:
            The token, a secret, and the time at which it expires.

        Raises:
            ValidationError: If an argument is invalid; ``field`` is its path.
            ForbiddenError: If the key is a session token itself.
            NotFoundError: If the auth method does not exist.
            LunogramError: If there is no response, or another error response.

        Source: POST /client/auth-methods/{auth_method_id}/sessions.
        """
        return self._send(calls.create_session(auth_method_id, user_id))
