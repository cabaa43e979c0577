"""Devices, the key for web push, and sessions."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.support.sandbox_api import Api, named

KEYS = {"p256dh": "BNcR", "auth": "tBHI"}
WEB = {"endpoint": "https://push.example.com/send/abc", "keys": KEYS}
SESSIONS = f"/auth-methods/{uuid4()}/sessions"


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
    body = device(os_version="18.1", model="iPhone17,1", app_version="2.4.0", data={"a": 1})
    response = api.send("POST", "/users/devices", body)
    assert (response.status_code, response.content) == (201, b"")
    (kept,) = api.look("devices", user="ada")["results"]
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
    (kept,) = api.look("devices")["results"]
    assert (kept["os"], kept["config"]) == ("web", WEB)


def test_the_same_device_of_two_users_is_two(api: Api) -> None:
    for who in ("ada", "grace"):
        api.user(who)
        api.done("POST", "/users/devices", device(who))
    assert api.look("devices")["total"] == 2
    assert api.look("devices", user="ada")["total"] == 1


@pytest.mark.parametrize(
    "more",
    [
        {"os": "android"},
        {"os": "web", "config": WEB},
        {"os": "web", "config": WEB | {"expiration_time": None}},
        {"os": "web", "config": WEB | {"expiration_time": "2031-01-01T00:00:00Z"}},
        {"data": None},
    ],
)
def test_what_is_accepted(api: Api, more: dict[str, Any]) -> None:
    api.user("ada")
    assert api.send("POST", "/users/devices", device(**more)).status_code == 201


@pytest.mark.parametrize("config", [{"token": "t"}, WEB])
def test_an_os_may_be_left_out(api: Api, config: dict[str, Any]) -> None:
    api.user("ada")
    body = device(config=config)
    del body["os"]
    assert api.send("POST", "/users/devices", body).status_code == 201


@pytest.mark.parametrize(
    ("more", "detail"),
    [
        ({"os": "web"}, "config.endpoint: is required for web"),
        ({"os": "web", "config": {"endpoint": "x"}}, "config.keys: is required for web"),
        ({"config": WEB}, "config.token: is required for ios"),
        ({"config": {}}, "config.token: is required for ios"),
        ({"config": {"keys": {"auth": "a"}}}, "config.keys.p256dh: is required"),
        ({"os": "symbian"}, "os: must be one of web, ios, android"),
        ({"device_id": ""}, "device_id: must be a string of 1 character or more"),
        (
            {"config": {"token": "t", "expiration_time": "soon"}},
            "config.expiration_time: must be an RFC 3339 time with a zone",
        ),
    ],
)
def test_what_is_refused(api: Api, more: dict[str, Any], detail: str) -> None:
    api.user("ada")
    assert api.refused(400, "POST", "/users/devices", device(**more)) == detail


def test_the_user_has_to_exist(api: Api) -> None:
    assert api.refused(404, "POST", "/users/devices", device()) == "user not found"


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
    api.user("ada")
    response = api.send("POST", SESSIONS, {"user_id": "ada"})
    assert response.status_code == 201
    assert response.json()["token"]
    lasts = datetime.fromisoformat(response.json()["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=59) < lasts <= timedelta(hours=1)


def test_a_session_is_for_a_known_user(api: Api) -> None:
    assert api.refused(404, "POST", SESSIONS, {"user_id": "ada"}) == "user not found"
    detail = api.refused(400, "POST", SESSIONS, {"user_id": ""})
    assert detail == "user_id: must be a string of 1 character or more"


def test_an_auth_method_is_a_uuid(api: Api) -> None:
    detail = api.refused(400, "POST", "/auth-methods/x/sessions", {"user_id": "ada"})
    assert detail == "auth_method_id: must be a UUID"


def test_a_session_takes_a_server_key(api: Api) -> None:
    api.key = f"pk_{uuid4().hex}"
    api.user("ada")
    assert api.refused(403, "POST", SESSIONS, {"user_id": "ada"}) == "a server key is required"
