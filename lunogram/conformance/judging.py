"""Is an answer one of those that are right?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from lunogram.conformance.case import EMPTY, Answer, Step
from lunogram.conformance.matching import ABSENT, ANYTHING, Mismatch, at, mismatch, shown


@dataclass(frozen=True, slots=True)
class Seen:
    """What was answered. Without an answer, the status is 0 and the text says why."""

    status: int
    text: str
    body: Any = ABSENT
    content_type: str = ""

    def __str__(self) -> str:
        if not self.status:
            return self.text
        return f"{self.status} {self.text if self.body is ABSENT else shown(self.body)}"


@dataclass(frozen=True, slots=True)
class Difference:
    """A behaviour that is not as it has to be."""

    expected: str
    seen: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is thought of one answer."""

    seen: Seen
    note: str = ""
    difference: Difference | None = None


def judge(step: Step, seen: Seen) -> Verdict:
    """Compare an answer with those that are right."""
    right = [answer for answer in _answers(step, seen) if answer.status == seen.status]
    if not right:
        statuses = " or ".join(str(answer.status) for answer in step.answers) or "success"
        return Verdict(seen, difference=Difference(f"{_words(step)} answers {statuses}", str(seen)))
    faults = [_fault(answer, step, seen) for answer in right]
    for answer, fault in zip(right, faults, strict=True):
        if fault is None:
            return Verdict(seen, note=f"{seen.status}: {answer.note}" if answer.note else "")
    return Verdict(seen, difference=_difference(step, seen, faults[0]))


def _answers(step: Step, seen: Seen) -> tuple[Answer, ...]:
    success = 200 <= seen.status < 300
    return step.answers or ((Answer(seen.status),) if success else ())


def _fault(answer: Answer, step: Step, seen: Seen) -> Mismatch | None:
    return next(filter(None, _faults(answer, step, seen)), None)


def _faults(answer: Answer, step: Step, seen: Seen) -> Iterator[Mismatch | None]:
    if answer.body not in (ANYTHING, EMPTY):
        yield _content_type(seen)
    yield mismatch(answer.body, seen.body)
    for path in step.keep.values():
        if at(seen.body, path) is ABSENT:
            yield Mismatch(path, "anything", "nothing")


def _content_type(seen: Seen) -> Mismatch | None:
    if seen.content_type.partition(";")[0].strip() == "application/json":
        return None
    return Mismatch("content-type", "application/json", seen.content_type or "nothing")


def _difference(step: Step, seen: Seen, fault: Mismatch | None) -> Difference:
    assert fault is not None
    place = f"{fault.place}: " if fault.place else ""
    expected = f"{_words(step)} answers {seen.status} with {place}{fault.expected}"
    return Difference(expected, f"{place}{fault.seen}")


def _words(step: Step) -> str:
    query = f"?{urlencode(step.query)}" if step.query else ""
    return f"{step.method} {step.path}{query}"
