"""What the tests of sending share: a key and a person nobody may see, and right answers."""

from __future__ import annotations

import pickle
import traceback
from typing import Any

from lunogram import LunogramError
from tests.support.faults import Answer, empty, json_answer

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


def user(**changes: Any) -> Answer:
    """The right answer to the upsert of a user, or one that differs from it."""
    return json_answer({**USER, **changes})


def session() -> Answer:
    """The right answer to the creation of a session."""
    return json_answer(SESSION, 201)


def accepted() -> Answer:
    """The right answer to events."""
    return empty(202)


def assert_clean(error: LunogramError) -> None:
    """Check that an error holds no exception from below, no key and no person, and pickles."""
    assert error.__cause__ is None
    assert error.__context__ is None
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
    """Check that neither the key nor the person is in what people may see."""
    for text in texts:
        assert not [secret for secret in (KEY, PERSON, EMAIL) if secret in text]
