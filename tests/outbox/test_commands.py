"""`lunogram relay` and `lunogram outbox`, as people use them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from lunogram import Event, Lunogram
from lunogram.cli.commands import lunogram as command
from lunogram.cli.outbox import outbox as group
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox


def run(*arguments: object, **environ: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(command, [str(each) for each in arguments], env=environ)


@pytest.fixture
def dead(outbox: Outbox, client: Lunogram, project: Sandbox) -> Outbox:
    """An outbox with two dead letters, and an entry that waits."""
    outbox.user.events.post([Event("bad", "person_4711"), Event("bad", "person_4711")])
    project.fault("refuse", event="bad")
    client.relay(outbox).run(until_empty=True)
    outbox.user.upsert("person_4711", email="ada@example.com")
    project.clear_faults()
    return outbox


def test_every_command_and_option_has_help() -> None:
    for each in group.commands.values():
        assert each.help, each.name
        for parameter in each.params:
            assert not isinstance(parameter, click.Option) or parameter.help, parameter.name


@pytest.mark.usefixtures("dead")
def test_status(url: str) -> None:
    shown = run("outbox", "status", url).stdout.splitlines()
    assert shown[0].split() == ["pending", "1"]
    numbers = json.loads(run("outbox", "status", url, "--json").stdout)
    assert (numbers["pending"], numbers["dead"], numbers["queued"]) == (1, 2, 3)


@pytest.mark.parametrize("name", ["list", "dead-letters"])
@pytest.mark.usefixtures("dead")
def test_personal_data_is_shown_only_on_request(url: str, name: str) -> None:
    for options in ([], ["--json"]):
        shown = run("outbox", name, url, *options)
        assert shown.exit_code == 0
        assert "/users" in shown.stdout
        assert "person_4711" not in shown.stdout
        assert "person_4711" in run("outbox", name, url, "--show-data", *options).stdout


@pytest.mark.usefixtures("dead")
def test_a_limit(url: str) -> None:
    lines = run("outbox", "dead-letters", url, "--limit", 1, "--json").stdout.splitlines()
    (letter,) = map(json.loads, lines)
    assert (letter["sequence"], letter["status"]) == (1, 400)


def test_dead_letters_go_back_or_away(dead: Outbox, url: str) -> None:
    assert run("outbox", "retry", url, 1).stdout == "retried: 1\n"
    assert run("outbox", "drop", url, "--all", "--json").stdout == '{"dropped": 1}\n'
    stats = dead.stats()
    assert (stats.dead, stats.pending, stats.dropped) == (0, 2, 1)


@pytest.mark.parametrize("arguments", [[], ["1", "--all"]])
def test_which_ones_has_to_be_said(dead: Outbox, url: str, arguments: list[str]) -> None:
    result = run("outbox", "drop", url, *arguments)
    assert result.exit_code == 2
    assert "by their numbers, or take --all" in result.output
    assert dead.stats().dead == 2


def test_looking_makes_no_file(file: Path, url: str) -> None:
    result = run("outbox", "status", url)
    assert result.exit_code == 2
    assert result.output.startswith("Error: the outbox ")
    assert not file.exists()


@pytest.mark.parametrize(
    ("address", "key", "words"),
    [("postgres://x", "sk_x", "sqlite:///FILE"), ("sqlite:////nowhere/x", "sk_x", "can't be used"),
     ("sqlite:///x", "", "no API key")],
)  # fmt: skip
def test_a_relay_that_cannot_begin(address: str, key: str, words: str) -> None:
    result = run("relay", address, LUNOGRAM_API_KEY=key)
    assert result.exit_code == 2
    assert words in result.output


def start(url: str, project: Sandbox, *options: str) -> subprocess.Popen[str]:
    """Start a relay."""
    line = [sys.executable, "-m", "lunogram.cli", "relay", url, *options]
    environ = {**os.environ, **project.environ, "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=environ)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_let_it_finish(
    outbox: Outbox, url: str, project: Sandbox, number: signal.Signals
) -> None:
    project.fault("latency", seconds=0.5)
    outbox.user.events.post([Event("e", "u")] * 10)
    relay = start(url, project, "--batch", "1")
    assert relay.stdout
    first = relay.stdout.readline()
    assert first.startswith("10 waiting; relaying sqlite:///")
    assert project.api_key not in first
    project.wait_for_event("e", timeout=20)
    relay.send_signal(number)
    rest = relay.communicate(timeout=20)[0]
    assert relay.returncode == 0
    delivered = outbox.stats().delivered
    assert 0 < delivered < 10
    assert delivered == len([e for e in project.events(name="e") if e.cause == "sent"])
    assert rest == f"stopped: {delivered} delivered, 0 dead letters\n"


def test_it_says_what_goes_wrong(outbox: Outbox, url: str, project: Sandbox) -> None:
    outbox.user.events.post([Event("bad", "person_4711"), Event("good", "u")])
    project.fault("error", status=401, count=1)
    project.fault("refuse", event="bad")
    relay = start(url, project, "--until-empty")
    _, again, dead, stopped = relay.communicate(timeout=20)[0].splitlines()
    assert again.startswith("trying again: 401")
    assert dead.startswith("dead letter 1: POST /users/events: 400")
    assert stopped == "stopped: 1 delivered, 1 dead letters"
    assert "person_4711" not in again + dead


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from lunogram.cli.commands import lunogram; "
        "print([name for name in ('httpx', 'sqlite3', 'lunogram_api') if name in sys.modules])"
    )
    done: Any = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
