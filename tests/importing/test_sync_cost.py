"""What a sync of a large table costs when little has changed."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.measured

ROWS = 100_000
CHANGED = 100
# A million rows in a minute, as CPU time; and a bound of memory for any number.
MICROSECONDS = 60
MEGABYTES = 200
PROGRAM = """
import json, re, resource, sys, time
from pathlib import Path
import lunogram
from lunogram.importing import Query, sync_users
from lunogram.outbox import Outbox

client = lunogram.Lunogram("sk_1", base_url="http://127.0.0.1:1/api")
sql = "select 'user_' || id as identifier, email, plan, total, about from people"
begun = time.process_time()
with Outbox("sqlite:///outbox.db") as outbox:
    result = sync_users(Query(sql, "shop.db"), outbox)
seconds = time.process_time() - begun
try:  # what Linux says in ru_maxrss counts from before the program was another
    status = Path("/proc/self/status").read_text("ascii")
    most = 1024 * int(re.search(r"VmHWM:\\s+(\\d+)", status)[1])
except OSError:
    unit = 1 if sys.platform == "darwin" else 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
print(json.dumps([result.new, result.changed, result.same, seconds, most / 1e6]))
"""


def change(folder: Path, *statements: str) -> None:
    connection = sqlite3.connect(folder / "shop.db")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def sync(folder: Path) -> tuple[list[int], float, float]:
    """The counts, the seconds of CPU time, and the megabytes of memory."""
    line = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *counts, seconds, megabytes = json.loads(done.stdout)
    return counts, seconds, megabytes


def test_little_has_changed_in_a_large_table(tmp_path: Path) -> None:
    change(
        tmp_path,
        "create table people (id integer primary key, email, plan, total, about)",
        f"""
        with recursive n(i) as (select 1 union all select i + 1 from n where i < {ROWS})
        insert into people
            select i, 'u' || i || '@example.com', 'pro', i * 1.5, 'words and words and words' from n
        """,
    )
    counts, _, first_megabytes = sync(tmp_path)
    assert counts == [ROWS, 0, 0]
    change(tmp_path, f"update people set plan = 'free' where id <= {CHANGED}")

    counts, seconds, megabytes = sync(tmp_path)

    print(f"{seconds / ROWS * 1e6:.0f} µs a row, {megabytes:.0f} MB")
    assert counts == [0, CHANGED, ROWS - CHANGED]
    assert seconds < ROWS * MICROSECONDS / 1e6
    assert max(first_megabytes, megabytes) < MEGABYTES
