"""Real processes that end at any moment: nothing lost, order kept, duplicates counted."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lunogram import Event, Lunogram
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.support.forking import fork

# From Python 3.12 on, a fork while threads run is warned of. It is what these tests are about.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

EVENTS = 2000


def start_queueing(url: str, run: int, count: int) -> subprocess.Popen[bytes]:
    """Start a program that queues events and says so."""
    program = [sys.executable, "-m", "tests.support.queueing", url, str(run), str(count)]
    return subprocess.Popen(program, stdout=subprocess.PIPE)


def start_relay(url: str, project: Sandbox, *options: str) -> subprocess.Popen[str]:
    """Start `lunogram relay`, and wait for its first line."""
    program = [sys.executable, "-m", "lunogram.cli", "relay", url, "--batch", "20", *options]
    environ = {**os.environ, **project.environ, "PYTHONUNBUFFERED": "1"}
    relay = subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=environ)
    assert relay.stdout
    assert "relaying" in relay.stdout.readline()
    return relay


def kill(process: subprocess.Popen[Any]) -> bytes:
    """End it as `kill -9` does; return what it still had to say."""
    process.kill()
    rest: bytes = process.communicate()[0]
    return rest


def queue_and_kill(url: str, run: int, after: int, left: int) -> list[tuple[str, int]]:
    """Queue until so many calls have returned, and kill; return which had returned."""
    process = start_queueing(url, run, left)
    assert process.stdout
    said = b"".join(process.stdout.readline() for _ in range(min(after, left)))
    said += kill(process)
    return [(str(run), int(line)) for line in said.splitlines(keepends=True) if b"\n" in line]


def arrived(project: Sandbox) -> list[tuple[str, int]]:
    """What has arrived, in order, duplicates and all."""
    return [(event.data["run"], event.data["n"]) for event in project.events(name="it.happened")]


def relays(url: str, project: Sandbox, chance: random.Random, count: int) -> Iterator[None]:
    """Relays, one after the other, each killed after a short while."""
    for _ in range(count):
        relay = start_relay(url, project, "--deaths", "1000")
        time.sleep(chance.uniform(0, 0.3))
        kill(relay)
        yield


@pytest.mark.parametrize("seed", [1, 2])
def test_kills_at_random_moments(
    url: str, project: Sandbox, seed: int, record_property: Any
) -> None:
    chance = random.Random(seed)
    returned: list[tuple[str, int]] = []
    run, killed_relays = 0, relays(url, project, chance, 100)
    project.fault("latency", seconds=0.02)
    while len(returned) < EVENTS:
        run += 1
        returned += queue_and_kill(url, run, chance.randint(1, 600), EVENTS - len(returned))
        next(killed_relays)

    project.clear_faults()
    last = start_relay(url, project, "--until-empty")
    assert last.wait(60) == 0
    assert last.stdout
    last.stdout.close()

    came = arrived(project)
    first_times = list(dict.fromkeys(came))
    lost = set(returned) - set(came)
    record_property("duplicates", len(came) - len(first_times))
    print(f"{run} kills: {len(returned)} queued, {len(lost)} lost, "
          f"{len(came) - len(first_times)} duplicates")  # fmt: skip
    assert not lost
    assert first_times == sorted(first_times, key=lambda event: (int(event[0]), event[1]))
    with Outbox(url) as outbox:
        assert (outbox.stats().pending, outbox.stats().dead) == (0, 0)


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ("before lease", "ab"),
        ("after lease", "ab"),  # and not sent
        ("before delivered", "abab"),  # it was sent, and nobody knows
        ("after delivered", "ab"),
    ],
)
def test_kills_at_named_points(
    url: str, client: Lunogram, project: Sandbox, point: str, expected: str
) -> None:
    when, method = point.split()

    def work() -> None:
        outbox = Outbox(url)
        outbox.user.events.post([Event("a", "u"), Event("b", "u")])
        original = getattr(outbox._store, method)

        def die(*arguments: Any) -> None:
            if when == "after":
                original(*arguments)
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(outbox._store, method, die)
        client.relay(outbox).run()

    assert os.waitstatus_to_exitcode(os.waitpid(fork(work), 0)[1]) == -signal.SIGKILL
    with Outbox(url) as outbox:
        client.relay(outbox).run(until_empty=True)
    sent = [event.name for event in project.events() if event.cause == "sent"]
    assert "".join(sent) == expected


def test_the_server_is_killed_too(tmp_path: Path, url: str) -> None:
    from tests.support.sandbox_process import SandboxProcess

    database = ("--db", str(tmp_path / "sandbox.db"))
    server = SandboxProcess(*database)
    port = int(server.url.rpartition(":")[2])
    project = Sandbox.connect(server.base_url, api_key=server.new_key())
    with Outbox(url) as outbox:
        for number in range(400):
            outbox.user.events.post(Event("it.happened", "u", data={"run": "0", "n": number}))
    relay = start_relay(url, project)
    assert relay.stdout
    server.kill()
    assert "trying again" in relay.stdout.readline()
    with SandboxProcess(*database, port=port):
        with Outbox(url) as outbox:
            assert outbox.flush(30).pending == 0
        relay.terminate()
        assert relay.wait(20) == 0
        relay.stdout.close()
        assert list(dict.fromkeys(arrived(project))) == [("0", n) for n in range(400)]


def post(outbox: Outbox, run: str, count: int) -> None:
    """Queue events."""
    for number in range(count):
        outbox.user.events.post(Event("it.happened", "u", data={"run": run, "n": number}))


def test_children_made_while_threads_queue_and_send(
    url: str, client: Lunogram, project: Sandbox
) -> None:
    with Outbox(url) as outbox, client.relay(outbox):
        post(outbox, "before", 50)
        children = []
        for child in range(5):
            children.append(fork(lambda child=child: post(outbox, f"child_{child}", 100)))  # type: ignore[misc]
            post(outbox, f"parent_{child}", 20)
        for child in children:
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert outbox.flush(30).pending == 0
    came = arrived(project)
    assert len(came) == len(set(came)) == 50 + 5 * 100 + 5 * 20
    for run in {run for run, _ in came}:
        numbers = [number for each, number in came if each == run]
        assert numbers == sorted(numbers)


def test_multiprocessing(url: str, client: Lunogram, project: Sandbox) -> None:
    forking = multiprocessing.get_context("fork")
    with Outbox(url) as outbox, client.relay(outbox):
        workers = [forking.Process(target=post, args=(outbox, str(n), 100)) for n in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert [worker.exitcode for worker in workers] == [0] * 4
        assert outbox.flush(30).pending == 0
    assert len(set(arrived(project))) == 400


def test_a_child_relays_when_its_parent_is_gone(
    url: str, client: Lunogram, project: Sandbox
) -> None:
    def work() -> None:
        outbox = client.outbox(url)
        post(outbox, "parent", 10)

        def child() -> None:
            post(outbox, "child", 10)
            outbox.close()

        os.waitpid(fork(child), 0)

    os.waitpid(fork(work), 0)  # ends by os._exit
    assert ("child", 9) in arrived(project)
    assert set(arrived(project)) == {(run, n) for run in ("parent", "child") for n in range(10)}


def test_os_exit_right_after_the_call(url: str) -> None:
    def work() -> None:
        Outbox(url).user.upsert("u")

    os.waitpid(fork(work), 0)
    with Outbox(url) as outbox:
        assert outbox.stats().pending == 1


def test_a_program_that_just_ends_flushes(url: str, project: Sandbox) -> None:
    program = (
        f"from lunogram import Lunogram\noutbox = Lunogram().outbox({url!r}, flush_timeout=20)\n"
        "for n in range(100): outbox.user.upsert(f'u{n}')"
    )
    command = [sys.executable, "-W", "error", "-c", program]
    subprocess.run(command, check=True, env={**os.environ, **project.environ}, timeout=40)
    assert project.count("users") == 100
