"""Contenders side by side: a process each, taking turns, on one core; the server on another.

A contender is a class of a module here, a file for Node, or a client in Go. It runs in a process of
its own, so that CPU time is its alone and threads of one do not disturb the next.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.util import find_spec

import attrs

from benchmarks import go, node
from benchmarks.cpu_affinity import on_core

PLAIN = {"LUNOGRAM_TRANSPORT": "httpx", "LUNOGRAM_EVENT_LOOP": "asyncio"}
FAST = {"LUNOGRAM_TRANSPORT": "direct", "LUNOGRAM_EVENT_LOOP": "uvloop"}
"""With what ours reads responses and relays: what is always there, or what ``[fast]`` brings."""


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
        name: A module here and a class in it, ``"client.go"``, or a file for Node and what to do.
        size: How many calls at once, events in an array, or places in a queue, where that can be
            said.
        needs: A module or a program that has to be there.
        environ: What is in the environment of its process, besides ours.
        warm: How often it does it before the first round.
    """

    label: str
    name: str
    size: int | None = None
    needs: str | None = None
    environ: dict[str, str] = attrs.field(factory=dict)
    warm: int = 1000

    def is_here(self) -> bool:
        """Whether what it needs is installed."""
        return self.needs is None or bool(shutil.which(self.needs) or _is_module(self.needs))

    def command(self, url: str) -> list[str]:
        """What starts its process.

        Args:
            url: Where to send.
        """
        file, *what = self.name.split()
        more = [url, *what] if self.size is None else [url, *what, str(self.size)]
        if file.endswith(".mjs"):
            return [*node.command(file), *more]
        if file.endswith(".go"):
            return [go.built(file), *more]
        return [sys.executable, "-m", "benchmarks.worker", file, *more]


def _is_module(name: str) -> bool:
    with suppress(ModuleNotFoundError):
        return find_spec(name) is not None
    return False


def ours(label: str, name: str, size: int | None = None) -> list[Entrant]:
    """Ours as it is, and with ``lunogram[fast]``.

    Args:
        label: As of an `Entrant`.
        name: As of an `Entrant`.
        size: As of an `Entrant`.
    """
    fast = f"{label}[fast]"
    return [
        Entrant(label, name, size, environ=PLAIN),
        Entrant(fast, name, size, "httptools", environ=FAST),
    ]


class Worker:
    """The process of one contender, on one core.

    Attributes:
        label: Which contender.
        warm: As of its `Entrant`.
    """

    def __init__(self, entrant: Entrant, url: str, core: int | None = 0) -> None:
        """Start it.

        Args:
            entrant: Who.
            url: Where to send.
            core: On which core; None for any.
        """
        self.label = entrant.label
        self.warm = entrant.warm
        pipe, command = subprocess.PIPE, entrant.command(url)
        environ = {**os.environ, **entrant.environ}
        with on_core(core):
            self._process = subprocess.Popen(
                command, stdin=pipe, stdout=pipe, text=True, env=environ
            )

    def turn(self, count: int) -> Turn:
        """Let it do something so many times.

        Args:
            count: How many times.
        """
        self.begin(count)
        return self.end()

    def begin(self, count: int) -> None:
        """The same, without waiting until it is done.

        Args:
            count: How many times.
        """
        assert self._process.stdin
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()

    def end(self) -> Turn:
        """Wait until it is done."""
        assert self._process.stdout
        response = self._process.stdout.readline()
        if not response:
            raise SystemExit(f"{self.label} ended with {self._process.wait()}")
        return Turn(**json.loads(response))

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def compete(
    entrants: Sequence[Entrant],
    url: str,
    count: int,
    rounds: int,
    arrived: Callable[[], int] = int,
) -> dict[str, list[Turn]]:
    """Let contenders take turns; return what each did, round by round, after one to warm up.

    Args:
        entrants: Who takes part; those that are not installed are left out.
        url: Where to send.
        count: How many times in each turn.
        rounds: How many rounds.
        arrived: How many events the server has seen; what a turn adds is a fact of the turn.
    """
    workers = [Worker(entrant, url) for entrant in entrants if entrant.is_here()]
    turns: dict[str, list[Turn]] = {worker.label: [] for worker in workers}
    for worker in workers:
        worker.turn(worker.warm)
    for _ in range(rounds):
        for worker in workers:
            before = arrived()
            turn = worker.turn(count)
            turn.facts["arrived"] = arrived() - before
            turns[worker.label].append(turn)
    for worker in workers:
        worker.close()
    return turns


def alone(entrant: Entrant, url: str, count: int) -> Turn:
    """One turn of one contender in a fresh process.

    Args:
        entrant: Who.
        url: Where to send.
        count: How many times.
    """
    worker = Worker(entrant, url)
    try:
        return worker.turn(count)
    finally:
        worker.close()


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
