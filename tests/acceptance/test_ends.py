"""The ends of programs: what is queued is sent without a thread, an executor or an import more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lunogram.outbox import Outbox
from lunogram.outbox.store import Capacity
from lunogram.testing import Sandbox
from tests.support.faulty_server import silent_port

_PATIENCE = 100
"""Far less than a program would take that waits for its requests."""


def start(
    urls: list[str], base_url: str, *options: str, key: str = "sk_key"
) -> subprocess.Popen[str]:
    """Start a program, of which any warning is an error of ours."""
    command = [sys.executable, "-X", "dev", "-m", "tests.support.program_exits", *urls, *options]
    environ = {**os.environ, "LUNOGRAM_API_KEY": key, "LUNOGRAM_BASE_URL": base_url}
    return subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def end(program: subprocess.Popen[str]) -> str:
    """What it printed. It ends well, in time, and without a word of complaint."""
    output, complaints = program.communicate(timeout=_PATIENCE)
    assert (program.returncode, complaints) == (0, "")
    return output


def run(urls: list[str], project: Sandbox, *options: str) -> str:
    """Run a program to its end, against a host that has a name."""
    base_url = project.base_url.replace("127.0.0.1", "localhost")
    return end(start(urls, base_url, *options, key=project.api_key))


@pytest.mark.parametrize("concurrency", ["1", "4"])
@pytest.mark.parametrize("way", ["just_end", "end_without_threads", "close_backwards"])
def test_all_is_sent(tmp_path: Path, project: Sandbox, way: str, concurrency: str) -> None:
    urls = [f"sqlite:///{tmp_path}/{number}.db" for number in range(3)]
    run(urls, project, "--way", way, "--concurrency", concurrency)
    assert project.count("users") == 15


def test_relays_that_nobody_stops(tmp_path: Path, project: Sandbox) -> None:
    urls = [f"sqlite:///{tmp_path}/{number}.db" for number in range(3)]
    run(urls, project, "--way", "leave_relays")
    assert project.count("users") == 15


@pytest.mark.parametrize("concurrency", ["1", "4"])
def test_a_flush_after_the_main_thread(url: str, project: Sandbox, concurrency: str) -> None:
    options = ("--way", "flush_late", "--concurrency", concurrency)
    assert run([url], project, *options) == "queued\n0\n"
    assert project.count("users") == 6


@pytest.mark.parametrize("concurrency", ["1", "4"])
def test_a_server_that_says_nothing(tmp_path: Path, concurrency: str) -> None:
    urls = [f"sqlite:///{tmp_path}/{number}.db" for number in range(3)]
    options = ("--way", "end_while_sending", "--flush-timeout", "1", "--concurrency", concurrency)
    with silent_port() as base_url:
        end(start(urls, base_url, *options))
    for url in urls:
        assert_nothing_is_suspected(url)


def assert_nothing_is_suspected(url: str) -> None:
    """All is still there; it was tried, and no relay died of it."""
    with Outbox(url) as outbox:
        lease = outbox._store.lease("me 1 other", 60, Capacity(100))
        assert len(lease.entries) == 5
        assert max(entry.attempts for entry in lease.entries) == 1
        assert {entry.crashes for entry in lease.entries} == {0}


def test_ctrl_c_at_the_end(url: str) -> None:
    with silent_port() as base_url:
        program = start([url], base_url, "--flush-timeout", "1000")
        assert program.stdout
        assert program.stdout.readline() == "queued\n"
        time.sleep(2)  # in which the main thread ends
        program.send_signal(signal.SIGINT)
        end(program)
    assert_nothing_is_suspected(url)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("concurrency", ["1", "4"])
def test_a_fork_that_python_does_not_know_of(url: str, concurrency: str) -> None:
    command = [sys.executable, "-m", "tests.support.unseen_fork", url, concurrency]
    with silent_port() as base_url:
        environ = {**os.environ, "LUNOGRAM_API_KEY": "sk_key", "LUNOGRAM_BASE_URL": base_url}
        program = subprocess.Popen(
            command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert end(program) == "2 True\n"
