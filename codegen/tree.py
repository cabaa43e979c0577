"""What both scripts of this room share: tidy written code, compare it with what is committed."""

import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Container, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEND = "make generate"

# Isolated, so that the output hangs on nothing but the pinned ruff. Only imports are fixed: ruff's
# other default fixes leave the generated client with mypy errors.
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
    """Be the command line of a script: write what it owns, or with --check compare it.

    `write` fills a folder laid out like the project; `owned` are the folders and files, relative
    to the project, that come from it and from nowhere else.
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
        # -P: the generated types.py must not pass for the one of the standard library.
        ruff = (sys.executable, "-P", "-m", "ruff", *command, *RUFF_STYLE, ".")
        subprocess.run(ruff, cwd=folder, check=True)


def install(fresh: Path, root: Path, owned: Iterable[Path]) -> int:
    """Put the owned paths of `fresh` in the place of those of `root`."""
    for path in owned:
        remove(root / path)
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(fresh / path, root / path)
    return 0


def remove(path: Path) -> None:
    """Remove a file or a whole folder, so that nothing stale stays behind."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def differences(fresh: Path, root: Path, owned: Iterable[Path]) -> list[str]:
    """Say of each owned file that is not byte for byte what it should be what is wrong with it."""
    found: list[str] = []
    for path in owned:
        wanted, committed = contents(fresh, path), contents(root, path)
        odd = (name for name in wanted | committed if wanted.get(name) != committed.get(name))
        found += [f"{name}: {wrong(name, wanted, committed)}" for name in sorted(odd)]
    return found


def wrong(name: str, wanted: Container[str], committed: Container[str]) -> str:
    """Say what is wrong with a file that differs."""
    if name not in committed:
        return "missing"
    return "out of date, or edited by hand" if name in wanted else "stale, nothing writes it"


def contents(root: Path, path: Path) -> dict[str, bytes]:
    """Read the file at `path`, or all files below it, by their names relative to `root`."""
    top = root / path
    found = top.rglob("*") if top.is_dir() else iter([top])
    files = (file for file in found if file.is_file() and "__pycache__" not in file.parts)
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in files}


def report(problems: list[str]) -> int:
    """Print the differences and how to mend them; the exit status."""
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print(f"Mend with: {MEND}", file=sys.stderr)
    return 1 if problems else 0
