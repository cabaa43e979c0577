"""Real processes that end at any moment: nothing lost, order kept, duplicates counted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from lunogram import Event, Lunogram
from lunogram.outbox import Entry, Outbox, OutboxError
from lunogram.outbox.entries import body_of
from lunogram.outbox.polling import wait_until
from lunogram.outbox.store import Capacity
from lunogram.testing import Sandbox
from tests.support.faults import problem
from tests.support.faulty_server import FaultyServer
from tests.support.forked_client import fork
from tests.support.known_users import upsert_users

# From Python 3.12 on, a fork while threads run is warned of. It is what these tests are about.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


def start_relay(url: str, project: Sandbox, *options: str) -> subprocess.Popen[str]:
    """Start `lunogram relay`, and wait for its first line."""
    program = [sys.executable, "-m", "lunogram.cli", "relay", url, "--batch", "20", *options]
    environ = {**os.environ, **project.environ, "PYTHONUNBUFFERED": "1"}
    relay = subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=environ)
    assert relay.stdout
    assert "relaying" in relay.stdout.readline()
    return relay


def arrived(project: Sandbox) -> list[tuple[str, int]]:
    """What has arrived, in order, duplicates and all."""
    return [(event.data["run"], event.data["n"]) for event in project.events(name="it.happened")]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_let_all_partitions_finish(
    url: str, project: Sandbox, number: signal.Signals
) -> None:
    project.fault("latency", seconds=0.3)
    with Outbox(url) as outbox:
        for user in range(40):
            outbox.user.upsert(f"u{user}")
        relay = start_relay(url, project, "--concurrency", "4")
        assert wait_until(20, lambda: project.count("users") > 0)
        relay.send_signal(number)
        rest = relay.communicate(timeout=20)[0]
        assert relay.returncode == 0
        assert rest.startswith("stopped: ")
        delivered = outbox.stats().delivered
        assert 0 < delivered < 40
        assert project.count("users") == delivered
        # Nothing was on its way any more, so nothing is suspected.
        assert {entry.crashes for entry in outbox.pending(99)} == {0}


def test_a_call_that_ends_every_relay_is_given_up_and_the_rest_arrives(
    url: str, client: Lunogram, project: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = body_of

    def body_or_end(entries: Sequence[Entry]) -> bytes | None:
        if any(b"killer" in (entry.body or b"") for entry in entries):
            os.kill(os.getpid(), signal.SIGKILL)
        return original(entries)

    monkeypatch.setattr("lunogram.outbox.relay.executors.body_of", body_or_end)
    with Outbox(url) as outbox:
        names = ["killer" if number == 700 else f"u{number}" for number in range(1000)]
        upsert_users(project, set(names) - {"killer"})
        for begin in range(0, 1000, 100):
            events = [Event("e", name) for name in names[begin : begin + 100]]
            outbox.user.events.post(events)
        crashes, children = 0, 0
        while outbox.stats().pending:
            children += 1
            assert children < 20
            child = fork(lambda: outbox.relay(client, concurrency=4).run(until_empty=True))
            crashes += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        (letter,) = outbox.dead_letters()
        assert letter.problem == "5 relays ended while sending it"
        assert b"killer" in (letter.entry.body or b"")
        assert outbox.stats().delivered == 999
        assert crashes == 5
    users = {event.identifier[0].external_id for event in project.events(name="e")}
    assert users == set(names) - {"killer"}


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ("before lease", "ab"),
        ("after lease", "ab"),  # and not sent
        ("before settle", "abab"),  # it was sent, and nobody knows
        ("after settle", "ab"),
    ],
)
def test_kills_at_named_points(
    url: str, client: Lunogram, project: Sandbox, point: str, expected: str
) -> None:
    upsert_users(project, ["u"])
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
        outbox.relay(client).run()

    assert os.waitstatus_to_exitcode(os.waitpid(fork(work), 0)[1]) == -signal.SIGKILL
    with Outbox(url) as outbox:
        outbox.relay(client).run(until_empty=True)
    sent = [event.name for event in project.events() if event.cause == "sent"]
    assert "".join(sent) == expected


def test_what_waits_for_the_server_is_not_suspected(url: str) -> None:
    """A relay that is killed while it waits for the server has not been killed by what it holds."""
    server = FaultyServer(problem(503))
    client = Lunogram("sk_x", base_url=server.base_url)
    with Outbox(url) as outbox, outbox.relay(client, order="queue") as relay:
        post(outbox, "0", 3)
        assert wait_until(30, lambda: relay.stats().failures > 1 and relay.stats().held == 0)
        held = outbox._store.lease("another 1 x", 60, Capacity(10)).entries
        assert [(entry.crashes, entry.attempts > 0) for entry in held] == [(0, True)] * 3
    server.close()


def test_the_server_is_killed_too(tmp_path: Path, url: str) -> None:
    from tests.support.sandbox_process import SandboxProcess

    database = ("--db", str(tmp_path / "sandbox.db"))
    server = SandboxProcess(*database)
    port = int(server.url.rpartition(":")[2])
    project = Sandbox.connect(server.base_url, api_key=server.new_key())
    upsert_users(project, ["u"])
    with Outbox(url) as outbox:
        for number in range(400):
            outbox.user.events.post(Event("it.happened", "u", data={"run": "0", "n": number}))
    relay = start_relay(url, project)
    assert relay.stdout
    server.kill()
    assert "retrying" in relay.stdout.readline()
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
    upsert_users(project, ["u"])
    with Outbox(url) as outbox, outbox.relay(client):
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


def test_threads_that_fork_at_the_same_moment(url: str) -> None:
    with Outbox(url) as outbox, ThreadPoolExecutor(4) as pool:
        # A child can't import what another thread was importing at the moment of the fork.
        outbox.user.upsert("first")

        def fork_often(thread: int) -> list[int]:
            statuses = []
            for number in range(15):
                child = fork(partial(outbox.user.upsert, f"child_{thread}_{number}"))
                outbox.user.upsert(f"parent_{thread}_{number}")
                statuses.append(os.waitpid(child, 0)[1])
            return statuses

        assert [*chain(*pool.map(fork_often, range(4)))] == [0] * 60
        assert outbox.stats().pending == 121


def test_what_the_child_of_an_unseen_fork_queues_is_kept(url: str) -> None:
    """As in uWSGI: SQLite takes the locks of its parent for its own."""
    began, may_begin = os.pipe()
    done, is_done = os.pipe()
    with Outbox(url) as outbox:
        outbox.user.upsert("parent")

        def work() -> None:
            outbox.user.upsert("child_1")
            os.write(is_done, b"1")
            os.read(began, 1)
            outbox.user.upsert("child_2")

        child = fork(work, is_seen=False)
        os.read(done, 1)
    Outbox(url).close()  # the last one that other processes see
    os.write(may_begin, b"1")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with Outbox(url) as outbox:
        assert outbox.stats().pending == 3


def test_an_unseen_fork_while_a_thread_writes(url: str) -> None:
    with Outbox(url) as outbox, ThreadPoolExecutor(1) as pool:
        begun, may_end = threading.Event(), threading.Event()

        def write(_connection: object) -> None:
            begun.set()
            may_end.wait()

        writing = pool.submit(outbox._store._database.write, write)  # type: ignore[attr-defined]
        begun.wait()

        def work() -> None:
            for use in (partial(outbox.user.upsert, "u"), partial(Outbox, url)):
                with pytest.raises(OutboxError, match="was forked while a thread used the file"):
                    use()

        child = fork(work, is_seen=False)
        may_end.set()
        writing.result()
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        outbox.user.upsert("u")


def test_a_child_relays_when_its_parent_is_gone(
    url: str, client: Lunogram, project: Sandbox
) -> None:
    upsert_users(project, ["u"])

    def work() -> None:
        outbox = Outbox(url, client=client)
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
        "from lunogram import Lunogram\nfrom lunogram.outbox import Outbox\n"
        f"outbox = Outbox({url!r}, client=Lunogram(), flush_timeout=20)\n"
        "for n in range(100): outbox.user.upsert(f'u{n}')"
    )
    command = [sys.executable, "-W", "error", "-c", program]
    subprocess.run(command, check=True, env={**os.environ, **project.environ}, timeout=40)
    assert project.count("users") == 100
