"""Devices, the key for web push, and sessions."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from lunogram.sandbox.session_tokens import DEFAULT_METHOD
from tests.support.sandbox_api import Api, named

KEYS = {"p256dh": "BNcR", "auth": "tBHI"}
WEB = {"endpoint": "https://push.example.com/send/abc", "keys": KEYS}
SESSIONS = f"/auth-methods/{DEFAULT_METHOD}/sessions"


def device(who: str = "ada", **more: Any) -> dict[str, Any]:
    """Write a registration."""
    return {
        "identifier": named(who),
        "device_id": "d1",
        "os": "ios",
        "config": {"token": "t"},
    } | more


def test_a_device_is_registered(api: Api) -> None:
    api.user("ada")
    data = {"a": 9007199254740993}  # kept as sent, and not as a double
    body = device(os_version="18.1", model="iPhone17,1", app_version="2.4.0", data=data)
    response = api.send("POST", "/users/devices", body)
    assert (response.status_code, response.content) == (201, b"")
    (kept,) = api.inspect("devices", user="ada")["results"]
    assert {name: kept[name] for name in body if name != "identifier"} == {
        name: value for name, value in body.items() if name != "identifier"
    }


def test_a_user_with_a_device_has_a_push_device(api: Api) -> None:
    assert api.user("ada")["has_push_device"] is False
    api.done("POST", "/users/devices", device())
    assert api.user("ada")["has_push_device"] is True


def test_the_same_device_is_updated(api: Api) -> None:
    api.user("ada")
    api.done("POST", "/users/devices", device())
    api.done("POST", "/users/devices", device(os="web", config=WEB))
    (kept,) = api.inspect("devices")["results"]
    assert (kept["os"], kept["config"]) == ("web", WEB)


def test_what_describes_a_device_stays_unless_it_is_given(api: Api) -> None:
    api.user("ada")
    described = {"os_version": "18.1", "model": "iPhone17,1", "app_version": "2.4.0"}
    api.done("POST", "/users/devices", device(**described, data={"a": 1}))
    api.done("POST", "/users/devices", device(app_version="2.5.0"))
    (kept,) = api.inspect("devices")["results"]
    assert described | {"app_version": "2.5.0"} == {name: kept[name] for name in described}
    assert kept["data"] == {}


def test_a_device_moves_to_another_user(api: Api) -> None:
    for who in ("ada", "grace"):
        api.user(who)
        api.done("POST", "/users/devices", device(who))
    assert api.inspect("devices")["total"] == 1
    assert api.inspect("devices", user="grace")["total"] == 1
    assert api.user("ada")["has_push_device"] is False


@pytest.mark.parametrize(
    "more",
    [
        {"os": "android"},
        {"os": "web", "config": WEB},
        {"os": "web", "config": WEB | {"expiration_time": "2031-01-01T00:00:00Z"}},
        {"data": None},
    ],
)
def test_what_is_accepted(api: Api, more: dict[str, Any]) -> None:
    api.user("ada")
    assert api.send("POST", "/users/devices", device(**more)).status_code == 201


@pytest.mark.parametrize(
    ("more", "detail"),
    [
        ({"os": ""}, "os is required"),
        ({"os": "web"}, "config.endpoint is required for web"),
        *(
            (
                {"os": "web", "config": {"endpoint": "x"} | keys},
                "config.keys.auth and config.keys.p256dh are required for web",
            )
            for keys in ({}, {"keys": {"auth": "a"}})
        ),
        ({"config": WEB}, "config.token is required for fcm/apns"),
        ({"os": "android", "config": {}}, "config.token is required for fcm/apns"),
        ({"os": "symbian"}, "os must be ios, android, or web"),
        ({"data": [1]}, "data must be a JSON object"),
        (
            {"config": WEB | {"expiration_time": None}},
            "config.expiration_time: must be an RFC 3339 time with a zone, not null",
        ),
        ({"device_id": ""}, "device_id: must be a string of 1 character or more"),
        (
            {"config": {"token": "t", "expiration_time": "soon"}},
            "config.expiration_time: must be an RFC 3339 time with a zone",
        ),
    ],
)
def test_what_is_rejected(api: Api, more: dict[str, Any], detail: str) -> None:
    api.user("ada")
    assert api.rejected(400, "POST", "/users/devices", device(**more)) == detail


def test_the_user_has_to_exist(api: Api) -> None:
    for body in (device(), device(os="")):
        assert api.rejected(404, "POST", "/users/devices", body) == "user not found"


def test_the_vapid_key_is_a_point_of_the_curve_and_stays(api: Api) -> None:
    key = api.done("GET", "/push/vapid")["public_key"]
    assert len(key) == 87
    point = urlsafe_b64decode(key + "=")
    x, y = int.from_bytes(point[1:33]), int.from_bytes(point[33:])
    p = 2**256 - 2**224 + 2**192 + 2**96 - 1
    b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    assert point[0] == 4
    assert (y * y - x**3 + 3 * x - b) % p == 0
    assert api.done("GET", "/push/vapid")["public_key"] == key


def test_a_session_lasts_an_hour(api: Api) -> None:
    response = api.send("POST", SESSIONS, {"user_id": "ada"})
    assert response.status_code == 201
    assert response.json()["token"]
    lasts = datetime.fromisoformat(response.json()["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=59) < lasts <= timedelta(hours=1)


def test_a_session_is_for_any_user(api: Api) -> None:
    assert api.done("POST", SESSIONS, {"user_id": "nobody"})["token"]
    detail = api.rejected(400, "POST", SESSIONS, {"user_id": ""})
    assert detail == "user_id: must be a string of 1 character or more"


def test_an_auth_method_is_a_uuid(api: Api) -> None:
    detail = api.rejected(400, "POST", "/auth-methods/x/sessions", {"user_id": "ada"})
    assert detail == "auth_method_id: must be a UUID"


def test_an_auth_method_is_a_session_method(api: Api) -> None:
    path = f"/auth-methods/{uuid4()}/sessions"
    detail = api.rejected(404, "POST", path, {"user_id": "ada"})
    assert detail == "session auth method not found"
