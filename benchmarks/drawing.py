"""The plot of a run: bars for who takes part, lines for how costs grow; ours in blue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import attrs

from benchmarks import growth, outbox, pending_calls, requests_cost, startup

Tables: TypeAlias = Mapping[str, Any]
"""The tables of a file that `Results.save` wrote, by their titles."""

_OURS, _FAST, _THEIRS = "#3355bb", "#7799ee", "#b9bfcc"
_COLUMNS = 3
_ON_LINES = (
    "lunogram", "lunogram[fast]", "httpx", "httpx2", "aiohttp", "pyreqwest", "Node's fetch",
    "openapi-fetch", "Go's net/http",
)  # fmt: skip
_LEAST_GAP = 0.075


@attrs.frozen
class Bars:
    """One column of a table as bars.

    Attributes:
        table: The title of the table.
        column: Which column.
        heading: What is drawn, with its unit.
    """

    table: str
    column: str
    heading: str

    def draw(self, axes: Any, tables: Tables) -> None:
        """Draw them, the longest at the bottom."""
        values = _column(tables[self.table], self.column)
        names = sorted(values, key=values.__getitem__, reverse=True)
        bars = axes.barh(
            names, [values[name] for name in names], color=[_colour(name) for name in names]
        )
        axes.bar_label(bars, fmt=_shown, padding=3, fontsize=7)
        axes.margins(x=0.18, y=0.02)
        axes.xaxis.set_visible(False)
        axes.spines[["top", "right", "bottom"]].set_visible(False)


@attrs.frozen
class Lines:
    """How something grows.

    Attributes:
        heading: What is drawn, with its unit.
        below: What is along the x axis.
        points: Makes the lines of the tables: for each name, places along x and values.
        is_flat: Whether it should not grow, and so begins at 0 with a linear axis.
    """

    heading: str
    below: str
    points: Callable[[Tables], Mapping[str, Mapping[int, float]]]
    is_flat: bool = False

    def draw(self, axes: Any, tables: Tables) -> None:
        """Draw them, each with its name at its end."""
        from matplotlib.ticker import LogLocator

        lines = self.points(tables)
        for name, line in lines.items():
            axes.plot([*line], [*line.values()], color=_colour(name), marker="o", markersize=3)
        axes.set_xscale("log")
        if self.is_flat:
            axes.set_ylim(bottom=0)
        else:
            axes.set_yscale("log", subs=())
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        places = [*next(iter(lines.values()))]
        axes.set_xticks(places, map(_short, places))
        axes.xaxis.minorticks_off()
        axes.yaxis.set_major_formatter(lambda value, _place: _shown(value))
        axes.set_xlabel(self.below, fontsize=8)
        axes.spines[["top", "right"]].set_visible(False)
        _name_ends(axes, {name: [*line.values()][-1] for name, line in lines.items()})


def draw(results: Mapping[str, Any], picture: Path) -> None:
    """Draw what a file holds that `Results.save` wrote: the less, the better.

    Args:
        results: What is in the file.
        picture: An SVG or PNG file to write.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    panels = _panels(results["tables"])
    rows = -(-len(panels) // _COLUMNS)
    figure, all_axes = plt.subplots(rows, _COLUMNS, figsize=(13, 2.9 * rows), layout="constrained")
    for axes in all_axes.flat[len(panels) :]:
        axes.set_axis_off()
    for axes, panel in zip(all_axes.flat, panels, strict=False):
        panel.draw(axes, results["tables"])
        axes.set_title(panel.heading, fontsize=9, loc="left")
        axes.tick_params(labelsize=7.5)
    figure.savefig(picture)
    plt.close(figure)


def _panels(tables: Tables) -> Sequence[Bars | Lines]:
    slow = next(title for title in tables if title.endswith(outbox.SLOW))
    return [
        Bars(requests_cost.threads_title(1), "CPU us each", "a call, one at a time: CPU µs"),
        Bars(requests_cost.loop_title(32), "CPU us each", "a call, 32 in flight: CPU µs"),
        Bars(requests_cost.arrays_title(500), "CPU us each", "an event, in batches of 500: CPU µs"),
        Bars(outbox.TITLE, "CPU us/event", "an event queued and delivered: CPU µs"),
        Bars(slow, "% arrived", f"{slow}: % that arrived"),
        Bars(slow, "seconds", "… and in how many seconds"),
        Bars(pending_calls.TITLE, "memory B/event", "a pending event: bytes of memory"),
        Bars(startup.TITLE, "CPU ms", "from the start to the first response: CPU ms"),
        Lines("a call: CPU µs", "calls in flight, one event loop", _in_event_loop),
        Lines("a call: CPU µs", "threads", _in_threads),
        Lines("an event: CPU µs", "events in a batch", _in_arrays),
        Lines("an event: CPU µs", "pending events in the outbox", _waiting, is_flat=True),
    ]


def _in_event_loop(tables: Tables) -> dict[str, dict[int, float]]:
    return _grown(tables, requests_cost.loop_title, requests_cost.IN_FLIGHT)


def _in_threads(tables: Tables) -> dict[str, dict[int, float]]:
    return _grown(tables, requests_cost.threads_title, requests_cost.IN_FLIGHT)


def _in_arrays(tables: Tables) -> dict[str, dict[int, float]]:
    return _grown(tables, requests_cost.arrays_title, requests_cost.SIZES)


def _grown(
    tables: Tables, title: Callable[[int], str], sizes: Sequence[int]
) -> dict[str, dict[int, float]]:
    """What each contender costs in the sections of these sizes, if it is in all of them."""
    costs = {
        size: _column(tables[title(size)], "CPU us each") for size in sizes if title(size) in tables
    }
    return {
        name: {size: cost[name] for size, cost in costs.items()}
        for name in _ON_LINES
        if all(name in cost for cost in costs.values())
    }


def _waiting(tables: Tables) -> dict[str, dict[int, float]]:
    table = tables[growth.TITLE]
    return {
        name.partition(",")[0]: {
            int(pending.replace(",", "")): value for pending, value in _column(table, name).items()
        }
        for name in table["columns"]
    }


def _column(table: Mapping[str, Any], name: str) -> dict[str, float]:
    place = table["columns"].index(name)
    return {row: values[place] for row, values in table["rows"].items()}


def _name_ends(axes: Any, ends: Mapping[str, float]) -> None:
    """Write names beside the ends of lines, one above the other."""
    low, high = axes.transData, axes.transAxes.inverted()
    heights = {name: high.transform(low.transform((1, end)))[1] for name, end in ends.items()}
    for name, height in _apart(sorted(heights.items(), key=lambda item: item[1])):
        axes.text(
            1.02, height, name, color=_name_colour(name), fontsize=7.5, va="center",
            transform=axes.transAxes,
        )  # fmt: skip


def _apart(heights: Sequence[tuple[str, float]]) -> Iterator[tuple[str, float]]:
    """From the lowest to the highest: none lower than it is, but for want of room at the top."""
    at = -1.0
    for place, (name, height) in enumerate(heights):
        room = 1 - (len(heights) - 1 - place) * _LEAST_GAP
        at = min(max(height, at + _LEAST_GAP), room)
        yield name, at


def _colour(name: str) -> str:
    if name.startswith(("lunogram[fast]", "relay[fast]")):
        return _FAST
    is_ours = name.startswith(("lunogram", "import lunogram", "outbox", "relay", "queue", "leas"))
    return _OURS if is_ours else _THEIRS


def _name_colour(name: str) -> str:
    colour = _colour(name)
    return "#667" if colour == _THEIRS else colour


def _short(number: int) -> str:
    thousands, millions = number // 1000, number // 1_000_000
    return f"{millions} M" if millions else f"{thousands} k" if thousands else str(number)


def _shown(value: float) -> str:
    return f"{value:.1f}" if 0 < value < 10 and value % 1 else f"{value:,.0f}"
