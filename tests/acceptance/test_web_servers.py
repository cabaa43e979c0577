"""gunicorn with the outbox made before the fork: workers die under load, and nothing is lost."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from lunogram import Lunogram
from lunogram.testing import Sandbox
from tests.support.arrivals import arrived, relay_the_rest
from tests.support.known_users import upsert_users

BLOWS = 8


@pytest.fixture(autouse=True)
def known(project: Sandbox) -> None:
    """The users of all events here."""
    upsert_users(project, ["user_1"])


class Gunicorn:
    """A gunicorn whose workers have inherited the outbox.

    Attributes:
        port: Where it answers.
        process: The master.
    """

    def __init__(self, *options: str, **environ: str) -> None:
        with socket.create_server(("127.0.0.1", 0), backlog=100) as listening:
            self.port: int = listening.getsockname()[1]
            handed_over = listening.fileno()
            command = [sys.executable, "-m", "gunicorn", "--preload", "--log-level", "critical",
                       "--bind", f"fd://{handed_over}", "--no-control-socket",
                       *options, "tests.support.web_app:application"]  # fmt: skip
            self.process = subprocess.Popen(
                command, pass_fds=[handed_over], env={**os.environ, **environ}
            )

    @property
    def workers(self) -> list[int]:
        """The processes of its workers."""
        master = self.process.pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text()
        return [int(child) for child in children.split()]

    def stop(self) -> int:
        """Ask it to end; return its exit code."""
        self.process.terminate()
        return self.process.wait(60)


@contextmanager
def running(*options: str, **environ: str) -> Iterator[Gunicorn]:
    """A gunicorn, for a while."""
    server = Gunicorn(*options, **environ)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()


class Load:
    """Requests from several threads, until they are told to stop.

    Attributes:
        returned: The names of the calls whose requests were answered, each list in order.
        workers: The processes that have answered.
    """

    def __init__(self, port: int, threads: int) -> None:
        self.returned: list[list[str]] = [[] for _ in range(threads)]
        self.workers: set[str] = set()
        self._port = port
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._ask, args=(number,)) for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def _ask(self, thread: int) -> None:
        number = 0
        while not self._stopping:
            number += 1
            with suppress(OSError, HTTPException):
                self._request(thread, f"{thread}.{number}")

    def _request(self, thread: int, name: str) -> None:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            connection.request("GET", f"/{name}")
            answer = connection.getresponse()
            said = answer.read().decode()
        finally:
            connection.close()
        if answer.status == 200:
            self.returned[thread].append(name)
            self.workers.add(said)

    @property
    def count(self) -> int:
        """How many requests were answered."""
        return sum(map(len, self.returned))

    def wait_for(self, more: int) -> None:
        """Wait until so many more requests were answered."""
        enough = self.count + more
        self._wait(lambda: self.count >= enough, "the server does not answer")

    def wait_for_others(self, workers: Iterable[int]) -> None:
        """Wait until a worker has answered that is none of these."""
        those = set(map(str, workers))
        self._wait(lambda: not self.workers <= those, "no worker was made anew")

    def _wait(self, is_so: Callable[[], bool], problem: str) -> None:
        end = time.monotonic() + 60
        while not is_so():
            assert time.monotonic() < end, problem
            time.sleep(0.005)

    def stop(self) -> None:
        """Let the requests that run come to their end."""
        self._stopping = True
        for thread in self._threads:
            thread.join()


def strike(server: Gunicorn, chance: random.Random) -> None:
    """Kill a worker, or have them all made anew."""
    workers = server.workers
    if workers and chance.random() < 0.7:
        with suppress(ProcessLookupError):
            os.kill(chance.choice(workers), signal.SIGKILL)
    else:
        server.process.send_signal(signal.SIGHUP)


def put_under_load(server: Gunicorn, blows: Callable[[], object]) -> Load:
    """Ask for events all the while, strike now and then, and return what came of it."""
    load = Load(server.port, threads=4)
    try:
        load.wait_for(10)
        first = server.workers
        for _ in range(BLOWS):
            blows()
            load.wait_for(15)
        load.wait_for_others(first)
    finally:
        load.stop()
    return load


def assert_in_order(load: Load, came: list[str]) -> None:
    """Check that each thread's calls arrived, and in its order."""
    first_times = list(dict.fromkeys(came))
    for number, names in enumerate(load.returned):
        mine = [name for name in first_times if name.startswith(f"{number}.")]
        assert set(names) <= set(mine)
        assert mine == sorted(mine, key=lambda name: int(name.partition(".")[2]))


WORKERS = [("--workers", "3", "--worker-class", "sync"),
           ("--workers", "2", "--worker-class", "gthread", "--threads", "4")]  # fmt: skip


@pytest.mark.parametrize("options", WORKERS, ids=["sync", "gthread"])
def test_workers_that_queue(
    options: tuple[str, ...], url: str, client: Lunogram, project: Sandbox
) -> None:
    chance = random.Random(1)
    with running(*options, OUTBOX=url) as server:
        load = put_under_load(server, lambda: strike(server, chance))
    relay_the_rest(url, client)
    assert_in_order(load, arrived(project))


@pytest.mark.parametrize("options", WORKERS, ids=["sync", "gthread"])
def test_workers_with_a_relay_of_their_own(
    options: tuple[str, ...], url: str, client: Lunogram, project: Sandbox
) -> None:
    chance = random.Random(2)
    with running(*options, OUTBOX=url, ATTACHED="1", **project.environ) as server:
        load = put_under_load(server, lambda: strike(server, chance))
        assert arrived(project), "nobody relays"
        assert server.stop() == 0
    relay_the_rest(url, client)
    assert_in_order(load, arrived(project))


def test_workers_relay_when_the_master_is_gone(url: str, project: Sandbox) -> None:
    chance = random.Random(3)
    with running("--workers", "2", OUTBOX=url, ATTACHED="1", **project.environ) as server:
        load = put_under_load(server, lambda: strike(server, chance))
        server.process.kill()  # whose relay is thereby gone; workers end soon after, and flush
        server.process.wait()
        last = [names[-1] for names in load.returned]
        for name in last:
            project.wait_for_event("it.happened", data={"call": name}, timeout=30)
    assert_in_order(load, arrived(project))
