"""The `lunogram` command, as a process."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import click
import httpx
import pytest

import lunogram._version
from lunogram.cli.commands import lunogram as command
from tests.support.sandbox_process import SandboxProcess

LUNOGRAM = [sys.executable, "-m", "lunogram.cli"]


def run(*arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command; `before` is Python to run first."""
    program = (
        f"{before}\nimport sys; from lunogram.cli import main; sys.argv[0] = 'lunogram'; main()"
    )
    line = [sys.executable, "-c", program, *arguments]
    return subprocess.run(line, capture_output=True, text=True, timeout=20, check=False)


def test_version() -> None:
    result = run("--version")
    assert (result.returncode, result.stdout) == (
        0,
        f"lunogram, version {lunogram._version.__version__}\n",
    )


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["sandbox", "--help"]])
def test_help(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.returncode == 0
    assert result.stdout.startswith("Usage: lunogram")


def test_every_command_and_option_has_help() -> None:
    for each in [command, *command.commands.values()]:
        assert each.help, each.name
        for parameter in each.get_params(click.Context(each)):
            assert not isinstance(parameter, click.Option) or parameter.help, parameter.name


def test_an_unknown_command_is_refused() -> None:
    result = run("sandpit")
    assert result.returncode == 2
    assert "No such command" in result.stderr


@pytest.mark.parametrize(
    ("package", "argument", "extra"),
    [
        ("click", "--help", "cli"),
        ("click", "sandbox", "sandbox"),
        ("starlette", "sandbox", "sandbox"),
        ("uvicorn", "sandbox", "sandbox"),
        ("httptools", "sandbox", "sandbox"),
        ("msgspec", "sandbox", "sandbox"),
    ],
)
def test_a_missing_package_names_its_extra(package: str, argument: str, extra: str) -> None:
    result = run(argument, before=f"import sys; sys.modules[{package!r}] = None")
    assert result.returncode == 2
    assert result.stderr == (
        f"This needs packages that are not installed: pip install 'lunogram[{extra}]'\n"
    )


def test_help_does_not_load_the_server() -> None:
    before = "import sys; sys.modules['uvicorn'] = sys.modules['starlette'] = None"
    assert run("--help", before=before).returncode == 0


def start(*options: str) -> subprocess.Popen[str]:
    """Start a sandbox."""
    line = [*LUNOGRAM, "sandbox", *options]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def printed(process: subprocess.Popen[str], lines: int) -> list[str]:
    """Read what it prints first."""
    assert process.stdout
    return [process.stdout.readline().rstrip("\n") for _ in range(lines)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_what_to_set_and_stops_cleanly(number: signal.Signals) -> None:
    process = start("--port", "0")
    first, *exports, project, method = printed(process, 5)
    address = re.search(r"http://127\.0\.0\.1:[1-9][0-9]*/api", first)
    assert address
    assert exports == [
        f"export LUNOGRAM_BASE_URL={address[0]}",
        "export LUNOGRAM_API_KEY=sk_sandbox",
    ]
    variable, _, project_id = project.partition("=")
    assert (variable, method.split(":")[0]) == (
        "export LUNOGRAM_PROJECT_ID",
        "# session auth method",
    )
    headers = {"Authorization": "Bearer sk_sandbox"}
    with httpx.Client(headers=headers, verify=False) as client:
        assert (
            client.get(f"{address[0]}/client/projects/{project_id}/push/vapid").status_code == 200
        )
        process.send_signal(number)  # with a connection open
        output, errors = process.communicate(timeout=10)
    assert (process.returncode, output, errors) == (0, "Stopped.\n", "")


def test_keys_that_are_given_are_not_printed() -> None:
    process = start("--port", "0", "--api-key", "sk_a_long_secret_key")
    lines = printed(process, 3)
    process.terminate()
    output, errors = process.communicate(timeout=10)
    assert "sk_a_long_secret_key" not in "".join([*lines, output, errors])
    assert lines[2] == "# LUNOGRAM_API_KEY: sk_a_l…ey"


def test_customer_ios_urls_and_credentials_are_printed() -> None:
    process = start("--port", "0", "--customerio")
    first, *_, title = printed(process, 6)
    exports = printed(process, 6)
    process.terminate()
    process.communicate(timeout=10)
    root = first.split()[3].removesuffix("/api,")
    assert title == "# Customer.io"
    assert exports == [
        f"export CUSTOMERIO_TRACK_URL={root}/customerio/track",
        f"export CUSTOMERIO_APP_URL={root}/customerio/app",
        f"export CUSTOMERIO_COLLECTIONS_URL={root}/customerio/collections",
        "export CUSTOMERIO_SITE_ID=site_sandbox",
        "export CUSTOMERIO_TRACK_API_KEY=track_sandbox",
        "export CUSTOMERIO_APP_API_KEY=app_sandbox",
    ]


@pytest.mark.parametrize(
    ("options", "count", "said"),
    [
        (["--api-key", "sk_a_long_secret_key"], 10, "as the keys"),
        (
            ["--customerio-app-api-key", "a_long_secret_key"],
            12,
            "# CUSTOMERIO_APP_API_KEY: a_long…ey",
        ),
    ],
)
def test_customer_ios_credentials_that_are_given_are_not_printed(
    options: list[str], count: int, said: str
) -> None:
    process = start("--port", "0", "--customerio", *options)
    lines = printed(process, count)
    process.terminate()
    output, errors = process.communicate(timeout=10)
    everything = "".join([*lines, output, errors])
    assert said in lines[-1]
    assert "a_long_secret_key" not in everything


def test_customer_ios_credentials_need_customer_io() -> None:
    result = run("sandbox", "--customerio-site-id", "a")
    assert result.returncode == 2
    assert "need --customerio" in result.stderr


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("sandbox", "--port", str(port))
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr == (
        f"Error: cannot listen on 127.0.0.1, port {port}: Address already in use; stop the program"
        " that uses it, such as another sandbox, or choose another --port\n"
    )


def test_a_host_that_is_not_here_is_one_sentence() -> None:
    result = run("sandbox", "--host", "nowhere.invalid", "--port", "0")
    assert result.returncode == 2
    assert re.fullmatch(r"Error: cannot listen on nowhere\.invalid, port 0: .+\n", result.stderr)


@pytest.mark.parametrize("name", ["missing/sandbox.db", "text.db", "other.db"])
def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "text.db").write_text("This is a letter, and no database at all." * 100)
    subprocess.run([sys.executable, "-c", OTHER_VERSION, str(tmp_path / "other.db")], check=True)
    result = run("sandbox", "--port", "0", "--db", str(tmp_path / name))
    assert result.returncode == 2
    assert result.stdout == ""
    assert re.fullmatch(rf"Error: cannot use .*{name} as a database: .+\n", result.stderr)


OTHER_VERSION = """
import sqlite3, sys
sqlite3.connect(sys.argv[1]).execute("PRAGMA user_version = 99")
"""


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    result = run("sandbox", "--db", str(tmp_path))
    assert result.returncode == 2
    assert "is a directory" in result.stderr


def test_ipv6() -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    try:
        with SandboxProcess("--host", "::1") as sandbox:
            assert sandbox.url.startswith("http://[::1]:")
            assert httpx.get(f"{sandbox.url}/sandbox/health").status_code == 200
    except RuntimeError as error:
        pytest.skip(f"this machine has no IPv6: {error}")
