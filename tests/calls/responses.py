"""The complete successful responses of Lunogram, for every operation."""

from __future__ import annotations

from typing import Any

ID = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"
PROJECT = "4c9d3163-7b64-4f9e-9068-d2e4b96be56b"
METHOD = "0b8f2f0e-4a3c-4f0b-9a57-2f1f8f3f7a11"
MOMENT = "2026-01-15T09:00:00Z"

IDENTIFIER: dict[str, Any] = {
    "id": ID,
    "source": "default",
    "external_id": "user_123",
    "metadata": {"region": "eu"},
    "created_at": MOMENT,
    "updated_at": MOMENT,
}
USER: dict[str, Any] = {
    "id": ID,
    "project_id": PROJECT,
    "identifier": [IDENTIFIER],
    "email": "ada@example.com",
    "phone": "+31612345678",
    "timezone": "Europe/London",
    "locale": "en-GB",
    "data": {"plan": "pro"},
    "has_push_device": False,
    "version": 1,
    "created_at": MOMENT,
    "updated_at": MOMENT,
}
ORGANIZATION: dict[str, Any] = {
    "id": ID,
    "project_id": PROJECT,
    "identifier": [IDENTIFIER],
    "name": "Acme",
    "data": {"plan": "enterprise"},
    "version": 1,
    "created_at": MOMENT,
    "updated_at": MOMENT,
}
SCHEDULED: dict[str, Any] = {
    "id": ID,
    "name": "trial.end",
    "scheduled_at": MOMENT,
    "data": {"plan": "pro"},
}
MESSAGE: dict[str, Any] = {
    "id": ID,
    "project_id": PROJECT,
    "user_id": ID,
    "organization_id": ID,
    "external_id": "order_456_shipped",
    "channel": "inbox",
    "content": {"title": "Shipped"},
    "data": {"order_id": "ord_456"},
    "tags": ["orders"],
    "priority": 3,
    "source": "shop",
    "scheduled_at": MOMENT,
    "expires_at": MOMENT,
    "read_at": MOMENT,
    "archived_at": MOMENT,
    "sent_at": MOMENT,
    "sender_identity_id": ID,
    "campaign_id": ID,
    "broadcast_id": ID,
    "created_at": MOMENT,
    "updated_at": MOMENT,
}
PAGE: dict[str, Any] = {"results": [MESSAGE], "total": 1, "limit": 20, "offset": 0}
COUNT: dict[str, Any] = {"unread": 3, "total": 12}
SESSION: dict[str, Any] = {"token": "a.session.token", "expires_at": MOMENT}
VAPID: dict[str, Any] = {"public_key": "BEl62iUYgUivxIkv69yViEuiBIa"}

_SHARED: dict[tuple[str, str], tuple[int, Any]] = {
    ("DELETE", ""): (204, None),
    ("POST", "/events"): (202, None),
    ("POST", "/scheduled"): (202, SCHEDULED),
    ("DELETE", "/scheduled"): (200, None),
    ("POST", "/inbox"): (202, None),
    ("GET", "/inbox"): (200, PAGE),
    ("GET", "/inbox/count"): (200, COUNT),
    ("POST", "/inbox/read"): (202, None),
    ("POST", "/inbox/archived"): (202, None),
}
RESPONSES: dict[tuple[str, str], tuple[int, Any]] = {
    **{(method, f"/users{path}"): found for (method, path), found in _SHARED.items()},
    **{(method, f"/organizations{path}"): found for (method, path), found in _SHARED.items()},
    ("POST", "/users"): (200, USER),
    ("POST", "/users/devices"): (201, None),
    ("POST", "/organizations"): (200, ORGANIZATION),
    ("POST", "/organizations/users"): (200, None),
    ("DELETE", "/organizations/users"): (204, None),
    ("GET", "/push/vapid"): (200, VAPID),
    ("POST", f"/auth-methods/{METHOD}/sessions"): (201, SESSION),
}
"""The status and body of each operation, by method and path below ``/client``."""
