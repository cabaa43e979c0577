"""`lunogram ping`, `send` and `schedule`: single calls from a shell, to a server or an outbox."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result

from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.support import commands
from tests.support.sandbox_process import SandboxProcess


class Shell:
    """A shell whose environment has the settings of a project."""

    def __init__(self, project: Sandbox) -> None:
        self.environ = {
            "LUNOGRAM_BASE_URL": project.base_url,
            "LUNOGRAM_API_KEY": project.api_key,
            "LUNOGRAM_PROJECT_ID": project.project_id,
        }

    def run(self, *arguments: str) -> Result:
        return commands.run(*arguments, **self.environ)

    def done(self, *arguments: str) -> str:
        result = self.run(*arguments)
        assert result.exit_code == 0, result.output
        return result.stdout


@pytest.fixture
def project(sandbox: SandboxProcess) -> Sandbox:
    return Sandbox.connect(sandbox.base_url, api_key=sandbox.new_key())


@pytest.fixture
def shell(project: Sandbox) -> Shell:
    return Shell(project)


def test_ping(shell: Shell) -> None:
    assert "the API key is valid" in shell.done("ping")


@pytest.mark.parametrize(
    ("variable", "value", "code", "words"),
    [
        ("LUNOGRAM_BASE_URL", "http://127.0.0.1:1/api", 1, "connection refused"),
        ("LUNOGRAM_PROJECT_ID", "x", 1, "which is a UUID"),
        ("LUNOGRAM_API_KEY", "", 1, "no API key"),
    ],
)
def test_a_ping_that_fails(shell: Shell, variable: str, value: str, code: int, words: str) -> None:
    shell.environ[variable] = value
    result = shell.run("ping")
    assert result.exit_code == code
    assert words in result.output


def test_a_user(shell: Shell, project: Sandbox) -> None:
    said = shell.done(
        "send", "user", "user_123", "--email", "ada@example.com", "--data", '{"plan": "free"}',
        "plan=pro", "seats:=5", "note=a:=b=c",
    )  # fmt: skip
    assert said == f"Sent to {project.base_url}\n"
    user = project.user("user_123")
    assert user.email == "ada@example.com"
    assert user.data == {"plan": "pro", "seats": 5, "note": "a:=b=c"}


def test_a_user_of_another_source(shell: Shell, project: Sandbox) -> None:
    shell.done("send", "user", "cus_1", "--source", "stripe")
    assert project.user(("stripe", "cus_1")).data == {}


def test_an_event_upserts_its_user(shell: Shell, project: Sandbox) -> None:
    shell.done("send", "event", "order.completed", "user_123", "total:=99.99")
    [event] = project.events(name="order.completed")
    assert event.data == {"total": 99.99}
    assert project.lost() == []


def test_an_event_alone(shell: Shell, project: Sandbox) -> None:
    shell.done("send", "event", "order.completed", "user_123", "--no-ensure-users")
    assert [lost.name for lost in project.lost()] == ["order.completed"]


def test_an_organization_and_its_event(shell: Shell, project: Sandbox) -> None:
    shell.done("send", "organization", "org_1", "--name", "Acme")
    shell.done("send", "event", "plan.changed", "org_1", "--organization", "to=pro")
    assert project.organization("org_1").name == "Acme"
    assert [event.data for event in project.events(name="plan.changed")] == [{"to": "pro"}]


def test_a_message(shell: Shell, project: Sandbox) -> None:
    shell.done("send", "user", "user_123")
    for _ in range(2):
        shell.done("send", "message", "user_123", "title=Shipped", "--message-id", "m_1")
    [message] = project.inbox("user_123")
    assert message.content == {"title": "Shipped"}


def test_a_schedule(shell: Shell, project: Sandbox) -> None:
    for every in ("7 days", "1 month"):
        shell.done("schedule", "digest", "user_123", "--every", every, "kind=short")
    [schedule] = project.schedules("digest", user="user_123")
    assert (schedule.name, schedule.data) == ("digest", {"kind": "short"})
    shell.done("schedule", "digest", "user_123", "--delete")
    assert project.schedules("digest", user="user_123") == []


def test_calls_of_an_outbox_need_no_key(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/outbox.db"
    result = commands.run("send", "event", "e", "user_123", "--outbox", url, LUNOGRAM_API_KEY="")
    assert (result.exit_code, result.stdout) == (0, f"Queued in {url}\n")
    with Outbox(url) as outbox:
        assert [entry.path for entry in outbox.pending()] == ["/users", "/users/events"]


def test_data_from_standard_input(shell: Shell, project: Sandbox) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lunogram", "send", "event", "e", "user_123", "--data", "-"],
        env={**os.environ, **shell.environ},
        input='{"total": 1}',
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [event.data for event in project.events(name="e")] == [{"total": 1}]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["send", "event", "e", "u", "total"], "neither the form KEY=TEXT nor KEY:=JSON"),
        (["send", "event", "e", "u", "total:=one"], "is not JSON"),
        (["send", "event", "e", "u", "--data", "[1]"], "is not a JSON object"),
        (["send", "event", "e", "u", "--data", "[" * 99_999], "is not JSON"),
        (["send", "event", "e", "u", "total:=NaN"], "data.total: is not a finite number"),
        (["send", "user", "u", "--phone", "12"], "phone: is not in E.164 format"),
        (["send", "user", ""], "identifier"),
        (["schedule", "s", "u"], "one of --at, --every and --delete is required"),
        (["schedule", "s", "u", "--delete", "a=b"], "--delete takes only"),
        (["schedule", "s", "u", "--every", "often"], "interval"),
    ],
)
def test_invalid_arguments_send_nothing(
    shell: Shell, project: Sandbox, arguments: list[str], words: str
) -> None:
    result = shell.run(*arguments)
    assert result.exit_code == 2
    assert words in result.output
    assert project.calls() == []


@pytest.mark.parametrize("shell_name", ["bash", "zsh", "fish"])
def test_completion(shell_name: str) -> None:
    result = commands.run("completion", shell_name)
    assert result.exit_code == 0
    assert "_LUNOGRAM_COMPLETE" in result.stdout


def test_completion_of_commands() -> None:
    asked = {
        "_LUNOGRAM_COMPLETE": "bash_complete",
        "COMP_WORDS": "lunogram send ",
        "COMP_CWORD": "2",
    }
    program = "import sys; sys.argv = ['lunogram']; from lunogram.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == [
        "plain,event",
        "plain,message",
        "plain,organization",
        "plain,user",
    ]
