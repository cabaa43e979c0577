"""Killed syncs: whatever the store, each row is queued once, and none is forgotten."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from lunogram.outbox import Outbox
from tests.outbox.stores import KINDS, StoreKind
from tests.support.import_files import KILLING, bodies

ROWS = 3_500
PROGRAM = f"""{KILLING}
import sys
from lunogram.importing import Query, sync_events
from lunogram.importing.sync_state import SyncState
from lunogram.outbox import Outbox

exec(sys.argv[2])
query = Query("select 'paid' as name, 'u' || id as identifier, id from sales", "shop.db")
with Outbox(sys.argv[1]) as outbox:
    result = sync_events(query, outbox, state="state.db", key="id")
print(result.new, result.same)
"""


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    kind: StoreKind = request.param
    url = kind.make()
    yield url
    kind.destroy(url)


@pytest.fixture(autouse=True)
def sales(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "shop.db")
    connection.execute("create table sales (id integer)")
    connection.executemany("insert into sales values (?)", [(n,) for n in range(ROWS)])
    connection.commit()
    connection.close()


def start(folder: Path, url: str, before: str = "") -> subprocess.Popen[str]:
    line = [sys.executable, "-W", "error", "-c", PROGRAM, url, before]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    pipe = subprocess.PIPE
    return subprocess.Popen(line, cwd=folder, env=environ, text=True, stdout=pipe, stderr=pipe)


def assert_each_is_queued_once(folder: Path, url: str, remembered: int | None = None) -> None:
    output, errors = (last := start(folder, url)).communicate(timeout=120)
    assert last.returncode == 0, errors
    new, same = map(int, output.split())
    assert new + same == ROWS
    assert remembered in (None, same)
    with Outbox(url) as outbox:
        assert Counter(body["data"]["id"] for body in bodies(outbox)) == Counter(range(ROWS))


@pytest.mark.parametrize(
    ("point", "remembered"),
    [
        ("killing(SyncState, 'stage', 2, False)", 2_000),
        ("killing(Outbox, 'queue_calls', 2, False)", 3_000),
        ("killing(SyncState, 'settle', 2, False)", 3_000),
        ("killing(SyncState, 'settle', 3, False)", ROWS),
    ],
)
def test_kills_at_named_points(tmp_path: Path, url: str, point: str, remembered: int) -> None:
    killed = start(tmp_path, url, point)
    _, errors = killed.communicate(timeout=120)
    assert killed.returncode == -signal.SIGKILL, errors
    assert_each_is_queued_once(tmp_path, url, remembered)


def test_kills_at_random_moments(tmp_path: Path) -> None:
    chance, url = random.Random(1), f"sqlite:///{tmp_path}/outbox.db"
    for _ in range(6):
        process = start(tmp_path, url)
        time.sleep(chance.uniform(0.3, 1.2))
        process.kill()
        process.communicate()
    assert_each_is_queued_once(tmp_path, url)
