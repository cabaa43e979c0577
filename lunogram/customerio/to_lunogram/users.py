"""Users: the upsert of attributes that Customer.io has of a person.

Nothing here does any I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ... import calls, user_attributes
from ...calls import Call
from ...errors import ValidationError
from ...identifiers import ExternalID
from ..identifiers import EMAIL_SOURCE

# Attributes that are a field of Lunogram's users, and the check of the field. The first valid one
# becomes the field.
_FIELDS: tuple[tuple[str, str, Callable[[Any, str], str]], ...] = (
    ("email", "email", user_attributes.email),
    ("phone", "phone", user_attributes.phone),
    ("timezone", "timezone", user_attributes.timezone),
    ("locale", "locale", user_attributes.locale),
    ("language", "locale", user_attributes.locale),
)


def upsert(user: list[ExternalID], attributes: Mapping[str, Any]) -> Call[Any]:
    """The call that creates or updates a user.

    Args:
        user: All identifiers of the user.
        attributes: Attributes of the person. A value that is invalid for the user's field, such as
            a phone number without its country code, is kept in data under its name.
    """
    data = dict(attributes)
    fields: dict[str, str | None] = dict.fromkeys(("email", "phone", "timezone", "locale"))
    for name, field, check in _FIELDS:
        if fields[field] is None and _is_valid(check, data.get(name)):
            fields[field] = data.pop(name)
    return calls.upsert_user(list(user), data=data or None, **fields)


def _is_valid(check: Callable[[Any, str], str], value: Any) -> bool:
    try:
        check(value, "")
    except ValidationError:
        return False
    return True


def email_of(user: ExternalID) -> dict[str, str]:
    """The attribute ``email`` of a user whose identifier is an email address; no others.

    Args:
        user: The identifier.
    """
    return {"email": user.external_id} if user.source == EMAIL_SOURCE else {}


def ensure_user(user: ExternalID) -> Call[Any]:
    """The call that creates a user if there is none, as Customer.io creates every named person.

    Args:
        user: The identifier.
    """
    return upsert([user], email_of(user))
