"""A program without file handles: modules that are imported late, and connections."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.support.faulty_server import FaultyServer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no limit of file handles here")


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_every_error_is_ours_and_calls_work_again(server: FaultyServer, kind: str) -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.support.without_handles", kind]
    run = subprocess.run(
        [*command, server.base_url], capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    told = [json.loads(line) for line in run.stdout.splitlines()]
    without, again = told[:5], told[5:]
    for error, text, cause in without:
        assert error == "LunogramError", text
        assert "too many open files in this process" in text
        assert cause in ("OSError", "ImportError")
    assert without[-1][1].startswith(f"could not connect to 127.0.0.1:{server.port}: ")
    assert again[0][0] == "NoneType"
    assert not [text for _, text, _ in again if "too many" in text]
