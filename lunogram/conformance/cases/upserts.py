"""Upserts: the fields that they change, and those that they keep."""

from __future__ import annotations

from typing import Any

from lunogram.conformance.case import Case, ExpectedResponse, case, post, problem, subject
from lunogram.conformance.cases.subject_kinds import KINDS, ORGANIZATION, USER, Kind
from lunogram.conformance.matchers import Exactly, MoreThan

_MERGES = "Upsert merges: a null or missing field keeps the stored value."
_SHALLOW = "`data` is merged shallowly, top-level keys replaced as a whole."

_FIELDS: dict[str, dict[str, Any]] = {
    USER.word: {
        "email": "ada@example.com",
        "phone": "+12025550123",
        "timezone": "Europe/London",
        "locale": "en-GB",
    },
    ORGANIZATION.word: {"name": "Acme"},
}
_CHANGED: dict[str, dict[str, Any]] = {
    USER.word: {
        "email": "grace@example.com",
        "phone": "+12025550199",
        "timezone": "America/New_York",
        "locale": "nl",
    },
    ORGANIZATION.word: {"name": "Globex"},
}
_DATA = {
    "camelCase": "as it is",
    "snake_case": {"Deep": {"er": [1, 2.5, [True, None], {"x": "y"}]}},
    "unicode é 🙂": 'e\u0301 "quoted" \\ / \n',
    "empty": ["", [], {}],
    "large": 9007199254740991,
}


def _fields(kind: Kind) -> list[Case]:
    path, fields, changed = kind.path, _FIELDS[kind.word], _CHANGED[kind.word]
    stored = post(path, subject(kind.id, **fields))
    nulls = dict.fromkeys(fields)
    return [
        case(
            f"the fields of {kind.one} are returned as they were sent",
            f"{kind.word.title()}: {', '.join(fields)}.",
            post(path, subject(kind.id, **fields), ExpectedResponse(200, fields)),
        ),
        case(
            f"a field of {kind.one} that is omitted or null is kept",
            _MERGES,
            stored,
            post(path, subject(kind.id), ExpectedResponse(200, fields)),
            post(path, subject(kind.id, **nulls), ExpectedResponse(200, fields)),
        ),
        case(
            f"a field of {kind.one} that is given again is replaced",
            _MERGES,
            stored,
            post(path, subject(kind.id, **changed), ExpectedResponse(200, changed)),
        ),
    ]


def _data(kind: Kind) -> list[Case]:
    path = kind.path
    return [
        case(
            f"the data of {kind.one} is kept as it was sent",
            "data (object).",
            post(
                path, subject(kind.id, data=_DATA), ExpectedResponse(200, {"data": Exactly(_DATA)})
            ),
        ),
        case(
            f"new keys are added to the data of {kind.one}",
            _SHALLOW,
            post(path, subject(kind.id, data={"plan": "pro"})),
            post(
                path,
                subject(kind.id, data={"seats": 3}),
                ExpectedResponse(200, {"data": Exactly({"plan": "pro", "seats": 3})}),
            ),
        ),
        case(
            f"a value in the data of {kind.one} is replaced as a whole",
            _SHALLOW,
            post(path, subject(kind.id, data={"address": {"city": "Paris", "zip": 1}, "a": [1]})),
            post(
                path,
                subject(kind.id, data={"address": {"zip": 2}, "a": [2]}),
                ExpectedResponse(200, {"data": Exactly({"address": {"zip": 2}, "a": [2]})}),
            ),
        ),
        case(
            f"the data of {kind.one} is kept when it is null, missing or empty",
            _MERGES,
            post(path, subject(kind.id, data={"plan": "pro"})),
            *(
                post(path, body, ExpectedResponse(200, {"data": Exactly({"plan": "pro"})}))
                for body in (
                    subject(kind.id, data=None),
                    subject(kind.id),
                    subject(kind.id, data={}),
                )
            ),
        ),
        case(
            f"the data of {kind.one} must be an object",
            "data (object). The server validates each request before it does anything.",
            post(path, subject(kind.id, data=["pro"]), problem(400)),
        ),
    ]


def _counting(kind: Kind) -> list[Case]:
    return [
        case(
            f"the version of {kind.one} increases with an update",
            f"{kind.word.title()}: version (int32).",
            post(kind.path, subject(kind.id, data={"n": 1})).keeping(version="version"),
            post(
                kind.path,
                subject(kind.id, data={"n": 2}),
                ExpectedResponse(200, {"version": MoreThan("{version}")}),
            ),
        ),
        case(
            f"the creation of {kind.one} stays with an update",
            f"{kind.word.title()}: id, project_id, created_at.",
            post(kind.path, subject(kind.id)).keeping(
                id="id", project="project_id", created="created_at"
            ),
            post(
                kind.path,
                subject(kind.id, data={"n": 1}),
                ExpectedResponse(
                    200, {"id": "{id}", "project_id": "{project}", "created_at": "{created}"}
                ),
            ),
        ),
    ]


CASES = [each for kind in KINDS for part in (_fields, _data, _counting) for each in part(kind)]
