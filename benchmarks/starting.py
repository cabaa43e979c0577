"""What it costs to begin: CPU time from the start of Python to the first answered call."""

from __future__ import annotations

import os
import statistics
import sys

from benchmarks.rounds import Entrant, Turn, pin

ENTRANTS = [
    Entrant("http.client", "HttpClient"),
    Entrant("pyreqwest", "Pyreqwest", needs="pyreqwest"),
    Entrant("httpx", "Httpx"),
    Entrant("lunogram", "Facade"),
    Entrant("customerio", "Customerio", needs="customerio"),
]
IMPORTS = ["lunogram", "httpx"]


def compete(url: str, rounds: int) -> dict[str, list[Turn]]:
    """Start Python for each of them, in turns; what bare Python costs is taken off.

    Args:
        url: Where to send the one call.
        rounds: How many rounds.
    """
    programs = {f"import {name}": f"import {name}" for name in IMPORTS}
    for entrant in filter(Entrant.is_here, ENTRANTS):
        call = f"benchmarks.singles.{entrant.name}({url!r}).call()"
        programs[f"{entrant.label}, first call"] = f"import benchmarks.singles; {call}"
    turns: dict[str, list[Turn]] = {name: [] for name in programs}
    for _ in range(rounds + 1):
        bare = _cost("pass")
        for name, program in programs.items():
            turns[name].append(Turn(max(0.0, _cost(program) - bare), 0.0, {}))
    return {name: taken[1:] for name, taken in turns.items()}


def _cost(program: str) -> float:
    """CPU seconds of a Python that runs a program; the least of three."""
    return min(_run(program) for _ in range(3))


def _run(program: str) -> float:
    child = os.posix_spawn(sys.executable, [sys.executable, "-c", program], os.environ)
    pin(child, 0)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{program} ended with {status}")
    return used.ru_utime + used.ru_stime


def table(turns: dict[str, list[Turn]]) -> None:
    """Print what each cost, in milliseconds of CPU time."""
    print(f"\n{'beginning':28}{'CPU ms':>9}")
    for name, taken in turns.items():
        print(f"{name:28}{statistics.median(turn.cpu for turn in taken) * 1e3:9.0f}")
