"""Customer.io's three hosts: their URLs and tables of paths."""

from __future__ import annotations

from starlette.types import ASGIApp

from lunogram.sandbox.context import Request, Sandbox
from lunogram.sandbox.customerio import (
    batch,
    broadcasts,
    collections,
    devices,
    events,
    merge,
    messages,
    people,
    segments,
)
from lunogram.sandbox.customerio.credentials import Credentials
from lunogram.sandbox.customerio.endpoint import PREFIX, Api, Family, Hosts, Paths
from lunogram.sandbox.responses import Response, as_json

TRACK_PREFIX = f"{PREFIX}/track"
APP_PREFIX = f"{PREFIX}/app"
COLLECTIONS_PREFIX = f"{PREFIX}/collections"

_PERSON = "/api/v1/customers/{id}"
_SEGMENT = "/api/v1/segments/{segment_id}"


def _test_credentials(_request: Request) -> Response:
    """`GET /auth`."""
    return as_json(200, {"meta": {"message": "nice credentials."}})


def _find_region(request: Request) -> Response:
    """`GET /api/v1/accounts/region`: this sandbox is in the US, and Track is on it."""
    environment_id = int(request.project.id[:8], 16)
    url = f"{request.sandbox.root}{TRACK_PREFIX}"
    return as_json(200, {"url": url, "data_center": "us", "environment_id": environment_id})


TRACK: Paths = {
    "/auth": {"GET": _test_credentials},
    "/api/v1/accounts/region": {"GET": _find_region},
    _PERSON: {"PUT": people.identify, "DELETE": people.remove},
    f"{_PERSON}/events": {"POST": events.track},
    f"{_PERSON}/devices": {"PUT": devices.put},
    f"{_PERSON}/devices/{{device_id}}": {"DELETE": devices.delete},
    f"{_PERSON}/suppress": {"POST": people.suppress},
    f"{_PERSON}/unsuppress": {"POST": people.unsuppress},
    "/api/v1/events": {"POST": events.track_anonymous},
    "/api/v1/merge_customers": {"POST": merge.merge_customers},
    f"{_SEGMENT}/add_customers": {"POST": segments.add},
    f"{_SEGMENT}/remove_customers": {"POST": segments.remove},
}
TRACK_2: Paths = {"/api/v2/batch": {"POST": batch.send}}
SENDS: Paths = {f"/v1/send/{kind}": {"POST": messages.sending(kind)} for kind in messages.KINDS}
BROADCASTS: Paths = {"/v1/campaigns/{broadcast_id}/triggers": {"POST": broadcasts.trigger}}
COLLECTIONS: Paths = {
    "/v1/api/collections": {"POST": collections.create},
    "/v1/api/collections/{id}": {"PUT": collections.update},
}


def _sentence(_status: int, detail: str) -> object:
    return {"meta": {"error": detail}}


def _details(status: int, detail: str) -> object:
    return {"errors": [{"detail": detail, "status": str(status)}]}


def _reasons(_status: int, detail: str) -> object:
    field, colon, message = detail.partition(": ")
    placed = {"field": field, "message": message} if colon else {"message": detail}
    return {"errors": [{"reason": "invalid", **placed}]}


def hosts(sandbox: Sandbox, credentials: Credentials, otherwise: ASGIApp) -> Hosts:
    """Return Customer.io's hosts in front of an application."""
    track = [
        Family(TRACK, _sentence, "Unauthorized request"),
        Family(TRACK_2, _reasons, "Unauthorized request"),
    ]
    app = [
        Family(SENDS, _sentence, "unauthorized"),
        Family(BROADCASTS, _details, "unauthorized"),
    ]
    apis = [
        Api(TRACK_PREFIX, credentials.track, track),
        Api(APP_PREFIX, credentials.app, app),
        Api(COLLECTIONS_PREFIX, credentials.app, [Family(COLLECTIONS, _details, "unauthorized")]),
    ]
    return Hosts(sandbox, apis, otherwise)
