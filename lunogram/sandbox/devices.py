"""Devices that take push messages, and the project's key for web push."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import lru_cache

from lunogram.sandbox import p256
from lunogram.sandbox.context import Request, new_id
from lunogram.sandbox.identities import USER, require
from lunogram.sandbox.problems import bad_request
from lunogram.sandbox.request_parser import json_text, read_body
from lunogram.sandbox.responses import Response, as_json
from lunogram.sandbox.schemas import DeviceConfig, DeviceRegistration

_SYSTEMS = ("ios", "android", "web")


def register(request: Request) -> Response:
    """`POST /users/devices`: register a device of a user, or update it."""
    body = read_body(request.body, DeviceRegistration)
    with request.store.writing():
        user_id = require(request, USER, body.identifier)
        _check(body)
        values = {
            "user_id": user_id,
            "device_id": body.device_id,
            "id": new_id(),
            "project_id": request.project.id,
            "os": body.os,
            "os_version": body.os_version or None,
            "model": body.model or None,
            "app_version": body.app_version or None,
            "data": json_text(body.data or {}),
            "config": json_text(body.config),
            "now": request.now,
        }
        request.store.run("upsert_device", values)
    return Response(201)


def vapid_key(request: Request) -> Response:
    """`GET /push/vapid`: the key with which web push messages would be signed."""
    return as_json(200, {"public_key": _public_key(request.project.id)})


def _check(body: DeviceRegistration) -> None:
    if not body.os:
        raise bad_request("os is required")
    if body.os not in _SYSTEMS:
        raise bad_request("os must be ios, android, or web")
    if body.data is not None and not isinstance(body.data, dict):
        raise bad_request("data must be a JSON object")
    if body.os == "web":
        _check_web(body.config)
    elif not body.config.token:
        raise bad_request("config.token is required for fcm/apns")


def _check_web(config: DeviceConfig) -> None:
    if not config.endpoint:
        raise bad_request("config.endpoint is required for web")
    if not config.keys or not (config.keys.auth and config.keys.p256dh):
        raise bad_request("config.keys.auth and config.keys.p256dh are required for web")


@lru_cache(maxsize=256)
def _public_key(project_id: str) -> str:
    """Return the public key of a project: one that browsers accept."""
    point = p256.public_key(p256.private_key(project_id.encode()))
    return urlsafe_b64encode(point).rstrip(b"=").decode()
