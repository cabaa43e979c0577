"""Sessions: tokens for the users' own programs."""

from __future__ import annotations

from lunogram.conformance.case import Answer, case, post, problem, subject
from lunogram.conformance.matching import TEXT, TIME

_PATH = "/auth-methods/{auth_method}/sessions"
_MINT = "mint a session: 201 {token, expires_at}; 403 without a server key; 404."

CASES = [
    case(
        "a session is minted for a user",
        _MINT,
        post("/users", subject("{user}")),
        post(_PATH, {"user_id": "{user}"}, Answer(201, {"token": TEXT, "expires_at": TIME})),
    ),
    case(
        "a session for a user whom nobody knows is refused",
        _MINT,
        post(_PATH, {"user_id": "{nobody}"}, problem(404)),
    ),
    case(
        "a session takes a user's external id",
        "mint a session: {user_id: the user's external id}.",
        post(_PATH, {}, problem(400)),
    ),
    case(
        "a session takes a server key",
        _MINT,
        post("/users", subject("{user}")).with_key("client"),
        post(_PATH, {"user_id": "{user}"}, problem(403)).with_key("client"),
    ),
]
