"""Every snippet in the README and the docs runs, against a real local Lunogram."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import services
from tests.support.commands import run

if TYPE_CHECKING:
    from tests.support.sandbox_process import SandboxProcess

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PROGRAMS = {"make", "lunogram", "pip", "curl", "python", "pipx", "psql", "uvx"}


def name(page: Path) -> str:
    """The path of a page, which is the id of its tests."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[str]:
    """The page's code blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)


def commands() -> list[str]:
    """What the pages tell people to type, without the comments."""
    lines = [line for page in PAGES for block in blocks(page, "sh") for line in block.splitlines()]
    return sorted({line.partition("  #")[0].strip() for line in lines if line.strip()})


SNIPPETS = [
    pytest.param(snippet, id=f"{name(page)}:{number}")
    for page in PAGES
    for number, snippet in enumerate(blocks(page, "python"), 1)
]


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_a_snippet_runs_alone_and_prints_what_its_comments_say(
    snippet: str, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    key = sandbox.new_key()
    settings = {
        "LUNOGRAM_BASE_URL": sandbox.base_url,
        "LUNOGRAM_API_KEY": key,
        "LUNOGRAM_PROJECT_ID": sandbox.project_id(key),
    }

    with services.database() if "DATABASE_URL" in snippet else nullcontext("") as database:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", snippet],
            cwd=tmp_path,
            env={**os.environ, **settings, "DATABASE_URL": database, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr  # one in a finalizer does not end the program
    for comment in re.findall(r"^ *print\(.*\)  # (.+)$", snippet, re.MULTILINE):
        assert comment in done.stdout.splitlines()


@pytest.mark.parametrize("command", commands())
def test_commands_exist(command: str) -> None:
    program, _, rest = command.partition(" ")
    assert program in PROGRAMS
    if program == "make":
        assert re.search(rf"^{rest}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
    if program == "lunogram":
        assert run(*rest.split()[:1], "--help").exit_code == 0
