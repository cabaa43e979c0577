"""Memory has a bound, whatever the size of the file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.import_files import copied

pytestmark = pytest.mark.measured

MEGABYTE = 1_000_000
MOST = 200 * MEGABYTE

# The client is imported too, as in the command.
PROGRAM = """
import json, re, resource, sys
from pathlib import Path
import lunogram
from lunogram.importing import Query, import_users
from lunogram.outbox import Outbox

source, outbox = sys.argv[1:]
client = lunogram.Lunogram("sk_1", base_url="http://127.0.0.1:1/api")
with Outbox(outbox) as outbox, outbox.relay(client):
    result = import_users(Query(source) if source.startswith("select") else source, outbox)
try:  # what Linux says in ru_maxrss counts from before the program was another
    status = Path("/proc/self/status").read_text("ascii")
    most = 1024 * int(re.search(r"VmHWM:\\s+(\\d+)", status)[1])
except OSError:
    unit = 1 if sys.platform == "darwin" else 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
print(json.dumps([result.queued, result.rejected, most]))
"""

TABLE = """
    select 'user_' || i as identifier, 'u' || i || '@example.com' as email, i * 1.5 as total,
        repeat('words and words ', 8) as about, 'pro' as plan
    from range({rows}) as t(i)
"""


def as_csv(folder: Path, rows: int) -> Path:
    return copied(folder, TABLE.format(rows=rows), "people.csv")


def as_lines(folder: Path, rows: int) -> Path:
    return copied(folder, TABLE.format(rows=rows), "people.jsonl", "(format json)")


def as_parquet(folder: Path, rows: int) -> Path:
    return copied(folder, TABLE.format(rows=rows), "people.parquet")


def long_rows(folder: Path, rows: int) -> Path:
    """Rows of 200 KB, a tenth of them rejected."""
    path = folder / "people.csv"
    with path.open("w") as file:
        file.write("identifier,about\n")
        for number in range(rows):
            name = "" if number % 10 == 9 else f"user_{number}"
            file.write(f"{name},{'words and words ' * 12_500}\n")
    return path


def sorted_lines(folder: Path, rows: int) -> str:
    """A query that sorts more than DuckDB may have in memory, of which a tenth is imported."""
    path = as_lines(folder, 10 * rows)
    return f"select * from '{path}' order by about, email desc offset {9 * rows}"


@pytest.mark.parametrize(
    ("write", "rows"),
    [
        (as_csv, 300_000),
        (as_lines, 130_000),
        (as_parquet, 130_000),
        (long_rows, 500),
        (sorted_lines, 20_000),
    ],
)
def test_it_stays_under_200_megabytes(
    tmp_path: Path, write: Callable[[Path, int], Path | str], rows: int
) -> None:
    source = write(tmp_path, rows)

    line = [sys.executable, "-c", PROGRAM, str(source), f"sqlite:///{tmp_path}/outbox.db"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    queued, rejected, most = json.loads(done.stdout)
    print(f"{rows:,} rows, {most / MEGABYTE:.0f} MB of memory")
    assert queued + rejected == rows
    assert most < MOST
