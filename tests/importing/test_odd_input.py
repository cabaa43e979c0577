"""Files as people have them: read as they are meant, or refused in one sentence."""

from __future__ import annotations

import gzip
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from lunogram.errors import ConfigurationError
from lunogram.importing import Query, SourceError, import_events, import_users
from lunogram.importing.opening import Input
from lunogram.outbox import Outbox
from tests.support.importing import bodies

ADA = {"identifier": [{"external_id": "ada"}], "data": {"n": 1}}
BOB = {"identifier": [{"external_id": "bob"}], "data": {"n": 2}}


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
    assert import_users(tmp_path / name, outbox).refused == 0
    assert bodies(outbox) == [ADA, BOB]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", b"", "no column identifier, which users need; there are none"),
        ("empty.jsonl", b"", "no column identifier, which users need; there are none"),
        (
            "other.csv",
            b"id,E-mail\n1,2\n",
            "no column identifier, which users need; there are 'id'",
        ),
        ("blank_first.csv", b"\n\nidentifier\nada\n", "no column identifier"),
        ("short.csv", b"identifier,n\nada,1\nbob\n", "line 3 does not have as many cells"),
        ("long.csv", b"identifier,n\nada,1,2\n", "line 2 does not have as many cells"),
        ("open.csv", b'identifier,n\n"ada,1\nbob,2\n', "a quote that is not closed"),
        ("after.csv", b'identifier,n\n"ada"x,1\nbob,2\n', "text after a closing quote"),
        ("mixed.csv", b"identifier,n\nada,1\r\nbob,2\n", "lines end in different ways"),
        ("mixed2.csv", b"identifier,n\r\nada,1\r\nbob,2\n", "lines end in different ways"),
        ("latin.csv", "identifier,n\nada,é\n".encode("latin-1"), "line 2 is not UTF-8"),
        ("latin.jsonl", '{"identifier": "é"}\n'.encode("latin-1"), "line 1 is not UTF-8"),
        ("utf16.csv", "identifier,n\nada,1\n".encode("utf-16"), "is not UTF-8"),
        ("twice.csv", b"identifier,n,n\nada,1,2\n", "there are two columns 'n'"),
        ("nameless.csv", b"identifier,,n\nada,1,2\n", "column 2 has no name"),
        ("both.csv", b"identifier,data.n,n\nada,1,2\n", "data.n and n are both data.n"),
        ("part.csv", b"identifier,n,n.m\nada,1,2\n", "column n can't be a value: n.m is a part"),
        ("broken.csv", b'identifier,"a\nb"\r\nada,1\r\n', "has a line break in it"),
        ("huge.csv", b"identifier,n\nada," + b"1" * 3_000_000 + b"\n", "longer than 2,000,000"),
        ("damaged.csv.gz", gzip.compress(b"identifier\nada\n", mtime=0)[:15], "end of GZIP"),
        ("no.csv.gz", b"identifier\nada\n", "no.csv.gz: "),
        ("no.parquet", b"identifier\nada\n", "no.parquet: "),
        ("people.zip", b"PK", "is packed in a way that can't be read here"),
        ("people.xlsx", b"PK", "does not say by its name how its rows are written"),
        ("people", b"identifier\nada\n", "does not say by its name how its rows are written"),
    ],
)
def test_it_is_refused(
    tmp_path: Path, outbox: Outbox, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError) as caught:
        import_users(tmp_path / name, outbox)
    assert message in str(caught.value)
    assert "ada" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert outbox.stats().queued == 0
    assert sorted(path.name for path in tmp_path.glob("*refused*")) == []


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


@pytest.mark.parametrize("group", ["name", "identifier or match"])
def test_every_required_column_is_named(tmp_path: Path, outbox: Outbox, group: str) -> None:
    present = "identifier" if group == "name" else "name"
    (tmp_path / "events.csv").write_text(f"{present}\nx\n")
    with pytest.raises(SourceError, match=f"no column {group}, which events need"):
        import_events(tmp_path / "events.csv", outbox)


def test_unknown_formats_are_refused(tmp_path: Path, outbox: Outbox) -> None:
    (tmp_path / "people.csv").write_text("identifier\nada\n")
    with pytest.raises(ConfigurationError, match="csv, jsonl, json, parquet"):
        import_users(tmp_path / "people.csv", outbox, format="xml")  # type: ignore[arg-type]


def test_an_import_needs_an_outbox(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("identifier\nada\n")
    with pytest.raises(ConfigurationError, match="needs an outbox"):
        import_users(tmp_path / "people.csv", None)
