"""The derived files of a project, and what --check finds wrong with them."""

import sys
from pathlib import Path

import derive
import files
import pytest
from variants import Variant

ASYNC, SYNC = Path("lunogram/_async"), Path("lunogram/_sync")
USER = """
class AsyncUser:
    async def get(self) -> int:
        return await self._send(1)
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose derived files are as they should be."""
    user, raw = ASYNC / "user.py", ASYNC / "raw.py"
    variant = Variant((user,), raw, "Raw.", "Raw", "Raw[{}]", derive.of_raw_response)
    monkeypatch.setattr(derive, "VARIANTS", (variant,))
    monkeypatch.setattr(derive, "IN_THREADS", ())
    monkeypatch.setattr(derive, "SYNC_FOLDERS", {ASYNC: SYNC})
    monkeypatch.setattr(derive, "ROOT", tmp_path)
    monkeypatch.setattr(files, "ROOT", tmp_path)
    (tmp_path / ASYNC).mkdir(parents=True)
    (tmp_path / ASYNC / "user.py").write_text(USER)
    assert run(monkeypatch) == 0
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the script in this process."""
    monkeypatch.setattr(sys, "argv", ["derive.py", *arguments])
    return derive.main()


def modules(folder: Path) -> list[str]:
    """List the modules in a folder."""
    return sorted(module.name for module in folder.glob("*.py"))


def test_every_async_module_has_a_sync_twin(project: Path) -> None:
    assert modules(project / ASYNC) == modules(project / SYNC) == ["raw.py", "user.py"]
    header = "# Derived by `make generate` from lunogram/_async/user.py; never edited by hand.\n"
    assert (project / SYNC / "user.py").read_text().startswith(header)


def test_variants_have_sync_twins(project: Path) -> None:
    assert "class AsyncUserRaw:" in (project / ASYNC / "raw.py").read_text()
    code = (project / SYNC / "raw.py").read_text()
    assert "class UserRaw:" in code
    assert "never edited by hand" in code.splitlines()[0]
    assert "never edited by hand" not in "".join(code.splitlines()[1:])


@pytest.mark.usefixtures("project")
def test_a_check_finds_nothing_where_nothing_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--check") == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("path", [SYNC / "user.py", ASYNC / "raw.py"])
def test_a_check_finds_a_hand_edit(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    path: Path,
) -> None:
    edited = (project / path).read_text() + "# quick fix\n"
    (project / path).write_text(edited)
    assert run(monkeypatch, "--check") == 1
    message = f"{path}: out of date, or edited by hand\nFix with: make generate\n"
    assert capsys.readouterr().err == message
    assert (project / path).read_text() == edited


def test_a_check_finds_stale_and_missing_files(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / SYNC / "gone.py").touch()
    (project / SYNC / "user.py").unlink()
    assert run(monkeypatch, "--check") == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "lunogram/_sync/gone.py: stale: nothing generates it"
    assert lines[1] == "lunogram/_sync/user.py: missing"


def test_a_run_mends_it_all(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / SYNC / "gone.py").touch()
    (project / SYNC / "user.py").write_text("")
    assert run(monkeypatch) == 0
    assert run(monkeypatch, "--check") == 0
    assert modules(project / SYNC) == ["raw.py", "user.py"]
    assert (project / ASYNC / "user.py").read_text() == USER


def test_byte_code_is_no_drift(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / SYNC / "__pycache__").mkdir()
    (project / SYNC / "__pycache__" / "user.pyc").touch()
    assert run(monkeypatch, "--check") == 0
