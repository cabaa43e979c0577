"""Events that applications send: to one user or organization, or to all that match."""

from __future__ import annotations

from collections.abc import Sequence

from lunogram.sandbox import lost, timeline
from lunogram.sandbox.containment import contains
from lunogram.sandbox.context import Request, new_id
from lunogram.sandbox.identities import LONGEST, ORGANIZATION, USER, SubjectKind
from lunogram.sandbox.problems import Problem, bad_request, forbidden
from lunogram.sandbox.request_parser import json_text, read_batch, read_json
from lunogram.sandbox.responses import Response
from lunogram.sandbox.schemas import Json, OrganizationEvent, UserEvent

Event = UserEvent | OrganizationEvent


def post_for_users(request: Request) -> Response:
    """`POST /users/events`: an event of an unknown user is lost."""
    return _post(request, USER, read_batch(request.body, UserEvent, "events"))


def post_for_organizations(request: Request) -> Response:
    """`POST /organizations/events`: an event of an unknown organization is lost."""
    return _post(request, ORGANIZATION, read_batch(request.body, OrganizationEvent, "events"))


def _post(request: Request, kind: SubjectKind, events: Sequence[Event]) -> Response:
    _check_names(request, events)
    problem = None
    with request.store.writing():
        for event in events:
            if problem := _problem_of(request, event):
                break
            _publish(request, kind, event)
    if problem:  # Only now: the events before the invalid one are published and stay.
        raise problem
    return Response(202)


def _check_names(request: Request, events: Sequence[Event]) -> None:
    """Raise a problem if the auth method may not create one of the events."""
    allowed = request.access.events
    for event in events:
        if allowed is not None and event.name not in allowed:
            raise forbidden(f'auth method may not create events "{event.name}"')


def _problem_of(request: Request, event: Event) -> Problem | None:
    if request.access.session:
        is_broadcast = event.match is not None
        return forbidden("end users may not emit match-based events") if is_broadcast else None
    if event.match is not None and event.identifier:
        return bad_request("match and identifier are mutually exclusive")
    if event.match is None and not event.identifier:
        return bad_request("one of match or identifier is required")
    return None


def _publish(request: Request, kind: SubjectKind, event: Event) -> None:
    if len(event.name) > LONGEST:
        _lose(
            request, kind, event, f"the name has {len(event.name)} characters, of {LONGEST} at most"
        )
    elif event.match is not None:
        _broadcast(request, kind, event, event.match)
    else:
        _send(request, kind, event)


def _send(request: Request, kind: SubjectKind, event: Event) -> None:
    subject_id, reason = lost.recipient(request, kind, event.identifier)
    if subject_id:
        timeline.sent(request, subject_id, event.name, event.data)
    else:
        _lose(request, kind, event, reason, waits=kind == USER)


def _lose(
    request: Request, kind: SubjectKind, event: Event, reason: str, *, waits: bool = False
) -> None:
    named, data = event.identifier, event.data
    lost.record(request, lost.Loss(kind, lost.EVENT, event.name, named, reason, data, waits=waits))


def _broadcast(request: Request, kind: SubjectKind, event: Event, match: Json) -> None:
    broadcast_id = new_id()
    everybody = {"project_id": request.project.id, "kind": kind}
    rows = request.store.all("data_of_subjects", everybody)
    found = [row["id"] for row in rows if contains(read_json(row["data"]), match)]
    for subject_id in found:
        timeline.matched(request, subject_id, event.name, event.data, broadcast_id)
    values = {
        "id": broadcast_id,
        "name": event.name,
        "match": json_text(match),
        "data": json_text(event.data or {}),
        "matched": len(found),
        "now": request.now,
    }
    request.store.run("insert_broadcast", everybody | values)
