"""Sessions: tokens for the programs of end users."""

from __future__ import annotations

from uuid import UUID

from lunogram.sandbox.clock import format_time, parse_time
from lunogram.sandbox.context import Request
from lunogram.sandbox.problems import bad_request, forbidden, not_found
from lunogram.sandbox.request_parser import read_body
from lunogram.sandbox.responses import Response, as_json
from lunogram.sandbox.schemas import SessionCreate


def create(request: Request) -> Response:
    """`POST /auth-methods/{auth_method_id}/sessions`: create a token; the user is not looked up."""
    method_id = _method_id(request.path["auth_method_id"])
    body = read_body(request.body, SessionCreate)
    if request.access.session:
        raise forbidden("an API key is required to mint sessions")
    tokens = request.sandbox.sessions
    if method_id not in tokens.methods:
        raise not_found("session auth method")
    now = parse_time(request.now)
    token, expires_at = tokens.mint(request.project.id, method_id, body.user_id, now)
    return as_json(201, {"token": token, "expires_at": format_time(expires_at)})


def _method_id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as error:
        raise bad_request("auth_method_id: must be a UUID") from error
