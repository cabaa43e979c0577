"""Devices that take push messages, and the project's key for web push."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256

from lunogram.sandbox import subjects
from lunogram.sandbox.answers import Answer, as_json
from lunogram.sandbox.bodies import DeviceRegistration
from lunogram.sandbox.context import Request, new_id
from lunogram.sandbox.decoding import read_body, stored
from lunogram.sandbox.problems import invalid_body

# NIST's curve P-256: y² = x³ - 3x + b over the integers modulo p.
_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B


def register(request: Request) -> Answer:
    """`POST /users/devices`: register a device of a user, or update it."""
    body = read_body(request.body, DeviceRegistration)
    _check(body)
    with request.store.writing():
        values = {
            "user_id": subjects.require(request, subjects.USER, body.identifier),
            "device_id": body.device_id,
            "id": new_id(),
            "project_id": request.project.id,
            "os": body.os or None,
            "os_version": body.os_version or None,
            "model": body.model or None,
            "app_version": body.app_version or None,
            "data": stored(body.data or {}),
            "config": stored(body.config),
            "now": request.now,
        }
        request.store.run("upsert_device", values)
    return Answer(201)


def vapid_key(request: Request) -> Answer:
    """`GET /push/vapid`: the key with which web push messages would be signed."""
    return as_json(200, {"public_key": _public_key(request.project.id)})


def _check(body: DeviceRegistration) -> None:
    web = body.os == "web" or (not body.os and bool(body.config.endpoint))
    for name in ("endpoint", "keys") if web else ("token",):
        if not getattr(body.config, name):
            detail = f"config.{name}: is required for {body.os or 'a device without an os'}"
            raise invalid_body(detail)


@lru_cache(maxsize=256)
def _public_key(project_id: str) -> str:
    """Make a point of the curve from a project's id: a key that browsers take."""
    x = int.from_bytes(sha256(project_id.encode()).digest()) % _P
    while pow(_square(x), (_P - 1) // 2, _P) != 1:
        x += 1
    y = pow(_square(x), (_P + 1) // 4, _P)
    point = b"\x04" + x.to_bytes(32) + y.to_bytes(32)
    return urlsafe_b64encode(point).rstrip(b"=").decode()


def _square(x: int) -> int:
    return (x**3 - 3 * x + _B) % _P
