"""Where the queues of others lose events, as docs/how-to/outbox.md says: ours loses none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from lunogram.testing import Sandbox
from tests.support.arrivals import arrived
from tests.support.sandbox_process import SandboxProcess

EVENTS = 2000


def start(url: str, project: Sandbox, *arguments: object) -> subprocess.Popen[str]:
    """Start a program that queues, and relays what it has queued."""
    command = [sys.executable, "-m", "tests.support.attached_outbox", url, *map(str, arguments)]
    environ = {**os.environ, **project.environ}
    return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True)


def wait_until_queued(program: subprocess.Popen[str]) -> None:
    """Wait until all calls have returned."""
    assert program.stdout
    assert program.stdout.readline() == "queued\n"


def end_with(program: subprocess.Popen[str], number: signal.Signals) -> None:
    """Send a signal, which ends it."""
    program.send_signal(number)
    program.communicate(timeout=60)
    assert program.returncode == -number


def run(url: str, project: Sandbox, *arguments: object) -> None:
    """Run the program to its end, which is a good one."""
    program = start(url, project, *arguments)
    program.communicate(timeout=120)
    assert program.returncode == 0


def assert_all_arrived(project: Sandbox) -> None:
    """Check that all events are there, in order."""
    assert list(dict.fromkeys(arrived(project))) == [str(number) for number in range(EVENTS)]


def test_kill_9_while_the_server_is_down(url: str, tmp_path: Path) -> None:
    database = ("--db", str(tmp_path / "sandbox.db"))
    server = SandboxProcess(*database)
    project = Sandbox.connect(server.base_url, api_key=server.new_key())
    assert project.environ  # asks the server for the project
    server.kill()
    program = start(url, project, EVENTS, "stay")
    wait_until_queued(program)
    end_with(program, signal.SIGKILL)
    with SandboxProcess(*database, port=int(server.url.rpartition(":")[2])):
        run(url, project, 0, "end")
        assert_all_arrived(project)


def test_sigterm_while_sending(url: str, project: Sandbox) -> None:
    program = start(url, project, EVENTS, "stay")
    wait_until_queued(program)
    end_with(program, signal.SIGTERM)
    run(url, project, 0, "end")
    assert_all_arrived(project)


def test_an_end_without_a_flush(url: str, project: Sandbox) -> None:
    run(url, project, EVENTS, "end")
    assert_all_arrived(project)


def test_500s_while_events_come(url: str, project: Sandbox) -> None:
    project.fault("error", status=500)
    program = start(url, project, EVENTS, "end", 1000)
    wait_until_queued(program)
    assert not arrived(project)
    project.clear_faults()
    program.communicate(timeout=120)
    assert program.returncode == 0
    assert_all_arrived(project)
