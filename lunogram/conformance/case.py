"""Cases: a behaviour in one sentence, and the requests that show it.

Cases are data. Their texts may have placeholders in braces:

- `{user}`, `{other}`, `{org}`, `{other_org}`, `{unknown}`, `{message}`, `{schedule}`: ids that are
  unique to the run and the case;
- `{+2 hours}`, `{-1 day}`, `{now}`: times, counted from when the case began;
- `{project}`, `{auth_method}`: options of the command, or found when it connects;
- the names that an earlier step kept of its response.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from lunogram.conformance.matchers import ABSENT, ANYTHING, TEXT, Matcher, OneOf, Only

Key = Literal["main", "public", "client", "support", "editor", "limited", "bare", "wrong", "none"]
ROLES: tuple[Key, ...] = ("client", "support", "editor")
Family = Literal["any", "key", "project", "foreign", "malformed"]
Generation = Literal["today", "older", "both"]


class _Empty(Matcher):
    """The absence of a body."""

    def accepts(self, seen: Any) -> bool:
        return seen is EMPTY

    def __str__(self) -> str:
        return "an empty body"


EMPTY = _Empty()
"""Matches a response without a body, and stands for it."""


class _Page(Matcher):
    """The absence of JSON."""

    def accepts(self, seen: Any) -> bool:
        return seen is ABSENT

    def __str__(self) -> str:
        return "a web page"


PAGE = _Page()
"""Matches a response that is not JSON, such as a web page."""


@dataclass(frozen=True, slots=True)
class ExpectedResponse:
    """An expected response: its status, and a description of its body.

    note: For a known difference: the servers that have it.
    headers: Headers that the response must have.
    """

    status: int
    body: Any = ANYTHING
    note: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One request, and the expected responses; without any, every success is expected.

    keep: Names for parts of the response, by their paths, for later steps.
    retry: Whether to repeat the request for a while, as accepted requests are processed later.
    """

    method: str
    path: str
    body: Any = None
    responses: tuple[ExpectedResponse, ...] = ()
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    keep: Mapping[str, str] = field(default_factory=dict)
    retry: bool = False
    key: Key = "main"
    family: Family = "any"

    def keeping(self, **paths: str) -> Self:
        """Keep parts of the response for later steps."""
        return replace(self, keep=paths)

    def eventually(self) -> Self:
        """Repeat the request until its response is as expected, or time is up."""
        return replace(self, retry=True)

    def with_key(self, key: Key) -> Self:
        """Send another key than the main one."""
        return replace(self, key=key)

    def with_headers(self, **headers: str) -> Self:
        """Add headers."""
        return replace(self, headers=headers)

    def under(self, family: Family) -> Self:
        """Use the paths of one family, instead of whichever the server has."""
        return replace(self, family=family)


@dataclass(frozen=True, slots=True)
class Case:
    """A behaviour, and the steps that show it.

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

    @property
    def generation(self) -> Generation:
        """The generation of servers that the case holds for."""
        families = {step.family for step in self.steps}
        is_older = "key" in families
        is_today = bool(families & {"project", "foreign", "malformed"})
        if is_older == is_today:
            return "both"
        return "older" if is_older else "today"


TITLES: Mapping[int, Any] = {
    400: OneOf(("bad request", "invalid request body")),
    401: OneOf(("bad request", "unauthorized")),
    403: "forbidden",
    404: "resource not found",
    500: "internal server error",
}


def case(name: str, why: str, *steps: Step) -> Case:
    """Return a case."""
    return Case(name, why, steps)


def post(path: str, body: Any, *responses: ExpectedResponse) -> Step:
    """Return a POST."""
    return Step("POST", path, body, responses)


def delete(path: str, body: Any, *responses: ExpectedResponse) -> Step:
    """Return a DELETE."""
    return Step("DELETE", path, body, responses)


def get(path: str, query: Mapping[str, Any], *responses: ExpectedResponse) -> Step:
    """Return a GET."""
    return Step("GET", path, responses=responses, query=query)


DETAILS: Mapping[int, Any] = {
    401: OneOf(
        (
            "security requirements failed: unauthorized",
            "you are unauthorized to access the given endpoint",
        )
    ),
    500: OneOf(("an internal server error has occurred", "")),
}


def problem(status: int, detail: Any = None, note: str = "") -> ExpectedResponse:
    """Return the expectation of an error, which is JSON with a title and a detail.

    detail: The detail, if the status does not say it.
    """
    detail = DETAILS.get(status, TEXT) if detail is None else detail
    return ExpectedResponse(status, Only(title=TITLES[status], detail=detail), note)


def named(*names: str) -> list[dict[str, str]]:
    """Return identifiers; `stripe:{user}` has a source."""
    pairs = [name.rpartition(":") for name in names]
    return [
        {"external_id": name} | ({"source": source} if source else {}) for source, _, name in pairs
    ]


def subject(*names: str, **fields: Any) -> dict[str, Any]:
    """Return a body that begins with identifiers."""
    return {"identifier": named(*names), **fields}
