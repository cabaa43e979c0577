# Derived by `make generate` from tests/sending/_async/clients.py; never edited by hand.
"""The clients that the tests of sending use, and one call of each kind."""

from __future__ import annotations

from typing import Any

from tests.support.faulty_server import FaultyServer
from tests.support.private_data import AUTH_METHOD, EMAIL, KEY, PERSON

from lunogram import Event, Lunogram


def client_of(server: FaultyServer | str, **options: Any) -> Lunogram:
    """A client of a server, or of a base URL. It does not try again unless it is told to."""
    base_url = server if isinstance(server, str) else server.base_url
    return Lunogram(KEY, base_url=base_url, **{"max_retries": 0, **options})


def upsert(client: Lunogram) -> object:
    """Can be repeated."""
    return client.user.upsert(PERSON, email=EMAIL)


def delete(client: Lunogram) -> None:
    """Can be repeated."""
    client.user.delete(PERSON)


def post_events(client: Lunogram) -> None:
    """Can be repeated, if it does not matter that events may be recorded twice."""
    client.user.events.post(Event("order.completed", PERSON, data={"email": EMAIL}))


def create_session(client: Lunogram) -> object:
    """Can't be repeated: each makes a token of its own."""
    return client.sessions.create(AUTH_METHOD, PERSON)


def count_inbox(client: Lunogram) -> object:
    """Can be repeated, and has the person in its query."""
    return client.user.inbox.count(PERSON)
