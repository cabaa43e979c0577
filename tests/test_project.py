"""The files that tell people and CI how to work on the project are true."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))
FORMS = sorted(ROOT.glob(".github/ISSUE_TEMPLATE/*.yml"))
PAGES = [ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", ROOT / "CODE_OF_CONDUCT.md"]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def load(file: Path) -> Any:
    return yaml.load(file.read_text(), Loader=yaml.BaseLoader)  # which leaves "on" alone


def steps(workflow: Path) -> list[dict[str, Any]]:
    return [step for job in load(workflow)["jobs"].values() for step in job.get("steps", [])]


def makefile_targets(text: str) -> set[str]:
    """The targets of the `make` commands in a text."""
    return set(re.findall(r"\bmake ([a-z][a-z-]*)", text))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.name)
def test_workflows_call_targets_that_exist(workflow: Path) -> None:
    called = makefile_targets("\n".join(step.get("run", "") for step in steps(workflow)))
    assert called <= set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_ci_runs_all_that_has_to_pass() -> None:
    complete = load(ROOT / ".github/workflows/ci.yml")["jobs"]["complete"]
    called = makefile_targets("\n".join(step.get("run", "") for step in complete["steps"]))
    assert called == makefile_targets((ROOT / ".ci/run").read_text())
    assert complete["env"] == {"LUNOGRAM_REQUIRE_SERVICES": "1"}


def test_ci_runs_on_every_supported_python() -> None:
    jobs = load(ROOT / ".github/workflows/ci.yml")["jobs"]
    supported = re.findall(r"Python :: (3\.\d+)", "\n".join(PYPROJECT["project"]["classifiers"]))
    assert jobs["quick"]["strategy"]["matrix"]["python"] == supported
    assert PYPROJECT["project"]["requires-python"] == f">={supported[0]}"


def test_ci_runs_tests_that_exist() -> None:
    systems = load(ROOT / ".github/workflows/ci.yml")["jobs"]["systems"]["strategy"]["matrix"]
    named = [name for system in systems["include"] for name in system["tests"].split()]
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.name)
def test_actions_are_pinned_to_major_versions(workflow: Path) -> None:
    used = [step["uses"] for step in steps(workflow) if "uses" in step]
    assert used
    assert [use for use in used if not re.search(r"@(release/)?v\d+$", use)] == []


def test_only_the_job_that_publishes_may_sign() -> None:
    release = load(ROOT / ".github/workflows/release.yml")
    assert release["permissions"] == {"contents": "read"}
    signing = [name for name, job in release["jobs"].items() if "permissions" in job]
    assert signing == ["publish"]
    assert release["jobs"]["publish"]["needs"] == "build"
    assert release["jobs"]["build"]["needs"] == "ci"


@pytest.mark.parametrize("form", FORMS, ids=lambda file: file.name)
def test_issue_forms_are_complete(form: Path) -> None:
    found = load(form)
    assert {"name", "description", "body"} <= set(found)
    fields = [field for field in found["body"] if field["type"] != "markdown"]
    assert all(field["attributes"]["label"] for field in fields)
    assert len({field["id"] for field in fields}) == len(fields) > 1


def test_hooks_are_of_the_tools_that_check_runs() -> None:
    [local] = load(ROOT / ".pre-commit-config.yaml")["repos"]
    assert local["repo"] == "local"
    tools = {hook["entry"].split()[0].rpartition("/")[2] for hook in local["hooks"]}
    check = re.search(r"^check:.*\n((\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert check
    assert tools <= set(re.findall(r"\$\(BIN\)/(\S+)", check[1]))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_link_to_what_exists(page: Path) -> None:
    targets = re.findall(r"\]\((?!https:)([^)#]+)[^)]*\)", page.read_text())
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_contributing_names_targets_that_exist() -> None:
    named = makefile_targets("\n".join(re.findall(r"`(make .*?)`", PAGES[0].read_text())))
    assert named
    assert named <= set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


MISSING = """
import pytest
from tests.support.services import missing

@pytest.mark.parametrize("number", range(3))
def test_postgres(number):
    missing("PostgreSQL at 127.0.0.1:5432", f"attempt {number}\\nfailed")

def test_other():
    pytest.skip("it is Tuesday")
"""


def run_pytest(tmp_path: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run tests that need a service, with the conftest.py of ours."""
    file = tmp_path / "test_needs_service.py"
    file.write_text(MISSING)
    options = ("-q", "-c", "pyproject.toml", "-p", "tests.conftest", "-p", "no:cacheprovider")
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(file)],
        cwd=ROOT,
        env={**os.environ, "LUNOGRAM_REQUIRE_SERVICES": "0", **environ},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_missing_service_is_one_line_of_the_summary(tmp_path: Path) -> None:
    done = run_pytest(tmp_path)
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert [line for line in lines if "PostgreSQL" in line or "Tuesday" in line] == [
        "3 skipped: PostgreSQL at 127.0.0.1:5432 is not there",
        "1 skipped: it is Tuesday",
    ]


@pytest.mark.slow
def test_a_required_service_that_is_missing_fails_its_tests(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, LUNOGRAM_REQUIRE_SERVICES="1")
    assert done.returncode == 1
    assert "3 failed, 1 skipped" in done.stdout


@pytest.mark.slow
def test_the_demo_keeps_the_server_at_a_terminal_until_ctrl_c() -> None:
    ours, theirs = pty.openpty()
    environ = {name: value for name, value in os.environ.items() if name != "CI"}
    command = [sys.executable, str(ROOT / "examples/demo.py")]
    demo = subprocess.Popen(command, stdin=theirs, stdout=theirs, env=environ)
    os.close(theirs)
    try:
        shown = _read_until(ours, b"Ctrl-C")
        assert b"order.completed" in shown
        assert b"page: http://127.0.0.1:" in shown
        demo.send_signal(signal.SIGINT)
        assert b"Stopped." in _read_until(ours, b"Stopped.")
        assert demo.wait() == 0
    finally:
        demo.kill()
        demo.wait()
        os.close(ours)


def _read_until(terminal: int, end: bytes) -> bytes:
    shown = b""
    while end not in shown:
        shown += os.read(terminal, 4096)
    return shown
