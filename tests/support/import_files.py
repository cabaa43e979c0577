"""Inputs of every format, `lunogram import` as a process, and what it has queued."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from lunogram.importing import Query
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox

Rows = Sequence[Mapping[str, Any]]


def columns_of(rows: Rows) -> list[str]:
    """Every column of any row."""
    return list(dict.fromkeys(name for row in rows for name in row))


def csv_text(rows: Rows, **dialect: Any) -> str:
    """Rows as Python's own csv module writes them."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns_of(rows), **dialect)
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def jsonl_text(rows: Rows) -> str:
    """Rows as Python's own json module writes them."""
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def write_csv(folder: Path, rows: Rows, name: str = "rows.csv", **dialect: Any) -> Path:
    """A CSV file."""
    path = folder / name
    path.write_text(csv_text(rows, **dialect), newline="")
    return path


def _write_tsv(folder: Path, rows: Rows) -> Path:
    return write_csv(folder, rows, "rows.tsv", delimiter="\t")


def _write_semicolons(folder: Path, rows: Rows) -> Path:
    return write_csv(folder, rows, "rows.txt", delimiter=";", quoting=csv.QUOTE_ALL)


def _write_csv_gz(folder: Path, rows: Rows) -> Path:
    path = folder / "rows.csv.gz"
    path.write_bytes(gzip.compress(csv_text(rows).encode()))
    return path


def write_jsonl(folder: Path, rows: Rows) -> Path:
    """A file of JSON Lines."""
    path = folder / "rows.jsonl"
    path.write_text(jsonl_text(rows))
    return path


def _write_jsonl_gz(folder: Path, rows: Rows) -> Path:
    path = folder / "rows.ndjson.gz"
    path.write_bytes(gzip.compress(jsonl_text(rows).encode()))
    return path


def _write_array(folder: Path, rows: Rows) -> Path:
    path = folder / "rows.json"
    path.write_text(json.dumps(rows, indent=1))
    return path


def copied(folder: Path, query: str, name: str, options: str = "") -> Path:
    """The result of a DuckDB query, as a file."""
    with duckdb.connect() as connection:
        connection.execute(f"copy ({query}) to '{folder / name}' {options}")
    return folder / name


def _write_csv_zst(folder: Path, rows: Rows) -> Path:
    query = f"from read_csv('{write_csv(folder, rows)}', all_varchar = true)"
    return copied(folder, query, "rows.csv.zst", "(format csv, header true, compression zstd)")


def write_parquet(folder: Path, rows: Rows) -> Path:
    """A Parquet file."""
    return copied(folder, f"from '{write_jsonl(folder, rows)}'", "rows.parquet")


def query_file(folder: Path, rows: Rows) -> Query:
    """A query over a file."""
    return Query(f"select * from '{write_jsonl(folder, rows)}';")


def query_duckdb(folder: Path, rows: Rows) -> Query:
    """A query over a database of DuckDB."""
    source, database = write_jsonl(folder, rows), folder / "shop.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"create table rows as from '{source}'")
    return Query("select * from rows order by all", database)


def query_sqlite(folder: Path, rows: Rows) -> Query:
    """A query over a database of SQLite."""
    database, columns = folder / "shop.sqlite", columns_of(rows)
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" * len(columns))
    connection = sqlite3.connect(database)
    connection.execute(f"create table rows ({names})")
    values = [[row.get(name) for name in columns] for row in rows]
    connection.executemany(f"insert into rows values ({marks})", values)
    connection.commit()
    connection.close()
    return Query("select * from rows order by rowid", database)


WRITERS: dict[str, Callable[[Path, Rows], Path | Query]] = {
    "csv": write_csv,
    "tsv": _write_tsv,
    "semicolons": _write_semicolons,
    "csv.gz": _write_csv_gz,
    "csv.zst": _write_csv_zst,
    "jsonl": write_jsonl,
    "jsonl.gz": _write_jsonl_gz,
    "array": _write_array,
    "parquet": write_parquet,
    "query": query_file,
    "duckdb": query_duckdb,
    "sqlite": query_sqlite,
}


def queued(outbox: Outbox) -> list[tuple[str, Any]]:
    """The path and the body of each pending entry."""
    entries = outbox._store.pending(None)
    return [(entry.path, json.loads(entry.body or b"null")) for entry in entries]


def bodies(outbox: Outbox) -> list[Any]:
    """The bodies of the pending entries."""
    return [body for _, body in queued(outbox)]


KILLING = """
import os, signal

def killing(owner, name, calls, before):
    original, count = getattr(owner, name), iter(range(100))
    def changed(*arguments, **options):
        die = next(count) == calls
        if before and die: os.kill(os.getpid(), signal.SIGKILL)
        answer = original(*arguments, **options)
        if die: os.kill(os.getpid(), signal.SIGKILL)
        return answer
    setattr(owner, name, changed)
"""
"""Python of a function that kills the process at a call of another function."""


# -- the command ----------------------------------------------------------------------------------

PROGRAM = "import sys; from lunogram.cli import main; sys.argv[0] = 'lunogram'; main()"


def start(
    folder: Path,
    project: Sandbox,
    *arguments: str,
    command: str = "import",
    before: str = "",
    **options: Any,
) -> subprocess.Popen[str]:
    """Start `lunogram import`, or another command, in a folder; `before` is Python to run first."""
    line = [sys.executable, "-W", "error", "-c", f"{before}\n{PROGRAM}", command, *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    environ = {**os.environ, **project.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(line, cwd=folder, env=environ, text=True, **pipes)


def run(
    folder: Path, project: Sandbox, *arguments: str, given: str = "", **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    process = start(folder, project, *arguments, stdin=subprocess.PIPE, **options)
    output, errors = process.communicate(given, timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def table(output: str) -> dict[str, int]:
    """The numbers at the end of the output."""
    lines = [line.split() for line in output.splitlines()]
    return {
        line[0]: int(line[1].replace(",", ""))
        for line in lines
        if len(line) == 2 and line[1].replace(",", "").isdigit()
    }
