"""`lunogram sync`, as a process, to a Lunogram."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lunogram.testing import Sandbox
from tests.support import import_files
from tests.support.import_files import table

SHOP = ("users", "--database", "shop.db", "--query", "select id as identifier, plan from people")


@pytest.fixture(autouse=True)
def people(tmp_path: Path) -> None:
    values = ", ".join(f"('u{n}', 'pro')" for n in range(20))
    change(tmp_path, "create table people (id, plan)", f"insert into people values {values}")


def change(folder: Path, *statements: str) -> None:
    """Change the database."""
    with closing(sqlite3.connect(folder / "shop.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def start(folder: Path, project: Sandbox, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    return import_files.start(folder, project, *arguments, command="sync", **options)


def run(
    folder: Path, project: Sandbox, *arguments: str, **options: Any
) -> subprocess.CompletedProcess[str]:
    return import_files.run(folder, project, *arguments, command="sync", **options)


def numbers(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    """The numbers that are not 0."""
    return {name: number for name, number in table(done.stdout).items() if number}


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_table_is_kept_equal(tmp_path: Path, project: Sandbox) -> None:
    first = run(tmp_path, project, *SHOP)
    assert (first.returncode, numbers(first)) == (0, {"new": 20, "delivered": 20}), first.stderr
    assert first.stdout.startswith("the query: SQLite: identifier, 1 column of data\n")
    change(tmp_path, "update people set plan = 'free' where id = 'u1'")
    change(tmp_path, "delete from people where id = 'u2'")
    reported = run(tmp_path, project, *SHOP)
    expected = {"changed": 1, "same": 18, "gone": 1, "delivered": 1}
    assert (reported.returncode, numbers(reported)) == (0, expected), reported.stderr
    assert len(project.users()) == 20
    deleted = run(tmp_path, project, *SHOP, "--delete")
    expected = {"same": 19, "gone": 1, "deleted": 1, "delivered": 1}
    assert (deleted.returncode, numbers(deleted)) == (0, expected), deleted.stderr
    users = {each.identifier[0].external_id: each.data for each in project.users()}
    assert users == {f"u{n}": {"plan": "free" if n == 1 else "pro"} for n in range(20) if n != 2}


def test_an_empty_table_deletes_nobody(tmp_path: Path, project: Sandbox) -> None:
    run(tmp_path, project, *SHOP)
    change(tmp_path, "delete from people")
    done = run(tmp_path, project, *SHOP, "--delete")
    assert (done.returncode, numbers(done)) == (1, {"gone": 20})
    assert "nothing was deleted: 20 rows are gone, which is more than 10 %" in done.stdout
    assert len(project.users()) == 20


def test_a_dry_run_shows_masked_differences(tmp_path: Path, project: Sandbox) -> None:
    run(tmp_path, project, *SHOP)
    change(tmp_path, "update people set plan = 'Free1' where id = 'u1'")
    before = sorted(tmp_path.iterdir())
    masked = run(tmp_path, project, *SHOP, "--dry-run")
    assert (masked.returncode, numbers(masked)) == (0, {"changed": 1, "same": 19}), masked.stderr
    assert "changed: plan: identifier 'x9', plan 'Xxxx9'\n" in masked.stdout
    shown = run(tmp_path, project, *SHOP, "--dry-run", "--show-data")
    assert "changed: plan: identifier 'u1', plan 'Free1'\n" in shown.stdout
    assert sorted(tmp_path.iterdir()) == before


def test_the_second_of_two_at_once_is_refused(tmp_path: Path, project: Sandbox) -> None:
    project.fault("latency", seconds=1)
    first = start(tmp_path, project, *SHOP, "--state", "s.db", "--concurrency", "1")
    until((tmp_path / "s.db.lunogram.lock").exists)
    second = run(tmp_path, project, *SHOP, "--state", "s.db")
    assert second.returncode == 2
    assert "Error: another sync with s.db is running" in second.stderr
    first.send_signal(signal.SIGTERM)
    _, errors = first.communicate(timeout=60)
    assert first.returncode == 143
    assert "Stopped. The same command resumes the sync." in errors
    project.clear_faults()
    again = run(tmp_path, project, *SHOP, "--state", "s.db")
    assert again.returncode == 0, again.stderr
    assert len(project.users()) == 20


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_every_so_often_until_a_signal(
    tmp_path: Path, project: Sandbox, number: signal.Signals
) -> None:
    output, errors = tmp_path / "output", tmp_path / "errors"
    with output.open("w") as out, errors.open("w") as err:
        process = start(tmp_path, project, *SHOP, "--every", "1s", stdout=out, stderr=err)
    until(lambda: " new 20, delivered 20\n" in output.read_text())
    change(tmp_path, "alter table people rename to nobody")
    until(lambda: "Error: the query: no such table: people\n" in errors.read_text())
    change(tmp_path, "alter table nobody rename to people")
    change(tmp_path, "update people set plan = 'free' where id = 'u1'")
    until(lambda: " changed 1, same 19, delivered 1\n" in output.read_text())
    assert project.user("u1").data == {"plan": "free"}
    process.send_signal(number)
    assert process.wait(timeout=60) == 0
    assert errors.read_text().endswith("Stopped.\n")


def test_the_first_failure_ends_it(tmp_path: Path, project: Sandbox) -> None:
    change(tmp_path, "drop table people")
    failed = run(tmp_path, project, *SHOP, "--every", "1s")
    assert (failed.returncode, failed.stderr) == (2, "Error: the query: no such table: people\n")
    assert [path.name for path in tmp_path.iterdir()] == ["shop.db"]


def test_a_duration_has_a_unit(tmp_path: Path, project: Sandbox) -> None:
    failed = run(tmp_path, project, *SHOP, "--every", "5")
    assert failed.returncode == 2
    assert "is not a duration, such as 30s, 5m, 1h or 1d" in failed.stderr
