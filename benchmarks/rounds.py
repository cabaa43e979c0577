"""Contenders side by side: a process each, taking turns, on one core; the sink on another.

A contender is a class of a module here, or Node's fetch. It runs in a process of
its own, so that CPU time is its alone and threads of one do not disturb the next.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import attrs


@attrs.frozen
class Turn:
    """What one contender did in one round.

    Attributes:
        cpu: Seconds of CPU time.
        wall: Seconds.
        facts: What it has to say besides, such as the caller's wait.
    """

    cpu: float
    wall: float
    facts: dict[str, float]


@attrs.frozen
class Entrant:
    """One who takes part.

    Attributes:
        label: What the table calls it.
        name: A module here and a class in it, or ``"fetch.mjs"``.
        size: How many calls at once, or events in an array, where that can be said.
        needs: A module or a program that has to be there.
    """

    label: str
    name: str
    size: int | None = None
    needs: str | None = None

    def is_here(self) -> bool:
        """Whether what it needs is installed."""
        return self.needs is None or bool(shutil.which(self.needs) or _is_module(self.needs))

    def command(self, url: str) -> list[str]:
        """What starts its process."""
        more = [] if self.size is None else [str(self.size)]
        if self.name.endswith(".mjs"):
            return ["node", str(Path(__file__).with_name(self.name)), url, *more]
        return [sys.executable, "-m", "benchmarks.worker", self.name, url, *more]


def _is_module(name: str) -> bool:
    with suppress(ModuleNotFoundError):
        return find_spec(name) is not None
    return False


@contextmanager
def sink(delay: float = 0) -> Iterator[str]:
    """A sink on the last core; its URL."""
    command = [sys.executable, "-m", "benchmarks.sink", "--delay", str(delay)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    pin(process.pid, -1)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


class Worker:
    """The process of one contender, on the first core.

    Attributes:
        label: Which contender.
    """

    def __init__(self, entrant: Entrant, url: str) -> None:
        """Start it.

        Args:
            entrant: Who.
            url: Where to send.
        """
        self.label = entrant.label
        pipe, command = subprocess.PIPE, entrant.command(url)
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        pin(self._process.pid, 0)

    def turn(self, count: int) -> Turn:
        """Let it do something so many times.

        Args:
            count: How many times.
        """
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self.label} ended with {self._process.wait()}")
        return Turn(**json.loads(answer))

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def compete(
    entrants: Sequence[Entrant], url: str, count: int, rounds: int
) -> dict[str, list[Turn]]:
    """Let contenders take turns; return what each did, round by round, after one to warm up.

    Args:
        entrants: Who takes part; those that are not installed are left out.
        url: Where to send.
        count: How many times in each turn.
        rounds: How many rounds.
    """
    workers = [Worker(entrant, url) for entrant in entrants if entrant.is_here()]
    turns: dict[str, list[Turn]] = {worker.label: [] for worker in workers}
    for worker in workers:
        worker.turn(max(1, count // 10))
    for _ in range(rounds):
        for worker in workers:
            turns[worker.label].append(worker.turn(count))
    for worker in workers:
        worker.close()
    return turns


def middle(turns: Sequence[Turn], fact: str) -> float:
    """The median of one fact over rounds.

    Args:
        turns: The rounds.
        fact: ``"cpu"``, ``"wall"``, or one of a turn's own.
    """
    return statistics.median(_fact(turn, fact) for turn in turns)


def ratios(turns: Sequence[Turn], to: Sequence[Turn], fact: str) -> tuple[float, float, float]:
    """The quartiles of a contender's cost over that of another in the same round.

    Args:
        turns: The rounds of the one.
        to: The rounds of the other.
        fact: As for `middle`.
    """
    pairs = zip(turns, to, strict=True)
    low, half, high = statistics.quantiles(
        _fact(one, fact) / _fact(other, fact) for one, other in pairs
    )
    return low, half, high


def _fact(turn: Turn, fact: str) -> float:
    value: float = attrs.asdict(turn)[fact] if fact in ("cpu", "wall") else turn.facts[fact]
    return value


def pin(process: int, core: int) -> None:
    """Keep a process on one core, where the system can do that.

    Args:
        process: Its id.
        core: Which of those that may be used; -1 is the last.
    """
    with suppress(AttributeError, OSError):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(process, {cores[core]})
