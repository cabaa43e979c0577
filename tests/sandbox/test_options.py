"""The command's options: accepted keys, and what outlives the process."""

from __future__ import annotations

import socket
import sqlite3
import stat
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from lunogram.sandbox.server import ListenError, serve
from lunogram.sandbox.store import StoreError
from tests.support.sandbox_api import Api, named
from tests.support.sandbox_process import SandboxProcess


def test_only_the_given_keys_are_accepted(http: httpx.Client) -> None:
    with SandboxProcess("--api-key", "sk_one", "--api-key", "sk_two") as sandbox:
        api = Api(http, sandbox.url, "sk_one").of_the_documents()
        for key, status in (("sk_one", 200), ("sk_two", 200), ("sk_three", 401), ("sk_on", 401)):
            api.key = key
            assert api.send("POST", "/users", {"identifier": named("ada")}).status_code == status
            assert api.raw("GET", "/sandbox/users").status_code == status
        assert http.get(f"{sandbox.url}/sandbox/health").status_code == 200


def test_a_file_is_there_after_a_restart(http: httpx.Client, tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    key = f"sk_{uuid4().hex}"
    with SandboxProcess("--db", str(file)) as sandbox:
        before = Api(http, sandbox.url, key).user("ada", data={"plan": "pro"})
    with SandboxProcess("--db", str(file)) as sandbox:
        after = Api(http, sandbox.url, key).inspect("user", external_id="ada")
    assert after == before


@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_deleted_file_is_noticed(
    http: httpx.Client, tmp_path: Path, *, is_replaced: bool
) -> None:
    file = tmp_path / "sandbox.db"
    with SandboxProcess("--db", str(file)) as sandbox:
        api = Api(http, sandbox.url, sandbox.new_key())
        api.user("ada")
        file.unlink()
        if is_replaced:
            file.touch()
        assert {api.user(name)["version"] for name in ("bob", "eve")} == {0}
    assert sandbox.errors.count(f"{file} was deleted or replaced while the sandbox uses it") == 1


def test_what_was_acknowledged_outlives_kill_9(http: httpx.Client, tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    sandbox = SandboxProcess("--db", str(file))
    api = Api(http, sandbox.url, sandbox.new_key())
    acknowledged = [api.user(f"user_{number}")["id"] for number in range(300)]
    sandbox.kill()
    with SandboxProcess("--db", str(file)) as again:
        kept = Api(http, again.url, api.key).inspect("users", limit=1000)["results"]
    assert [user["id"] for user in kept] == acknowledged


def test_memory_is_forgotten(http: httpx.Client) -> None:
    key = f"sk_{uuid4().hex}"
    with SandboxProcess() as sandbox:
        Api(http, sandbox.url, key).user("ada")
    with SandboxProcess() as sandbox:
        assert Api(http, sandbox.url, key).inspect("users")["total"] == 0


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
        api.rejected(400, "POST", "/users", {"identifier": "ada@example.com"})
    assert (sandbox.output, sandbox.errors) == ("Stopped.\n", "")


def test_a_database_is_checked_before_the_address(tmp_path: Path) -> None:
    db = tmp_path / "letter.db"
    db.write_text("This is a letter, and no database at all." * 100)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(StoreError):
        serve("127.0.0.1", taken.getsockname()[1], db=db)


def test_the_database_is_closed_if_the_address_is_taken(tmp_path: Path) -> None:
    db = tmp_path / "sandbox.db"
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ListenError):
        serve("127.0.0.1", taken.getsockname()[1], db=db)
    assert list(tmp_path.iterdir()) == [db], "the write-ahead log of an open database"
