"""Members: users that belong to an organization, with data about the membership."""

from __future__ import annotations

from lunogram.sandbox import timeline
from lunogram.sandbox.context import Request
from lunogram.sandbox.identities import ORGANIZATION, USER, require
from lunogram.sandbox.request_parser import json_text, read_body, read_json
from lunogram.sandbox.responses import Response, shown
from lunogram.sandbox.schemas import Json, MemberAdd, MemberRemove


def add(request: Request) -> Response:
    """`POST /organizations/users`: add a member, or merge the membership's data."""
    body = read_body(request.body, MemberAdd)
    with request.store.writing():
        pair = _pair(request, body)
        row = request.store.one("membership", pair)
        known = read_json(row["data"]) if row else {}
        data = known | (body.data or {})
        values = pair | {"data": json_text(data), "now": request.now}
        if row:
            request.store.run("update_member", values)
        else:
            request.store.run("insert_member", values | {"project_id": request.project.id})
        name = "organization.user.updated" if row else "organization.user.added"
        version = row["version"] + 1 if row else 0
        _record(request, pair, name, {"traits": data, "version": version})
    return Response(200)


def remove(request: Request) -> Response:
    """`DELETE /organizations/users`: remove a member, or do nothing if the user is none."""
    body = read_body(request.body, MemberRemove)
    with request.store.writing():
        request.store.run("delete_member", _pair(request, body))
    return Response(204)


def _record(request: Request, pair: dict[str, str], name: str, traits: Json) -> None:
    organization_id = pair["organization_id"]
    names = request.store.all("identifiers_of", {"id": organization_id})
    data = pair | {"organization_identifiers": [shown(each) for each in names]} | traits
    timeline.recorded(request, organization_id, name, data, pair["user_id"])


def _pair(request: Request, body: MemberAdd | MemberRemove) -> dict[str, str]:
    organization = body.organization.identifier
    return {
        "organization_id": require(request, ORGANIZATION, organization),
        "user_id": require(request, USER, body.user.identifier),
    }
