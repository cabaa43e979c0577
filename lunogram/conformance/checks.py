"""Checks: the comparison of a response with the expected ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from lunogram.conformance.case import EMPTY, PAGE, ExpectedResponse, Step
from lunogram.conformance.matchers import ABSENT, ANYTHING, Mismatch, at, mismatch, shown


@dataclass(frozen=True, slots=True)
class ActualResponse:
    """The response of the tested server. Without one, the status is 0 and the text says why."""

    status: int
    text: str
    body: Any = ABSENT
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        if not self.status:
            return self.text
        return f"{self.status} {self.text if self.body is ABSENT else shown(self.body)}"


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference from the expected behaviour."""

    expected: str
    seen: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check: a difference, or the note of a known one."""

    seen: ActualResponse
    note: str = ""
    difference: Difference | None = None


def check(step: Step, seen: ActualResponse) -> CheckResult:
    """Compare a response with the expected ones."""
    candidates = [response for response in _accepted(step, seen) if response.status == seen.status]
    if not candidates:
        statuses = " or ".join(str(response.status) for response in step.responses) or "success"
        return CheckResult(
            seen, difference=Difference(f"{_request_line(step)} returns {statuses}", str(seen))
        )
    faults = [_fault(response, step, seen) for response in candidates]
    for response, fault in zip(candidates, faults, strict=True):
        if fault is None:
            return CheckResult(
                seen, note=f"{seen.status}: {response.note}" if response.note else ""
            )
    return CheckResult(seen, difference=_difference(step, seen, faults[0]))


def _accepted(step: Step, seen: ActualResponse) -> tuple[ExpectedResponse, ...]:
    success = 200 <= seen.status < 300
    return step.responses or ((ExpectedResponse(seen.status),) if success else ())


def _fault(response: ExpectedResponse, step: Step, seen: ActualResponse) -> Mismatch | None:
    return next(filter(None, _faults(response, step, seen)), None)


def _faults(
    response: ExpectedResponse, step: Step, seen: ActualResponse
) -> Iterator[Mismatch | None]:
    if response.body not in (ANYTHING, EMPTY, PAGE):
        yield _content_type(seen)
    yield mismatch(response.body, seen.body)
    for name, value in response.headers.items():
        yield mismatch(value, seen.headers.get(name, ABSENT), name)
    for path in step.keep.values():
        if at(seen.body, path) is ABSENT:
            yield Mismatch(path, "anything", "nothing")


def _content_type(seen: ActualResponse) -> Mismatch | None:
    content_type = seen.headers.get("content-type", "")
    if content_type.partition(";")[0].strip() == "application/json":
        return None
    return Mismatch("content-type", "application/json", content_type or "nothing")


def _difference(step: Step, seen: ActualResponse, fault: Mismatch | None) -> Difference:
    assert fault is not None
    path = f"{fault.path}: " if fault.path else ""
    expected = f"{_request_line(step)} returns {seen.status} with {path}{fault.expected}"
    return Difference(expected, f"{path}{fault.seen}")


def _request_line(step: Step) -> str:
    query = f"?{urlencode(step.query)}" if step.query else ""
    return f"{step.method} {step.path}{query}"
