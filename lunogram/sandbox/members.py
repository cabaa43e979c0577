"""Members: which user belongs to which organization, and as what."""

from __future__ import annotations

from lunogram.sandbox import subjects, timeline
from lunogram.sandbox.answers import Answer
from lunogram.sandbox.bodies import MemberAdd, MemberRemove
from lunogram.sandbox.context import Request
from lunogram.sandbox.decoding import read_body, read_json, stored
from lunogram.sandbox.problems import not_found


def add(request: Request) -> Answer:
    """`POST /organizations/users`: make a user a member, or merge the membership's data."""
    body = read_body(request.body, MemberAdd)
    with request.store.writing():
        pair = _pair(request, body)
        row = request.store.one("membership", pair)
        known = read_json(row["data"]) if row else {}
        values = pair | {"data": stored(known | (body.data or {})), "now": request.now}
        if row:
            request.store.run("update_member", values)
        else:
            request.store.run("insert_member", values | {"project_id": request.project.id})
        name = "organization.user.updated" if row else "organization.user.added"
        timeline.recorded(request, pair["organization_id"], name, body.data, pair["user_id"])
    return Answer(200)


def remove(request: Request) -> Answer:
    """`DELETE /organizations/users`: end a membership."""
    body = read_body(request.body, MemberRemove)
    with request.store.writing():
        if not request.store.run("delete_member", _pair(request, body)):
            raise not_found("member")
    return Answer(204)


def _pair(request: Request, body: MemberAdd | MemberRemove) -> dict[str, str]:
    organization = body.organization.identifier
    return {
        "organization_id": subjects.require(request, subjects.ORGANIZATION, organization),
        "user_id": subjects.require(request, subjects.USER, body.user.identifier),
    }
