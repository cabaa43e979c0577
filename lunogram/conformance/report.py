"""The report of a run, as text and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lunogram._terminal import visible_json
from lunogram.conformance.runner import CaseResult, Status

_COLUMNS: dict[Status, str] = {
    "passed": "passed",
    "differs": "differ",
    "known": "known",
    "skipped": "skipped",
}


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What a run found out about the server.

    generation: Its generation, by its paths.
    document: The differences between its OpenAPI document and ours.
    """

    generation: str = "unknown"
    document: Sequence[str] = ()


def as_text(results: Sequence[CaseResult], left_behind: Sequence[str], facts: ServerFacts) -> str:
    """Format a table, and below it every case that did not simply pass."""
    parts = [
        f"Generation of the server: {facts.generation}",
        _table(results),
        _listed("OpenAPI document", facts.document),
        _part("Known differences", results, "known"),
        _part("Skipped", results, "skipped"),
        _part("Differ", results, "differs"),
        _listed("Could not be deleted, and may still be there", left_behind),
    ]
    return "\n\n".join(filter(None, parts))


def _listed(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, *(f"  {line}" for line in lines)]) if lines else ""


def _table(results: Sequence[CaseResult]) -> str:
    rows = [_row(topic, _of(results, topic)) for topic in _topics(results)]
    head = f"{'':12}" + "".join(f"{column:>9}" for column in _COLUMNS.values())
    return "\n".join([head, *rows, _row("all", results)])


def _row(name: str, results: Sequence[CaseResult]) -> str:
    counts = Counter(result.status for result in results)
    return f"{name:12}" + "".join(f"{counts[status]:9}" for status in _COLUMNS)


def _topics(results: Sequence[CaseResult]) -> list[str]:
    return list(dict.fromkeys(result.case.topic for result in results))


def _of(results: Sequence[CaseResult], topic: str) -> list[CaseResult]:
    return [result for result in results if result.case.topic == topic]


def _part(title: str, results: Sequence[CaseResult], status: Status) -> str:
    lines = [line for each in results if each.status == status for line in _lines(each)]
    return "\n".join([title, *lines]) if lines else ""


def _lines(result: CaseResult) -> Iterator[str]:
    yield f"  {result.case.title}"
    if result.difference:
        yield f"    expected  {result.difference.expected}"
        yield f"    seen      {result.difference.seen}"
    elif result.status == "known":
        yield f"    seen      {result.note}"
    else:
        yield f"    because   it needs {result.note}"


def as_json(
    base_url: str,
    results: Sequence[CaseResult],
    left_behind: Sequence[str],
    facts: ServerFacts,
) -> str:
    """Format everything as one JSON object."""
    by_status = {
        column: [_entry(result) for result in results if result.status == status]
        for status, column in _COLUMNS.items()
    }
    whole = {
        "base_url": base_url,
        "generation": facts.generation,
        **by_status,
        "document": list(facts.document),
        "left_behind": list(left_behind),
    }
    return visible_json(json.dumps(whole, indent=2, ensure_ascii=False))


def _entry(result: CaseResult) -> dict[str, Any]:
    case = result.case
    entry = {"case": case.title, "why": case.why, "generation": case.generation}
    if result.difference:
        seen = {"expected": result.difference.expected, "seen": result.difference.seen}
        return entry | seen
    return entry | ({"note": result.note} if result.note else {})
