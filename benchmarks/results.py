"""What was measured, kept: a JSON file with date, machine, versions and all tables."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.tables import Table

_PACKAGES = (
    "lunogram", "httpx", "httpx2", "aiohttp", "pyreqwest", "customerio", "posthog",
    "segment-analytics-python",
)  # fmt: skip
_PROGRAMS = {"node": "--version", "go": "version"}
_LIST = re.compile(r"\[[^][{}]*\]")
_NUMBER = re.compile(r"\d+(\.\d+)+")


class Results:
    """The tables of a run."""

    def __init__(self) -> None:
        """Nothing is measured yet."""
        self._tables: dict[str, Table] = {}

    def add(self, table: Table) -> None:
        """Print a table, and keep it.

        Args:
            table: What was measured.
        """
        table.show()
        self._tables[table.title] = table

    def kept(self) -> dict[str, Any]:
        """All of it, as JSON can hold it."""
        tables = {title: table.kept() for title, table in self._tables.items()}
        return {"date": datetime.now(UTC).date().isoformat(), **machine(), "tables": tables}

    def save(self, file: Path) -> None:
        """Write all of it as JSON.

        Args:
            file: Where to.
        """
        # Each row on one line, so that people can read it too.
        text = _LIST.sub(_on_one_line, json.dumps(self.kept(), indent=1))
        file.write_text(text + "\n", "utf-8")


def _on_one_line(found: re.Match[str]) -> str:
    return " ".join(found[0].split())


def machine() -> dict[str, Any]:
    """On what it was measured, and what was measured."""
    packages = {name: _version(name) for name in _PACKAGES}
    programs = {name: _said(name, option) for name, option in _PROGRAMS.items()}
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "versions": {name: found for name, found in (packages | programs).items() if found},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    models = (line.partition(": ")[2] for line in lines if line.startswith("model name"))
    return next(models, platform.processor())


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _said(program: str, option: str) -> str:
    if not shutil.which(program):
        return ""
    said = subprocess.run([program, option], capture_output=True, text=True, check=True).stdout
    found = _NUMBER.search(said)
    return found[0] if found else said.strip()
