"""What came of a run, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from lunogram.conformance.runner import Outcome, Result

_COLUMNS: dict[Result, str] = {
    "passed": "passed",
    "differs": "differ",
    "known": "known",
    "skipped": "skipped",
}


def as_text(outcomes: Sequence[Outcome], left_behind: Sequence[str]) -> str:
    """Write a table, and below it everything that did not simply pass."""
    parts = [
        _table(outcomes),
        _part("Known differences", outcomes, "known"),
        _part("Skipped", outcomes, "skipped"),
        _part("Differ", outcomes, "differs"),
        "\n".join(
            ["Could not be deleted, and may still be there", *(f"  {each}" for each in left_behind)]
        )
        if left_behind
        else "",
    ]
    return "\n\n".join(filter(None, parts))


def _table(outcomes: Sequence[Outcome]) -> str:
    rows = [_row(topic, _of(outcomes, topic)) for topic in _topics(outcomes)]
    head = f"{'':12}" + "".join(f"{column:>9}" for column in _COLUMNS.values())
    return "\n".join([head, *rows, _row("all", outcomes)])


def _row(name: str, outcomes: Sequence[Outcome]) -> str:
    counts = Counter(outcome.result for outcome in outcomes)
    return f"{name:12}" + "".join(f"{counts[result]:9}" for result in _COLUMNS)


def _topics(outcomes: Sequence[Outcome]) -> list[str]:
    return list(dict.fromkeys(outcome.case.topic for outcome in outcomes))


def _of(outcomes: Sequence[Outcome], topic: str) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.case.topic == topic]


def _part(title: str, outcomes: Sequence[Outcome], result: Result) -> str:
    lines = [line for each in outcomes if each.result == result for line in _lines(each)]
    return "\n".join([title, *lines]) if lines else ""


def _lines(outcome: Outcome) -> Iterator[str]:
    yield f"  {outcome.case.title}"
    if outcome.difference:
        yield f"    expected  {outcome.difference.expected}"
        yield f"    seen      {outcome.difference.seen}"
    elif outcome.result == "known":
        yield f"    seen      {outcome.note}"
    else:
        yield f"    because   it needs {outcome.note}"


def as_json(base_url: str, outcomes: Sequence[Outcome], left_behind: Sequence[str]) -> str:
    """Write everything as one JSON object."""
    results = {
        column: [_entry(outcome) for outcome in outcomes if outcome.result == result]
        for result, column in _COLUMNS.items()
    }
    whole = {"base_url": base_url, **results, "left_behind": list(left_behind)}
    return json.dumps(whole, indent=2, ensure_ascii=False)


def _entry(outcome: Outcome) -> dict[str, Any]:
    entry = {"case": outcome.case.title, "why": outcome.case.why}
    if outcome.difference:
        seen = {"expected": outcome.difference.expected, "seen": outcome.difference.seen}
        return entry | seen
    return entry | ({"note": outcome.note} if outcome.note else {})
