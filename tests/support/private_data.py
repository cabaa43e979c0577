"""Private data that must not be seen anywhere: a key and a person; and success responses."""

from __future__ import annotations

import pickle
import traceback
from typing import Any

from lunogram import LunogramError
from tests.support.faults import Response, empty, json_answer

KEY = "sk_c0ffee_never_to_be_seen"
PERSON = "person_4711_never_to_be_seen"
EMAIL = "ada.lovelace.never.to.be.seen@example.com"
AUTH_METHOD = "7d444840-9dc0-41d1-b245-5ffdce74fad2"

_MOMENT = "2026-03-01T12:00:00Z"
_ID = "5f0c1a52-9d5e-4a62-8f0a-0d8f1f0f5b11"

IDENTIFIER = {
    "id": _ID,
    "source": "default",
    "external_id": PERSON,
    "metadata": {"known": True},
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
}
USER: dict[str, Any] = {
    "id": _ID,
    "project_id": _ID,
    "identifier": [IDENTIFIER],
    "email": EMAIL,
    "phone": "+31612345678",
    "timezone": "Europe/London",
    "locale": "en-GB",
    "data": {"plan": "pro"},
    "has_push_device": False,
    "version": 3,
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
}
SESSION = {"token": "a.session.token", "expires_at": _MOMENT}


def user(**changes: Any) -> Response:
    """The response to the upsert of a user, with changes."""
    return json_answer({**USER, **changes})


def session() -> Response:
    """The response to the creation of a session."""
    return json_answer(SESSION, 201)


def accepted() -> Response:
    """The response to events."""
    return empty(202)


def assert_clean(error: LunogramError) -> None:
    """Check that an error holds no key and no person, and pickles; nor does its cause, if any."""
    assert error.__context__ is None
    cause = error.__cause__
    if cause is not None:  # the system's own error, without the frames and errors it came through
        assert isinstance(cause, OSError | UnicodeError)
        assert (cause.__traceback__, cause.__cause__, cause.__context__) == (None, None, None)
        assert_unseen(repr(cause), repr(vars(cause)))
    pickled = pickle.dumps(error)
    assert_unseen(
        repr(error),
        str(error),
        repr(vars(error)),
        "".join(traceback.format_exception(error)),
        pickled.decode("latin-1"),
    )
    copy = pickle.loads(pickled)
    assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))


def assert_unseen(*texts: str) -> None:
    """Check that neither the key nor the person is in any of the texts."""
    for text in texts:
        assert not [secret for secret in (KEY, PERSON, EMAIL) if secret in text]
