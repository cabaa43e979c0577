"""What was measured, kept: a JSON file with date, machine and versions, and a plot of it."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.rounds import Turn, middle, ratios

_PACKAGES = (
    "lunogram", "httpx", "httpx2", "aiohttp", "pyreqwest", "customerio", "posthog",
    "segment-analytics-python",
)  # fmt: skip
_OURS, _THEIRS = "#3355bb", "#b9bfcc"


class Results:
    """Sections of a run, each with what its contenders cost."""

    def __init__(self) -> None:
        """Nothing is measured yet."""
        self.sections: dict[str, dict[str, Any]] = {}

    def add(self, title: str, turns: Mapping[str, Sequence[Turn]], base: str, count: int) -> None:
        """Keep a section.

        Args:
            title: What it is about.
            turns: What each contender did, round by round.
            base: The contender whose cost is 1.
            count: How many calls or events there were in each turn.
        """
        self.sections[title] = {
            name: {
                "cpu_us": round(middle(taken, "cpu") / count * 1e6, 2),
                "ratio": [round(part, 3) for part in ratios(taken, turns[base], "cpu")],
                "per_second": round(count / (middle(taken, "wall") or 1)),
            }
            for name, taken in turns.items()
        }

    def save(self, file: Path) -> None:
        """Write all of it as JSON.

        Args:
            file: Where to.
        """
        facts = {"date": datetime.now(UTC).date().isoformat(), **_machine()}
        file.write_text(json.dumps({**facts, "sections": self.sections}, indent=1) + "\n", "utf-8")


def _machine() -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "versions": {name: _version(name) for name in _PACKAGES if _version(name)},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def draw(results: Mapping[str, Any], picture: Path) -> None:
    """Draw the sections of a file that `Results.save` wrote, as bars: the shorter the better.

    Args:
        results: What is in the file.
        picture: An SVG or PNG file to write.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    sections = results["sections"]
    rows = -(-len(sections) // 2)
    figure, all_axes = plt.subplots(rows, 2, figsize=(11, 2.6 * rows), layout="constrained")
    for axes in all_axes.flat[len(sections) :]:
        axes.set_axis_off()
    for axes, (title, costs) in zip(all_axes.flat, sections.items(), strict=False):
        names = sorted(costs, key=lambda name: costs[name]["cpu_us"], reverse=True)
        colours = [_OURS if _is_ours(name) else _THEIRS for name in names]
        bars = axes.barh(names, [costs[name]["cpu_us"] for name in names], color=colours)
        axes.bar_label(bars, fmt="%.0f", padding=3, fontsize=8)
        axes.set_title(title, fontsize=10, loc="left")
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
        axes.margins(x=0.12)
    figure.savefig(picture)


def _is_ours(name: str) -> bool:
    return name.startswith(("lunogram", "outbox", "relay", "import of"))
