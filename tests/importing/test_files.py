"""Several files, patterns and zip archives as one input."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from lunogram.importing import Query, SourceError, import_users
from lunogram.importing.formats import Input
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.support.import_files import bodies, run, table

JANUARY = "identifier,zip,n\nu1,00123,1\nu2,75001,2\n"
FEBRUARY = "n,identifier,zip,plan\n3,u3,75002,pro\n,,75003,\n"
DATA = [{"zip": "00123", "n": 1}, {"zip": "75001", "n": 2}, {"zip": "75002", "n": 3, "plan": "pro"}]


def write(folder: Path, **texts: str) -> list[Path]:
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text)
    return [folder / f"{name}.csv" for name in texts]


def data(outbox: Outbox) -> list[Any]:
    return [body["data"] for body in bodies(outbox)]


@pytest.mark.parametrize("form", ["list", "pattern", "zip", "query"])
def test_types_agree_in_all_files(tmp_path: Path, outbox: Outbox, form: str) -> None:
    one, two = write(tmp_path, a=JANUARY, b=FEBRUARY.replace(",,75003,\n", ""))
    pattern = f"{tmp_path}/*.csv"
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(one, "months/a.csv")
        archive.write(two, "months/b.csv")
        archive.writestr("__MACOSX/._a.csv", "x")
        archive.writestr("months/.DS_Store", "x")
    sources: dict[str, Any] = {
        "list": [one, str(two)],
        "pattern": pattern,
        "zip": tmp_path / "all.zip",
        "query": Query(f"from '{pattern}' order by identifier"),
    }
    notes = import_users(sources[form], outbox).notes
    assert data(outbox) == DATA
    if form != "query":
        assert "column 'zip' is text, because its type differs between files" in notes


def test_rejected_rows_name_their_file(tmp_path: Path, outbox: Outbox) -> None:
    result = import_users(write(tmp_path, a=JANUARY, b=FEBRUARY), outbox)
    assert (result.rows, result.rejected) == (4, 1)
    assert result.rejected_file is not None
    header, row = Path(result.rejected_file).read_text().splitlines()
    assert header.startswith("identifier,zip,n,plan,line,reason,")
    assert row.startswith(f",75003,,,{tmp_path / 'b.csv'}:3,identifier: is missing")
    assert any(note.endswith("a.csv has no column 'plan'") for note in result.notes)


def test_it_resumes_in_a_later_file(tmp_path: Path, outbox: Outbox) -> None:
    bad = "identifier,n\n,1\n,2\nu9,3\n"
    files = write(tmp_path, a=JANUARY, b=bad)
    with pytest.raises(Exception, match="stopped after 3 rows"):
        import_users(files, outbox, max_errors=0)
    result = import_users(files, outbox, max_errors=2)
    assert (result.resumed_at, result.queued, result.rejected) == (3, 3, 2)
    assert len(bodies(outbox)) == 3


def test_json_files(tmp_path: Path, outbox: Outbox) -> None:
    (tmp_path / "a.jsonl").write_text('{"identifier": "u1", "n": 1}\n')
    (tmp_path / "b.json").write_text('[{"identifier": "u2", "n": "x"}]')
    import_users(f"{tmp_path}/*.json*", outbox)
    assert data(outbox) == [{"n": 1}, {"n": "x"}]


def test_what_cannot_be_joined(tmp_path: Path, outbox: Outbox) -> None:
    (one,) = write(tmp_path, a=JANUARY)
    (tmp_path / "b.jsonl").write_text('{"identifier": "u1"}\n')
    (tmp_path / "c.parquet").write_bytes(b"PAR1")
    cases: list[tuple[Input, str]] = [
        ([one, tmp_path / "b.jsonl"], "some files are CSV and others JSON"),
        ([one, tmp_path / "c.parquet"], "is not CSV or JSON: import it by itself"),
        ([one, "-"], "standard input and pipes can't be imported together"),
        (f"{tmp_path}/*.tsv", "no file matches"),
        ([one, tmp_path / "d.csv"], "there is no file"),
    ]
    for source, message in cases:
        with pytest.raises(SourceError, match=message):
            import_users(source, outbox)


@pytest.mark.parametrize("damage", ["cut", "checksum", "empty"])
def test_a_damaged_archive_is_rejected_as_a_whole(
    tmp_path: Path, outbox: Outbox, damage: str
) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        if damage != "empty":
            archive.writestr("a.csv", JANUARY)
    content = path.read_bytes()
    changed = content.replace(b"75001", b"75009") if damage == "checksum" else content[:-9]
    path.write_bytes(content if damage == "empty" else changed)
    message = "has no files" if damage == "empty" else "is damaged, or not a complete zip archive"
    with pytest.raises(SourceError, match=message):
        import_users(path, outbox)
    assert bodies(outbox) == []


def test_the_command(tmp_path: Path, project: Sandbox) -> None:
    write(tmp_path, a=JANUARY, b=FEBRUARY.replace(",,75003,\n", ""))
    done = run(tmp_path, project, "users", "a.csv", "b.csv")
    assert (done.returncode, table(done.stdout)["delivered"]) == (0, 3), done.stderr
    assert done.stdout.startswith("2 files: CSV, UTF-8, separated by commas, 3 rows: ")
    assert project.user("u2").data == {"zip": "75001", "n": 2}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]
