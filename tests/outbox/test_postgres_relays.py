"""Relays as real processes that share the work of one outbox in PostgreSQL."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator

import pytest

from lunogram import Event
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.support import services

from .stores import PostgresKind

# From Python 3.12 on, a fork while threads run is warned of.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

USERS = 40
ROUNDS = 30


@pytest.fixture
def url() -> Iterator[str]:
    kind = PostgresKind()
    url = kind.make()
    yield url
    kind.destroy(url)


@pytest.fixture
def outbox(url: str) -> Iterator[Outbox]:
    with Outbox(url, ensure_users=True) as outbox:
        yield outbox


def start_relay(url: str, project: Sandbox) -> subprocess.Popen[str]:
    """Start `lunogram relay`, and wait for its first line."""
    program = [sys.executable, "-m", "lunogram.cli", "relay", url, "--batch", "5"]
    environ = {**os.environ, **project.environ, "PYTHONUNBUFFERED": "1"}
    relay = subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=environ)
    assert relay.stdout
    assert "relaying" in relay.stdout.readline()
    return relay


def shares(url: str) -> list[int]:
    """How many partitions each relay has."""
    schema = url.rpartition("=")[2]
    query = f"SELECT count(*) FROM {schema}.partitions WHERE owner <> '' GROUP BY owner"
    return sorted(row[0] for row in services.run_in_postgres(query))


def wait_for_shares(url: str, expected: list[int]) -> None:
    """Wait until relays have divided the partitions like that."""
    end = time.monotonic() + 30
    while shares(url) != expected:
        assert time.monotonic() < end, shares(url)
        time.sleep(0.02)


def queue_rounds(outbox: Outbox, process: str) -> None:
    """Queue events about many users, round after round."""
    for number in range(ROUNDS):
        outbox.user.events.post(
            [
                Event(
                    "it.happened", f"user_{user}", data={"user": user, "by": process, "n": number}
                )
                for user in range(USERS)
            ]
        )


def check_arrivals(project: Sandbox, processes: set[str]) -> int:
    """That everything came, and of each user in order; return how much came twice."""
    came: dict[tuple[int, str], list[int]] = defaultdict(list)
    events = project.events(name="it.happened")
    for event in events:
        came[event.data["user"], event.data["by"]].append(event.data["n"])
    assert {process for _, process in came} == processes
    assert len(came) == USERS * len(processes)
    for numbers in came.values():
        assert list(dict.fromkeys(numbers)) == list(range(ROUNDS))
    return len(events) - len(came) * ROUNDS


def test_two_relays_share_the_work(outbox: Outbox, url: str, project: Sandbox) -> None:
    relays = [start_relay(url, project) for _ in range(2)]
    wait_for_shares(url, [32, 32])
    forking = multiprocessing.get_context("fork")
    workers = [forking.Process(target=queue_rounds, args=(outbox, name)) for name in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert outbox.flush(60).pending == 0
    for relay in relays:
        relay.terminate()
        assert relay.communicate(timeout=20) is not None
        assert relay.returncode == 0
    assert shares(url) == []
    assert check_arrivals(project, {"a", "b"}) == 0


def test_a_relay_is_killed_and_the_others_go_on(outbox: Outbox, url: str, project: Sandbox) -> None:
    project.fault("latency", seconds=0.02)
    relays = [start_relay(url, project) for _ in range(3)]
    wait_for_shares(url, [20, 22, 22])
    queue_rounds(outbox, "a")
    while len(project.events(name="it.happened")) < 100:
        time.sleep(0.01)
    relays[0].kill()
    relays[0].communicate()
    wait_for_shares(url, [32, 32])
    project.clear_faults()
    assert outbox.flush(60).pending == 0
    for relay in relays[1:]:
        relay.terminate()
        relay.communicate(timeout=20)
    duplicates = check_arrivals(project, {"a"})
    print(f"one of three relays killed: {USERS * ROUNDS} queued, 0 lost, {duplicates} duplicates")
