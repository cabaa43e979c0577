"""Kill everything at any moment, and see what arrives: `python -m tests.acceptance.torture`.

Each seed is a scenario of its own. It ends with the first seed in which something was lost, out of
order or dead, and says how to repeat it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial
from pathlib import Path

import attrs
import pytest

from lunogram.outbox import Outbox, Stats
from tests.acceptance.hazards import persist
from tests.acceptance.players import warm_up
from tests.acceptance.scenarios import Scenario, scenario_of
from tests.acceptance.servers import SandboxProject, Server, SinkServer
from tests.acceptance.stage import PlayError, Stage
from tests.acceptance.verdict import Result, judge
from tests.outbox.stores import KINDS, NATSKind, StoreKind
from tests.support.nats_server import NATSCluster
from tests.support.sandbox_process import SandboxProcess

_EVERY = 5.0
_DOWN = 3.0
_COLUMNS = ("kills", "queued", "lost", "reordered", "duplicates")


@attrs.frozen
class Played:
    """A seed that is over.

    Attributes:
        seed: Which.
        result: What came of it.
        output: What its processes had to say, if it is not good.
    """

    seed: int
    result: Result
    output: str = ""


def play_seed(seed: int, kind: str, sandbox: str) -> Played:
    """Play one seed, and clear up.

    Args:
        seed: Which.
        kind: Of the store.
        sandbox: The root of a running sandbox, for the scenarios that want one.
    """
    folder = Path(tempfile.mkdtemp(prefix="torture-"))
    made = _kind(kind)
    url = made.make()
    scenario = scenario_of(seed, kind)
    try:
        scenario = scenario.in_cluster() if NATSKind.cluster and kind == "nats" else scenario
        result = _play(scenario, url, folder, sandbox)
        output = folder / "output"
        said = "" if result.is_good or not output.exists() else output.read_text()
        return Played(seed, result, said)
    finally:
        if not scenario.loses_servers:  # else it ends with them
            made.destroy(url)
        shutil.rmtree(folder)


def _play(scenario: Scenario, url: str, folder: Path, sandbox: str) -> Result:
    server = _server(scenario, folder, sandbox)
    url = scenario.lost_file.prepare(url) if scenario.lost_file else url
    stage = Stage(scenario, url, server, folder)

    def stats() -> Stats:
        with Outbox(url) as outbox:
            return outbox.stats()

    try:
        stage.play()
        return judge(
            folder / "diary",
            server.taken(),
            persist(stats) if scenario.loses_servers else stats(),
            kills=stage.kills,
            all_or_nothing=scenario.kind != "nats",
            planted=len(scenario.planted),
        )
    except PlayError as error:
        return Result(faults=(str(error),))
    finally:
        server.close()


def _server(scenario: Scenario, folder: Path, sandbox: str) -> Server:
    if scenario.sandbox:
        return SandboxProject(sandbox, scenario.faults, scenario.seed)
    return SinkServer(folder, scenario.faults, scenario.seed, scenario.strays)


# -- many seeds -----------------------------------------------------------------------------------


class Progress:
    """What has come of the seeds of one kind of store so far, told now and then.

    Attributes:
        kind: Of the store.
        seeds: How many there are to play.
        played: How many were.
        total: What came of them, all together.
    """

    def __init__(self, kind: str, seeds: int) -> None:
        self.kind = kind
        self.seeds = seeds
        self.played = 0
        self.total = Result()
        self._shown_at = time.monotonic()

    def add(self, played: Played) -> None:
        """One more is over."""
        self.played += 1
        self.total += played.result
        is_due = time.monotonic() - self._shown_at > _EVERY
        if sys.stdout.isatty():
            print(f"\r{self}", end="", flush=True)
        elif is_due:
            print(self, flush=True)
        if is_due:
            self._shown_at = time.monotonic()

    def __str__(self) -> str:
        numbers = ", ".join(f"{getattr(self.total, name):,} {name}" for name in _COLUMNS)
        return f"{self.kind}: {self.played:,} of {self.seeds:,} seeds, {numbers}"

    @property
    def row(self) -> list[str]:
        """Its row of the table."""
        numbers = [self.played, *(getattr(self.total, name) for name in _COLUMNS)]
        return [self.kind, *(f"{number:,}" for number in numbers)]


def torture(
    seeds: Sequence[int], kind: str, jobs: int, cluster: NATSCluster | None = None
) -> Progress:
    """Play seeds until one is not good, and tell what happens.

    Args:
        seeds: Which.
        kind: Of the store.
        jobs: How many at once.
        cluster: What holds the outboxes, if servers of it are to be killed.
    """
    progress = Progress(kind, len(seeds))
    with ExitStack() as stack:
        sandbox = ""
        if any(scenario_of(seed, kind).sandbox for seed in seeds):
            sandbox = stack.enter_context(SandboxProcess()).url
        _warm_up(kind)
        # Forked, as are all processes of a scenario: they have imported everything.
        pool = stack.enter_context(multiprocessing.get_context("fork").Pool(jobs, _end_in_order))
        if cluster:
            stack.enter_context(cluster.losing_servers(_DOWN))
        for played in pool.imap_unordered(partial(play_seed, kind=kind, sandbox=sandbox), seeds):
            progress.add(played)
            if not played.result.is_good:
                _tell_failure(played, kind)
                return progress
        # Leaving the block ends those at work by a signal, which one without work may miss.
        pool.close()
        pool.join()
    return progress


def _end_in_order() -> None:
    """Let what the pool ends clear up: the processes of its scenario would outlive it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def _warm_up(kind: str) -> None:
    made = _kind(kind)
    url = made.make()
    warm_up(url)
    made.destroy(url)


def _kind(name: str) -> StoreKind:
    return next(kind for kind in KINDS if kind.name == name)


def _tell_failure(played: Played, kind: str) -> None:
    print(f"\n{played.output}\n{kind}, seed {played.seed} is not good: {played.result}")
    print("To repeat it, which may need some tries, for time has its part in it:")
    cluster = "--cluster " if NATSKind.cluster else ""
    print(f"python -m tests.acceptance.torture --store {kind} {cluster}--first {played.seed} "
          "--seeds 1 --times 20")  # fmt: skip


def _show_table(rows: Sequence[Sequence[str]]) -> None:
    head = ["store", "seeds", *_COLUMNS]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        first, *numbers = row
        cells = [f"{cell:>{width}}" for cell, width in zip(numbers, widths[1:], strict=True)]
        print("  ".join([f"{first:<{widths[0]}}", *cells]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; return the exit code.

    Args:
        arguments: Those of the command line, if left out.
    """
    options = _options(arguments)
    done: list[Progress] = []
    for kind, seeds in _plan(options):
        try:
            with _cluster() if options.cluster else nullcontext() as cluster:
                done.append(torture(seeds, kind, options.jobs, cluster))
        except pytest.skip.Exception as missing:
            print(f"{kind}: {missing}")
            continue
        if not done[-1].total.is_good:
            break
    print()
    _show_table([progress.row for progress in done])
    return 0 if done and all(progress.total.is_good for progress in done) else 1


@contextmanager
def _cluster() -> Iterator[NATSCluster]:
    with tempfile.TemporaryDirectory() as folder, NATSCluster(Path(folder)) as cluster:
        NATSKind.cluster = cluster.addresses
        persist(lambda: Outbox(NATSKind().make()).close())
        try:
            yield cluster
        finally:
            NATSKind.cluster = ""


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    kinds = [kind.name for kind in KINDS]
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.torture", description=__doc__)
    parser.add_argument("--store", choices=kinds, help="one kind of store; else all, the others "
                        "with a tenth of the seeds that SQLite gets")  # fmt: skip
    parser.add_argument("--cluster", action="store_true", help="NATS: three servers of its own, "
                        "which are killed in turns")  # fmt: skip
    parser.add_argument("--seeds", type=int, default=2000, help="how many")
    parser.add_argument("--first", type=int, default=1, help="the first of them")
    parser.add_argument("--times", type=int, default=1, help="play each so often")
    parser.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1), help="at once")
    options = parser.parse_args(arguments)
    if options.cluster and options.store != "nats":
        parser.error("--cluster is for --store nats")
    return options


def _plan(options: argparse.Namespace) -> Iterator[tuple[str, list[int]]]:
    """Which kinds of stores, and with which seeds."""
    for name in [options.store] if options.store else [kind.name for kind in KINDS]:
        share = 1 if options.store or name == "sqlite" else 10
        seeds = range(options.first, options.first + max(1, options.seeds // share))
        yield name, list(seeds) * options.times


if __name__ == "__main__":
    sys.exit(main())
