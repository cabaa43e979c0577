"""Control characters in data, files and responses, which never act on a terminal."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from lunogram import Event, Lunogram
from lunogram._terminal import visible
from lunogram.outbox import Outbox
from lunogram.testing import NotThereError, Sandbox, SandboxError, recording
from tests.support.faults import Response, json_answer
from tests.support.faulty_server import FaultyServer
from tests.support.sandbox_process import SandboxProcess

EVIL = "\x1b]0;owned\x07\x1b[2J\r\x9b31m\u202e\u2066\u200b\x7f"
"""Sets a title, clears the screen, turns red, and turns the order of what is shown."""
ACTS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


def run(*arguments: str, **environ: str) -> str:
    """Everything that a command prints."""
    done = subprocess.run(
        [sys.executable, "-m", "lunogram.cli", *arguments],
        env={**os.environ, **environ},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    text = done.stdout + done.stderr
    assert not ACTS.search(text), repr(text)
    return text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, é, 名前 🎉", "plain, é, 名前 🎉"),
        ("\x1b[2J", r"\x1b[2J"),
        ("a\rb\tc\nd", r"a\rb\tc\nd"),
        ("\x9b\x7f\u202e\u2028\U000e0001", r"\x9b\x7f\u202e\u2028\U000e0001"),
        ("\udc9b", r"\udc9b"),
    ],
)
def test_what_is_not_printable_is_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(f"{text}", lines=True) == shown.replace(r"\n", "\n")


@pytest.fixture
def evil_outbox(tmp_path: Path) -> str:
    """An outbox with evil entries, one of which is a dead letter of an evil server."""
    url = f"sqlite:///{tmp_path / 'lunogram.db'}"
    answer = json_answer({"title": "bad", "detail": f"{EVIL} no"}, status=422)
    with Outbox(url) as outbox:
        outbox.user.upsert(f"dead{EVIL}", data={EVIL: EVIL})
        with FaultyServer(answer) as server:
            outbox.relay(Lunogram("sk_x", base_url=server.base_url)).run(until_empty=True)
        outbox.user.upsert(f"waiting{EVIL}", data={EVIL: EVIL})
    return url


@pytest.mark.parametrize("what", ["list", "dead-letters", "status", "verify"])
def test_outboxes(evil_outbox: str, what: str) -> None:
    options = ["--show-data"] if what in ("list", "dead-letters") else []
    assert run("outbox", what, evil_outbox, *options)
    told = [json.loads(line) for line in run("outbox", what, evil_outbox, "--json").splitlines()]
    assert told


def test_exports(evil_outbox: str) -> None:
    (line,) = run("outbox", "export", evil_outbox, "--show-data").splitlines()
    assert json.loads(line)["body"]["data"] == {EVIL: EVIL}


def test_relays(evil_outbox: str) -> None:
    evil = json_answer({"title": EVIL, "detail": EVIL}, status=422)
    with FaultyServer(evil) as server:
        environ = {"LUNOGRAM_BASE_URL": server.base_url, "LUNOGRAM_API_KEY": "sk_x"}
        assert "dead letter" in run("relay", evil_outbox, "--until-empty", **environ)


def test_imports(tmp_path: Path) -> None:
    file = tmp_path / f"users{EVIL}.csv"
    name = EVIL.replace("\r", "")
    file.write_text(f"identifier,{name}\n,{name}\nada,{name}\n", encoding="utf-8")
    assert run("import", "users", str(file), "--dry-run")
    assert run("import", "users", str(file), "--dry-run", "--map", f"{name}=nothing{name}")


def test_migrations(tmp_path: Path) -> None:
    name = EVIL.replace("\r", "")
    file = tmp_path / "people.csv"
    file.write_text(f"id,email,{name}\n1,a@example.com,{name}\n", encoding="utf-8")
    assert "Nothing was sent" in run("migrate", "customerio", "--people", str(file))


@pytest.mark.parametrize(
    "arguments",
    [
        (EVIL,),
        (f"--{EVIL}",),
        ("import", EVIL),
        ("import", "users", f"/nowhere/{EVIL}.csv", "--dry-run"),
        ("import", "users", "--query", f"select {EVIL}", "--dry-run"),
        ("migrate", "customerio", "--people", EVIL),
        ("outbox", "list", EVIL),
        ("outbox", "list", f"sqlite:////nowhere/{EVIL}"),
        ("relay", EVIL),
        ("relay", f"sqlite:////nowhere/{EVIL}", "--api-key", "sk_x"),
        ("sandbox", "--host", EVIL),
        ("sandbox", "--db", f"/nowhere/{EVIL}"),
        ("sandbox", "--fault", EVIL),
        ("conformance", "--base-url", EVIL, "--api-key", "sk_x"),
        ("conformance", "--base-url", "http://localhost/api", "--api-key", EVIL),
    ],
)
def test_errors(arguments: tuple[str, ...]) -> None:
    text = run(*arguments)
    assert "Traceback" not in text
    assert text


class Evil(BaseHTTPRequestHandler):
    """Answers everything with the same."""

    def answer(self) -> None:
        """Response."""
        body = json.dumps({"title": EVIL, "detail": EVIL, EVIL: EVIL}, ensure_ascii=False).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_DELETE = do_PUT = answer  # noqa: N815 - the base class calls them so

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def evil_server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Evil) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/api"
        server.shutdown()
        thread.join()


@pytest.mark.skipif(sys.platform == "win32", reason="ulimit")
@pytest.mark.parametrize("handles", [6, 8, 10])
def test_a_sandbox_without_file_handles(handles: int) -> None:
    command = [sys.executable, "-m", "lunogram.cli", "sandbox", "--port", "0"]
    done = subprocess.run(
        ["sh", "-c", f'ulimit -n {handles}; exec "$@"', "sh", *command],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert re.fullmatch(r"Error: [^\n]+: Too many open files\n", done.stderr)


def test_conformance() -> None:
    with evil_server() as url:
        target = ("conformance", "--base-url", url, "--api-key", "sk_x", "--time-limit", "0")
        assert run(*target, "--only", "identif")
        assert run(*target, "--only", "identif", "--json")


def test_assertions(sandbox: SandboxProcess) -> None:
    project = Sandbox.connect(sandbox.base_url, api_key=sandbox.new_key())
    client = Lunogram(project.api_key, base_url=project.base_url)
    client.user.upsert(f"user{EVIL}")
    client.user.events.post(Event(f"name{EVIL}", f"user{EVIL}", data={EVIL: EVIL}))
    with recording() as recorded:
        client.user.events.post(Event(f"name{EVIL}", f"user{EVIL}", data={EVIL: EVIL}))
    client.close()
    for each in (project, recorded):
        with pytest.raises(AssertionError) as missing:
            each.assert_sent("other", data={EVIL: EVIL})
        with pytest.raises(AssertionError) as there:
            each.assert_not_sent(f"name{EVIL}")
        with pytest.raises(AssertionError) as often:
            each.assert_sent(f"name{EVIL}", times=2)
        for error in (missing, there, often):
            assert "owned" in str(error.value)
            assert not ACTS.search(str(error.value))
    with pytest.raises(NotThereError) as nobody:
        project.user(f"nobody{EVIL}")
    assert not ACTS.search(str(nobody.value))


def test_sandbox_errors() -> None:
    with FaultyServer(Response(500, EVIL.encode())) as server, pytest.raises(SandboxError) as error:
        Sandbox.connect(server.base_url, api_key="sk_x").now()
    assert not ACTS.search(str(error.value))
