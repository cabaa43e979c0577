"""The runner: sends the requests of cases, one after another, and checks the responses."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex
from types import TracebackType
from typing import Any, Literal, Self

from lunogram.conformance.case import ROLES, Case, Family, Step, post, subject
from lunogram.conformance.checks import ActualResponse, CheckResult, Difference, check
from lunogram.conformance.cleanup import Cleanup
from lunogram.conformance.matchers import at
from lunogram.conformance.placeholders import fill, names
from lunogram.conformance.tested_server import Target

TIME_LIMIT = 10.0
"""How many seconds to wait for accepted requests to be processed."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 1.0
_MISSING = "missing permission: "

_GENERATIONS: dict[Family, str] = {
    "project": "today (paths with the project's id)",
    "key": "older (the project is the key's)",
}

Status = Literal["passed", "differs", "known", "skipped"]


class Unusable(Exception):  # noqa: N818 - what it is
    """A server that can't be tested with this key, or none at all; the message says why."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """The result of a case.

    note: Why it was skipped, or which of the known responses was seen.
    """

    case: Case
    status: Status
    note: str = ""
    difference: Difference | None = None


class Run:
    """One run against one server; a context manager, which cleans up at the end.

    prefix: The prefix of every external id that is sent.
    left_behind: What could not be deleted.
    """

    def __init__(self, target: Target, *, time_limit: float = TIME_LIMIT) -> None:
        self.prefix = f"lunogram-conformance-{token_hex(4)}"
        self.left_behind: list[str] = []
        self._target = target
        self._time_limit = time_limit
        self._cleanup = Cleanup(target)
        self._number = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Delete what the run created and did not delete yet."""
        self.left_behind = self._cleanup.settle(self._time_limit)

    def connect(self) -> None:
        """Find out which paths the server has, and the project's id; raise `Unusable`."""
        first = self._probe("key")
        self._target.project_id = self._target.project_id or _project(first)
        probes: dict[Family, ActualResponse] = {}
        if self._target.project_id:
            probes["project"] = self._probe("project")  # first: today's paths are preferred
        probes["key"] = first
        usable: list[Family] = [family for family, seen in probes.items() if _is_user(seen)]
        if not usable:
            forbidden = filter(_missing_permission, probes.values())
            raise Unusable(_reason(self._target, next(forbidden, first)))
        self._target.families = tuple(usable)

    def generation(self) -> str:
        """The generation of the server, by its paths, once it is connected."""
        names = [_GENERATIONS[family] for family in self._target.families]
        return "both" if len(names) > 1 else "".join(names)

    def run_all(self, cases: Iterable[Case]) -> Iterator[CaseResult]:
        """Yield the result of each case."""
        return map(self.run_case, cases)

    def run_case(self, case: Case) -> CaseResult:
        """Run one case, and delete what it created."""
        if reason := _lacking(case, self._target):
            return CaseResult(case, "skipped", reason)
        try:
            return self._play(case)
        finally:
            self._cleanup.clear()

    def _play(self, case: Case) -> CaseResult:
        self._number += 1
        known = (("project", self._target.project_id), ("auth_method", self._target.auth_method_id))
        values: dict[str, Any] = names(f"{self.prefix}-{self._number}") | dict(known)
        now, notes = datetime.now(UTC), []
        for step in case.steps:
            result = self._check(fill(step, values, now))
            if result.difference and step.key == "main" and _missing_permission(result.seen):
                permission = _missing_permission(result.seen)
                return CaseResult(case, "skipped", f"a key with the permission {permission}")
            if result.difference:
                return CaseResult(case, "differs", difference=self._without_keys(result.difference))
            notes += [result.note] if result.note else []
            values |= {name: at(result.seen.body, path) for name, path in step.keep.items()}
        return CaseResult(case, "known" if notes else "passed", "; ".join(notes))

    def _without_keys(self, difference: Difference) -> Difference:
        hide = self._target.hide
        return Difference(hide(difference.expected), hide(difference.seen))

    def _check(self, step: Step) -> CheckResult:
        """Check the response to a step; with `retry`, the last of several responses.

        A known difference may go away too: it is the last response only if it stays.
        """
        deadline, pause = time.monotonic() + self._time_limit, _FIRST_PAUSE
        result = check(step, self._send(step))
        while step.retry and _differs(result) and time.monotonic() + pause < deadline:
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            result = check(step, self._send(step))
        return result

    def _send(self, step: Step) -> ActualResponse:
        self._cleanup.sending(step)
        seen = self._target.send(step)
        self._cleanup.accepted(step, seen.status)
        return seen

    def _probe(self, family: Family) -> ActualResponse:
        return self._send(post("/users", subject(f"{self.prefix}-probe")).under(family))


def _differs(result: CheckResult) -> bool:
    return bool(result.difference or result.note)


def _is_user(seen: ActualResponse) -> bool:
    return seen.status == 200 and isinstance(seen.body, dict)


def _project(seen: ActualResponse) -> str | None:
    project = at(seen.body, "project_id")
    return project if _is_user(seen) and isinstance(project, str) else None


def _missing_permission(seen: ActualResponse) -> str:
    """Return the permission that a key lacks, or an empty string."""
    detail = at(seen.body, "detail") if seen.status == 403 else ""
    is_missing = isinstance(detail, str) and detail.startswith(_MISSING)
    return detail.removeprefix(_MISSING) if is_missing else ""


def _reason(target: Target, seen: ActualResponse) -> str:
    base_url = target.base_url
    if not seen.status:
        return f"{base_url} cannot be reached ({seen.text})"
    if permission := _missing_permission(seen):
        return (
            f"{base_url} accepts this key, which lacks the permission {permission}: use one of "
            "the role admin"
        )
    if seen.status == 401:
        advice = (
            "--project-id has to be its project"
            if target.project_id
            else "servers of today need --project-id"
        )
        return f"{base_url} rejects this key (401); {advice}"
    return f"{base_url} is not a Lunogram Client API: an upsert returned {seen.status}"


def _lacking(case: Case, target: Target) -> str:
    """Return what a case needs and the run does not have."""
    needs = {need for step in case.steps for need in _needs(step)}
    had = {
        "--client-key": bool(target.client_key),
        "--limited-key": "limited" in target.role_keys,
        **{f"--role-key KEY:{role}": role in target.role_keys for role in ROLES},
        "--auth-method-id": bool(target.auth_method_id),
        "a server key": not target.api_key.startswith("pk_"),
        "paths with the project from the key": "key" in target.families,
        "paths with the project's id": "project" in target.families,
    }
    return " and ".join(need for need, there in had.items() if need in needs and not there)


def _needs(step: Step) -> Iterator[str]:
    session, reading = "/auth-methods/" in step.path, step.method == "GET" and "/inbox" in step.path
    if step.key == "public":
        yield "--client-key"
    if step.key == "limited":
        yield "--limited-key"
    if step.key in ROLES:
        yield f"--role-key KEY:{step.key}"
    is_main = step.key == "main" and (session or reading or "Origin" in step.headers)
    if is_main or step.key == "bare":
        yield "a server key"
    if session:
        yield "--auth-method-id"
    if step.family == "key":
        yield "paths with the project from the key"
    if step.family == "project" and step.key == "main":
        yield "a server key"
    if step.family not in ("any", "key"):
        yield "paths with the project's id"
