"""Queries in MySQL and MariaDB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lunogram import ConfigurationError
from lunogram.importing import ChangedSourceError, Query, SourceError, import_users, sync_users
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.support import services
from tests.support.import_files import bodies, run, table

PEOPLE = """
create table people (
    identifier varchar(20), zip varchar(10), spent decimal(10, 2), yes boolean, at timestamp(3),
    day date, local datetime, duration time, none text, key (identifier)
)
"""
ROWS = """
insert into people values
    ('u1', '00123', 1.50, false, '2026-01-05 08:00:00.250', '2026-01-05', '2026-01-05 10:00:00',
     '26:30:00', null),
    ('u2', 'é', 3, true, '2026-01-05 09:00:00', '2026-01-06', '2026-01-05 11:00:00', '-01:00', null)
"""
QUERY = "select * from people order by identifier desc"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with services.mysql_database() as url:
        execute(url, PEOPLE, ROWS)
        yield url


def execute(url: str, *statements: str) -> None:
    """Run statements as somebody with all rights."""
    with services.mysql(url.rpartition("/")[2]) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_values_keep_their_types_and_rows_their_order(url: str, outbox: Outbox) -> None:
    assert import_users(Query(QUERY + ";", url), outbox).queued == 2
    second, first = bodies(outbox)
    assert second["data"]["zip"] == "é"
    assert first == {
        "identifier": [{"external_id": "u1"}],
        "data": {
            "zip": "00123", "spent": 1.5, "yes": 0, "at": "2026-01-05T08:00:00.250+00:00",
            "day": "2026-01-05", "local": "2026-01-05T10:00:00", "duration": "26:30:00",
        },
    }  # fmt: skip


def test_it_resumes_unless_the_result_changed(url: str, outbox: Outbox) -> None:
    execute(url, "create table t (n integer)", "insert into t values (1), (2), (3), (4)")
    some = Query("select if(n < 3, concat('u', n), null) as identifier from t order by n", url)
    with pytest.raises(Exception, match="stopped after"):
        import_users(some, outbox, max_errors=0)
    assert import_users(some, outbox, max_errors=2).resumed_at == 3
    with pytest.raises(Exception, match="stopped after"):
        import_users(some, outbox, max_errors=0, restart=True)
    execute(url, "insert into t values (5)")
    with pytest.raises(ChangedSourceError):
        import_users(some, outbox)


@pytest.mark.parametrize("column", ["at", "local", "spent", "identifier"])
def test_a_sync_reads_on_from_a_watermark(url: str, outbox: Outbox, column: str) -> None:
    query = Query("with p as (select * from people) select * from p", url)
    assert sync_users(query, outbox, since=column).new == 2
    again = sync_users(query, outbox, since=column)
    assert (again.same, again.new, again.changed) == (1, 0, 0)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("selec 1", "the query: You have an error in your SQL syntax"),
        ("select * from nowhere", "the query: Table '.*nowhere' doesn't exist"),
        ("delete from people", "the query: You have an error in your SQL syntax"),
        ("drop table people", "the query: You have an error in your SQL syntax"),
        ("select 1 as identifier, 2 as identifier", "the query: Duplicate column name"),
        ("select json_value(1, 2, 3)", "the query: "),
    ],
)
def test_a_wrong_query_is_one_sentence(url: str, outbox: Outbox, sql: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        import_users(Query(sql, url), outbox)
    assert import_users(Query(QUERY, url), None, dry_run=True).rows == 2


@pytest.mark.parametrize(
    ("url", "error", "message"),
    [
        ("mysql://ada:secret@127.0.0.1:1/shop", SourceError, "the query: Can't connect to MySQL"),
        ("mysql://ada:secret@127.0.0.1:x/shop", ConfigurationError, "the URL .* is invalid"),
        ("mysql://ada:secret@h/shop?ssl=1", ConfigurationError, "the option ssl; known are"),
    ],
)
def test_the_password_is_not_shown(url: str, error: Any, message: str) -> None:
    query = Query("select 1", url)
    assert "secret" not in repr(query)
    with pytest.raises(error, match=message) as raised:
        import_users(query, None, dry_run=True)
    assert "secret" not in str(raised.value)


def test_the_command(url: str, tmp_path: Path, project: Sandbox) -> None:
    done = run(tmp_path, project, "users", "--database", url, "--query", QUERY)
    assert (done.returncode, table(done.stdout)["delivered"]) == (0, 2), done.stderr
    assert ", 2 rows: identifier, 8 columns of data" in done.stdout.splitlines()[0]


def test_no_driver_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pymysql", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'lunogram\[import-mysql\]'"):
        import_users(Query("select 1", "mysql://127.0.0.1/shop"), None, dry_run=True)


def test_it_is_read_only(url: str, outbox: Outbox) -> None:
    execute(url, "create sequence numbers")
    with pytest.raises(SourceError, match=r"READ ONLY"):
        import_users(Query("select nextval(numbers) as identifier", url), outbox)
