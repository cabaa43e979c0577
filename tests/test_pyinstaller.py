"""The hooks for PyInstaller: what it would not find by itself."""

from __future__ import annotations

import runpy
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

import lunogram
import lunogram.customerio

_PACKAGE = Path(lunogram.__file__).parent


def hook(name: str) -> dict[str, Any]:
    """What a hook says, found as PyInstaller finds it."""
    [entry] = [
        entry for entry in entry_points(group="pyinstaller40") if entry.value.startswith("lunogram")
    ]
    [folder] = entry.load()()
    return runpy.run_path(f"{folder}/hook-{name}.py")


@pytest.fixture(scope="module")
def ours() -> dict[str, Any]:
    return hook("lunogram")


def test_modules_imported_by_name_are_there(ours: dict[str, Any]) -> None:
    by_name = {f"lunogram.{module}" for module in lunogram._MODULE_OF.values()}
    by_name |= {f"lunogram.customerio.{name}" for name in lunogram.customerio._MODULE_OF.values()}
    by_name |= {
        "lunogram._http.engine",
        "lunogram._http.async_engine",
        "lunogram.outbox.background_relay",
    }
    assert by_name <= set(ours["hiddenimports"])


def test_what_only_few_need_is_not(ours: dict[str, Any]) -> None:
    heavy = [name for name in ours["hiddenimports"] if name.startswith("lunogram.sandbox")]
    assert heavy == []


def test_all_files_beside_the_code_are_there(ours: dict[str, Any]) -> None:
    beside = {
        (str(file), str(file.parent.relative_to(_PACKAGE.parent)))
        for file in _PACKAGE.rglob("*")
        if file.is_file() and file.suffix not in (".py", ".pyc")
    }
    assert any(file.endswith(".sql") for file, _ in beside)
    assert set(ours["datas"]) == beside


@pytest.mark.parametrize("package", ["lunogram_api", "customerio_api"])
def test_the_generated_clients_are_whole(package: str) -> None:
    modules = hook(package)["hiddenimports"]
    assert f"{package}.models" in modules
    assert any(module.startswith(f"{package}.api.") for module in modules)
