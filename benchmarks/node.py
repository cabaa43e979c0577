"""What runs in Node, with the packages of npm that it needs, installed once for each run."""

from __future__ import annotations

import functools
import shutil
import subprocess
import tempfile
from pathlib import Path

_HERE = Path(__file__).parent
_PACKAGES = ("openapi-fetch@0.17",)
_folder = tempfile.TemporaryDirectory()


def command(file: str) -> list[str]:
    """What runs a file from here, as far as its arguments.

    Args:
        file: Its name.
    """
    return ["node", str(_installed() / file)]


@functools.cache
def _installed() -> Path:
    # Beside the files, because that is where Node looks for packages.
    folder = Path(_folder.name)
    for file in _HERE.glob("*.mjs"):
        shutil.copy(file, folder)
    if shutil.which("npm"):
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", *_PACKAGES]
        subprocess.run(install, cwd=folder, check=True)
    return folder
