"""Sessions: tokens for the users' own programs."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_urlsafe
from uuid import UUID

from lunogram.sandbox import subjects
from lunogram.sandbox.answers import Answer, as_json
from lunogram.sandbox.bodies import ExternalID, SessionCreate
from lunogram.sandbox.clock import read, written
from lunogram.sandbox.context import Request
from lunogram.sandbox.decoding import read_body
from lunogram.sandbox.problems import bad_request, forbidden

LIFETIME = timedelta(hours=1)


def create(request: Request) -> Answer:
    """`POST /auth-methods/{auth_method_id}/sessions`: mint a token; any auth method will do."""
    if not request.project.server:
        detail = "a server key is required"
        raise forbidden(detail)
    _check_auth_method(request.path["auth_method_id"])
    body = read_body(request.body, SessionCreate)
    subjects.require(request, subjects.USER, [ExternalID(body.user_id)])
    expires_at = written(read(request.now) + LIFETIME)
    return as_json(201, {"token": f"session_{token_urlsafe(32)}", "expires_at": expires_at})


def _check_auth_method(auth_method_id: str) -> None:
    try:
        UUID(auth_method_id)
    except ValueError as error:
        detail = "auth_method_id: must be a UUID"
        raise bad_request(detail) from error
