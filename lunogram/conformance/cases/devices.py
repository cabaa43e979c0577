"""Devices that take push messages, and the project's key for web push."""

from __future__ import annotations

from typing import Any

from lunogram.conformance.case import EMPTY, Answer, case, get, post, problem, subject
from lunogram.conformance.matching import TEXT

_PATH = "/users/devices"
_REGISTER = "register device: 201 empty; 404 user; 400."
_CONFIG = "config: {token} for ios/android; {endpoint, keys: {p256dh, auth}} for web."
_KNOWN = post("/users", subject("{user}"))
_WEB = {"endpoint": "https://push.example.com/send/abc", "keys": {"p256dh": "BNcR", "auth": "tBHI"}}
_REGISTERED = Answer(201, EMPTY)


def _device(os: str = "ios", config: object = None, **more: Any) -> dict[str, Any]:
    config = {"token": "conformance"} if config is None else config
    return subject("{user}", device_id="{user}.device", os=os, config=config, **more)


CASES = [
    *(
        case(
            f"a device of {os} is registered",
            f"{_REGISTER} {_CONFIG}",
            _KNOWN,
            post(_PATH, _device(os, config), _REGISTERED),
        )
        for os, config in (("ios", None), ("android", None), ("web", _WEB))
    ),
    case(
        "a device is registered with all that is known of it, and again",
        "os_version?, model?, app_version?, data?.",
        _KNOWN,
        *[
            post(
                _PATH,
                _device(os_version="18.1", model="iPhone17,1", app_version="2.4.0", data={"a": 1}),
                _REGISTERED,
            )
        ]
        * 2,
    ),
    case(
        "a user has a push device after one is registered, and not before",
        "User: has_push_device (bool).",
        post("/users", subject("{user}"), Answer(200, {"has_push_device": False})),
        post(_PATH, _device(), _REGISTERED),
        post("/users", subject("{user}"), Answer(200, {"has_push_device": True})),
    ),
    case(
        "the device of a user whom nobody knows is refused",
        _REGISTER,
        post(_PATH, _device(), problem(404, "user not found")),
    ),
    case(
        "a device that is not complete, or of another system, is refused",
        f"{_REGISTER} {_CONFIG}",
        _KNOWN,
        *(
            post(_PATH, body, problem(400))
            for body in (
                _device(config={}),
                _device("web", {"endpoint": _WEB["endpoint"]}),
                _device("symbian"),
                subject("{user}", os="ios", config={"token": "conformance"}),
                subject("{user}", os="ios", device_id="{user}.device"),
            )
        ),
    ),
    case(
        "the key for web push is there, or said not to be",
        "VAPID key: 200 {public_key}; 404.",
        get("/push/vapid", {}, Answer(200, {"public_key": TEXT}), problem(404)),
    ),
]
