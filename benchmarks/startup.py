"""What it costs to begin: CPU time from the start of Python to the first call with a response.

Measured in an environment that has only what ``pip install 'lunogram[fast]'`` brings, and
pyreqwest: in others, httpx imports more.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.cpu_affinity import on_core
from benchmarks.rounds import FAST, PLAIN
from benchmarks.servers import Server
from benchmarks.tables import Table

TITLE = "beginning, less bare Python"
_CHECKOUT = Path(__file__).parents[1]
_FIRST = Path(__file__).parent / "first"
_REPEATS = 3
_NOTHING: dict[str, str] = {}


def measure(server: Server, rounds: int) -> Table:
    """Start Python for each of them, in turns; what bare Python costs is taken off.

    Args:
        server: Where to send the one call.
        rounds: How many rounds.
    """
    with _environment() as python:
        programs = _programs(server.url)
        costs: dict[str, list[float]] = {name: [] for name in programs}
        for _ in range(rounds + 1):
            bare = _cost(python, ["-c", "pass"])
            for name, (environ, arguments) in programs.items():
                costs[name].append(_cost(python, arguments, environ) - bare)
    rows = {name: _quartiles(taken[1:]) for name, taken in costs.items()}
    columns = ("CPU ms", "from", "to")
    return Table(TITLE, columns, rows, server.name)


def _programs(url: str) -> dict[str, tuple[dict[str, str], list[str]]]:
    """With what in the environment, and with which arguments of Python."""
    names = {
        "http.client": (_NOTHING, "http_client"),
        "pyreqwest": (_NOTHING, "pyreqwest"),
        "httpx": (_NOTHING, "httpx"),
        "lunogram": (PLAIN, "lunogram"),
        "lunogram[fast]": (FAST, "lunogram"),
    }
    imports = {
        f"import {name}": (_NOTHING, ["-c", f"import {name}"]) for name in ("lunogram", "httpx")
    }
    return imports | {
        f"{label}, first call": (environ, [str(_FIRST / f"by_{name}.py"), url])
        for label, (environ, name) in names.items()
    }


def _quartiles(seconds: list[float]) -> tuple[float, float, float]:
    low, half, high = statistics.quantiles(seconds)
    return half * 1e3, low * 1e3, high * 1e3


@contextmanager
def _environment() -> Iterator[str]:
    """The Python of a fresh environment."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, symlinks=True)
        python = str(Path(folder) / "bin" / "python")
        pip = [sys.executable, "-m", "pip", "-qq", "--disable-pip-version-check"]
        what = [f"{_CHECKOUT}[fast]", "pyreqwest>=0.11"]
        subprocess.run([*pip, "--python", python, "install", *what], check=True)
        yield python


def _cost(python: str, arguments: list[str], environ: dict[str, str] = _NOTHING) -> float:
    """CPU seconds of a Python that runs something; the least of three."""
    return min(_run(python, arguments, environ) for _ in range(_REPEATS))


def _run(python: str, arguments: list[str], environ: dict[str, str]) -> float:
    with on_core(0):
        child = os.posix_spawn(python, [python, *arguments], {**os.environ, **environ})
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{' '.join(arguments)} ended with {status}")
    return used.ru_utime + used.ru_stime
