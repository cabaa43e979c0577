"""NATS, publishers and relays that end at any moment: nothing lost, order kept."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest

from lunogram.outbox.nats import NATSStore
from lunogram.outbox.store import Limits
from tests.support.nats_programs import DEATHS, PEOPLE, POISON, entry
from tests.support.nats_server import NATSServer


@attrs.frozen
class Program:
    """One of tests.support.nats_programs, and where it and its like say what they did."""

    process: subprocess.Popen[Any]
    file: Path

    def said(self) -> list[list[str]]:
        """The words of all lines; of the last one only if it is whole."""
        lines = self.file.read_text().splitlines(keepends=True)
        return [line.split() for line in lines if line.endswith("\n")]

    def sent(self, count: int) -> None:
        """Wait until it, a relay, has sent so many."""
        until = time.monotonic() + 30
        while sum(words[0] == str(self.process.pid) for words in self.said()) < count:
            assert time.monotonic() < until
            time.sleep(0.01)

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[NATSServer]:
    with NATSServer(tmp_path, sync=getattr(request, "param", "")) as server:
        yield server


@pytest.fixture
def url(server: NATSServer) -> str:
    return f"nats://{server.address}/calls"


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[Any]:
    started: list[Program] = []

    def start(*arguments: str) -> Program:
        file = tmp_path / "_".join(arguments).replace("/", "_")
        command = [sys.executable, "-m", "tests.support.nats_programs", *arguments]
        with file.open("a") as output:
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL)
        started.append(Program(process, file))
        return started[-1]

    yield start
    for program in started:
        program.kill()


def wait_until_empty(url: str) -> None:
    """Wait until nothing is in the queue."""
    with closing(NATSStore(url, patience=20)) as store:
        until = time.monotonic() + 60
        while store.stats().pending:
            assert time.monotonic() < until
            time.sleep(0.05)


def came(relay: Program) -> list[str]:
    """What it and the other relays have sent."""
    return [" ".join(words[1:]) for words in relay.said()]


def check(queued: Sequence[str], came: Sequence[str]) -> None:
    """That all that was queued came, about each person in order; say how much came twice."""
    lost = set(queued) - set(came)
    duplicates = sum(Counter(came).values()) - len(set(came))
    print(f"{len(queued)} queued, {len(lost)} lost, {duplicates} duplicates")
    assert not lost
    numbers: dict[tuple[str, int], list[int]] = defaultdict(list)
    for run, number in map(str.split, dict.fromkeys(came)):
        numbers[run, int(number) % PEOPLE].append(int(number))
    for each in numbers.values():
        assert each == sorted(each)


@contextmanager
def kills(server: NATSServer, chance: random.Random, count: int) -> Iterator[None]:
    """The server, killed and started again while something is done."""
    for _ in range(count):
        time.sleep(chance.uniform(0.1, 0.4))
        server.kill()
        time.sleep(chance.uniform(0, 0.3))
        server.start()
    yield


@pytest.mark.parametrize("server", ["", "always"], indirect=True, ids=["sync later", "sync always"])
def test_the_server_is_killed_while_all_are_at_work(
    server: NATSServer, url: str, programs: Any
) -> None:
    NATSStore(url).close()
    relay = programs("relay", url)
    queueing = programs("queue", url, "a", "600")
    with kills(server, random.Random(1), 4):
        assert queueing.process.wait(60) == 0
    wait_until_empty(url)
    check([f"a {number}" for (number,) in queueing.said()], came(relay))


def test_what_is_tried_again_is_queued_once(server: NATSServer, url: str, programs: Any) -> None:
    queueing = [programs("queue", url, run, "400") for run in "ab"]
    with kills(server, random.Random(2), 4):
        assert [program.process.wait(60) for program in queueing] == [0, 0]
    with closing(NATSStore(url)) as store:
        queued = [(each.body or b"").decode() for each in store.pending(None)]
    assert sorted(queued) == sorted(f"{run} {number}" for run in "ab" for number in range(400))
    check(queued, queued)


@pytest.mark.parametrize("count", [2, 4])
def test_relays_share_and_are_killed(url: str, programs: Any, count: int) -> None:
    relays = [programs("relay", url) for _ in range(count)]
    queueing = [programs("queue", url, run, "1200") for run in "ab"]
    for relay in list(relays):
        relay.sent(50)
        relay.kill()
        relays.append(programs("relay", url))
    assert [program.process.wait(60) for program in queueing] == [0, 0]
    wait_until_empty(url)
    by_relay = Counter(words[0] for words in relays[0].said())
    print("sent by each:", sorted(by_relay.values()))
    check([f"{run} {number}" for run in "ab" for number in range(1200)], came(relays[0]))


def run_until_it_ends(programs: Any, url: str) -> Program:
    """A relay that ended by itself, or because nothing is left to send."""
    relay: Program = programs("relay", url, "until-empty")
    relay.process.wait(30)
    return relay


def test_poison_ends_as_a_dead_letter(url: str, programs: Any) -> None:
    with closing(NATSStore(url)) as store:
        for number in range(30):
            store.add([entry("a", number)], Limits())
            if number == 15:
                store.add([attrs.evolve(entry("a", 15), body=POISON)], Limits())
        while (relay := run_until_it_ends(programs, url)).process.returncode:
            pass
        assert [letter.entry.body for letter in store.dead_letters(None)] == [POISON]
        assert store.dead_letters(None)[0].entry.crashes == DEATHS
    check([f"a {number}" for number in range(30)], came(relay))
