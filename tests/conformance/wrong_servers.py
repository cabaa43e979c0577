"""Servers with one fault each: the sandbox, with single requests or responses altered."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from lunogram.conformance.runner import CaseResult
from tests.conformance.conftest import KEYS, ROLE_KEYS

Send = Callable[[httpx.Request], httpx.Response]
Fault = Callable[[httpx.Request, Send], httpx.Response]


class WrongServer(httpx.BaseTransport):
    """A transport whose requests all go through `fault`."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.real = httpx.HTTPTransport(verify=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return self.fault(request, self.send)

    def send(self, request: httpx.Request) -> httpx.Response:
        response = self.real.handle_request(request)
        response.read()
        return response

    def close(self) -> None:
        self.real.close()


def is_upsert_of_user(request: httpx.Request) -> bool:
    """Return whether a request upserts a user."""
    return is_(request, "POST", "/users") and not is_(request, "POST", "/organizations/users")


def is_(request: httpx.Request, method: str, path: str) -> bool:
    """Return whether a request is of this method and ends in this path."""
    return request.method == method and request.url.path.endswith(path)


def json_response(status: int, body: Any, content_type: str = "application/json") -> httpx.Response:
    headers = {"content-type": content_type}
    return httpx.Response(status, content=json.dumps(body).encode(), headers=headers)


def asking(request: httpx.Request, **parts: Any) -> httpx.Request:
    """Make the same request with other parts."""
    kept = {"authorization", "content-type"}
    headers = {name: value for name, value in request.headers.items() if name in kept}
    given: dict[str, Any] = {"url": request.url, "content": request.content} | parts
    return httpx.Request(request.method, headers=headers, **given)


def honest(request: httpx.Request, send: Send) -> httpx.Response:
    return send(request)


def wrong_status(request: httpx.Request, send: Send) -> httpx.Response:
    response = send(request)
    wrong = is_(request, "DELETE", "/organizations/users") and response.status_code == 204
    return httpx.Response(200) if wrong else response


def dropped_field(request: httpx.Request, send: Send) -> httpx.Response:
    response = send(request)
    if not is_upsert_of_user(request) or response.status_code != 200:
        return response
    return json_response(200, {k: v for k, v in response.json().items() if k != "has_push_device"})


class DeepMerge:
    """Merges objects in data at every depth."""

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}

    def __call__(self, request: httpx.Request, send: Send) -> httpx.Response:
        response = send(request)
        if not is_upsert_of_user(request) or response.status_code != 200:
            return response
        user, given = response.json(), json.loads(request.content).get("data") or {}
        self.data[user["id"]] = merged(self.data.get(user["id"], {}), given)
        return json_response(200, user | {"data": self.data[user["id"]]})


def merged(old: Any, new: Any) -> Any:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return old | {name: merged(old.get(name), value) for name, value in new.items()}


def pages_of_25(request: httpx.Request, send: Send) -> httpx.Response:
    if not is_(request, "GET", "/inbox") or "limit" in request.url.params:
        return send(request)
    return send(asking(request, url=request.url.copy_add_param("limit", "25")))


def null_clears(request: httpx.Request, send: Send) -> httpx.Response:
    response = send(request)
    if not is_(request, "POST", "/organizations") or response.status_code != 200:
        return response
    body = json.loads(request.content)
    cleared = [name for name, value in body.items() if value is None and name != "data"]
    return json_response(200, response.json() | dict.fromkeys(cleared))


def lenient_batches(request: httpx.Request, send: Send) -> httpx.Response:
    """Accepts a batch with a malformed event."""
    response = send(request)
    is_batch = is_(request, "POST", "/users/events") and request.content.startswith(b"[")
    if response.status_code == 400 and is_batch and len(json.loads(request.content)) > 1:
        return httpx.Response(202)
    return response


def organizations_from_events(request: httpx.Request, send: Send) -> httpx.Response:
    """Creates the organization of an event."""
    if is_(request, "POST", "/organizations/events") and request.content.startswith(b"[{"):
        for event in json.loads(request.content):
            body = json.dumps({"identifier": event.get("identifier")})
            url = str(request.url).removesuffix("/events")
            send(asking(request, url=url, content=body))
    return send(request)


def users_from_events(request: httpx.Request, send: Send) -> httpx.Response:
    """Creates the user of an event, and adds identifiers."""
    if is_(request, "POST", "/users/events") and request.content.endswith(b"}]"):
        for event in json.loads(request.content):
            body = json.dumps({"identifier": event.get("identifier")})
            url = str(request.url).removesuffix("/events")
            send(asking(request, url=url, content=body))
    return send(request)


def schedules_by_name(request: httpx.Request, send: Send) -> httpx.Response:
    """Replaces the schedule of a name, whatever its id."""
    is_upsert = is_(request, "POST", "/users/scheduled") and b'"id"' not in request.content
    return send(asking(request, url=older(request.url))) if is_upsert else send(request)


def older(url: httpx.URL) -> httpx.URL:
    """Return the URL of an older server."""
    return httpx.URL(re.sub("/projects/[^/]+", "", str(url)))


def totals_beyond_the_last_page(request: httpx.Request, send: Send) -> httpx.Response:
    response = send(request)
    if is_(request, "GET", "/users/inbox") and response.status_code == 200:
        page = response.json()
        return json_response(200, page | {"total": page["total"] or page["offset"]})
    return response


def without_cors(request: httpx.Request, send: Send) -> httpx.Response:
    response = send(request)
    response.headers.pop("access-control-allow-origin", None)
    return response


def plain_text_404(request: httpx.Request, send: Send) -> httpx.Response:
    response = send(request)
    if is_(request, "POST", "/users/devices") and response.status_code == 404:
        return json_response(404, response.json(), "text/plain")
    return response


def without_detail(request: httpx.Request, send: Send) -> httpx.Response:
    response = send(request)
    if response.status_code == 401:
        return json_response(401, {"title": "unauthorized"})
    return response


def unordered_inbox(request: httpx.Request, send: Send) -> httpx.Response:
    response = send(request)
    if not is_(request, "GET", "/users/inbox") or response.status_code != 200:
        return response
    page = response.json()
    return json_response(
        200, page | {"results": sorted(page["results"], key=lambda one: one["id"])}
    )


def conflicts_join(request: httpx.Request, send: Send) -> httpx.Response:
    """Uses the first identifier of a conflict."""
    response = send(request)
    if not is_(request, "POST", "/users") or response.status_code != 500:
        return response
    body = json.loads(request.content)
    return send(asking(request, content=json.dumps({"identifier": body["identifier"][:1]})))


def nulls_for_unset_fields(request: httpx.Request, send: Send) -> httpx.Response:
    response = send(request)
    if not is_upsert_of_user(request) or response.status_code != 200:
        return response
    fields = dict.fromkeys(("email", "phone", "timezone", "locale"))
    return json_response(200, fields | response.json())


def times_in_utc(request: httpx.Request, send: Send) -> httpx.Response:
    """Returns the time of a schedule in UTC, whatever its offset was."""
    response = send(request)
    if not is_(request, "POST", "/users/scheduled") or response.status_code != 202:
        return response
    schedule = response.json()
    time = datetime.fromisoformat(schedule["scheduled_at"]).astimezone(UTC).isoformat()
    return json_response(202, schedule | {"scheduled_at": time})


def without_roles(request: httpx.Request, send: Send) -> httpx.Response:
    """Lets every key of the project do everything."""
    if request.headers.get("authorization", "").removeprefix("Bearer ") in ROLE_KEYS.values():
        request.headers["authorization"] = f"Bearer {KEYS[0]}"
    return send(request)


def resets(request: httpx.Request, send: Send) -> httpx.Response:
    if is_(request, "GET", "/push/vapid") and "/projects/" not in request.url.path:
        raise httpx.ReadError("reset")
    return send(request)


WRONG: Mapping[str, tuple[Callable[[], Fault], set[str]]] = {
    "nothing": (lambda: honest, set()),
    "a status": (
        lambda: wrong_status,
        {
            "members: a user is made a member, and removed again",
            "members: a user who is a member already can be added again, with other data or none",
            "members: a member is found by any identifier of either",
            "members: a membership in one organization stays when another is deleted",
            "members: a user who is no member can be removed",
            "members: memberships go with their organization, and users stay",
            "members: memberships go with their user, and organizations stay",
        },
    ),
    "a field": (
        lambda: dropped_field,
        {
            "devices: a user has a push device after one is registered, and not before",
            "devices: a device that is registered for another user moves",
        },
    ),
    "the depth of a merge": (
        DeepMerge,
        {
            "merging: a value in the data of a user is replaced as a whole",
            "values: numbers in the data of a user are stored as doubles",
        },
    ),
    "the default page": (
        lambda: pages_of_25,
        {
            "inbox: a page of a user's inbox has 20 messages unless asked otherwise",
            "inbox: a page of an organization's inbox has 20 messages unless asked otherwise",
        },
    ),
    "null": (
        lambda: null_clears,
        {"merging: a field of an organization that is omitted or null is kept"},
    ),
    "batches": (
        lambda: lenient_batches,
        {"events: a malformed event rejects its whole batch"},
    ),
    "events of organizations": (
        lambda: organizations_from_events,
        {"events: an event for an unknown organization is accepted and dropped"},
    ),
    "events of users": (
        lambda: users_from_events,
        {
            "events: an event for an unknown user is accepted, and creates no user",
            "events: an event adds no identifiers to the user",
            "events: a malformed event rejects its whole batch",
        },
    ),
    "schedules of today": (
        lambda: schedules_by_name,
        {"schedules: a schedule of a user without an id is one more"},
    ),
    "a total": (
        lambda: totals_beyond_the_last_page,
        {"inbox: pages of a user's inbox begin where asked"},
    ),
    "CORS": (
        lambda: without_cors,
        {
            "transport: a browser may ask whether it may send",
            "transport: a browser may read a response",
        },
    ),
    "a content type": (
        lambda: plain_text_404,
        {"devices: the device of an unknown user is rejected, before its fields are checked"},
    ),
    "the shape of a problem": (
        lambda: without_detail,
        {
            "transport: a request without a key is rejected",
            "transport: a request with a wrong key is rejected",
            "transport: a request with a key in another scheme is rejected",
            "transport: a write without a key is rejected, and not carried out",
            "transport: a server key from a browser is rejected",
            "transport: a server key from a browser is rejected, on older servers",
            "transport: a browser may read a response",
            "transport: a path with another project, or with none, is rejected",
        },
    ),
    "a conflict": (
        lambda: conflicts_join,
        {
            "identity: a user cannot have the identifiers of two",
            "values: a value of a user that is too long fails",
        },
    ),
    "unset fields": (
        lambda: nulls_for_unset_fields,
        {"identity: a user that does not exist is created, and returned completely"},
    ),
    "an offset": (
        lambda: times_in_utc,
        {"schedules: the time of a user's schedule is returned as it was given"},
    ),
    "roles": (
        lambda: without_roles,
        {
            "roles: a key of the role client reads and marks nothing, and deletes no schedules",
            "roles: a key of the role support writes nothing",
            "roles: an auth method creates events of the names in its list only",
        },
    ),
    "a connection": (
        lambda: resets,
        {
            "transport: the project may be taken from the key",
            "transport: a server key from a browser is rejected, on older servers",
        },
    ),
}
"""The faults, and the behaviours that each breaks."""


def stale_first() -> Fault:
    """Shows each inbox empty at its first request, as if everything came later."""
    seen: Counter[str] = Counter()

    def fault(request: httpx.Request, send: Send) -> httpx.Response:
        response = send(request)
        seen[str(request.url)] += 1
        stale = request.method == "GET" and "/inbox" in request.url.path
        if stale and response.status_code == 200 and seen[str(request.url)] == 1:
            return json_response(200, {"results": [], "unread": -1, "total": -1})
        return response

    return fault


def one_too_many() -> Fault:
    """Returns 429 to every other request."""
    requests = Counter[str]()

    def fault(request: httpx.Request, send: Send) -> httpx.Response:
        requests["all"] += 1
        if requests["all"] % 2:
            response = json_response(429, {"title": "too many requests", "detail": "wait"})
            response.headers["retry-after"] = "0"
            return response
        return send(request)

    return fault


def differing(results: list[CaseResult]) -> set[str]:
    """The titles of the cases that differ."""
    return {result.case.title for result in results if result.status == "differs"}
