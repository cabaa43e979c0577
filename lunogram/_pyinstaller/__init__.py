"""Hooks for PyInstaller, which finds them by the entry point ``pyinstaller40``.

PyInstaller follows imports that it can read. It does not see the modules that are imported by
name when they are first used, nor the SQL beside the code.
"""

from __future__ import annotations

from pathlib import Path


def hook_dirs() -> list[str]:
    """The folders with hooks: this one."""
    return [str(Path(__file__).parent)]
