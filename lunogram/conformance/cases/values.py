"""Values: numbers, lengths, and what is stored without a check."""

from __future__ import annotations

from typing import Any

from lunogram.conformance.case import EMPTY, Case, ExpectedResponse, case, post, problem, subject
from lunogram.conformance.cases.inbox import message
from lunogram.conformance.cases.subject_kinds import KINDS, Kind
from lunogram.conformance.matchers import Exactly

_DOUBLES = "Numbers in `data` and `metadata` are float64: 9007199254740993 becomes …992."
_INTEGERS = "Where an integer is wanted, `3.0` is 400."
_LENGTHS = (
    "external_id, source, email, locale, organization name 255 characters; phone 64; timezone 50: "
    "longer is 500."
)
_NAMES = "Event names over 255: 202, and lost."
_UNCHECKED = "email, phone and timezone are not checked; an empty timezone or locale is stored."

_TOO_LONG: dict[str, dict[str, str]] = {
    "user": {
        "email": f"{'a' * 250}@example.com",
        "phone": f"+{'1' * 64}",
        "timezone": f"Europe/{'x' * 44}",
        "locale": "x" * 256,
    },
    "organization": {"name": "x" * 256},
}
_LONGEST: dict[str, dict[str, str]] = {
    "user": {
        "email": f"{'a' * 243}@example.com",
        "phone": f"+{'1' * 63}",
        "timezone": f"Europe/{'x' * 43}",
        "locale": "é" * 255,
    },
    "organization": {"name": "é" * 255},
}
_REJECTED = problem(500)
_TOO_LARGE = b'{"identifier": [{"external_id": "a"}], "data": {"n": 1e400}}'


def _of(kind: Kind) -> list[Case]:
    path = kind.path
    large: dict[str, Any] = {"large": 9007199254740993, "half": 0.5}
    stored = {"large": 9007199254740992, "half": 0.5}
    long = "x" * 256
    return [
        case(
            f"numbers in the data of {kind.one} are stored as doubles",
            _DOUBLES,
            post(path, subject(kind.id, data=large)),
            post(path, subject(kind.id), ExpectedResponse(200, {"data": Exactly(stored)})),
        ),
        case(
            f"numbers in the metadata of {kind.one}'s identifier are stored as doubles",
            _DOUBLES,
            post(
                path,
                {"identifier": [{"external_id": kind.id, "metadata": large}]},
                ExpectedResponse(200, {"identifier": [{"metadata": Exactly(stored)}]}),
            ),
        ),
        case(
            f"a number in the data of {kind.one} that no double can be is rejected",
            "Numbers in `data` and `metadata` are float64: 1e400 is 400.",
            post(path, _TOO_LARGE, problem(400)),
        ),
        case(
            f"a value of {kind.one} that is just short enough is stored",
            _LENGTHS,
            *(
                post(
                    path,
                    subject(kind.id, **{field: value}),
                    ExpectedResponse(200, {field: value}),
                )
                for field, value in _LONGEST[kind.word].items()
            ),
        ),
        case(
            f"a value of {kind.one} that is too long fails",
            _LENGTHS,
            *(
                post(path, subject(kind.id, **{field: value}), _REJECTED)
                for field, value in _TOO_LONG[kind.word].items()
            ),
            post(path, {"identifier": [{"external_id": f"{kind.id}-{long}"}]}, _REJECTED),
            post(path, {"identifier": [{"source": long, "external_id": kind.id}]}, _REJECTED),
        ),
        case(
            f"an event of {kind.one} with a long name is accepted",
            _NAMES,
            post(path, subject(kind.id)),
            post(
                f"{path}/events",
                [{"name": long, "data": {}, **subject(kind.id)}],
                ExpectedResponse(202, EMPTY),
            ),
        ),
        case(
            f"the priority of a message for {kind.one} is an integer",
            _INTEGERS,
            post(path, subject(kind.id)),
            post(f"{path}/inbox", [message("1", kind.id, priority=3.0)], problem(400)),
        ),
    ]


CASES = [
    *(each for kind in KINDS for each in _of(kind)),
    case(
        "what a user's email, phone and time zone say is not checked",
        _UNCHECKED,
        post(
            "/users",
            subject("{user}", email="no address", phone="no number", timezone="No/Zone"),
            ExpectedResponse(
                200, {"email": "no address", "phone": "no number", "timezone": "No/Zone"}
            ),
        ),
        post(
            "/users",
            subject("{user}", timezone="", locale=""),
            ExpectedResponse(200, {"timezone": "", "locale": ""}),
        ),
    ),
]
