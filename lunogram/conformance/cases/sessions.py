"""Sessions: tokens for the users' own programs."""

from __future__ import annotations

from lunogram.conformance.case import ExpectedResponse, case, post, problem, subject
from lunogram.conformance.matchers import INTEGER, TEXT, TIME, Token

_PATH = "/auth-methods/{auth_method}/sessions"
_MINT = "mint a session: 201 {token, expires_at}; an API key only."
_ANY_USER = "user_id is not looked up: any is accepted."
_METHOD = 'The method must be a session method: 404 "session auth method not found".'

CASES = [
    case(
        "a session is minted for a user",
        _MINT,
        post("/users", subject("{user}")),
        post(
            _PATH, {"user_id": "{user}"}, ExpectedResponse(201, {"token": TEXT, "expires_at": TIME})
        ),
    ),
    case(
        "the token of a session is a JWT",
        "The token is a JWT (ES256; iss, sub = user_id, amid = method, exp).",
        post(
            _PATH,
            {"user_id": "{user}"},
            ExpectedResponse(
                201,
                {
                    "token": Token(
                        {
                            "iss": TEXT,
                            "sub": "{user}",
                            "amid": "{auth_method}",
                            "exp": INTEGER,
                        }
                    )
                },
            ),
        ),
    ),
    case(
        "a session is minted for an unknown user too",
        _ANY_USER,
        post(_PATH, {"user_id": "{unknown}"}, ExpectedResponse(201, {"token": TEXT})),
    ),
    case(
        "a session of an unknown method is rejected",
        _METHOD,
        post(
            "/auth-methods/8f14e45f-ceea-4e7a-9f3b-3c5d0f3f7b21/sessions",
            {"user_id": "{unknown}"},
            problem(404, "session auth method not found"),
        ),
    ),
    case(
        "a session takes a user id",
        "mint a session: {user_id}.",
        post(_PATH, {}, problem(400)),
    ),
    case(
        "a session takes a server key",
        _MINT,
        post("/users", subject("{user}")).with_key("public").under("key"),
        post(_PATH, {"user_id": "{user}"}, problem(403)).with_key("public").under("key"),
    ),
]
