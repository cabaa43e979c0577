"""Devices that take push messages, and the project's key for web push."""

from __future__ import annotations

from typing import Any

from lunogram.conformance.case import (
    EMPTY,
    ExpectedResponse,
    case,
    delete,
    get,
    post,
    problem,
    subject,
)
from lunogram.conformance.matchers import TEXT

_PATH = "/users/devices"
_REGISTER = "register device: 201 empty; 404 user; 400."
_CONFIG = "config: {token} for ios/android; {endpoint, keys: {p256dh, auth}} for web."
_KNOWN = post("/users", subject("{user}"))
_WEB = {"endpoint": "https://push.example.com/send/abc", "keys": {"p256dh": "BNcR", "auth": "tBHI"}}
_REGISTERED = ExpectedResponse(201, EMPTY)


def _device(os: str = "ios", config: object = None, **more: Any) -> dict[str, Any]:
    config = {"token": "conformance"} if config is None else config
    return subject("{user}", device_id="{user}.device", os=os, config=config, **more)


def _without_os() -> dict[str, Any]:
    return {name: value for name, value in _device().items() if name != "os"}


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
        "a device is registered with all optional fields, and again",
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
        post("/users", subject("{user}"), ExpectedResponse(200, {"has_push_device": False})),
        post(_PATH, _device(), _REGISTERED),
        post("/users", subject("{user}"), ExpectedResponse(200, {"has_push_device": True})),
    ),
    case(
        "the device of an unknown user is rejected, before its fields are checked",
        'os (required: 400 "os is required", after 404 "user not found").',
        post(_PATH, _device(), problem(404, "user not found")),
        post(_PATH, _without_os(), problem(404, "user not found")),
    ),
    case(
        "a device adds no identifiers to its user",
        "Events, schedules and everything else only look up: they never add identifiers.",
        _KNOWN,
        post(_PATH, {**_device(), **subject("{user}", "stripe:{user}.a")}, _REGISTERED),
        delete("/users", subject("stripe:{user}.a"), problem(404, "user not found")),
    ),
    case(
        "a device has an operating system",
        'os: 400 "os is required", "os must be ios, android, or web".',
        _KNOWN,
        post(_PATH, _without_os(), problem(400, "os is required")),
        post(_PATH, _device("symbian"), problem(400, "os must be ios, android, or web")),
    ),
    case(
        "a device that is registered for another user moves",
        "(project, device_id) is unique. Registering a device_id for another user moves it.",
        _KNOWN,
        post("/users", subject("{other}")),
        post(_PATH, _device(), _REGISTERED),
        post(_PATH, {**_device(), **subject("{other}")}, _REGISTERED),
        post("/users", subject("{user}"), ExpectedResponse(200, {"has_push_device": False})),
        post("/users", subject("{other}"), ExpectedResponse(200, {"has_push_device": True})),
    ),
    case(
        "an incomplete device is rejected",
        f"{_REGISTER} {_CONFIG}",
        _KNOWN,
        post(_PATH, _device(config={}), problem(400, "config.token is required for fcm/apns")),
        post(_PATH, _device("web", {}), problem(400, "config.endpoint is required for web")),
        post(
            _PATH,
            _device("web", {"endpoint": _WEB["endpoint"]}),
            problem(400, "config.keys.auth and config.keys.p256dh are required for web"),
        ),
        post(_PATH, _device(data=[1]), problem(400, "data must be a JSON object")),
        *(
            post(_PATH, body, problem(400))
            for body in (
                _device("web", {**_WEB, "expiration_time": None}),
                subject("{user}", os="ios", config={"token": "conformance"}),
                subject("{user}", os="ios", device_id="{user}.device"),
            )
        ),
    ),
    case(
        "the key for web push is there, or said not to be",
        "VAPID key: 200 {public_key}; 404.",
        get("/push/vapid", {}, ExpectedResponse(200, {"public_key": TEXT}), problem(404)),
    ),
]
