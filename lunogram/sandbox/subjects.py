"""Users and organizations: their profiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lunogram.sandbox import lost, schedule_store, timeline
from lunogram.sandbox.context import Request, new_id
from lunogram.sandbox.identities import (
    LONGEST,
    ORGANIZATION,
    USER,
    SubjectKind,
    attach,
    check_length,
    find,
    require,
)
from lunogram.sandbox.problems import bad_request, not_found
from lunogram.sandbox.request_parser import json_text, read_body, read_json
from lunogram.sandbox.responses import Response, as_json, shown
from lunogram.sandbox.schemas import (
    ExternalID,
    Json,
    OrganizationUpsert,
    SubjectRef,
    UserDelete,
    UserUpsert,
)
from lunogram.sandbox.store import Row

_NOTHING: dict[str, Any] = dict.fromkeys(("name", "email", "phone", "timezone", "locale", "data"))
_LONGEST = {"name": LONGEST, "email": LONGEST, "phone": 64, "timezone": 50, "locale": LONGEST}


def upsert_user(request: Request) -> Response:
    """`POST /users`: create or update a user."""
    body = read_body(request.body, UserUpsert)
    _require_identifier(request, body.identifier)
    fields = {
        "email": body.email,
        "phone": body.phone,
        "timezone": body.timezone,
        "locale": body.locale,
    }
    return _upsert(request, USER, body.identifier, fields, body.data)


def upsert_organization(request: Request) -> Response:
    """`POST /organizations`: create or update an organization."""
    body = read_body(request.body, OrganizationUpsert)
    return _upsert(request, ORGANIZATION, body.identifier, {"name": body.name}, body.data)


def delete_user(request: Request) -> Response:
    """`DELETE /users`: delete a user with all that belongs to it."""
    body = read_body(request.body, UserDelete)
    _require_identifier(request, body.identifier)
    return _delete(request, USER, body.identifier)


def delete_organization(request: Request) -> Response:
    """`DELETE /organizations`: delete an organization with all that belongs to it."""
    return _delete(request, ORGANIZATION, read_body(request.body, SubjectRef).identifier)


def _require_identifier(request: Request, identifiers: Sequence[ExternalID]) -> None:
    if not identifiers and not request.access.session:
        raise bad_request("at least one identifier is required")


def _delete(request: Request, kind: SubjectKind, identifiers: Sequence[ExternalID]) -> Response:
    with request.store.writing():
        subject_id = require(request, kind, identifiers)
        request.store.run("delete_subject", {"id": subject_id})
    return Response(204)


def _upsert(
    request: Request,
    kind: SubjectKind,
    identifiers: Sequence[ExternalID],
    fields: dict[str, str | None],
    data: Json | None,
) -> Response:
    for name, value in fields.items():
        check_length(name, value, _LONGEST[name])
    with request.store.writing():
        subject_id = find(request, kind, identifiers)
        is_new = subject_id is None
        if subject_id is None:
            subject_id = _create(request, kind, identifiers, fields, data or {})
        else:
            attach(request, kind, subject_id, identifiers)
            _update(request, subject_id, fields, data)
        now = profile(request, kind, subject_id)
        happened = f"{kind}.{'created' if is_new else 'updated'}"
        timeline.recorded(request, subject_id, happened, _data_of_event(kind, now))
        if kind == USER:
            lost.redeliver(request, identifiers)
    return as_json(200, now)


def _data_of_event(kind: SubjectKind, profile: Mapping[str, Any]) -> Json:
    """Return the data of the platform's own event about an upsert."""
    traits = {"traits": profile["data"], "version": profile["version"]}
    if kind == USER:
        fields = ("id", "email", "phone", "timezone", "locale")
        return {name: profile.get(name) for name in fields} | traits
    named = {"identifiers": profile["identifier"], "name": profile.get("name")}
    return {"id": profile["id"], **named, **traits}


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
    return json_text(read_json(row[0]) | given if row else given)


def _create(
    request: Request,
    kind: SubjectKind,
    identifiers: Sequence[ExternalID],
    fields: dict[str, str | None],
    data: Json,
) -> str:
    """Create a subject, with its anniversary."""
    subject_id = new_id()
    owner = {"id": subject_id, "project_id": request.project.id, "kind": kind}
    values = owner | {"data": json_text(data), "now": request.now}
    request.store.run("insert_subject", _NOTHING | fields | values)
    attach(request, kind, subject_id, identifiers)
    schedule_store.start_anniversary(request, subject_id)
    return subject_id


def profile(request: Request, kind: SubjectKind, subject_id: str) -> dict[str, Any]:
    """Return a user or an organization as the API shows it."""
    row = request.store.one(kind, {"id": subject_id})
    if row is None:
        raise not_found(kind)
    names = request.store.all("identifiers_of", {"id": subject_id})
    return shown(row) | {"identifier": [shown(name) for name in names]}
