"""Events: those of people, and invitations.

Nothing here does any I/O.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

from ... import calls, values
from ...calls import Call
from ...identifiers import ANONYMOUS_SOURCE, ExternalID
from ...models import Event
from ...values import Json
from ..identifiers import EMAIL_SOURCE
from .users import ensure_user


def record(user: ExternalID, event: Mapping[str, Any]) -> Iterator[Call[Any]]:
    """The call that records an event of a person.

    Args:
        user: The person.
        event: Its name, data and so on, as in the body of Customer.io's call.
    """
    name = values.text(event.get("name"), "name")
    yield calls.post_events(calls.USER, Event(name, user, data=event_data(event)))


def event_data(event: Mapping[str, Any]) -> Json:
    """The data of an event, including the parts for which Lunogram's events have no field.

    Args:
        event: Its data, and its timestamp, type and id if it has them.
    """
    data = dict(event.get("data") or {})
    kind = event.get("type")
    more = {
        "timestamp": event.get("timestamp"),
        "type": None if kind == "event" else kind,
        "id": event.get("id"),
    }
    for name, value in more.items():
        if value is not None:
            data[f"event_{name}" if name in data else name] = value
    return data


def record_of_nobody(event: Mapping[str, Any]) -> Iterator[Call[Any]]:
    """The call that records an event of nobody in particular.

    Lunogram has no events without a user, so each of them has an anonymous user of its own.

    Args:
        event: As for `record`.
    """
    own = event.get("id") or str(uuid4())
    yield from record(ExternalID(own, ANONYMOUS_SOURCE), event)


def invite(recipient: str, event: Mapping[str, Any]) -> Iterator[Call[Any]]:
    """The calls of an invitation: its recipient becomes a user who has only an email address.

    Args:
        recipient: The email address in the data of the event.
        event: As for `record`.
    """
    user = ExternalID(recipient.lower(), EMAIL_SOURCE)
    yield ensure_user(user)
    yield from record(user, event)
