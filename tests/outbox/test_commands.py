"""`lunogram relay` and `lunogram outbox`, as people use them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result

from lunogram import Event
from lunogram.cli.outbox import outbox as group
from lunogram.outbox import DeadLetter, Entry, Outbox, ParkedEntry
from lunogram.outbox.owner import new_owner
from lunogram.outbox.store import Capacity, Limits, Outcomes
from lunogram.outbox.stores import open_store
from lunogram.testing import Sandbox
from tests.outbox.stores import KINDS, StoreKind
from tests.support.commands import run
from tests.support.known_users import upsert_users


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def stocked(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an outbox, of each kind, with two dead letters and an entry that waits."""
    kind: StoreKind = request.param
    url = kind.make()
    store, person = open_store(url), ("user:default:person_4711",)
    new = Entry("POST", "/users", "", b'{"email": "person_4711@example.com"}', person, 1.0)
    store.add([new, new, new], Limits())
    owner = new_owner()
    one, two, _ = store.lease(owner, 60, Capacity(3)).entries
    store.settle(Outcomes(dead=[DeadLetter(each, 400, "no", 2.0) for each in (one, two)]))
    store.release(owner)
    store.close()
    yield url
    kind.destroy(url)


def test_every_command_and_option_has_help() -> None:
    for each in group.commands.values():
        assert each.help, each.name
        for parameter in each.get_params(click.Context(each)):
            assert not isinstance(parameter, click.Option) or parameter.help, parameter.name


def lines(result: Result) -> list[dict[str, Any]]:
    """What a command printed, as JSON."""
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_status(stocked: str) -> None:
    shown = run("outbox", "status", stocked).stdout.splitlines()
    assert shown[0].split() == ["pending", "1"]
    (numbers,) = lines(run("outbox", "status", stocked, "--json"))
    assert (numbers["pending"], numbers["dead"], numbers["queued"]) == (1, 2, 3)
    assert numbers["oldest_at"] == "1970-01-01T00:00:01+00:00"


@pytest.mark.parametrize("name", ["list", "dead-letters"])
def test_personal_data_is_shown_only_on_request(stocked: str, name: str) -> None:
    for options in ([], ["--json"]):
        shown = run("outbox", name, stocked, *options)
        assert shown.exit_code == 0
        assert "/users" in shown.stdout
        assert "person_4711" not in shown.stdout
        assert "person_4711@" in run("outbox", name, stocked, "--show-data", *options).stdout


def test_a_limit(stocked: str) -> None:
    first, _ = lines(run("outbox", "dead-letters", stocked, "--json"))
    assert lines(run("outbox", "dead-letters", stocked, "--limit", 1, "--json")) == [first]
    assert (first["status"], first["problem"]) == (400, "no")


def test_dead_letters_go_back_or_away(stocked: str) -> None:
    first, second = lines(run("outbox", "dead-letters", stocked, "--json"))
    assert run("outbox", "retry", stocked, first["sequence"]).stdout == "retried: 1\n"
    (left,) = lines(run("outbox", "dead-letters", stocked, "--json"))
    assert left == second
    assert run("outbox", "drop", stocked, "--all", "--json").stdout == '{"dropped": 1}\n'
    (stats,) = lines(run("outbox", "status", stocked, "--json"))
    assert (stats["dead"], stats["pending"], stats["dropped"]) == (0, 2, 1)


def test_what_waits_is_given_up_by_hand(stocked: str) -> None:
    (waiting,) = lines(run("outbox", "list", stocked, "--json"))
    dead = lines(run("outbox", "dead-letters", stocked, "--json"))
    place = waiting["sequence"]
    arguments = [place, place, dead[0]["sequence"], 10**9]
    assert run("outbox", "bury", stocked, *arguments).stdout == "buried: 1\n"
    assert lines(run("outbox", "list", stocked, "--json")) == []
    *before, letter = lines(run("outbox", "dead-letters", stocked, "--json"))
    assert before == dead
    assert (letter["sequence"], letter["status"], letter["problem"]) == (
        place, None, "buried by hand",
    )  # fmt: skip
    (stats,) = lines(run("outbox", "status", stocked, "--json"))
    assert (stats["dead"], stats["pending"]) == (3, 0)
    assert run("outbox", "retry", stocked, place).stdout == "retried: 1\n"
    assert run("outbox", "bury", stocked).exit_code == 2


@pytest.mark.parametrize("arguments", [[], ["1", "--all"]])
def test_which_ones_has_to_be_said(outbox: Outbox, url: str, arguments: list[str]) -> None:
    result = run("outbox", "drop", url, *arguments)
    assert result.exit_code == 2
    assert "pass the numbers of dead letters, or --all" in result.output
    assert outbox.stats().dropped == 0


def test_everything_is_exported(stocked: str) -> None:
    (entry,) = lines(run("outbox", "export", stocked))
    assert (entry["method"], entry["path"], entry["bytes"]) == ("POST", "/users", 36)
    assert entry.keys().isdisjoint({"body", "query", "subjects"})
    (entry,) = lines(run("outbox", "export", stocked, "--show-data"))
    assert entry["body"] == {"email": "person_4711@example.com"}
    assert entry["subjects"] == ["user:default:person_4711"]
    letters = lines(run("outbox", "export", stocked, "--dead-letters"))
    assert [letter["problem"] for letter in letters] == ["no", "no"]
    assert "person_4711" not in json.dumps(letters)


@pytest.mark.slow
def test_an_export_of_many_into_a_file(outbox: Outbox, url: str, tmp_path: Path) -> None:
    outbox.user.events.post([Event("e", "person_4711", data={"n": n}) for n in range(2500)])
    file = tmp_path / "export.jsonl"
    done = run("outbox", "export", url, "--show-data", "--output", file)
    assert done.stdout == "exported: 2500\n"
    assert file.stat().st_mode & 0o777 == 0o600
    exported = [json.loads(line) for line in file.read_text().splitlines()]
    assert [entry["sequence"] for entry in exported] == list(range(1, 2501))
    assert [entry["body"]["data"]["n"] for entry in exported] == list(range(2500))
    again = run("outbox", "export", url, "--output", file)
    assert again.exit_code == 1
    assert "can't be written: File exists" in again.output


def test_nothing_is_wrong(stocked: str) -> None:
    verified = run("outbox", "verify", stocked)
    assert (verified.exit_code, verified.stdout) == (0, "nothing is wrong\n")
    assert lines(run("outbox", "verify", stocked, "--json")) == [{"faults": []}]


def test_only_a_file_can_be_repaired() -> None:
    result = run("outbox", "repair", "postgresql://postgres@127.0.0.1/test")
    assert result.exit_code == 2
    assert "only an SQLite file can be repaired" in result.output


def test_looking_makes_no_file(file: Path, url: str) -> None:
    result = run("outbox", "status", url)
    assert result.exit_code == 2
    assert result.output.startswith("Error: the outbox ")
    assert not file.exists()


@pytest.mark.parametrize(
    ("address", "key", "words"),
    [("mysql://x", "sk_x", "sqlite:///FILE"), ("sqlite:////nowhere/x", "sk_x", "can't be used"),
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
@pytest.mark.slow
def test_signals_let_it_finish(
    outbox: Outbox, url: str, project: Sandbox, number: signal.Signals
) -> None:
    upsert_users(project, ["u"])
    project.fault("latency", seconds=0.5)
    outbox.user.events.post([Event("e", "u")] * 10)
    relay = start(url, project, "--batch", "1")
    assert relay.stdout
    first = relay.stdout.readline()
    assert first.startswith("10 pending; relaying sqlite:///")
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
    project.fault("reject", event="bad")
    relay = start(url, project, "--until-empty")
    _, again, dead, stopped = relay.communicate(timeout=20)[0].splitlines()
    assert again.startswith("retrying: 401")
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


@pytest.mark.parametrize("line", [["forget"], ["retry", "--subject"], ["bury", "--subject"]])
def test_a_subject_in_another_form(url: str, line: list[str]) -> None:
    command, *option = line
    result = run("outbox", command, url, *option, "user_123")
    assert result.exit_code == 2
    assert "must have the form user:SOURCE:ID or organization:SOURCE:ID" in result.output


def test_parked_entries_are_listed_with_their_reasons(outbox: Outbox, url: str) -> None:
    outbox.user.upsert("user_1")
    outbox.user.upsert("user_1", data={"plan": "pro"})
    first, second = outbox.pending()
    parked = [ParkedEntry(first, 500, "500 no", 3.0, 4e9), ParkedEntry(second, None, "", 3.0, 0.0)]
    outbox._store.settle(Outcomes(parked=parked))
    found = lines(run("outbox", "list", url, "--parked", "--json"))
    assert [(row["status"], row["problem"]) for row in found] == [
        (500, "500 no"),
        (None, "waits behind another call"),
    ]
    assert found[0]["retry_at"].startswith("2096-")
    assert found[1]["retry_at"] is None
    (stats,) = lines(run("outbox", "status", url, "--json"))
    assert (stats["pending"], stats["parked"]) == (2, 2)
    subject = "user:default:user_1"
    assert run("outbox", "retry", url, "--subject", subject).stdout == "retried: 1\n"
    assert run("outbox", "bury", url, "--subject", "user:default:other").stdout == "buried: 0\n"
    assert run("outbox", "bury", url, "--subject", subject).stdout == "buried: 2\n"
    assert run("outbox", "bury", url, "1", "--subject", subject).exit_code == 2
    assert run("outbox", "drop", url, "--older-than", "1h").stdout == "dropped: 0\n"
    assert "write 30d" in run("outbox", "drop", url, "--older-than", "1 week").output
    assert run("outbox", "forget", url, subject).stdout == "forgotten: 2\n"
