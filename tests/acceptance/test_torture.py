"""Processes killed at random moments and at named points: nothing lost, order kept.

`make torture` plays thousands of such seeds; here are as many as there is time for.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lunogram.outbox import Stats
from tests.acceptance.hazards import (
    Forks,
    FullDisk,
    Greenlets,
    InterruptedCalls,
    InterruptedRelays,
    LostFile,
)
from tests.acceptance.scenarios import scenario_of
from tests.acceptance.verdict import Result, judge
from tests.outbox.stores import KINDS
from tests.support.sink import Taken

ROOT = Path(__file__).parents[2]

# SQLite's first 120 seeds use every trap and every malformed entry that its first 200 do.
ROUNDS = [
    *(("sqlite", first) for first in range(1, 121, 20)),
    *((kind, first) for kind in ("postgres", "nats") for first in (1, 16)),
]
SEEDS = {"sqlite": 20, "postgres": 15, "nats": 15}


@pytest.mark.parametrize(("kind", "first"), ROUNDS)
def test_nothing_is_lost(kind: str, first: int, record_property: Any) -> None:
    found = next(each for each in KINDS if each.name == kind)
    found.destroy(found.make())  # skips the test where the server is missing
    command = [sys.executable, "-m", "tests.acceptance.torture", "--jobs", "3",
               "--store", kind, "--first", str(first), "--seeds", str(SEEDS[kind])]  # fmt: skip
    ended = subprocess.run(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900,
        check=False,
    )  # fmt: skip
    print(ended.stdout)
    assert ended.returncode == 0
    *_, last = ended.stdout.strip().splitlines()
    record_property("torture", last)
    assert last.split()[:2] == [kind, str(SEEDS[kind])]


def test_every_hazard_has_its_seeds() -> None:
    """One that no seed has would prove nothing."""
    scenarios = [
        scenario_of(seed, kind)
        for kind, first in ROUNDS
        for seed in range(first, first + SEEDS[kind])
    ]
    found = {(each.kind, type(hazard)) for each in scenarios for hazard in each.hazards}
    of_all = {Forks, InterruptedCalls, InterruptedRelays}
    of_sqlite = {FullDisk, Greenlets, LostFile}
    expected = {(kind, hazard) for kind in SEEDS for hazard in of_all}
    assert found == expected | {("sqlite", hazard) for hazard in of_sqlite}
    for kind in SEEDS:
        its = [each for each in scenarios if each.kind == kind]
        lives = [life for each in its for lives in each.producers for life in lives]
        assert any(life.has_relay for life in lives)
        assert any(each.strays for each in its)
        assert {each.outboxes for each in its} == {1, 2, 3}


# -- what would be found --------------------------------------------------------------------------


def call(name: str, *parts: int, of: int = 1, user: str = "u") -> Taken:
    """Events as a server takes them."""
    marks = ", ".join(
        f'{{"name": "e", "identifier": [{{"external_id": "{user}"}}],'
        f' "data": {{"call": "{name}", "part": {part}, "of": {of}}}}}'
        for part in parts or (0,)
    )
    return Taken("POST", "/users/events", f"[{marks}]".encode())


def judged(folder: Path, diary: str, *taken: Taken, entries: int) -> Result:
    """What is said of a diary such as "+a -a +b", and of what was taken."""
    file = folder / "diary"
    file.write_text("".join(f"{line[0]} {line[1:]}\n" for line in diary.split()))
    stats = Stats(0, 0, None, 0, entries, entries, 0, 0, 0, 0)
    return judge(file, taken, stats, kills=0, all_or_nothing=True)


def test_all_is_well(tmp_path: Path) -> None:
    result = judged(tmp_path, "+a -a +b", call("a"), call("a"), call("b"), entries=2)
    assert result == Result(queued=1, duplicates=1)
    assert result.is_good


def test_a_loss_is_found(tmp_path: Path) -> None:
    result = judged(tmp_path, "+a -a +b -b +c", call("a"), entries=1)
    assert result == Result(queued=2, lost=1)


def test_what_a_lost_file_held_is_not_looked_for(tmp_path: Path) -> None:
    assert judged(tmp_path, "+a -a +b !lost +c -c", call("b"), call("c"), entries=1).is_good
    assert judged(tmp_path, "+a !lost -a +b -b", entries=0).lost == 1


def test_half_a_call_is_found(tmp_path: Path) -> None:
    result = judged(tmp_path, "+a -a", call("a", 0, 1, of=3), entries=2)
    assert (result.lost, result.faults) == (1, ("1 calls arrived in part",))


def test_disorder_is_found(tmp_path: Path) -> None:
    assert judged(tmp_path, "+a -a +b -b", call("b"), call("a"), entries=2).reordered == 1
    assert judged(tmp_path, "+a -a", call("a", 1, 0, of=2), entries=2).reordered == 1


def test_calls_at_the_same_time_have_no_order(tmp_path: Path) -> None:
    assert judged(tmp_path, "+a +b -b -a", call("b"), call("a"), entries=2).is_good


def test_subjects_have_no_order(tmp_path: Path) -> None:
    taken = [call("b", user="v"), call("a", user="u")]
    assert judged(tmp_path, "+a -a +b -b", *taken, entries=2).is_good


def test_stats_that_do_not_add_up_are_found(tmp_path: Path) -> None:
    result = judged(tmp_path, "+a -a", call("a"), entries=2)
    assert result.faults == ("stats: queued is 2, and not 1", "stats: delivered is 2, and not 1")
