"""Identifiers: how they find, join and delete users and organizations."""

from __future__ import annotations

from lunogram.conformance.case import (
    EMPTY,
    Case,
    ExpectedResponse,
    Step,
    case,
    delete,
    named,
    post,
    problem,
    subject,
)
from lunogram.conformance.cases.subject_kinds import KINDS, Kind
from lunogram.conformance.matchers import ABSENT, TIME, UUID, Exactly, Other, Unordered

_PAIR = "The pair (source, external_id) is unique in a project."
_LOOK_UP = "Any pair that matches finds the subject; new pairs are added to the one found."
_DEFAULT = 'A missing or empty source means "default".'
_CONFLICT = "Pairs of two different subjects: upsert and delete return 500. 409 is never returned."


_UNSET = {"user": ("email", "phone", "timezone", "locale"), "organization": ("name",)}


def _creating(kind: Kind) -> list[Case]:
    path, known = kind.path, {"id": UUID, "created_at": TIME, "updated_at": TIME}
    return [
        case(
            f"{kind.one} that does not exist is created, and returned completely",
            "User: id, project_id, identifier[], data, version, created_at, updated_at; absent "
            "when unset. A new subject has version 0.",
            post(
                path,
                subject(kind.id),
                ExpectedResponse(
                    200,
                    {
                        "id": UUID,
                        "project_id": UUID,
                        "identifier": [known | {"source": "default", "external_id": kind.id}],
                        "data": Exactly({}),
                        "version": 0,
                        "created_at": TIME,
                        "updated_at": TIME,
                        **dict.fromkeys(_UNSET[kind.word], ABSENT),
                    },
                ),
            ),
        ),
        case(
            f"{kind.one} is found again by the same identifier",
            _LOOK_UP,
            post(path, subject(kind.id)).keeping(id="id"),
            post(path, subject(kind.id), ExpectedResponse(200, {"id": "{id}"})),
        ),
        case(
            f"{kind.one} of an empty source, or of source default, is the one without a source",
            _DEFAULT,
            post(path, subject(kind.id)).keeping(id="id"),
            *(
                post(
                    path,
                    {"identifier": [{"source": source, "external_id": kind.id}]},
                    ExpectedResponse(200, {"id": "{id}", "identifier": [{"source": "default"}]}),
                )
                for source in ("", "default")
            ),
        ),
    ]


def _joining(kind: Kind) -> list[Case]:
    path, both = kind.path, (kind.id, f"stripe:{kind.id}.cus")
    pairs = Unordered(
        (
            {"source": "default", "external_id": kind.id},
            {"source": "stripe", "external_id": f"{kind.id}.cus"},
        )
    )
    return [
        case(
            f"{kind.one} is found by any of several identifiers",
            _LOOK_UP,
            post(path, subject(*both), ExpectedResponse(200, {"identifier": pairs})).keeping(
                id="id"
            ),
            *(post(path, subject(name), ExpectedResponse(200, {"id": "{id}"})) for name in both),
        ),
        case(
            f"{kind.one} is given the identifiers that are new",
            _LOOK_UP,
            post(path, subject(kind.id)).keeping(id="id"),
            post(path, subject(*both), ExpectedResponse(200, {"id": "{id}", "identifier": pairs})),
            post(
                path, subject(both[1]), ExpectedResponse(200, {"id": "{id}", "identifier": pairs})
            ),
        ),
        case(
            f"{kind.one} is another one where the same external id has another source",
            f"{_PAIR} The same external_id may stand under several sources.",
            post(path, subject(kind.id)).keeping(id="id"),
            post(path, subject(f"stripe:{kind.id}"), ExpectedResponse(200, {"id": Other("{id}")})),
        ),
        case(
            f"{kind.one} cannot have the identifiers of two",
            _CONFLICT,
            post(path, subject(kind.id)).keeping(id="id"),
            post(path, subject(kind.other)).keeping(other_id="id"),
            post(
                path,
                subject(kind.id, kind.other),
                problem(500),
            ),
            delete(path, subject(kind.id, kind.other), problem(500)),
            post(path, subject(kind.id), ExpectedResponse(200, {"id": "{id}"})),
            post(path, subject(kind.other), ExpectedResponse(200, {"id": "{other_id}"})),
        ),
    ]


def _with_metadata(kind: Kind, metadata: object, **merged: object) -> Step:
    body = {"identifier": [{"external_id": kind.id, "metadata": metadata}]}
    return post(
        kind.path, body, ExpectedResponse(200, {"identifier": [{"metadata": Exactly(merged)}]})
    )


def _metadata(kind: Kind) -> list[Case]:
    return [
        case(
            f"the metadata of {kind.one}'s identifier is merged key by key",
            "metadata is shallow-merged by key.",
            _with_metadata(kind, {"kept": 1, "region": {"a": 1}}, kept=1, region={"a": 1}),
            _with_metadata(kind, {"region": {"b": 2}}, kept=1, region={"b": 2}),
        ),
    ]


def _deleting(kind: Kind) -> list[Case]:
    path, gone = kind.path, problem(404, f"{kind.word} not found")
    why = f"delete {kind.word}: 204; 404."
    return [
        case(
            f"{kind.one} is deleted once, and then not found",
            why,
            post(path, subject(kind.id)),
            delete(path, subject(kind.id), ExpectedResponse(204, EMPTY)),
            delete(path, subject(kind.id), gone),
        ),
        case(
            f"{kind.one} is deleted by any of its identifiers",
            _LOOK_UP,
            post(path, subject(kind.id, f"stripe:{kind.id}.cus")),
            delete(path, subject(f"stripe:{kind.id}.cus"), ExpectedResponse(204)),
            delete(path, subject(kind.id), gone),
        ),
        case(
            f"{kind.one} that comes back after a deletion is a new one",
            "No match on an upsert creates it.",
            post(path, subject(kind.id, data={"plan": "pro"})).keeping(id="id"),
            delete(path, subject(kind.id), ExpectedResponse(204)),
            post(
                path,
                subject(kind.id),
                ExpectedResponse(200, {"id": Other("{id}"), "data": Exactly({})}),
            ),
        ),
    ]


def _refused(kind: Kind) -> list[Case]:
    wrong: tuple[object, ...] = (
        {"data": {}},
        {"identifier": []},
        {"identifier": [{"source": "default"}]},
        {"identifier": named("")},
        {"identifier": kind.id},
    )
    return [
        case(
            f"{kind.one} without valid identifiers is rejected",
            "An array of at least one {source?, external_id (1 character or more), metadata?}.",
            *(post(kind.path, body, problem(400)) for body in wrong),
        ),
    ]


_NONE = "at least one identifier is required"

_UNNAMED = [
    case(
        "a user without an identifier is rejected by the handler",
        f'`identifier` is not required by the document; without one: 400 "{_NONE}".',
        post("/users", {"data": {}}, problem(400, _NONE)),
        post("/users", {"identifier": []}, problem(400, _NONE)),
        delete("/users", {}, problem(400, _NONE)),
    ),
]


_VISITOR = [
    case(
        "an anonymous visitor becomes the user who is identified",
        '"anonymous" is the source for unknown visitors. Any pair that matches finds the subject.',
        post("/users", subject("anonymous:{user}", data={"seen": True})).keeping(id="id"),
        post(
            "/users",
            subject("anonymous:{user}", "{user}"),
            ExpectedResponse(200, {"id": "{id}", "data": {"seen": True}}),
        ),
        post("/users", subject("{user}"), ExpectedResponse(200, {"id": "{id}"})),
    ),
]

CASES = [
    *(
        each
        for kind in KINDS
        for part in (_creating, _joining, _metadata, _deleting, _refused)
        for each in part(kind)
    ),
    *_UNNAMED,
    *_VISITOR,
]
