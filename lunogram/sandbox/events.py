"""Events that applications send: to one user or organization, or to all that match."""

from __future__ import annotations

from collections.abc import Sequence

from lunogram.sandbox import subjects, timeline
from lunogram.sandbox.answers import Answer
from lunogram.sandbox.bodies import Json, OrganizationEvent, UserEvent
from lunogram.sandbox.containment import contains
from lunogram.sandbox.context import Request, new_id
from lunogram.sandbox.decoding import read_batch, read_json, stored
from lunogram.sandbox.problems import Conflict, bad_request
from lunogram.sandbox.subjects import Kind

Event = UserEvent | OrganizationEvent


def post_for_users(request: Request) -> Answer:
    """`POST /users/events`: an event for nobody known creates the user."""
    return _post(request, "user", read_batch(request.body, UserEvent, "events"))


def post_for_organizations(request: Request) -> Answer:
    """`POST /organizations/events`: an event for none that is known is dropped."""
    return _post(request, "organization", read_batch(request.body, OrganizationEvent, "events"))


def _post(request: Request, kind: Kind, events: Sequence[Event]) -> Answer:
    for event in events:
        _check(event)
    conflict = None
    with request.store.writing():
        for place, event in enumerate(events):
            try:
                _publish(request, kind, event)
            except Conflict as error:
                conflict = Conflict(f"events[{place}].identifier: {error}")
                break
    if conflict:  # Only now: the events before it were published and stay.
        raise conflict
    return Answer(202)


def _check(event: Event) -> None:
    if event.match is not None and event.identifier:
        detail = "match and identifier are mutually exclusive"
        raise bad_request(detail)
    if event.match is None and not event.identifier:
        detail = "one of match or identifier is required"
        raise bad_request(detail)


def _publish(request: Request, kind: Kind, event: Event) -> None:
    if event.match is not None:
        _broadcast(request, kind, event, event.match)
    elif kind == subjects.USER:
        user_id = subjects.find_or_create(request, kind, event.identifier)
        timeline.sent(request, user_id, event.name, event.data)
    elif organization_id := subjects.find(request, kind, event.identifier):
        timeline.sent(request, organization_id, event.name, event.data)


def _broadcast(request: Request, kind: Kind, event: Event, match: Json) -> None:
    broadcast_id = new_id()
    everybody = {"project_id": request.project.id, "kind": kind}
    rows = request.store.all("data_of_subjects", everybody)
    found = [row["id"] for row in rows if contains(read_json(row["data"]), match)]
    for subject_id in found:
        timeline.matched(request, subject_id, event.name, event.data, broadcast_id)
    values = {
        "id": broadcast_id,
        "name": event.name,
        "match": stored(match),
        "data": stored(event.data or {}),
        "matched": len(found),
        "now": request.now,
    }
    request.store.run("insert_broadcast", everybody | values)
