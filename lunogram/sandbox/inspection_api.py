"""The test API under /sandbox, which shows everything that the sandbox holds.

The key in `Authorization` picks the project, as in the API itself. Lists are
`{"results": […], "total": n, "limit": n, "offset": n}`, in the order of creation, and
take `limit` (1 to 1000, else 100) and `offset`. `user` and `organization` filter by external id,
in `source` (else "default"); a filter on an unknown subject gives an empty list.

| path | what |
|---|---|
| GET /sandbox/health | `{"status": "ok", "version": …}`; needs no key |
| GET /sandbox/users | users as the API shows them; `search` in identifiers, email, phone, data |
| GET /sandbox/user | one user, by `external_id` and `source`; 404 if there is none |
| GET /sandbox/organizations, /sandbox/organization | the same for organizations |
| GET /sandbox/members | memberships, by `organization`, `user` |
| GET /sandbox/events | by `name`, `user`, `organization`, `cause`, `kind`, `after` (a `number`) |
| GET /sandbox/schedules | with `next_at`, by `name`, `user`, `organization`, `kind` |
| GET /sandbox/inbox | every message, shown or not, by `user`, `organization`, `kind` |
| GET /sandbox/devices | by `user` |
| GET /sandbox/lost | what the platform accepts and loses, by `name`, `kind`, `after` (a `number`) |
| GET /sandbox/project | `{"id", "key"}`: the id of the project, and its key, shortened |
| GET /sandbox/calls | the last requests to the API and their responses, without the key |
| GET /sandbox/clock | `{"now", "moved"}`: the project's time, and whether it was moved |
| POST /sandbox/clock | one of `advance` (an interval), `set` (a time), `resume` (true); `fired` |
| GET, POST, DELETE /sandbox/faults | list the active ones; set one (201); end all (204) |
| POST /sandbox/reset | empties this project, resumes its time and ends its faults; 204 |

An event's `cause` is `sent`, `matched` (by a broadcast, whose id is `cause_id`), `recorded` (by
the platform itself) or `fired` (by the schedule whose id is `cause_id`). `kind` is `user` or
`organization`. What belongs to a subject has `user_id` or `organization_id`, and `identifier`.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from lunogram._version import __version__
from lunogram.sandbox import subjects
from lunogram.sandbox.context import Request
from lunogram.sandbox.identities import ORGANIZATION, USER, SubjectKind, find, require
from lunogram.sandbox.request_parser import read_query
from lunogram.sandbox.responses import Response, as_json, page, shown
from lunogram.sandbox.schemas import ExternalID, Offset, Text
from lunogram.sandbox.store import LARGEST

KIND = r"^(user|organization)\Z"
CAUSE = r"^(sent|matched|recorded|fired)\Z"

_NO_SUBJECT = "none"
"""An id that no row has."""


class InspectionQuery(Struct):
    """The query of a list: filters and a page."""

    source: str = ""
    user: str | None = None
    organization: str | None = None
    kind: Annotated[str, Meta(pattern=KIND)] | None = None
    name: str | None = None
    cause: Annotated[str, Meta(pattern=CAUSE)] | None = None
    search: str | None = None
    after: Offset = 0
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    offset: Offset = 0


class SubjectQuery(Struct):
    """The query of one user or organization."""

    external_id: Text
    source: str = ""


def health() -> Response:
    """`GET /sandbox/health`: the sandbox is up."""
    return as_json(200, {"status": "ok", "version": __version__})


def list_subjects(request: Request, kind: SubjectKind) -> Response:
    """`GET /sandbox/users`, `GET /sandbox/organizations`."""
    query = read_query(request.query, InspectionQuery)
    wanted = {"project_id": request.project.id, "kind": kind, "search": query.search}
    rows = request.store.part("inspect_subjects", wanted, query.limit, query.offset)
    results = [subjects.profile(request, kind, row["id"]) for row in rows]
    total = request.store.count("inspect_subjects", wanted)
    return page(results, total, query.limit, query.offset)


def one_subject(request: Request, kind: SubjectKind) -> Response:
    """`GET /sandbox/user`, `GET /sandbox/organization`."""
    query = read_query(request.query, SubjectQuery)
    owner = ExternalID(query.external_id, query.source)
    subject_id = require(request, kind, [owner])
    return as_json(200, subjects.profile(request, kind, subject_id))


def list_rows(request: Request, sql: str) -> Response:
    """`GET` of members, events, schedules, inbox and devices: the query `sql`, filtered."""
    query = read_query(request.query, InspectionQuery)
    wanted = _wanted(request, query)
    rows = request.store.part(sql, wanted, query.limit, query.offset)
    total = request.store.count(sql, wanted)
    return page([shown(row) for row in rows], total, query.limit, query.offset)


def list_calls(request: Request) -> Response:
    """`GET /sandbox/calls`."""
    query = read_query(request.query, InspectionQuery)
    calls = request.sandbox.request_log.calls(request.project.id)
    known = [call for call in calls if call.number > query.after]
    results = known[query.offset : query.offset + query.limit]
    return page(results, len(known), query.limit, query.offset)


def show_project(request: Request) -> Response:
    """`GET /sandbox/project`."""
    return as_json(200, {"id": request.project.id, "key": request.project.shown})


def reset(request: Request) -> Response:
    """`POST /sandbox/reset`: empty this project."""
    request.sandbox.reset(request.project)
    return Response(204)


def _wanted(request: Request, query: InspectionQuery) -> dict[str, Any]:
    user_id = _id(request, USER, query.user, query.source)
    organization_id = _id(request, ORGANIZATION, query.organization, query.source)
    return {
        "project_id": request.project.id,
        "user_id": user_id,
        "organization_id": organization_id,
        "subject_id": user_id or organization_id,
        "kind": query.kind,
        "name": query.name,
        "cause": query.cause,
        "after": min(query.after, LARGEST),
        "now": request.now,
    }


def _id(request: Request, kind: SubjectKind, external_id: str | None, source: str) -> str | None:
    """Return the id of a subject by its external id; None without a filter."""
    if external_id is None:
        return None
    return find(request, kind, [ExternalID(external_id, source)]) or _NO_SUBJECT
