"""Files as people have them: read as they are meant, or rejected in one sentence."""

from __future__ import annotations

import bz2
import gzip
import lzma
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from backports import zstd

from lunogram.errors import ConfigurationError
from lunogram.importing import Query, SourceError, import_events, import_users
from lunogram.importing.formats import Input
from lunogram.outbox import Outbox
from tests.support.import_files import bodies, write_csv

ADA = {"identifier": [{"external_id": "ada"}], "data": {"n": 1}}
BOB = {"identifier": [{"external_id": "bob"}], "data": {"n": 2}}
LINES = ['{"identifier": "ada", "n": 1}', '{"identifier": "bob", "n": 2}']


CSV_ROWS = "identifier,n\n" + "".join(f"u{n},{n}\n" for n in range(3000))
JSONL_ROWS = "".join(f'{{"identifier": "u{n}"}}\n' for n in range(3000))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("lf.csv", b"identifier,n\nada,1\nbob,2\n"),
        ("no_last_line_end.csv", b"identifier,n\nada,1\nbob,2"),
        ("crlf.csv", b"identifier,n\r\nada,1\r\nbob,2\r\n"),
        ("cr.csv", b"identifier,n\rada,1\rbob,2\r"),
        ("bom.csv", b"\xef\xbb\xbfidentifier,n\nada,1\nbob,2\n"),
        ("spaces_in_the_header.csv", b"identifier, n\nada,1\nbob,2\n"),
        ("empty_lines.csv", b"identifier,n\nada,1\n\nbob,2\n\n"),
        ("quoted.csv", b'"identifier","n"\n"ada","1"\n"bob","2"\n'),
        ("quoted_comma.csv", b'identifier,"n"\nada,1\nbob,2\n'),
        ("semicolons.csv", b"identifier;n\nada;1\nbob;2\n"),
        ("bars.txt", b"identifier|n\nada|1\nbob|2\n"),
        ("mixed.csv", b"identifier,n\nada,1\r\nbob,2\n"),
        ("mixed2.csv", b"identifier,n\r\nada,1\r\nbob,2\n"),
        ("blank_first.csv", b"\n \nidentifier,n\nada,1\nbob,2\n"),
        ("utf16.csv", "identifier,n\nada,1\nbob,2\n".encode("utf-16")),
        ("utf16_tabs.txt", "identifier\tn\r\nada\t1\r\nbob\t2\r\n".encode("utf-16")),
        (
            "utf16.jsonl",
            '{"identifier": "ada", "n": 1}\n{"identifier": "bob", "n": 2}\n'.encode("utf-16"),
        ),
        ("utf32.csv", "identifier,n\nada,1\nbob,2\n".encode("utf-32")),
        ("ended_by_dos.csv", b"identifier,n\r\nada,1\r\nbob,2\r\n\x1a"),
        ("rows_of_commas.csv", b"identifier,n\r\nada,1\r\n,\r\nbob,2\r\n,\r\n"),
        ("spaces_at_the_end.csv", b"identifier,n\nada,1\nbob,2\n   \n"),
        ("comma_at_the_end.csv", b"identifier,n,\nada,1,\nbob,2,\n"),
        ("joined.csv", b"identifier,n\nada,1\nidentifier,n\nbob,2\n"),
        ("told.csv", b"sep=;\r\nidentifier;n\r\nada;1\r\nbob;2\r\n"),
        ("control.csv", b"identifier\x01n\nada\x011\nbob\x012\n"),
        ("spaced.csv", b'identifier, n\n"ada", "1"\nbob, 2\n'),
        ("invisible.csv", b"\xe2\x80\x8bidentifier,n\nada,1\nbob,2\n"),
        ("template.csv", b"external_id,n\nada,1\nbob,2\n"),
        ("gzip_inside.csv", gzip.compress(b"identifier,n\nada,1\nbob,2\n", mtime=0)),
        ("bzip2.csv.bz2", bz2.compress(b"identifier,n\nada,1\nbob,2\n")),
        ("xz.csv.xz", lzma.compress(b"identifier,n\nada,1\nbob,2\n")),
        ("bom.json", b'\xef\xbb\xbf[{"identifier": "ada", "n": 1}, {"identifier": "bob", "n": 2}]'),
        ("array.json", b'[{"identifier": "ada", "n": 1},\n{"identifier": "bob", "n": 2}]\n'),
        (
            "wrapped.json",
            f'{{"more": {{"data": []}}, "data": [{LINES[0]}, {LINES[1]}]}}'.encode(),
        ),
        ("upper.CSV", b"identifier,n\nada,1\nbob,2\n"),
        ("a[1]*?.csv", b"identifier,n\nada,1\nbob,2\n"),
        ("it's.csv", b"identifier,n\nada,1\nbob,2\n"),
        ("crlf.jsonl", b'{"identifier": "ada", "n": 1}\r\n{"identifier": "bob", "n": 2}\r\n'),
        ("mixed.jsonl", b'{"identifier": "ada", "n": 1}\r\n{"identifier": "bob", "n": 2}\n'),
        ("bom.jsonl", b'\xef\xbb\xbf{"identifier": "ada", "n": 1}\n{"identifier": "bob", "n": 2}'),
        ("empty.jsonl", b'\n{"identifier": "ada", "n": 1}\n\n{"identifier": "bob", "n": 2}\n\n'),
        ("lines.json", b'{"identifier": "ada", "n": 1}\n{"identifier": "bob", "n": 2}\n'),
    ],
)
def test_it_is_read(tmp_path: Path, outbox: Outbox, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert import_users(tmp_path / name, outbox).rejected == 0
    assert bodies(outbox) == [ADA, BOB]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", b"", "empty.csv is empty"),
        ("empty.jsonl.gz", gzip.compress(b"", mtime=0), "empty.jsonl.gz is empty"),
        ("blank.csv", b"\n\n", "or anonymous_id, which users need; there are no columns"),
        ("array.csv", b'[{"identifier": "ada"}]', "array.csv looks like JSON: --format json"),
        ("lines.csv", b'{"identifier": "ada"}\n', "lines.csv looks like JSON: --format jsonl"),
        ("nul.csv", b"a\0\0\0\0\0", "nul.csv is not text: it has NUL characters"),
        ("cut.parquet", b"PAR1" + b"x" * 99, "it is not a complete Parquet file"),
        (
            "other.csv",
            b"id,E-mail\n1,2\n",
            "no column identifier or anonymous_id, which users need; the columns are 'id'",
        ),
        (
            "short.csv",
            b"identifier,n\nada,1\nbob\n",
            "line 3 has 1 cells, but the header has 2 columns",
        ),
        (
            "long.csv",
            b"identifier,n\nada,1,2\n",
            "line 2 has 3 cells, but the header has 2 columns",
        ),
        ("open.csv", b'identifier,n\n"ada,1\nbob,2\n', "an unclosed quote"),
        ("after.csv", b'identifier,n\n"ada"x,1\nbob,2\n', "text after a closing quote"),
        ("latin.csv", "identifier,n\nada,é\n".encode("latin-1"), "line 2 is not UTF-8"),
        ("latin.jsonl", '{"identifier": "é"}\n'.encode("latin-1"), "line 1 is not UTF-8"),
        ("twice.csv", b"identifier,n,n\nada,1,2\n", "there are two columns 'n'"),
        (
            "nameless.csv",
            b"identifier,,n\nada,1,2\n",
            "column 2 has values, but no name; omit it with --map",
        ),
        ("both.csv", b"identifier,data.n,n\nada,1,2\n", "data.n and n are both data.n"),
        (
            "part.csv",
            b"identifier,n,n.m\nada,1,2\n",
            "column n can't be a value: the column n.m is a key",
        ),
        ("huge.csv", b"identifier,n\nada," + b"1" * 3_000_000 + b"\n", "longer than 2,000,000"),
        ("damaged.csv.gz", gzip.compress(b"identifier\nada\n", mtime=0)[:15], "is truncated"),
        (
            "no.csv.gz",
            b"identifier\nada\n",
            "is not compressed with gzip, as its name",
        ),
        ("no.parquet", b"identifier\nada\n", "no.parquet: "),
        ("parquet.csv", b"PAR1....", "is a Parquet file: --format parquet"),
        ("sqlite.csv", b"SQLite format 3\0...", "is a SQLite database: --format sqlite"),
        ("people.sqlite", b"SQLite format 3\0...", "file is not a database"),
        ("xlsx.csv", b"PK\x03\x04...", "an Excel workbook: --format xlsx"),
        ("page.csv", b"<!DOCTYPE html><html>", "is a web page"),
        ("utf16.csv", "identifier,n\nada,1\n".encode("utf-16-le"), "--encoding utf-16-le"),
        ("utf16.jsonl", '{"identifier": "ada"}'.encode("utf-16-be"), "--encoding utf-16-be"),
        ("utf32.csv", "identifier,n\nada,1\n".encode("utf-32-le"), "--encoding utf-32-le"),
        (
            "titles.csv",
            b"Report,,\n2026,,\nidentifier,n,m\nada,1,2\n",
            "line 3 seems to be one: --skip 2",
        ),
        ("no_header.csv", b"u1,ada@example.com\n", "the first line seems to be data"),
        ("pretty.jsonl", b'{\n"identifier": "ada"\n}\n', "none of its lines is a JSON object"),
        ("array.jsonl", b'[{"identifier": "ada"}]\n', "if it is one document: --format json"),
        ("comma.json", b'[{"identifier": "ada"},\n]', "line 2 lacks a value"),
        ("cut.json", b'[{"identifier": "ada"},\n{"identifier": "bob', "line 2 ends too early"),
        ("two.json", b'[{"identifier": "ada"}]\n[]', "line 2 has content after the end"),
        ("arrays.json", b'[["identifier"],["ada"]]', "none of its elements is a JSON object"),
        ("people.7z", b"7z", "has an unsupported compression"),
        ("people.xlsx", b"PK", "is not a complete Excel workbook"),
        ("people", b"identifier\nada\n", "has no known ending"),
    ],
)
def test_it_is_rejected(
    tmp_path: Path, outbox: Outbox, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError) as caught:
        import_users(tmp_path / name, outbox)
    assert message in str(caught.value)
    assert "ada" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert outbox.stats().queued == 0
    assert sorted(path.name for path in tmp_path.glob("*rejected*")) == []


def compressed(text: str) -> dict[str, bytes]:
    return {
        "gz": gzip.compress(text.encode()),
        "zst": zstd.compress(text.encode()),
        "bz2": bz2.compress(text.encode()),
        "xz": lzma.compress(text.encode()),
    }


@pytest.mark.parametrize("damage", ["short", "shorter", "flipped", "more"])
@pytest.mark.parametrize("packing", ["gz", "zst", "bz2", "xz"])
@pytest.mark.parametrize("rows", [JSONL_ROWS, CSV_ROWS], ids=["jsonl", "csv"])
@pytest.mark.slow
def test_damaged_compression_is_rejected_as_a_whole(
    tmp_path: Path, outbox: Outbox, rows: str, packing: str, damage: str
) -> None:
    if damage == "more" and packing in ("bz2", "xz"):
        pytest.skip("what comes after the end is not read")
    whole = compressed(rows)[packing]
    content = {
        "short": whole[:-1],
        "shorter": whole[: len(whole) // 2],
        "flipped": whole[:-10] + bytes([whole[-10] ^ 1]) + whole[-9:],
        "more": whole + b"something else",
    }[damage]
    path = tmp_path / f"people.{'csv' if rows is CSV_ROWS else 'jsonl'}.{packing}"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"is truncated|is damaged|line \d+"):
        import_users(path, outbox)
    assert outbox.stats().queued == 0
    path.write_bytes(whole)
    assert import_users(path, outbox).queued == 3000


@pytest.mark.parametrize(
    ("name", "content", "options", "names"),
    [
        (
            "w.csv",
            "identifier,name\nu,“Zoë” €5".encode("cp1252"),
            {"encoding": "cp1252"},
            "“Zoë” €5",
        ),
        (
            "j.csv",
            "identifier,name\nu,山田太郎".encode("cp932"),
            {"encoding": "shift_jis"},
            "山田太郎",
        ),
        ("u.csv", "identifier,name\nu,é".encode("utf-16-le"), {"encoding": "utf-16-le"}, "é"),
        ("cr.csv", b'identifier,name\r\nu,"a\r\xc3\xa9"\r\n', {}, "a\ré"),
        ("skip.csv", b"A report,\n\nidentifier,name\nu,x\n", {"skip": 2}, "x"),
        ("sep.csv", b"identifier~name\nu~x\n", {"separator": "~"}, "x"),
        ("escape.csv", b'identifier,name\nu,"say \\"hi\\""\n', {"escape": "\\"}, 'say "hi"'),
        ("null.csv", b"identifier,name,n\nu,x,\\N\n", {"null": ["\\N"]}, "x"),
        ("short.csv", b"identifier,name,n\nu,x\n", {"short_rows": True}, "x"),
        ("break.csv", b'identifier,name,"n\nm"\nu,x,\n', {}, "x"),
        ("tabs.tsv", b"identifier\tname\tc (a, b, c, d)\nu\tx\t\n", {}, "x"),
    ],
)
def test_it_is_read_with_the_right_option(
    *, tmp_path: Path, outbox: Outbox, name: str, content: bytes, options: Any, names: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert import_users(tmp_path / name, outbox, **options).rejected == 0
    assert bodies(outbox)[0]["data"] == {"name": names}


@pytest.mark.parametrize("columns", [30, 1000])
def test_of_any_width(tmp_path: Path, outbox: Outbox, columns: int) -> None:
    names = [f"c{number}" for number in range(columns)]
    rows = [{"identifier": f"u{row}", **dict.fromkeys(names, "x")} for row in range(50)]
    import_users(write_csv(tmp_path, rows), outbox)
    assert len(bodies(outbox)[49]["data"]) == columns


def test_a_row_that_cannot_be_is_the_only_one(tmp_path: Path, outbox: Outbox) -> None:
    deep = "[" * 5000 + "]" * 5000
    lines = [
        '{"identifier": "u1"}',
        f'{{"identifier": "u2", "x": {deep}}}',
        f'{{"identifier": "u3", "x": {"9" * 5000}}}',
        '{"identifier": "u4", "x": "\\ud83d"}',
        '{"identifier": "u5", "x": 1e999}',
        f'{{"identifier": "u6", "x": {"[" * 90}{"]" * 90}}}',
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    (tmp_path / "b.json").write_text(f"[{','.join(lines)}]")
    for name in ("a.jsonl", "b.json"):
        result = import_users(tmp_path / name, outbox)
        assert (result.queued, result.rejected) == (2, 4)


def test_deep_cells_of_csv(tmp_path: Path, outbox: Outbox) -> None:
    deep = "[" * 5000 + "]" * 5000
    rows = [{"identifier": "u1", "data": deep}, {"identifier": "u2", "data": '{"a": 1}'}]
    assert import_users(write_csv(tmp_path, rows), outbox).rejected == 1
    assert bodies(outbox)[0]["data"] == {"a": 1}


@pytest.mark.parametrize("email", ["mailto:a@b.cc", "\u200ba@b.cc", "a@b\u00ad.cc"])
def test_what_a_spreadsheet_left_in_an_address(tmp_path: Path, outbox: Outbox, email: str) -> None:
    rows = [{"identifier": "u1", "email": email}]
    assert import_users(write_csv(tmp_path, rows), outbox).rejected == 1


def test_identifiers_that_a_spreadsheet_has_rounded_are_noted(
    tmp_path: Path, outbox: Outbox
) -> None:
    rows = [{"identifier": "u1"}, {"identifier": "1.23457E+15"}, {"identifier": "1.2E+15"}]
    (note,) = import_users(write_csv(tmp_path, rows), outbox).notes
    assert "column 'identifier' has a number such as 1.23E+15 in line 3" in note


def test_a_set_type_rejects_other_cells(tmp_path: Path, outbox: Outbox) -> None:
    cells = ["10.00", "N/A", "1e3", "", "00123", "12345678901234567", "x"]
    rows = [{"identifier": f"u{n}", "spent": cell} for n, cell in enumerate(cells)]
    result = import_users(
        write_csv(tmp_path, rows), outbox, types={"spent": "number"}, null=["N/A"]
    )
    assert (result.queued, result.rejected) == (5, 2)
    assert [body.get("data") for body in bodies(outbox)] == [
        {"spent": 10.0}, None, {"spent": 1000.0}, None, {"spent": 123},
    ]  # fmt: skip


def test_a_note_says_which_line_made_text_of_numbers(tmp_path: Path, outbox: Outbox) -> None:
    rows = [{"identifier": f"u{n}", "score": "5" if n != 40 else "N/A"} for n in range(60)]
    word, note = import_users(write_csv(tmp_path, rows), outbox).notes
    assert "'N/A' in line 42" in word
    assert "column 'score' is text, because of line 42" in note
    assert "59 of its cells are number: --type score=number" in note


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("nowhere.csv", "there is no file nowhere.csv"),
        (".", "is a directory"),
        (Query("select 1 as x"), "no column identifier"),
        (Query("selec 1"), "the query: Parser Error: "),
        (Query("from nowhere"), "the query: Catalog Error: "),
        (Query("from 'nowhere.csv'"), "the query: IO Error: "),
        (Query("select 1 as identifier, 2 as identifier"), "two columns 'identifier'"),
        (Query("select 'ada'::int as identifier"), "the query: "),
        (Query("select 1 as identifier", "nowhere.db"), "there is no database nowhere.db"),
    ],
)
def test_so_is_what_is_not_there(outbox: Outbox, source: Input, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        import_users(source, outbox)
    assert message in str(caught.value)
    assert "ada" not in str(caught.value)


def test_a_header_alone_is_no_rows(tmp_path: Path, outbox: Outbox) -> None:
    (tmp_path / "people.csv").write_text("identifier,email")
    result = import_users(tmp_path / "people.csv", outbox)
    assert (result.rows, result.complete) == (0, True)


@pytest.mark.parametrize(
    ("query", "message"),
    [("select * from persons", "no such table: persons"), ("select * from people", "no column")],
)
def test_a_wrong_query_says_so_and_lets_go_of_the_database(
    tmp_path: Path, outbox: Outbox, query: str, message: str
) -> None:
    database = tmp_path / "shop.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("create table people (id)")
    with pytest.raises(SourceError, match=message):
        import_users(Query(query, database), outbox)
    opened = Path("/proc/self/fd").iterdir() if sys.platform == "linux" else ()
    assert str(database) not in [str(each.readlink()) for each in opened if each.is_symlink()]


@pytest.mark.parametrize("group", ["name", "identifier or match or anonymous_id"])
def test_every_required_column_is_named(tmp_path: Path, outbox: Outbox, group: str) -> None:
    present = "identifier" if group == "name" else "name"
    (tmp_path / "events.csv").write_text(f"{present}\nx\n")
    with pytest.raises(SourceError, match=f"no column {group}, which events need"):
        import_events(tmp_path / "events.csv", outbox)


def test_unknown_formats_are_rejected(tmp_path: Path, outbox: Outbox) -> None:
    (tmp_path / "people.csv").write_text("identifier\nada\n")
    with pytest.raises(ConfigurationError, match="csv, jsonl, json, parquet"):
        import_users(tmp_path / "people.csv", outbox, format="xml")  # type: ignore[arg-type]


def test_an_import_needs_an_outbox(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("identifier\nada\n")
    with pytest.raises(ConfigurationError, match="needs an outbox"):
        import_users(tmp_path / "people.csv", None)
