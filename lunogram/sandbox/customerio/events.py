"""Events of people and of anonymous visitors."""

from __future__ import annotations

from lunogram.sandbox.clock import parse_time
from lunogram.sandbox.context import Request
from lunogram.sandbox.customerio import people
from lunogram.sandbox.customerio.limits import check_event
from lunogram.sandbox.customerio.people import Identifier
from lunogram.sandbox.customerio.schemas import Event
from lunogram.sandbox.request_parser import json_text, read_body
from lunogram.sandbox.responses import Response

_TYPES = frozenset({"event", "page", "screen"})


def track(request: Request) -> Response:
    """`POST /api/v1/customers/{id}/events`: an event of a person."""
    event = _read(request)
    with request.store.writing():
        number = people.find_or_create(request, people.path_identifier(request))
        if number is not None:
            keep(request, event, number)
    return people.done()


def track_anonymous(request: Request) -> Response:
    """`POST /api/v1/events`: an event of an anonymous visitor, or of nobody that is known."""
    event = _read(request)
    with request.store.writing():
        keep(request, event, _known(request, event))
    return people.done()


def keep(request: Request, event: Event, number: int | None) -> None:
    """Store an event, of the person with this number if there is one."""
    happened = parse_time(request.now).timestamp() if event.timestamp is None else event.timestamp
    values = {
        "project_id": request.project.id,
        "person_number": number,
        "event_id": event.id or None,
        "type": event.type if event.type in _TYPES else "event",
        "name": event.name.strip(),
        "data": json_text(event.data or {}),
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
    """Return the number of the person who was identified with the visitor's id, if any."""
    if not event.anonymous_id:
        return None
    person = people.find(request, Identifier("anonymous_id", event.anonymous_id))
    return person["number"] if person else None
