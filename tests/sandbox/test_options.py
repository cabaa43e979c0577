"""The command's options: keys that are let in, mimicry, and what outlives the process."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.support.sandbox_api import Api, named
from tests.support.sandbox_process import SandboxProcess


def test_only_the_keys_given_are_let_in(http: httpx.Client) -> None:
    with SandboxProcess("--api-key", "sk_one", "--api-key", "sk_two") as sandbox:
        for key, status in (("sk_one", 200), ("sk_two", 200), ("sk_three", 401), ("sk_on", 401)):
            api = Api(http, sandbox.url, key)
            assert api.send("POST", "/users", {"identifier": named("ada")}).status_code == status
            assert api.raw("GET", "/sandbox/users").status_code == status
        assert http.get(f"{sandbox.url}/sandbox/health").status_code == 200


@pytest.fixture(scope="module")
def mimic() -> Iterator[SandboxProcess]:
    with SandboxProcess("--mimic") as sandbox:
        yield sandbox


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/users", {"identifier": named("ada", "grace")}),
        ("DELETE", "/users", {"identifier": named("ada", "grace")}),
        ("POST", "/users", {"identifier": named("ada"), "data": {"text": "\0"}}),
        ("POST", "/users/events", [{"name": "x", "identifier": named("ada", "grace"), "data": {}}]),
    ],
)
def test_the_servers_own_failures_are_mimicked(
    http: httpx.Client, mimic: SandboxProcess, method: str, path: str, body: object
) -> None:
    api = Api(http, mimic.url, mimic.new_key())
    api.user("ada")
    api.user("grace")
    response = api.send(method, path, body)
    assert response.status_code == 500
    assert response.json() == {"title": "internal server error", "detail": "something went wrong"}


def test_other_refusals_are_the_same_when_mimicking(
    http: httpx.Client, mimic: SandboxProcess
) -> None:
    api = Api(http, mimic.url, mimic.new_key())
    api.refused(404, "DELETE", "/users", {"identifier": named("ada")})
    api.refused(400, "POST", "/users", {})


def test_a_file_is_there_after_a_restart(http: httpx.Client, tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    key = f"sk_{uuid4().hex}"
    with SandboxProcess("--db", str(file)) as sandbox:
        before = Api(http, sandbox.url, key).user("ada", data={"plan": "pro"})
    with SandboxProcess("--db", str(file)) as sandbox:
        after = Api(http, sandbox.url, key).look("user", external_id="ada")
    assert after == before


def test_what_was_acknowledged_outlives_kill_9(http: httpx.Client, tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    sandbox = SandboxProcess("--db", str(file))
    api = Api(http, sandbox.url, sandbox.new_key())
    acknowledged = [api.user(f"user_{number}")["id"] for number in range(300)]
    sandbox.kill()
    with SandboxProcess("--db", str(file)) as again:
        kept = Api(http, again.url, api.key).look("users", limit=1000)["results"]
    assert [user["id"] for user in kept] == acknowledged


def test_memory_is_forgotten(http: httpx.Client) -> None:
    key = f"sk_{uuid4().hex}"
    with SandboxProcess() as sandbox:
        Api(http, sandbox.url, key).user("ada")
    with SandboxProcess() as sandbox:
        assert Api(http, sandbox.url, key).look("users")["total"] == 0


def test_a_file_is_for_its_owner_alone(http: httpx.Client, tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    with SandboxProcess("--db", str(file)) as sandbox:
        Api(http, sandbox.url, "sk_secret_and_long_enough").user("ada")
        for each in tmp_path.iterdir():
            assert stat.S_IMODE(each.stat().st_mode) == 0o600, each


def test_a_key_is_not_kept(http: httpx.Client, tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    key = "sk_secret_and_long_enough"
    with SandboxProcess("--db", str(file)) as sandbox:
        Api(http, sandbox.url, key).user("ada")
    assert key.encode() not in file.read_bytes()
    with sqlite3.connect(file) as database:
        assert database.execute("SELECT key FROM projects").fetchall() == [("sk_sec…gh",)]
    database.close()
    assert key not in sandbox.output + sandbox.errors


def test_nothing_personal_is_printed(http: httpx.Client) -> None:
    with SandboxProcess() as sandbox:
        api = Api(http, sandbox.url, sandbox.new_key())
        api.user("ada@example.com")
        api.refused(400, "POST", "/users", {"identifier": "ada@example.com"})
    assert (sandbox.output, sandbox.errors) == ("Stopped.\n", "")
