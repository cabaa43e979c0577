"""All benchmarks in one run: ``make bench``, or ``make bench-quick`` in less than two minutes."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks import outbox, sending, starting
from benchmarks.results import Results, draw
from benchmarks.rounds import compete, sink

_DOCS = Path(__file__).parents[1] / "docs"


def main() -> None:
    """Measure, print, and keep the results if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer sections, rounds and calls")
    parser.add_argument("--save", action="store_true", help="into docs/performance.json and .svg")
    options = parser.parse_args()
    results = Results()
    with sink() as url:
        measure(results, url, quick=options.quick)
    if options.save:
        results.save(_DOCS / "performance.json")
        kept = json.loads((_DOCS / "performance.json").read_text("utf-8"))
        draw(kept, _DOCS / "images" / "performance.svg")


def measure(results: Results, url: str, *, quick: bool) -> None:
    """Run all sections.

    Args:
        results: Where to keep what was measured.
        url: Where to send.
        quick: Whether only the quick ones, in fewer rounds.
    """
    calls, rounds = (300, 3) if quick else (600, 7)
    for section in sending.SECTIONS:
        if section.is_quick or not quick:
            count = calls * section.weight
            turns = compete(section.entrants, url, count, rounds)
            sending.table(section.title, turns, count)
            results.add(section.title, turns, sending.BASE, count)
    events = 5_000 if quick else 20_000
    turns = compete(outbox.ENTRANTS, url, events, rounds)
    outbox.table(turns, events)
    results.add("an event queued and delivered", turns, outbox.FLOOR, events)
    starting.table(starting.compete(url, rounds))


if __name__ == "__main__":
    main()
