"""A sandbox starts with its test run and is never left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lunogram.testing import Sandbox, SandboxError

PARENT = """
import sys
from lunogram.testing import Sandbox

sandbox = Sandbox()
print(sandbox.base_url, flush=True)
{then}
"""


def port_of(base_url: str) -> int:
    return int(base_url.removesuffix("/api").rpartition(":")[2])


def is_gone(base_url: str) -> bool:
    """Whether nobody listens there any more, soon."""
    for _ in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port_of(base_url))) != 0:
                return True
        time.sleep(0.01)
    return False


def start_parent(then: str) -> tuple[subprocess.Popen[str], str]:
    """A process that starts a sandbox and then does something."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT.format(then=then)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert parent.stdout
    return parent, parent.stdout.readline().strip()


def test_it_ends_when_it_is_closed() -> None:
    with Sandbox() as sandbox:
        assert sandbox.count("users") == 0
        assert repr(sandbox) == f"Sandbox('{sandbox.base_url}')"
    sandbox.close()

    assert is_gone(sandbox.base_url)
    with pytest.raises(SandboxError, match=r"no sandbox responds at http://127\.0\.0\.1"):
        sandbox.count("users")


def test_two_are_two() -> None:
    with Sandbox() as one, Sandbox() as other:
        assert one.base_url != other.base_url
        assert one.api_key != other.api_key


def test_a_view_stops_nothing() -> None:
    with Sandbox() as sandbox:
        with sandbox.new_project() as project:
            assert project.count("users") == 0
        assert sandbox.count("users") == 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_a_test_run_that_is_killed(number: signal.Signals) -> None:
    parent, base_url = start_parent("sys.stdin.read()\nimport time\ntime.sleep(60)")
    with parent:
        parent.send_signal(number)
        parent.wait()

        assert is_gone(base_url)


@pytest.mark.parametrize("then", ["", "1 / 0", "import os; os._exit(3)"])
def test_it_ends_with_a_test_run_that_forgets_it(then: str) -> None:
    parent, base_url = start_parent(then)
    with parent:
        parent.wait()

        assert is_gone(base_url)


def test_ctrl_c_is_for_the_tests_and_not_for_the_sandbox() -> None:
    with Sandbox() as sandbox:
        process = sandbox._process
        assert process

        assert os.getpgid(process._process.pid) != os.getpgid(0)


def test_what_lies_in_the_working_directory_is_no_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("signal", "sqlite3", "uvicorn"):
        (tmp_path / f"{name}.py").write_text("1 / 0")
    monkeypatch.chdir(tmp_path)

    with Sandbox() as sandbox:
        assert sandbox.count("users") == 0


def test_missing_packages_are_named_with_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "uvicorn.py").write_text("raise ModuleNotFoundError('No uvicorn', name='uvicorn')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    with pytest.raises(SandboxError) as failure:
        Sandbox()

    assert str(failure.value) == (
        "the sandbox did not start: it needs packages that are not installed: "
        "pip install 'lunogram[testing]'"
    )


def test_why_it_did_not_start_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "uvicorn.py").write_text("import os\nos._exit(7)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    with pytest.raises(SandboxError, match="did not start: it ended with exit code 7"):
        Sandbox()


def test_a_broken_package_is_shown_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "uvicorn.py").write_text("raise RuntimeError('broken')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    with pytest.raises(SandboxError, match="RuntimeError: broken"):
        Sandbox()


def test_the_parent_imports_nothing_of_the_sandbox() -> None:
    code = "import sys\nfrom lunogram.testing import Sandbox\nwith Sandbox(): print(*sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, check=True, capture_output=True, text=True)

    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "lunogram.sandbox" not in done.stdout.split()
    assert not loaded & {"starlette", "uvicorn", "msgspec", "click", "httpx"}


def test_what_else_python_prints_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text("print('hello')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    with Sandbox() as sandbox:
        assert sandbox.count("users") == 0
