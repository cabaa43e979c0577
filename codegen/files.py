"""Generated files: formatted, then installed or compared with the committed ones."""

import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Container, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIX_COMMAND = "make generate"

# Isolated, so that the output depends on nothing but the pinned ruff. Only imports are fixed:
# ruff's other default fixes leave the generated client with mypy errors.
RUFF = (
    ("check", "--isolated", "--no-cache", "--quiet", "--fix-only", "--select=I,F401"),
    ("format", "--isolated", "--no-cache", "--quiet"),
)
RUFF_STYLE = (
    "--line-length=100",
    "--target-version=py311",
    "--config=lint.isort.known-first-party=['lunogram']",
)


def run(description: str, write: Callable[[Path], None], owned: Iterable[Path]) -> int:
    """Run a script: generate its files, or compare them with the committed ones with --check.

    `write` writes the files into a folder laid out like the project; `owned` are the paths of the
    files and folders, relative to the project, that only this script writes.
    """
    parser = ArgumentParser(description=description)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check: bool = parser.parse_args().check
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        write(fresh)
        tidy(fresh)
        return report(differences(fresh, ROOT, owned)) if check else install(fresh, ROOT, owned)


def tidy(folder: Path) -> None:
    """Sort the imports of every module under `folder`, drop the unused ones, and format."""
    for command in RUFF:
        # -P: the generated types.py must not shadow that of the standard library.
        ruff = (sys.executable, "-P", "-m", "ruff", *command, *RUFF_STYLE, ".")
        subprocess.run(ruff, cwd=folder, check=True)


def install(fresh: Path, root: Path, owned: Iterable[Path]) -> int:
    """Replace the owned paths of `root` with those of `fresh`."""
    for path in owned:
        remove(root / path)
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(fresh / path, root / path)
    return 0


def remove(path: Path) -> None:
    """Remove a file or a folder with its content, so that no stale file remains."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def differences(fresh: Path, root: Path, owned: Iterable[Path]) -> list[str]:
    """List the owned files that differ from the generated ones, each with its fault."""
    found: list[str] = []
    for path in owned:
        generated, committed = contents(fresh, path), contents(root, path)
        names = generated | committed
        differing = [name for name in names if generated.get(name) != committed.get(name)]
        found += [f"{name}: {fault(name, generated, committed)}" for name in sorted(differing)]
    return found


def fault(name: str, generated: Container[str], committed: Container[str]) -> str:
    """Describe the fault of a file that differs."""
    if name not in committed:
        return "missing"
    return "out of date, or edited by hand" if name in generated else "stale: nothing generates it"


def contents(root: Path, path: Path) -> dict[str, bytes]:
    """Read the file at `path`, or all files below `path`, by their paths relative to `root`."""
    top = root / path
    found = top.rglob("*") if top.is_dir() else iter([top])
    files = (file for file in found if file.is_file() and "__pycache__" not in file.parts)
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in files}


def report(problems: list[str]) -> int:
    """Print the differences and the command that fixes them; return the exit status."""
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print(f"Fix with: {FIX_COMMAND}", file=sys.stderr)
    return 1 if problems else 0
