"""What a case is: a behaviour in one sentence, and the requests that show it.

Cases are data. Texts in them may have placeholders in braces:

- `{user}`, `{other}`, `{org}`, `{other_org}`, `{nobody}`, `{message}`, `{schedule}`: ids that are
  this run's and this case's own;
- `{+2 hours}`, `{-1 day}`, `{now}`: times, counted from when the case began;
- `{project}`, `{auth_method}`: what the command was given, or learnt;
- whatever an earlier step kept of its answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from lunogram.conformance.matching import ANYTHING, TEXT, Matcher, OneOf

Key = Literal["main", "client", "wrong", "none"]
Family = Literal["any", "key", "project"]


class _Empty(Matcher):
    """No body at all."""

    def accepts(self, seen: Any) -> bool:
        """Accept itself alone."""
        return seen is EMPTY

    def __str__(self) -> str:
        return "an empty body"


EMPTY = _Empty()
"""Stands for, and accepts, no body at all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is right: its status, and what its body has to look like.

    note: For a known difference: who answers so.
    """

    status: int
    body: Any = ANYTHING
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One request, and the answers that are right; with none, any success is.

    keep: Names for parts of the answer, by their paths, for the steps that follow.
    patient: Whether to ask again for a while, as what was accepted is carried out later.
    """

    method: str
    path: str
    body: Any = None
    answers: tuple[Answer, ...] = ()
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    keep: Mapping[str, str] = field(default_factory=dict)
    patient: bool = False
    key: Key = "main"
    family: Family = "any"

    def keeping(self, **paths: str) -> Self:
        """Keep parts of the answer."""
        return replace(self, keep=paths)

    def patiently(self) -> Self:
        """Ask again until it holds, or time is up."""
        return replace(self, patient=True)

    def with_key(self, key: Key) -> Self:
        """Send another key than the main one."""
        return replace(self, key=key)

    def with_headers(self, **headers: str) -> Self:
        """Send more headers."""
        return replace(self, headers=headers)

    def under(self, family: Family) -> Self:
        """Use the paths of one family, and not of whichever the server has."""
        return replace(self, family=family)


@dataclass(frozen=True, slots=True)
class Case:
    """A behaviour.

    name: The behaviour, as a sentence.
    why: The fact it comes from.
    """

    name: str
    why: str
    steps: tuple[Step, ...]
    topic: str = ""

    @property
    def title(self) -> str:
        """The name with its topic."""
        return f"{self.topic}: {self.name}"


TITLES: Mapping[int, Any] = {
    400: OneOf(("bad request", "invalid request body")),
    401: "unauthorized",
    403: "forbidden",
    404: "resource not found",
    409: "conflict",
    500: "internal server error",
}


def case(name: str, why: str, *steps: Step) -> Case:
    """Write a case."""
    return Case(name, why, steps)


def post(path: str, body: Any, *answers: Answer) -> Step:
    """Write a POST."""
    return Step("POST", path, body, answers)


def delete(path: str, body: Any, *answers: Answer) -> Step:
    """Write a DELETE."""
    return Step("DELETE", path, body, answers)


def get(path: str, query: Mapping[str, Any], *answers: Answer) -> Step:
    """Write a GET."""
    return Step("GET", path, answers=answers, query=query)


def problem(status: int, detail: Any = TEXT, note: str = "") -> Answer:
    """Write an error: every one is JSON with a title and a detail."""
    return Answer(status, {"title": TITLES[status], "detail": detail}, note)


def named(*names: str) -> list[dict[str, str]]:
    """Write identifiers; `stripe:{user}` has a source."""
    pairs = [name.rpartition(":") for name in names]
    return [
        {"external_id": name} | ({"source": source} if source else {}) for source, _, name in pairs
    ]


def subject(*names: str, **fields: Any) -> dict[str, Any]:
    """Write a body that begins with identifiers."""
    return {"identifier": named(*names), **fields}
