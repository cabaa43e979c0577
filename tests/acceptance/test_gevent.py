"""Programs that run on gevent, which puts greenlets in the place of threads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lunogram.testing import Sandbox


@pytest.mark.parametrize("when", ["early", "late"])
def test_relays_and_event_loops_side_by_side(tmp_path: Path, project: Sandbox, when: str) -> None:
    urls = [f"sqlite:///{tmp_path}/{number}.db" for number in range(3)]
    program = subprocess.run(
        [sys.executable, "-m", "tests.support.gevent_program", when, *urls],
        env={**os.environ, **project.environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (program.returncode, program.stderr) == (0, "")
    assert program.stdout == "10 [0, 0, 0]\n"
    assert project.count("users") == 41
