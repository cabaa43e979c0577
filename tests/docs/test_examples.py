"""The examples run as a newcomer runs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_demo_shows_what_arrived_and_leaves_nothing_running() -> None:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "demo.py")], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["event", "(sent)", "user_ada,", "cus_1", "order.completed"] in lines
    assert ["event", "(matched)", "user_eve", "feature.released"] in lines
    assert ["member", "user_bob", "role=member"] in lines
    port = done.stdout.split("http://127.0.0.1:")[1].split("/")[0]
    assert not _answers(int(port))


def _answers(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
