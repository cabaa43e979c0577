"""Imports into outboxes of every kind: killed in between, they go on where they were."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.outbox.stores import KINDS, StoreKind
from tests.support.import_files import run
from tests.support.known_users import upsert_users

ROWS = 3_500

KILLED = """
import os, signal
from lunogram.outbox import Outbox

original, chunks = Outbox.queue_calls, iter(range(100))

def queue_calls(*arguments, **options):
    chunk = next(chunks)
    if chunk == 2 and {before}: os.kill(os.getpid(), signal.SIGKILL)
    original(*arguments, **options)
    if chunk == 2: os.kill(os.getpid(), signal.SIGKILL)

Outbox.queue_calls = queue_calls
"""


@pytest.fixture(autouse=True)
def known(project: Sandbox) -> None:
    """The users of all events here."""
    upsert_users(project, [f"u{number}" for number in range(7)])


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    kind: StoreKind = request.param
    url = kind.make()
    yield url
    kind.destroy(url)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_and_begun_again(tmp_path: Path, project: Sandbox, url: str, moment: str) -> None:
    with (tmp_path / "events.csv").open("w") as file:
        file.write("name,identifier,n\n")
        file.writelines(f"it.happened,u{n % 7},{n}\n" for n in range(ROWS))
    command = ("events", "events.csv", "--outbox", url)
    killed = run(tmp_path, project, *command, before=KILLED.format(before=moment == "before"))
    assert killed.returncode == -signal.SIGKILL, killed.stderr

    again = run(tmp_path, project, *command)

    assert again.returncode == 0, again.stderr
    with Outbox(url) as outbox:
        stats = outbox.stats()
    assert (stats.queued, stats.pending, stats.dead) == (ROWS, 0, 0)
    arrived = {event.data["n"] for event in project.events(name="it.happened")}
    assert arrived == set(range(ROWS))
