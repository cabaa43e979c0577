"""Users and organizations: who is meant, and what is known of them.

Both are subjects; `Kind` says which. Any identifier that matches finds the subject, and those
that are new are added to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from lunogram.sandbox import planning, timeline
from lunogram.sandbox.answers import Answer, as_json, shown
from lunogram.sandbox.bodies import ExternalID, Json, OrganizationUpsert, Subject, UserUpsert
from lunogram.sandbox.context import Request, new_id
from lunogram.sandbox.decoding import read_body, read_json, stored
from lunogram.sandbox.problems import Conflict, not_found
from lunogram.sandbox.store import Row

Kind = Literal["user", "organization"]
USER: Kind = "user"
ORGANIZATION: Kind = "organization"

_NOTHING: dict[str, Any] = dict.fromkeys(("name", "email", "phone", "timezone", "locale", "data"))


def upsert_user(request: Request) -> Answer:
    """`POST /users`: create or update a user."""
    body = read_body(request.body, UserUpsert)
    fields = {
        "email": body.email,
        "phone": body.phone,
        "timezone": body.timezone,
        "locale": body.locale,
    }
    return _upsert(request, USER, body.identifier, fields, body.data)


def upsert_organization(request: Request) -> Answer:
    """`POST /organizations`: create or update an organization."""
    body = read_body(request.body, OrganizationUpsert)
    return _upsert(request, ORGANIZATION, body.identifier, {"name": body.name}, body.data)


def delete(request: Request, kind: Kind) -> Answer:
    """`DELETE /users`, `DELETE /organizations`: delete one with all that belongs to it."""
    body = read_body(request.body, Subject)
    with request.store.writing():
        subject_id = require(request, kind, body.identifier)
        request.store.run("delete_subject", {"id": subject_id})
    return Answer(204)


def _upsert(
    request: Request,
    kind: Kind,
    identifiers: Sequence[ExternalID],
    fields: dict[str, str | None],
    data: Json | None,
) -> Answer:
    with request.store.writing():
        subject_id = find(request, kind, identifiers)
        if subject_id is None:
            subject_id = create(request, kind, identifiers, fields, data or {})
        else:
            attach(request, kind, subject_id, identifiers)
            _update(request, subject_id, fields, data)
            timeline.recorded(request, subject_id, f"{kind}.updated", data or {})
    return as_json(200, profile(request, kind, subject_id))


def _update(
    request: Request, subject_id: str, fields: dict[str, str | None], data: Json | None
) -> None:
    merged = _merged(request.store.one("data_of_subject", {"id": subject_id}), data)
    changes = {"id": subject_id, "now": request.now, "data": merged}
    request.store.run("update_subject", _NOTHING | fields | changes)


def _merged(row: Row | None, given: Json | None) -> str | None:
    """Merge `given` over what is stored, key by key; None if there is nothing to change."""
    if not given:
        return None
    return stored(read_json(row[0]) | given if row else given)


def find(request: Request, kind: Kind, identifiers: Sequence[ExternalID]) -> str | None:
    """Return whose the identifiers are, None if nobody's; refuse those of more than one."""
    found = {row["subject_id"] for each in identifiers if (row := _known(request, kind, each))}
    if len(found) > 1:
        detail = f"identifiers resolve to different existing {kind}s"
        raise Conflict(detail)
    return found.pop() if found else None


def require(request: Request, kind: Kind, identifiers: Sequence[ExternalID]) -> str:
    """Return whose the identifiers are, or refuse the request."""
    subject_id = find(request, kind, identifiers)
    if subject_id is None:
        raise not_found(kind)
    return subject_id


def find_or_create(request: Request, kind: Kind, identifiers: Sequence[ExternalID]) -> str:
    """Return whose the identifiers are, somebody new if need be; they have them all after it."""
    subject_id = find(request, kind, identifiers)
    if subject_id is None:
        return create(request, kind, identifiers, {}, {})
    attach(request, kind, subject_id, identifiers)
    return subject_id


def create(
    request: Request,
    kind: Kind,
    identifiers: Sequence[ExternalID],
    fields: dict[str, str | None],
    data: Json,
) -> str:
    """Create a subject; the platform records that, and starts its anniversary."""
    subject_id = new_id()
    owner = {"id": subject_id, "project_id": request.project.id, "kind": kind}
    values = owner | {"data": stored(data), "now": request.now}
    request.store.run("insert_subject", _NOTHING | fields | values)
    attach(request, kind, subject_id, identifiers)
    timeline.recorded(request, subject_id, f"{kind}.created", data)
    planning.start_anniversary(request, subject_id)
    return subject_id


def attach(
    request: Request, kind: Kind, subject_id: str, identifiers: Sequence[ExternalID]
) -> None:
    """Add the identifiers that are new; merge the metadata of those that aren't."""
    for identifier in identifiers:
        known = _known(request, kind, identifier)
        values = _pair(request, kind, identifier) | {"now": request.now}
        if known is None:
            values |= {"id": new_id(), "subject_id": subject_id}
            values["metadata"] = stored(identifier.metadata or {})
            request.store.run("insert_identifier", values)
        elif identifier.metadata:
            values["metadata"] = stored(read_json(known["metadata"]) | identifier.metadata)
            request.store.run("update_identifier", values)


def profile(request: Request, kind: Kind, subject_id: str) -> dict[str, Any]:
    """Show a user or an organization as it is now."""
    row = request.store.one(kind, {"id": subject_id})
    if row is None:
        raise not_found(kind)
    names = request.store.all("identifiers_of", {"id": subject_id})
    return shown(row) | {"identifier": [shown(name) for name in names]}


def _known(request: Request, kind: Kind, identifier: ExternalID) -> Row | None:
    return request.store.one("find_identifier", _pair(request, kind, identifier))


def _pair(request: Request, kind: Kind, identifier: ExternalID) -> dict[str, str]:
    return {
        "project_id": request.project.id,
        "kind": kind,
        "source": identifier.source or "default",
        "external_id": identifier.external_id,
    }
