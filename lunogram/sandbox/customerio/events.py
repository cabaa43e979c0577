"""Events of people, and of visitors who are not known yet."""

from __future__ import annotations

from lunogram.sandbox.answers import Answer
from lunogram.sandbox.clock import read
from lunogram.sandbox.context import Request
from lunogram.sandbox.customerio import people
from lunogram.sandbox.customerio.bodies import Event
from lunogram.sandbox.customerio.limits import check_event
from lunogram.sandbox.customerio.people import Name
from lunogram.sandbox.decoding import read_body, stored
from lunogram.sandbox.problems import bad_request

_TYPES = frozenset({"event", "page", "screen"})


def track(request: Request) -> Answer:
    """`POST /api/v1/customers/{id}/events`: something that a person did."""
    event = _read(request)
    with request.store.writing():
        number = people.find_or_create(request, people.in_path(request))
        if number is not None:
            keep(request, event, number)
    return people.done()


def track_anonymous(request: Request) -> Answer:
    """`POST /api/v1/events`: something that somebody unknown did, or an invite."""
    event = _read(request)
    if not event.anonymous_id and not (event.data or {}).get("recipient"):
        raise bad_request("event data must have a recipient if there is no anonymous_id")
    with request.store.writing():
        keep(request, event, _known(request, event))
    return people.done()


def keep(request: Request, event: Event, number: int | None) -> None:
    """Keep an event, of the person who has this number, if anybody's."""
    happened = read(request.now).timestamp() if event.timestamp is None else event.timestamp
    values = {
        "project_id": request.project.id,
        "person_number": number,
        "event_id": event.id or None,
        "type": event.type if event.type in _TYPES else "event",
        "name": event.name.strip(),
        "data": stored(event.data or {}),
        "anonymous_id": event.anonymous_id or None,
        "timestamp": int(happened),
        "now": request.now,
    }
    request.store.run("cio_insert_event", values)


def _read(request: Request) -> Event:
    event = read_body(request.body, Event)
    check_event(event.name, {} if event.data is None else event.data)
    return event


def _known(request: Request, event: Event) -> int | None:
    """Return who a visitor is, if that person was identified with the visitor's id."""
    if not event.anonymous_id:
        return None
    person = people.find(request, Name("anonymous_id", event.anonymous_id))
    return person["number"] if person else None
