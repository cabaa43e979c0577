"""The file of rejected rows is the import's own: it never touches a file that it did not make."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lunogram.importing import (
    ChangedSourceError,
    SourceError,
    TooManyRejectedError,
    import_users,
)
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.support.import_files import run

GOOD = "identifier,email\nu1,ada@example.com\n"
BAD = GOOD + "u2,bob at example.com\n"


def itself(folder: Path) -> Path:
    return folder / "people.csv"


def another(folder: Path) -> Path:
    (folder / "notes.txt").write_text("my notes")
    return folder / "notes.txt"


def symbolic(folder: Path) -> Path:
    (folder / "link.csv").symlink_to(another(folder))
    return folder / "link.csv"


def dangling(folder: Path) -> Path:
    (folder / "link.csv").symlink_to(folder / "nowhere.csv")
    return folder / "link.csv"


def hard(folder: Path) -> Path:
    os.link(itself(folder), folder / "hard.csv")
    return folder / "hard.csv"


def empty(folder: Path) -> Path:
    (folder / "empty.csv").touch()
    return folder / "empty.csv"


TAKEN = [itself, another, symbolic, dangling, hard, empty]


def content(folder: Path) -> dict[str, bytes | None]:
    return {
        path.name: path.read_bytes() if path.exists() else None
        for path in folder.iterdir()
        if "outbox" not in path.name
    }


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize("rows", [GOOD, BAD])
@pytest.mark.parametrize("taken", TAKEN)
def test_a_file_that_is_there_is_kept(
    *, tmp_path: Path, outbox: Outbox, taken: Callable[[Path], Path], rows: str, dry_run: bool
) -> None:
    (tmp_path / "people.csv").write_text(rows)
    path = taken(tmp_path)
    before = content(tmp_path)

    with pytest.raises(SourceError, match="exists already; name a new file"):
        import_users(tmp_path / "people.csv", outbox, rejected=path, dry_run=dry_run)

    assert content(tmp_path) == before
    assert outbox.stats().queued == 0


@pytest.mark.slow
def test_the_command_says_so_and_keeps_its_input(tmp_path: Path, project: Sandbox) -> None:
    (tmp_path / "people.csv").write_text(BAD)
    for options in [["--dry-run"], []]:
        done = run(tmp_path, project, "users", "people.csv", "--rejected", "people.csv", *options)
        assert done.returncode == 2
        assert "people.csv exists already" in done.stderr
        assert "Traceback" not in done.stderr
    assert (tmp_path / "people.csv").read_text() == BAD
    assert project.users() == []


def test_the_next_import_leaves_those_that_are_being_mended(tmp_path: Path, outbox: Outbox) -> None:
    source = tmp_path / "people.csv"
    source.write_text(BAD)
    first = import_users(source, outbox)
    (tmp_path / "people.rejected.csv").write_text("half mended")

    again = import_users(source, outbox, restart=True)

    assert first.rejected_file == str(tmp_path / "people.rejected.csv")
    assert again.rejected_file == str(tmp_path / "people.rejected.2.csv")
    assert (tmp_path / "people.rejected.csv").read_text() == "half mended"
    assert "bob at" in (tmp_path / "people.rejected.2.csv").read_text()


MANY = "identifier,email\n" + "".join(f"u{n},wrong\n" for n in range(20))


def stopped(source: Path, outbox: Outbox) -> Path:
    """An import that stopped after some rejected rows; their file."""
    source.write_text(MANY)
    with pytest.raises(TooManyRejectedError):
        import_users(source, outbox, max_errors=3)
    return source.with_name("people.rejected.csv")


def replaced(file: Path) -> None:
    other = file.with_name("other.csv")  # whose inode is another one for certain
    other.write_text(file.read_text())
    other.replace(file)


def edited(file: Path) -> None:
    with file.open("r+") as opened:
        opened.write("IDENTIFIER")


def added_to(file: Path) -> None:
    with file.open("a") as opened:
        opened.write("u99,by hand\n")


def linked(file: Path) -> None:
    file.rename(file.with_name("elsewhere.csv"))
    file.symlink_to(file.with_name("elsewhere.csv"))


@pytest.mark.parametrize("change", [replaced, edited, added_to, linked, Path.unlink])
def test_one_that_has_changed_is_not_gone_on_with(
    tmp_path: Path, outbox: Outbox, change: Callable[[Path], object]
) -> None:
    file = stopped(tmp_path / "people.csv", outbox)
    change(file)
    before = content(tmp_path)

    with pytest.raises(ChangedSourceError, match="has changed since this import wrote it"):
        import_users(tmp_path / "people.csv", outbox)
    assert content(tmp_path) == before

    new = tmp_path / "new.csv"
    result = import_users(tmp_path / "people.csv", outbox, rejected=new)
    assert (result.rejected, result.rejected_file) == (20, str(new))
    assert content(tmp_path) == {**before, "new.csv": new.read_bytes()}


def test_one_that_has_not_is(tmp_path: Path, outbox: Outbox) -> None:
    file = stopped(tmp_path / "people.csv", outbox)
    assert import_users(tmp_path / "people.csv", outbox, rejected=file).rejected == 20
    assert len(file.read_text().splitlines()) == 21
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_two_of_standard_input_in_one_folder(tmp_path: Path, project: Sandbox) -> None:
    """Neither takes what is the other's for its own."""
    for name in ("a", "b"):
        given = f"identifier,email\n{name},\n{name}2,wrong\n"
        options = ("--outbox", "sqlite:///shared.db")
        done = run(tmp_path, project, "users", "-", *options, given=given)
        assert done.returncode == 1, done.stderr
    assert len(project.users()) == 2
    assert len(list(tmp_path.glob("stdin-*.rejected.csv"))) == 2
