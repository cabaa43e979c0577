"""What the facade adds to a bare call stays under its ceiling."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.measured

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "facade.py"


def test_the_facade_adds_less_than_a_quarter() -> None:
    done = subprocess.run(
        [sys.executable, str(BENCHMARK), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
