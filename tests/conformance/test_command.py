"""`lunogram conformance`, as a process."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import pytest

from lunogram.conformance.case import ROLES
from lunogram.conformance.cases import CASES
from lunogram.sandbox.session_tokens import DEFAULT_METHOD
from tests.conformance.conftest import KEYS, ROLE_KEYS, left_in
from tests.support.sandbox_process import SandboxProcess

COMMAND = [sys.executable, "-m", "lunogram.cli", "conformance"]
SECRET = "sk_a_long_secret_key"


def run(*options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    settings = {name: value for name, value in os.environ.items() if "LUNOGRAM" not in name}
    return subprocess.run(
        [*COMMAND, *options],
        env=settings | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_against_the_sandbox(strict: SandboxProcess) -> None:
    done = run(
        *("--base-url", strict.base_url, "--api-key", KEYS[0], "--client-key", KEYS[1]),
        *("--auth-method-id", DEFAULT_METHOD, "--limited-key", ROLE_KEYS["limited"]),
        *(f"--role-key={ROLE_KEYS[role]}:{role}" for role in ROLES),
    )
    assert (done.returncode, done.stderr) == (0, "")
    table = done.stdout.splitlines()
    assert table[0] == "Generation of the server: both"
    assert table[2].split() == ["passed", "differ", "known", "skipped"]
    assert "OpenAPI document" not in table  # it does not differ
    (total,) = [line for line in table if line.startswith("all")]
    assert total.split()[1:] == [str(len(CASES)), "0", "0", "0"]
    assert "Known differences" not in table
    assert "Differ" not in table
    assert "\x1b" not in done.stdout
    assert left_in(strict) == 0


def test_key_and_project_may_come_from_the_environment(strict: SandboxProcess) -> None:
    project_id = strict.project_id(KEYS[0])
    known = {"LUNOGRAM_API_KEY": KEYS[0], "LUNOGRAM_PROJECT_ID": project_id}
    done = run("--base-url", strict.base_url, "--only", "sessions", **known)
    assert done.returncode == 0
    assert "a session is minted for a user\n    because   it needs --auth-method-id" in done.stdout


def test_json(strict: SandboxProcess) -> None:
    done = run("--base-url", f"{strict.base_url}/", "--api-key", KEYS[0], "--json")
    report = json.loads(done.stdout)
    assert list(report) == [
        "base_url", "generation", "passed", "differ", "known", "skipped", "document", "left_behind"
    ]  # fmt: skip
    assert report["base_url"] == strict.base_url
    assert (report["differ"], report["left_behind"]) == ([], [])
    assert len(report["passed"]) + len(report["skipped"]) == len(CASES)
    assert set(report["passed"][0]) == {"case", "why", "generation"}
    assert set(report["skipped"][0]) == {"case", "why", "generation", "note"}
    generations = {each["generation"] for each in report["passed"]}
    assert generations == {"today", "older", "both"}


@pytest.mark.parametrize(
    ("names", "count"),
    [
        (["vapid", "web push"], 0),
        (["web push"], 1),
        (["WEB PUSH", "devices"], None),
        (["data of a user"], None),
    ],
)
def test_only_some(strict: SandboxProcess, names: list[str], count: int | None) -> None:
    only = [part for name in names for part in ("--only", name)]
    done = run("--base-url", strict.base_url, "--api-key", KEYS[0], "--json", *only)
    if count == 0:
        assert done.returncode == 2
        assert "no case name or topic contains 'vapid'" in done.stderr
        return
    assert done.returncode == 0
    titles = [each["case"] for each in json.loads(done.stdout)["passed"]]
    assert titles == [
        case.title for case in CASES if any(name.lower() in case.title.lower() for name in names)
    ]
    assert count is None or len(titles) == count


def test_progress_is_for_terminals(strict: SandboxProcess) -> None:
    ours, theirs = pty.openpty()
    line = [*COMMAND, "--base-url", strict.base_url, "--api-key", KEYS[0], "--only", "web push"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=theirs) as process:
        process.communicate(timeout=20)
    os.close(theirs)
    assert os.read(ours, 100).strip() == b"1/1"
    os.close(ours)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "Missing option '--base-url'"),
        (["--base-url", "x"], "must have the form https://HOST/api"),
        (["--base-url", "ftp://x/api"], "must have the form https://HOST/api"),
        (["--base-url", "https://ada:secret@x/api"], "must have the form https://HOST/api"),
        (["--base-url", "https://x/api?y"], "must have the form https://HOST/api"),
        (["--base-url", "http://x:y/api"], "is not a URL"),
        (["--base-url", "http://x/api", "--api-key", "sk_a key"], "is not an API key"),
        (["--base-url", "http://x/api", "--api-key", ""], "is not an API key"),
        (
            ["--base-url", "http://x/api", "--api-key", "sk_x", "--client-key", "é"],
            "is not an API key",
        ),
        (["--base-url", "http://x/api", "--role-key", "sk_x"], "must have the form KEY:ROLE"),
        (["--base-url", "http://x/api", "--role-key", "sk_x:admin"], "client, support, editor"),
        (["--base-url", "http://x/api", "--role-key", "sk_a key:client"], "is not an API key"),
        (["--base-url", "http://x/api"], "Missing option '--api-key'"),
        (["--base-url", "http://x/api", "--api-key", "sk_x", "--project-id", "x"], "valid UUID"),
    ],
)
def test_bad_options(options: list[str], message: str) -> None:
    done = run(*options)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "sk_a key" not in done.stderr
    assert "secret" not in done.stderr


def test_no_server() -> None:
    done = run("--base-url", "http://127.0.0.1:1/api", "--api-key", SECRET)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "Error: http://127.0.0.1:1/api cannot be reached (no response: ConnectError)\n"
    )


def test_a_key_that_is_rejected(strict: SandboxProcess) -> None:
    done = run("--base-url", strict.base_url, "--api-key", SECRET)
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == f"Error: {strict.base_url} rejects this key (401); servers of today need --project-id\n"
    )


def test_a_key_that_may_not_upsert_users_is_not_tested(strict: SandboxProcess) -> None:
    known = ("--base-url", strict.base_url, "--project-id", strict.project_id(KEYS[0]))
    done = run(*known, "--api-key", ROLE_KEYS["support"])
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"Error: {strict.base_url} accepts this key, which lacks the permission create: "
        "use one of the role admin\n"
    )


def test_what_a_key_may_not_do_is_no_difference(strict: SandboxProcess) -> None:
    known = ("--base-url", strict.base_url, "--project-id", strict.project_id(KEYS[0]))
    done = run(*known, "--api-key", ROLE_KEYS["client"], "--json", "--time-limit", "0.1")
    report = json.loads(done.stdout)
    assert (done.returncode, report["differ"]) == (0, [])
    notes = {each["note"] for each in report["skipped"]}
    assert {"a key with the permission read", "a key with the permission delete"} <= notes
    assert left_in(strict) == 0


# -- a server that says yes to everything ---------------------------------------------------------


ANY = {"id": "x", "project_id": str(uuid4())}


class Agreeing(BaseHTTPRequestHandler):
    """Returns the same response to all requests, and shows the key in it."""

    protocol_version = "HTTP/1.1"
    names: set[str]
    waiting: threading.Event

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path.endswith("/inbox"):
            self._response(202)
            return
        if self.path.endswith("/client/users"):
            self.names |= {each["external_id"] for each in json.loads(body)["identifier"]}
        self._response(200, ANY | {"key": self.headers["authorization"]})

    def do_DELETE(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        known = self.names & {each["external_id"] for each in json.loads(body)["identifier"]}
        self.names -= known
        self._response(204 if known else 404)

    def do_GET(self) -> None:
        self.waiting.set()
        self._response(200, {"key": self.headers["authorization"]})

    def _response(self, status: int, body: Any = None) -> None:
        content = json.dumps(body).encode() if body else b""
        self.send_response(status)
        self.send_header("content-type", "application/json")
        if status != 204:
            self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def agreeing() -> Iterator[tuple[str, type[Agreeing]]]:
    class Handler(Agreeing):
        waiting = threading.Event()

    Handler.names = set()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api", Handler
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_differences_are_shown_without_the_key() -> None:
    with agreeing() as (url, server):
        done = run("--base-url", url, "--api-key", SECRET, "--only", "merging: ")
        assert server.names == set()
    assert done.returncode == 1
    assert SECRET not in done.stdout + done.stderr
    lines = done.stdout.splitlines()
    path = lines.index("  merging: the fields of an organization are returned as they were sent")
    assert lines[path + 1 : path + 3] == [
        '    expected  POST /organizations returns 200 with name: "Acme"',
        "    seen      name: nothing",
    ]


def test_a_key_that_the_server_says_is_not_printed() -> None:
    with agreeing() as (url, _):
        done = run("--base-url", url, "--api-key", SECRET, "--only", "devices", "--json")
    assert done.returncode == 1
    assert SECRET not in done.stdout + done.stderr
    assert "Bearer …" in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_cleans_up(number: signal.Signals) -> None:
    with agreeing() as (url, server):
        line = [*COMMAND, "--base-url", url, "--api-key", SECRET, "--only", "shown once"]
        with subprocess.Popen(
            line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert server.waiting.wait(20)
            assert server.names
            process.send_signal(number)
            output, errors = process.communicate(timeout=20)
        assert server.names == set()
    assert process.returncode == 130
    assert errors == "Interrupted after 0 of 2 cases.\n"
    assert output.splitlines()[-1].split() == ["all", "0", "0", "0", "0"]
