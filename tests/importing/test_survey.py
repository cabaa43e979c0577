"""The survey of an input, which every import begins with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lunogram.importing import Query, SourceError, Survey, import_events, import_users
from lunogram.importing.formats import Input
from lunogram.testing import Sandbox
from tests.support.import_files import WRITERS, Rows, run

PEOPLE: Rows = [
    {"identifier": "u1", "email": "ada@example.com", "plan": "pro", "n": 5, "Name": "Ada"},
    {"identifier": "u2", "email": "bob@example.com", "plan": "free", "n": 12, "Name": "Bob"},
]


def survey(source: Input, work: Callable[..., Any] = import_users, **options: Any) -> Survey:
    found: list[Survey] = []
    work(source, None, dry_run=True, on_survey=found.append, **options)
    return found[0]


@pytest.mark.parametrize("form", ["csv", "semicolons", "csv.gz", "jsonl", "array", "sqlite"])
def test_it_tells_each_column(tmp_path: Path, form: str) -> None:
    found = survey(WRITERS[form](tmp_path, PEOPLE), mapping={"Name": "data.name", "plan": ""})

    shown = {each.name: (list(each.fields), each.reason, each.type) for each in found.columns}
    assert shown == {
        "identifier": (["identifier"], "name", "text"),
        "email": (["email"], "name", "text"),
        "plan": ([], "--map", "text"),
        "n": (["data.n"], "default", "number"),
        "Name": (["data.name"], "--map", "text"),
    }
    assert found.rows == 2
    assert found.columns[3].examples == ["5", "12"]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("semicolons", "CSV, UTF-8, separated by semicolons, 2 rows: "),
        ("csv.gz", "CSV, UTF-8, gzip, separated by commas, 2 rows: "),
        ("jsonl.gz", "JSON Lines, UTF-8, gzip, 2 rows: "),
        ("array", "JSON, UTF-8, 2 rows: "),
        ("parquet", "Parquet, 2 rows: "),
        ("duckdb", "DuckDB, 2 rows: "),
        ("sqlite", "SQLite, 2 rows: "),
    ],
)
def test_its_summary(tmp_path: Path, form: str, told: str) -> None:
    summary = survey(WRITERS[form](tmp_path, PEOPLE)).summary
    assert summary.endswith(f": {told}identifier, email, 3 columns of data")


def test_examples_are_masked(tmp_path: Path) -> None:
    rows = [{"identifier": "00123", "city": "São Paulo"}, {"identifier": "7", "city": "北京市"}]
    found = survey(WRITERS["csv"](tmp_path, rows))
    lines = "\n".join(found.lines())
    assert "99999  9" in lines
    assert "Xxx Xxxxx  xxx" in lines
    assert "São Paulo  北京市" in "\n".join(found.lines(show_data=True))
    assert "Paulo" not in repr(found)


def test_a_wide_table_is_cut(tmp_path: Path) -> None:
    row = {"identifier": "u1", **{f"c{n}": n for n in range(80)}}
    assert list(survey(WRITERS["csv"](tmp_path, [row])).lines())[-1] == "and 31 more columns"


def test_values_inside_of_objects(tmp_path: Path) -> None:
    rows = [{"event": "Paid", "properties": {"distinct_id": "u1"}}]
    path = WRITERS["jsonl"](tmp_path, rows)
    found = survey(path, import_events, preset="mixpanel")
    fields = {each.name: list(each.fields) for each in found.columns}
    assert fields == {"event": ["name"], "properties": ["data", "identifier"]}
    assert {each.reason for each in found.columns} == {"preset"}


def test_words_for_null_are_noted(tmp_path: Path) -> None:
    rows: Rows = [{"identifier": "u1", "n": 5}, {"identifier": "u2", "n": "N/A"}]
    path = WRITERS["csv"](tmp_path, rows)
    notes = " ".join(survey(path).notes)
    assert "'N/A' in line 3 is text; to make such cells empty: --null 'N/A'" in notes
    assert survey(path, null=["N/A"]).notes == []


def test_columns_that_sql_cannot_tell_apart(tmp_path: Path) -> None:
    path = WRITERS["csv"](tmp_path, [{"identifier": "u1", "plan": "a", "Plan": "b"}])
    with pytest.raises(SourceError, match=r"'plan' and 'Plan' .* differ only by case"):
        import_users(Query(f"from '{path}'"), None, dry_run=True)


def test_the_command_begins_with_it(tmp_path: Path, project: Sandbox) -> None:
    (tmp_path / "people.csv").write_text("identifier,plan,n\nu1,Pro,1\nu2,Free,N/A\n")

    dry = run(tmp_path, project, "users", "people.csv", "--dry-run").stdout.splitlines()
    shown = run(tmp_path, project, "users", "people.csv", "--dry-run", "--show-data").stdout
    real = run(tmp_path, project, "users", "people.csv").stdout.splitlines()

    first = "people.csv: CSV, UTF-8, separated by commas, 2 rows: identifier, 2 columns of data"
    assert dry[0] == real[0] == first
    assert dry[3].split() == ["plan", "data.plan", "text", "Xxx", "Xxxx"]
    assert "plan        data.plan   text  Pro  Free" in shown
    assert sum(line.startswith("Note: column 'n' is text") for line in real) == 1
    assert real[1].startswith("Note: ")
