"""Celery's prefork workers and multiprocessing's pools: children end, and nothing is lost."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from lunogram import Event, Lunogram
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.support import services
from tests.support.arrivals import arrived, relay_the_rest, returned
from tests.support.known_users import upsert_users

# From Python 3.12 on, a fork while threads run is warned of. It is what these tests are about.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

TASKS = 90
ENDS = {9: "exit", 4: "kill"}
"""How a task ends its process, by the last digit of its number."""


@pytest.fixture(autouse=True)
def known(project: Sandbox) -> None:
    """The users of all events here."""
    upsert_users(project, ["user_1"])


@contextmanager
def celery_worker(queue: str, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker with three processes, for a while."""
    command = [sys.executable, "-m", "celery", "-A", "tests.support.celery_app", "worker",
               "--pool", "prefork", "--concurrency", "3", "--without-gossip", "--without-mingle",
               "--loglevel", "CRITICAL", "--hostname", f"{queue}@here"]  # fmt: skip
    worker = subprocess.Popen(
        command, env={**os.environ, **environ, "QUEUE": queue},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def wait_for_lines(diary: Path, count: int) -> None:
    """Wait until so many tasks have begun."""
    end = time.monotonic() + 60
    while not diary.exists() or diary.read_text().count("+") < count:
        assert time.monotonic() < end, "Celery does not work on its tasks"
        time.sleep(0.02)


def test_celery(url: str, client: Lunogram, project: Sandbox, tmp_path: Path) -> None:
    from celery import Celery  # type: ignore[import-untyped]

    queue, diary = f"lunogram_{uuid4().hex}", tmp_path / "diary"
    with (
        services.redis(queue) as broker,
        celery_worker(queue, OUTBOX=url, DIARY=str(diary)) as worker,
        Celery(broker=broker) as app,
    ):
        for number in range(TASKS):
            arguments = (str(number), ENDS.get(number % 10, ""))
            app.send_task("queue", arguments, queue=queue)
        wait_for_lines(diary, TASKS)
        worker.terminate()
        worker.wait(60)
    relay_the_rest(url, client)
    assert len(returned(diary)) > TASKS / 2
    assert set(returned(diary)) <= set(arrived(project))


# -- multiprocessing ------------------------------------------------------------------------------

_inherited: list[Outbox] = []


def queue_some(url: str, worker: int, diary: str) -> None:
    """Queue events in a process of a pool, and end it if it is the last one."""
    outbox = _inherited[0] if _inherited else Outbox(url)
    log = os.open(diary, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number in range(20):
        name = f"{worker}.{number}"
        outbox.user.events.post(Event("it.happened", "user_1", data={"call": name}))
        os.write(log, f"- {name}\n".encode())
    os.close(log)
    if worker == 9:
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_pools(method: str, url: str, client: Lunogram, project: Sandbox, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    context = multiprocessing.get_context(method)
    with Outbox(url) as outbox, outbox.relay(client):
        _inherited.append(outbox)
        with ProcessPoolExecutor(3, context) as pool:
            works = [pool.submit(queue_some, url, n, str(diary)) for n in range(10)]
        with pytest.raises(BrokenProcessPool):
            works[-1].result()
        _inherited.clear()
        assert outbox.flush(30).pending == 0
    came = arrived(project)
    assert set(returned(diary)) <= set(came)
    assert len(returned(diary)) >= 100
    assert len(came) == len(set(came))  # nobody was killed who sends
