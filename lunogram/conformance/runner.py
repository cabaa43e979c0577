"""The runner: sends the requests of cases, one after another, and says what came of each case."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex
from types import TracebackType
from typing import Any, Literal, Self

from lunogram.conformance.case import Case, Family, Step, post, subject
from lunogram.conformance.judging import Difference, Seen, Verdict, judge
from lunogram.conformance.ledger import Ledger
from lunogram.conformance.matching import at
from lunogram.conformance.placeholders import fill, names
from lunogram.conformance.target import Target

TIME_LIMIT = 10.0
"""How many seconds to wait for what was accepted to be carried out."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 1.0

Result = Literal["passed", "differs", "known", "skipped"]


class Unusable(Exception):  # noqa: N818 - what it is
    """There is nothing at the address that could be looked at with this key."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case.

    note: Why it was skipped, or which of the known answers was seen.
    """

    case: Case
    result: Result
    note: str = ""
    difference: Difference | None = None


class Run:
    """One run against one server; a context manager, which cleans up when it is left.

    prefix: Begins every external id that is sent.
    left_behind: What could not be deleted.
    """

    def __init__(self, target: Target, *, time_limit: float = TIME_LIMIT) -> None:
        """Prepare a run."""
        self.prefix = f"lunogram-conformance-{token_hex(4)}"
        self.left_behind: list[str] = []
        self._target = target
        self._time_limit = time_limit
        self._ledger = Ledger(target)
        self._number = 0

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Delete whatever is still there."""
        self.left_behind = self._ledger.settle(self._time_limit)

    def connect(self) -> None:
        """Find out which paths the server has, and the project's id; raise `Unusable`."""
        first = self._probe("key")
        self._target.project_id = self._target.project_id or _project(first)
        probes: dict[Family, Seen] = {"key": first}
        if self._target.project_id:
            probes["project"] = self._probe("project")
        usable: list[Family] = [family for family, seen in probes.items() if _is_user(seen)]
        if not usable:
            raise Unusable(_reason(self._target.base_url, first))
        there: list[Family] = [family for family, seen in probes.items() if seen.status != 404]
        self._target.families = tuple(dict.fromkeys([*usable, *there]))

    def outcomes(self, cases: Iterable[Case]) -> Iterator[Outcome]:
        """Run cases."""
        return map(self.outcome, cases)

    def outcome(self, case: Case) -> Outcome:
        """Run one case, and delete what it made."""
        if reason := _lacking(case, self._target):
            return Outcome(case, "skipped", reason)
        try:
            return self._play(case)
        finally:
            self._ledger.clear()

    def _play(self, case: Case) -> Outcome:
        self._number += 1
        known = (("project", self._target.project_id), ("auth_method", self._target.auth_method_id))
        values: dict[str, Any] = names(f"{self.prefix}-{self._number}") | dict(known)
        now, notes = datetime.now(UTC), []
        for step in case.steps:
            verdict = self._judged(fill(step, values, now))
            if verdict.difference:
                return Outcome(case, "differs", difference=self._without_keys(verdict.difference))
            notes += [verdict.note] if verdict.note else []
            values |= {name: at(verdict.seen.body, path) for name, path in step.keep.items()}
        return Outcome(case, "known" if notes else "passed", "; ".join(notes))

    def _without_keys(self, difference: Difference) -> Difference:
        hide = self._target.hide
        return Difference(hide(difference.expected), hide(difference.seen))

    def _judged(self, step: Step) -> Verdict:
        """Judge the answer to a step; if it may take a while, the last of several answers."""
        deadline, pause = time.monotonic() + self._time_limit, _FIRST_PAUSE
        verdict = judge(step, self._ask(step))
        while step.patient and verdict.difference and time.monotonic() + pause < deadline:
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            verdict = judge(step, self._ask(step))
        return verdict

    def _ask(self, step: Step) -> Seen:
        self._ledger.sending(step)
        seen = self._target.send(step)
        self._ledger.accepted(step, seen.status)
        return seen

    def _probe(self, family: Family) -> Seen:
        return self._ask(post("/users", subject(f"{self.prefix}-probe")).under(family))


def _is_user(seen: Seen) -> bool:
    return seen.status == 200 and isinstance(seen.body, dict)


def _project(seen: Seen) -> str | None:
    project = at(seen.body, "project_id")
    return project if _is_user(seen) and isinstance(project, str) else None


def _reason(base_url: str, seen: Seen) -> str:
    if not seen.status:
        return f"{base_url} cannot be reached ({seen.text})"
    if seen.status == 401:
        return f"{base_url} does not take this key (401)"
    return f"{base_url} is not a Lunogram Client API: it answered an upsert with {seen.status}"


def _lacking(case: Case, target: Target) -> str:
    """Say what a case needs and the run does not have."""
    needs = {need for step in case.steps for need in _needs(step)}
    had = {
        "--client-key": bool(target.client_key),
        "--auth-method-id": bool(target.auth_method_id),
        "a server key": not target.api_key.startswith("pk_"),
        "paths with the project from the key": "key" in target.families,
        "paths with the project's id": "project" in target.families,
    }
    return " and ".join(need for need, there in had.items() if need in needs and not there)


def _needs(step: Step) -> Iterator[str]:
    session, reading = "{auth_method}" in step.path, step.method == "GET" and "/inbox" in step.path
    if step.key == "client":
        yield "--client-key"
    if step.key == "main" and (session or reading or "Origin" in step.headers):
        yield "a server key"
    if session:
        yield "--auth-method-id"
    if step.family == "key":
        yield "paths with the project from the key"
    if step.family == "project":
        yield "paths with the project's id"
