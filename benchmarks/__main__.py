"""All benchmarks in one run: ``make bench``, or ``make bench-quick`` in less than two minutes."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks import growth, imports, outbox, pending_calls, requests_cost, startup
from benchmarks.drawing import draw
from benchmarks.results import Results
from benchmarks.servers import fastest

_DOCS = Path(__file__).parents[1] / "docs"


def main() -> None:
    """Measure, print, and keep the results if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer sections, rounds and calls")
    parser.add_argument("--save", action="store_true", help="into the folder of --into")
    parser.add_argument("--into", type=Path, default=_DOCS, help="docs/, if left out")
    options = parser.parse_args()
    results = Results()
    if options.quick:
        measure_quickly(results)
    else:
        measure(results)
    if options.save:
        keep(results, options.into)


def measure(results: Results) -> None:
    """Run everything, in some ten minutes.

    Args:
        results: Where to keep what was measured.
    """
    with fastest() as server:
        for section in requests_cost.sections():
            results.add(section.measure(server, calls=512, rounds=5))
        results.add(startup.measure(server, rounds=5))
    results.add(outbox.measure(20_000, rounds=5))
    results.add(outbox.measure_slow(20_000, rounds=3, quick=False))
    results.add(imports.measure(1_000_000))
    results.add(pending_calls.measure(1_000_000))
    results.add(growth.measure(quick=False))


def measure_quickly(results: Results) -> None:
    """Run what can be run in less than two minutes.

    Args:
        results: Where to keep what was measured.
    """
    with fastest() as server:
        for section in requests_cost.sections():
            if section.is_quick:
                results.add(section.measure(server, calls=256, rounds=2))
        results.add(startup.measure(server, rounds=2))
    results.add(outbox.measure(5_000, rounds=2))
    results.add(outbox.measure_slow(12_000, rounds=1, quick=True))
    results.add(imports.measure(20_000))
    results.add(pending_calls.measure(50_000))
    results.add(growth.measure(quick=True))


def keep(results: Results, folder: Path) -> None:
    """Write ``performance.json`` and ``images/performance.svg``.

    Args:
        results: What was measured.
        folder: Where to.
    """
    file = folder / "performance.json"
    results.save(file)
    draw(json.loads(file.read_text("utf-8")), folder / "images" / "performance.svg")


if __name__ == "__main__":
    main()
