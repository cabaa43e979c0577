"""Queries in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from lunogram.importing import ChangedSourceError, Query, SourceError, import_users, sync_users
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.support import services
from tests.support.import_files import bodies, run, table

PEOPLE = """
create table people as
    select 'u' || i as identifier, '00123' as zip, i * 1.5 as spent, i > 1 as yes,
        timestamptz '2026-01-05 10:00+02' as at, date '2026-01-05' as day,
        interval '1 month' as every,
        jsonb_build_object('a', null, 'b', array[1, 2]) as more, null::text as none
    from generate_series(1, 3) as i
"""
QUERY = "select * from people order by identifier"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with services.database() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(PEOPLE)
        yield url


def test_values_keep_their_types(url: str, outbox: Outbox) -> None:
    assert import_users(Query(QUERY + ";", url), outbox).queued == 3
    first = bodies(outbox)[0]
    assert first == {
        "identifier": [{"external_id": "u1"}],
        "data": {
            "zip": "00123", "spent": 1.5, "yes": False, "at": "2026-01-05T08:00:00+00:00",
            "day": "2026-01-05", "every": "1 mon", "more": {"a": None, "b": [1, 2]},
        },
    }  # fmt: skip


def test_it_resumes_unless_the_result_changed(
    url: str, outbox: Outbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where its rejected rows are kept
    some = Query("select case when n < 3 then 'u' || n end as identifier from t order by n", url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table t as select generate_series(1, 4) n")
        with pytest.raises(Exception, match="stopped after"):
            import_users(some, outbox, max_errors=0)
        assert import_users(some, outbox, max_errors=2).resumed_at == 3
        with pytest.raises(Exception, match="stopped after"):
            import_users(some, outbox, max_errors=0, restart=True)
        connection.execute("insert into t values (5)")
        with pytest.raises(ChangedSourceError):
            import_users(some, outbox)


@pytest.mark.parametrize("column", ["at", "day", "spent", "identifier"])
def test_a_sync_reads_on_from_a_watermark(
    url: str, outbox: Outbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, column: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert sync_users(Query(QUERY, url), outbox, since=column).new == 3
    again = sync_users(Query(QUERY, url), outbox, since=column)
    assert (again.new, again.changed, again.same) == (0, 0, 3 if column in ("at", "day") else 1)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("selec 1", "the query: syntax error"),
        ("select * from nowhere", 'the query: relation "nowhere" does not exist'),
        ("select 'ada@example.com'::int as identifier", r"the query: PostgreSQL reports .*22P02"),
        ("delete from people returning *", "the query: "),
    ],
)
def test_a_wrong_query_is_one_sentence(url: str, outbox: Outbox, sql: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as error:
        import_users(Query(sql, url), outbox)
    assert "ada@" not in str(error.value)
    assert import_users(Query(QUERY, url), None, dry_run=True).rows == 3


def test_the_password_is_not_shown() -> None:
    query = Query("select 1", "postgresql://ada:secret@127.0.0.1:1/shop?connect_timeout=1")
    assert "postgresql://ada@127.0.0.1:1/shop" in repr(query)
    with pytest.raises(SourceError, match="the query: connection failed") as error:
        import_users(query, None, dry_run=True)
    assert "secret" not in repr(query) + str(error.value)


def test_the_command(url: str, tmp_path: Path, project: Sandbox) -> None:
    done = run(tmp_path, project, "users", "--database", url, "--query", QUERY)
    assert (done.returncode, table(done.stdout)["delivered"]) == (0, 3), done.stderr
    assert done.stdout.startswith("the query: PostgreSQL, 3 rows: identifier, 8 columns of data")
