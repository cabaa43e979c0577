"""Matchers, placeholders, paths and checks."""

from __future__ import annotations

import ast
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import lunogram.conformance
from lunogram.conformance.case import EMPTY, Case, ExpectedResponse, Step, post, problem
from lunogram.conformance.cases import CASES
from lunogram.conformance.checks import ActualResponse, check
from lunogram.conformance.matchers import (
    ABSENT,
    ANYTHING,
    INTEGER,
    NOTHING,
    TEXT,
    TIME,
    UUID,
    Exactly,
    Instant,
    Length,
    Mismatch,
    MoreThan,
    OneOf,
    Only,
    Other,
    Token,
    Unordered,
    at,
    mismatch,
    shown,
)
from lunogram.conformance.placeholders import fill

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def _token(claims: dict[str, Any], alg: str = "ES256") -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": alg}, claims)]
    encoded = (urlsafe_b64encode(part).rstrip(b"=").decode() for part in [*parts, b"\xff"])
    return ".".join(encoded)


@pytest.mark.parametrize(
    ("expected", "seen"),
    [
        (1, 1.0),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({}, {"b": 2}),
        ([{"a": 1}], [{"a": 1, "b": 2}]),
        ([], []),
        (UUID, "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"),
        (TIME, "2026-11-20T12:00:00.5Z"),
        (TEXT, "x"),
        (INTEGER, 0),
        (NOTHING, None),
        ({"a": NOTHING}, {}),
        (ANYTHING, None),
        (EMPTY, EMPTY),
        (Exactly({"a": [1]}), {"a": [1.0]}),
        (Only(a=TEXT), {"a": "x"}),
        (OneOf((1, 2)), 2),
        (Other("a"), "b"),
        (MoreThan(1), 2),
        (Instant("2026-11-20T12:00:00Z"), "2026-11-20T13:00:00.000+01:00"),
        (Instant("2026-11-20T12:00:00Z", within=60), "2026-11-20T12:00:59Z"),
        (Unordered(({"a": 1}, {"a": 2})), [{"a": 2}, {"a": 1, "b": 1}]),
        (Unordered(()), []),
        (Length(2), [0, 0]),
        (Token({"sub": "ada", "exp": INTEGER}), _token({"sub": "ada", "exp": 5, "iss": "x"})),
    ],
)
def test_what_fits(expected: Any, seen: Any) -> None:
    assert mismatch(expected, seen) is None


@pytest.mark.parametrize(
    ("expected", "seen"),
    [
        (1, True),
        (True, 1),
        (1, "1"),
        ({"a": 1}, {}),
        ({"a": 1}, []),
        ({}, []),
        ({}, None),
        ([1], [1, 2]),
        ([], [1]),
        (UUID, "x"),
        (UUID, None),
        (TIME, "2026-11-20T12:00:00"),
        (TIME, "noon"),
        (TIME, 1),
        (TEXT, ""),
        (TEXT, None),
        (INTEGER, True),
        (INTEGER, 1.5),
        (NOTHING, ""),
        (EMPTY, {}),
        (EMPTY, ABSENT),
        (Exactly({"a": 1}), {"a": 1, "b": 2}),
        (Exactly({"a": {"b": 1}}), {"a": {"b": 1, "c": 1}}),
        (Only(a=TEXT), {"a": "x", "b": None}),
        (OneOf((1, 2)), 3),
        (Other("a"), "a"),
        ({"a": Other("a")}, {}),
        (MoreThan(1), 1),
        (MoreThan(1), "2"),
        (Instant("2026-11-20T12:00:00Z"), "2026-11-20T12:00:01Z"),
        (Instant("2026-11-20T12:00:00Z"), None),
        (Unordered((1, 2)), [1, 1]),
        (Unordered((1,)), [1, 2]),
        (Unordered(()), None),
        (Length(0), {}),
        (Token({"sub": "ada"}), _token({"sub": "grace"})),
        (Token({"sub": "ada"}), _token({"sub": "ada"}, alg="none")),
        (Token({"sub": "ada"}), "sk_ada"),
        (Token({"sub": "ada"}), "e.y.J"),
        (Token({"sub": "ada"}), None),
    ],
)
def test_what_does_not_fit(expected: Any, seen: Any) -> None:
    fault = mismatch(expected, seen)
    assert fault
    assert fault.path or (fault.expected, fault.seen) == (shown(expected), shown(seen))


def test_the_first_path_is_named() -> None:
    fault = mismatch({"a": 1, "b": [{"c": UUID}]}, {"a": 1, "b": [{"c": 2}]})
    assert fault == Mismatch("b.0.c", "a UUID", "2")


def test_long_values_are_cut() -> None:
    assert len(shown("x" * 1000)) < 400


@pytest.mark.parametrize(
    ("path", "value"), [("a.0.b", 1), ("a.1", ABSENT), ("a.b", ABSENT), ("x", ABSENT)]
)
def test_paths(path: str, value: Any) -> None:
    assert at({"a": [{"b": 1}]}, path) == value


def test_placeholders_at_every_depth() -> None:
    step = post(
        "/x/{id}",
        [{"{id}": "{n}", "when": "{+1 day}", "text": "{id}-{n}"}],
        ExpectedResponse(200, {"a": Exactly(["{n}"]), "now": Instant("{now}")}),
    ).keeping(id="id")
    assert fill(step, {"id": "i", "n": 3}, NOON) == Step(
        "POST",
        "/x/i",
        [{"i": 3, "when": "2026-11-21T12:00:00Z", "text": "i-3"}],
        (ExpectedResponse(200, {"a": Exactly([3]), "now": Instant("2026-11-20T12:00:00Z")}),),
        keep={"id": "id"},
    )


def test_a_placeholder_that_means_nothing_is_a_mistake_in_the_case() -> None:
    with pytest.raises(KeyError, match="nonsense"):
        fill("{nonsense}", {}, NOON)


JSON = {"content-type": "application/json; charset=utf-8"}


@pytest.mark.parametrize(
    ("step", "seen", "expected", "actual"),
    [
        (
            post("/x", {}, ExpectedResponse(202), problem(404)),
            ActualResponse(200, "{}", {}, JSON),
            "POST /x returns 202 or 404",
            "200 {}",
        ),
        (
            post("/x", {}, ExpectedResponse(200, {"a": 1})),
            ActualResponse(200, "{}", {}, JSON),
            "POST /x returns 200 with a: 1",
            "a: nothing",
        ),
        (
            post("/x", {}, ExpectedResponse(200, {"a": 1})),
            ActualResponse(200, "", {"a": 1}, {"content-type": "text/html"}),
            "POST /x returns 200 with content-type: application/json",
            "content-type: text/html",
        ),
        (
            post("/x", {}, ExpectedResponse(200, headers={"x-a": "1"})),
            ActualResponse(200, "{}", {}, JSON),
            'POST /x returns 200 with x-a: "1"',
            "x-a: nothing",
        ),
        (
            post("/x", {}, ExpectedResponse(204, EMPTY)),
            ActualResponse(204, "{}", {}, JSON),
            "POST /x returns 204 with an empty body",
            "{}",
        ),
        (
            post("/x", {}).keeping(id="id"),
            ActualResponse(200, "{}", {}, JSON),
            "POST /x returns 200 with id: anything",
            "id: nothing",
        ),
        (
            post("/x", {}),
            ActualResponse(0, "no response: ReadError"),
            "POST /x returns success",
            "no response",
        ),
        (post("/x", {}), ActualResponse(502, "<html>"), "POST /x returns success", "502 <html>"),
    ],
)
def test_a_check(step: Step, seen: ActualResponse, expected: str, actual: str) -> None:
    difference = check(step, seen).difference
    assert difference
    assert difference.expected == expected
    assert difference.seen.startswith(actual)


def test_the_response_that_fits_is_reported() -> None:
    step = post(
        "/x", {}, ExpectedResponse(200, {"a": 1}, "old"), ExpectedResponse(200, {"a": 2}, "new")
    )
    assert check(step, ActualResponse(200, "", {"a": 1}, JSON)).note == "200: old"
    assert check(step, ActualResponse(200, "", {"a": 2}, JSON)).note == "200: new"
    assert check(step, ActualResponse(200, "", {"a": 3}, JSON)).difference


# -- the cases as a whole -------------------------------------------------------------------------


def test_there_are_enough_cases_and_each_has_its_own_name() -> None:
    titles = [case.title for case in CASES]
    assert len(titles) == len(set(titles)) > 80
    for case in CASES:
        assert case.name
        assert case.why.endswith((".", "…"))
        assert case.steps[-1].responses, "the last step of a case has to expect something"


def test_no_case_reaches_anybody_else() -> None:
    """A match contains a value unique to the run; messages use no channel that reaches people.

    Those for `email` and `sms` have no sender, and so are lost; and nobody has an address.
    """
    for case, step in ((each, step) for each in CASES for step in each.steps):
        for each in step.body if isinstance(step.body, list) else []:
            assert "match" not in each or set(each["match"]) == {"conformance"}
            accepted = not step.responses or step.responses[0].status < 300
            if accepted and each.get("channel") not in (None, "inbox", "push"):
                assert "sender_identity_id" not in each
                assert addresses(case) == []


def test_it_stands_on_httpx_and_the_standard_library_alone() -> None:
    allowed = {"lunogram.conformance", "lunogram._terminal", "httpx", "__future__"}
    for file in Path(lunogram.conformance.__file__).parent.rglob("*.py"):
        for module in imported(file):
            ours = module.startswith("lunogram.conformance")
            assert ours or module in allowed or "lunogram" not in module, f"{file}: {module}"
            assert module.split(".")[0] not in ("attrs", "attr", "dateutil", "click", "msgspec")


def addresses(case: Case) -> list[str]:
    """The emails and phone numbers that a case sends."""
    bodies = [step.body for step in case.steps if isinstance(step.body, dict)]
    return [body[name] for body in bodies for name in ("email", "phone") if name in body]


def imported(file: Path) -> list[str]:
    """The modules that a file imports."""
    nodes = list(ast.walk(ast.parse(file.read_text())))
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return plain + [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
