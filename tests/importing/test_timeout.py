"""Imports that can't be delivered: they end with one sentence, and resume."""

from __future__ import annotations

from pathlib import Path

import pytest

from lunogram.testing import Sandbox
from tests.support.faults import Fault, html, problem
from tests.support.faulty_server import FaultyServer
from tests.support.import_files import run, table

HALTING: dict[str, Fault] = {
    "401": problem(401, "unauthorized", "unknown key"),
    "200, a page": html(200),
    "404, a page": html(404),
}


def at(url: str) -> str:
    """Python that sets the URL of the server."""
    return f"import os; os.environ['LUNOGRAM_BASE_URL'] = {url!r}"


@pytest.mark.parametrize("fault", HALTING.values(), ids=HALTING)
def test_what_needs_a_correction_ends_it_at_once(
    tmp_path: Path, project: Sandbox, fault: Fault
) -> None:
    (tmp_path / "people.csv").write_text("identifier\nu1\nu2\n")
    with FaultyServer(fault) as server:
        failed = run(tmp_path, project, "users", "people.csv", before=at(server.base_url))
    resumed = run(tmp_path, project, "users", "people.csv")

    assert failed.returncode == 2
    assert failed.stderr.startswith(f"Error: nothing is delivered to {server.base_url}: ")
    assert failed.stderr.endswith("the same command resumes the import\n")
    assert failed.stderr.count("\n") == 1
    assert (resumed.returncode, table(resumed.stdout)["delivered"]) == (0, 2), resumed.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]


@pytest.mark.parametrize("fault", [problem(500, "internal error", "x"), None], ids=["500", "none"])
def test_what_may_pass_ends_it_after_the_timeout(
    tmp_path: Path, project: Sandbox, fault: Fault | None
) -> None:
    (tmp_path / "people.csv").write_text("identifier\nu1\n")
    with FaultyServer(fault or html(200)) as server:
        url = server.base_url if fault else "http://127.0.0.1:9/api"
        before = at(url)
        failed = run(tmp_path, project, "users", "people.csv", "--timeout", "1", before=before)

    assert failed.returncode == 2
    assert f"Error: nothing is delivered to {url}: " in failed.stderr
    assert "Traceback" not in failed.stderr
