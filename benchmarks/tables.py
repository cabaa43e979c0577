"""A table of what was measured: printed, and kept as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from benchmarks.rounds import Turn, middle, ratios

_NAMES = 36
"""How wide the column of the names is."""


@attrs.frozen
class Table:
    """Contenders or sizes in rows, what they cost in columns.

    Attributes:
        title: What it is about, and against which server, if any.
        columns: What is in each column, with its unit.
        rows: The numbers by the names of the rows; None where there is none.
        server: The server, if there is one.
    """

    title: str
    columns: Sequence[str]
    rows: Mapping[str, Sequence[float | None]]
    server: str = ""

    def show(self) -> None:
        """Print it."""
        widths = [max(len(name), 6) + 2 for name in self.columns]
        print(f"\n{self.title}" + (f" (against {self.server})" if self.server else ""))
        print(" " * _NAMES + "".join(map(str.rjust, self.columns, widths)))
        for name, numbers in self.rows.items():
            print(
                f"{name:{_NAMES}}" + "".join(map(str.rjust, map(_shown, numbers), widths)),
                flush=True,
            )

    def kept(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        rows = {name: [_rounded(number) for number in row] for name, row in self.rows.items()}
        return {"server": self.server, "columns": list(self.columns), "rows": rows}


def _shown(number: float | None) -> str:
    if number is None:
        return ""
    return f"{number:,.0f}" if number >= 100 else f"{number:.{1 if number >= 10 else 2}f}"


def _rounded(number: float | None) -> float | None:
    return None if number is None else float(f"{number:.4g}") if number < 1000 else round(number)


def costs(
    title: str, turns: Mapping[str, Sequence[Turn]], base: str, count: int, server: str = ""
) -> Table:
    """What each contender cost, the cheapest first, and what part of another one's cost that is.

    Ratios are taken round by round: their median, and from which to which quartile they are.

    Args:
        title: What it is about.
        turns: What each did.
        base: The contender whose cost is 1.
        count: How many calls or events there were in each turn.
        server: The server.
    """
    columns = (
        "CPU us each", f"of {base}'s", "from", "to",
        "a second", f"of {base}'s", "from", "to",
    )  # fmt: skip
    rows = {
        name: (*_cpu(turns[name], turns[base], count), *_speed(turns[name], turns[base], count))
        for name in sorted(turns, key=lambda name: middle(turns[name], "cpu"))
    }
    return Table(title, columns, rows, server)


def _cpu(turns: Sequence[Turn], base: Sequence[Turn], count: int) -> tuple[float, ...]:
    low, half, high = ratios(turns, base, "cpu")
    return middle(turns, "cpu") / count * 1e6, half, low, high


def _speed(turns: Sequence[Turn], base: Sequence[Turn], count: int) -> tuple[float, ...]:
    low, half, high = ratios(base, turns, "wall")
    return count / middle(turns, "wall"), half, low, high
