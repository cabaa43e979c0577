"""An import that was interrupted goes on where it was: no row lost, none queued twice."""

from __future__ import annotations

import csv
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from lunogram.importing import (
    ChangedSourceError,
    Query,
    SourceError,
    import_organizations,
    import_users,
)
from lunogram.importing.rejects import RejectsFileState
from lunogram.importing.state import State
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.support.import_files import (
    KILLING,
    bodies,
    query_duckdb,
    query_sqlite,
    run,
    start,
    write_csv,
)
from tests.support.known_users import upsert_users

ROWS = 12_000
GOOD = ROWS - ROWS // 10


@pytest.fixture(autouse=True)
def known(project: Sandbox) -> None:
    """The users of all events here."""
    upsert_users(project, [f"u{number}" for number in range(7)])


def write_events(folder: Path) -> None:
    """Events, of which every tenth is invalid."""
    with (folder / "events.csv").open("w") as file:
        file.write("name,identifier,n\n")
        file.writelines(
            f"it.happened,{'' if n % 10 == 9 else f'u{n % 7}'},{n}\n" for n in range(ROWS)
        )


def assert_all_is_there(folder: Path, project: Sandbox) -> None:
    """Each row was queued once or rejected once, and what was queued has arrived."""
    with Outbox(f"sqlite:///{folder}/shared.db") as outbox:
        stats = outbox.stats()
    assert (stats.queued, stats.pending, stats.dead) == (GOOD, 0, 0)
    with (folder / "events.rejected.csv").open() as file:
        rejected = [int(row["n"]) for row in csv.DictReader(file)]
    assert rejected == list(range(9, ROWS, 10))
    arrived = Counter(event.data["n"] for event in project.events(name="it.happened"))
    assert set(arrived) == {n for n in range(ROWS) if n % 10 != 9}


OUTBOX = ("--outbox", "sqlite:///shared.db")
KILLED = f"""{KILLING}
from lunogram.importing import rejects, importer
from lunogram.importing.rejects import RejectsFileState
from lunogram.importing.state import State
from lunogram.outbox import Outbox

"""


@pytest.mark.parametrize(
    "point",
    [
        "killing(rejects.RejectsFile, 'write', 0, True)",
        "killing(rejects.RejectsFile, 'write', 5, False)",
        "killing(rejects.os, 'fsync', 3, True)",
        "killing(Outbox, 'queue_calls', 0, True)",
        "killing(Outbox, 'queue_calls', 5, True)",
        "killing(Outbox, 'queue_calls', 5, False)",
        "killing(Outbox, 'queue_calls', 12, True)",  # at the end
        "killing(Outbox, 'queue_calls', 12, False)",
        "killing(rejects.RejectsFile, 'close', 0, True)",
        "killing(importer.Import, '_wait', 0, True)",
    ],
)
def test_kills_at_named_points(tmp_path: Path, project: Sandbox, point: str) -> None:
    write_events(tmp_path)
    killed = run(tmp_path, project, "events", "events.csv", *OUTBOX, before=f"{KILLED}\n{point}")
    assert killed.returncode == -signal.SIGKILL, killed.stderr

    again = run(tmp_path, project, "events", "events.csv", *OUTBOX)

    assert again.returncode == 1, again.stderr  # rows were rejected
    assert_all_is_there(tmp_path, project)


@pytest.mark.parametrize("seed", [1, 2])
def test_kills_at_random_moments(tmp_path: Path, project: Sandbox, seed: int) -> None:
    chance = random.Random(seed)
    write_events(tmp_path)
    for _ in range(8):
        process = start(tmp_path, project, "events", "events.csv", *OUTBOX)
        time.sleep(chance.uniform(0.2, 0.9))
        process.kill()
        process.communicate()

    assert run(tmp_path, project, "events", "events.csv", *OUTBOX).returncode == 1
    assert_all_is_there(tmp_path, project)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_stop_it_and_the_same_command_goes_on(
    tmp_path: Path, project: Sandbox, number: signal.Signals, code: int
) -> None:
    write_events(tmp_path)
    project.fault("latency", seconds=0.2)
    process = start(tmp_path, project, "events", "events.csv", *OUTBOX, "--batch", "100")
    deadline = time.monotonic() + 60
    while not project.events(name="it.happened") and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(number)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output.count("\n")) == (code, 1)  # the survey
    assert "Stopped. The same command resumes the import." in errors
    project.clear_faults()

    again = run(tmp_path, project, "events", "events.csv", *OUTBOX)

    assert again.returncode == 1, again.stderr
    assert_all_is_there(tmp_path, project)


# -- the input between two runs -------------------------------------------------------------------


class InterruptionError(Exception):
    """What ends an import in the middle."""


def interrupt(source: Path | Query, outbox: Outbox) -> None:
    """Import one chunk, and no more."""

    def stop(_progress: object) -> None:
        raise InterruptionError

    with pytest.raises(InterruptionError):
        import_users(source, outbox, on_progress=stop)


def people(count: int) -> list[dict[str, str]]:
    return [{"identifier": f"u{n:05}"} for n in range(count)]


def test_it_goes_on_where_it_was(tmp_path: Path, outbox: Outbox) -> None:
    source = write_csv(tmp_path, people(2500))
    interrupt(source, outbox)
    assert outbox.stats().queued == 1000

    result = import_users(source, outbox)

    assert (result.rows, result.queued, result.resumed_at) == (2500, 2500, 1000)
    assert [body["identifier"][0]["external_id"] for body in bodies(outbox)] == [
        f"u{n:05}" for n in range(2500)
    ]


def test_so_does_a_query(outbox: Outbox) -> None:
    query = Query("select 'u' || i as identifier from range(2500) t(i) order by i desc")
    interrupt(query, outbox)
    import_users(query, outbox)
    assert [body["identifier"][0]["external_id"] for body in bodies(outbox)] == [
        f"u{n}" for n in reversed(range(2500))
    ]


@pytest.mark.parametrize("store", ["duckdb", "sqlite", "file"])
def test_a_query_whose_result_has_changed_is_rejected_until_it_begins_anew(
    tmp_path: Path, outbox: Outbox, store: str
) -> None:
    def query(count: int) -> Query:
        for old in tmp_path.glob("shop.*"):
            old.unlink()
        if store == "duckdb":
            return query_duckdb(tmp_path, people(count))
        if store == "sqlite":
            return query_sqlite(tmp_path, people(count))
        return Query(f"from '{write_csv(tmp_path, people(count))}' order by all")

    interrupt(query(2500), outbox)
    with pytest.raises(ChangedSourceError, match="after 1,000 rows"):
        import_users(query(2501), outbox)
    result = import_users(query(2500), outbox)
    assert (result.resumed_at, result.queued) == (1000, 2500)

    assert import_users(query(2500), outbox).was_done
    assert import_users(query(2501), outbox).queued == 2501


def test_a_query_without_an_order_is_noticed(tmp_path: Path, outbox: Outbox) -> None:
    source = tmp_path / "people.csv"
    query = Query(f"from '{source}'")
    write_csv(tmp_path, people(2500), "people.csv")
    interrupt(query, outbox)
    write_csv(tmp_path, people(2500)[::-1], "people.csv")
    with pytest.raises(ChangedSourceError):
        import_users(query, outbox)


def test_a_changed_file_is_rejected_until_it_begins_anew(tmp_path: Path, outbox: Outbox) -> None:
    source = write_csv(tmp_path, people(2500))
    interrupt(source, outbox)
    write_csv(tmp_path, people(2501))

    with pytest.raises(ChangedSourceError, match=r"after 1,000 rows; start over with --restart"):
        import_users(source, outbox)
    assert import_users(source, outbox, restart=True).queued == 2501
    assert outbox.stats().queued == 3501


def test_a_finished_import_is_not_done_again(tmp_path: Path, outbox: Outbox) -> None:
    source = write_csv(tmp_path, people(3))
    import_users(source, outbox)

    again = import_users(source, outbox)

    assert (again.rows, again.queued, again.was_done) == (3, 3, True)
    assert outbox.stats().queued == 3
    assert import_users(source, outbox, restart=True).was_done is False
    assert outbox.stats().queued == 6


def test_a_new_file_of_the_same_name_is_a_new_import(tmp_path: Path, outbox: Outbox) -> None:
    import_users(write_csv(tmp_path, people(3)), outbox)
    result = import_users(write_csv(tmp_path, people(4)), outbox)
    assert (result.rows, result.was_done) == (4, False)
    assert outbox.stats().queued == 7


def test_another_command_is_another_import(tmp_path: Path, outbox: Outbox) -> None:
    source = write_csv(tmp_path, people(3))
    import_users(source, outbox)
    import_users(source, outbox, source_name="stripe")
    assert outbox.stats().queued == 6


def test_rejected_rows_that_are_gone_are_noticed(tmp_path: Path, outbox: Outbox) -> None:
    source = write_csv(tmp_path, [{"identifier": "u", "email": "wrong"}] * 1500)
    interrupt(source, outbox)
    (tmp_path / "rows.rejected.csv").unlink()
    with pytest.raises(ChangedSourceError, match="has changed since this import wrote it"):
        import_users(source, outbox)


def test_two_imports_of_one_file_do_not_get_in_each_others_way(
    tmp_path: Path, outbox: Outbox
) -> None:
    source = write_csv(tmp_path, people(3))

    def again(_progress: object) -> None:
        with pytest.raises(SourceError, match=r"another import of .*rows\.csv is running"):
            import_organizations(source, outbox)

    assert import_users(source, outbox, on_progress=again).queued == 3
    assert outbox.stats().queued == 3
    assert import_organizations(source, outbox).queued == 3
    assert not list(tmp_path.glob("*.lock"))


def test_a_lock_that_a_killed_import_left_is_none(tmp_path: Path, outbox: Outbox) -> None:
    source = write_csv(tmp_path, people(3))
    lock = tmp_path / "rows.csv.lunogram.lock"
    content: list[bytes] = []
    import_users(source, outbox, on_progress=lambda _: content.append(lock.read_bytes()))
    lock.write_bytes(content[0])
    assert import_users(source, outbox).was_done
    assert not list(tmp_path.glob("*.lock"))


@pytest.mark.parametrize("content", ["", "of somebody\n"])
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_file_with_the_name_of_a_lock_stays(
    tmp_path: Path, outbox: Outbox, *, content: str, dry_run: bool
) -> None:
    source = write_csv(tmp_path, people(3))
    theirs = tmp_path / "rows.csv.lunogram.lock"
    theirs.write_text(content)
    import_users(source, None if dry_run else outbox, dry_run=dry_run)
    assert theirs.read_text() == content


def test_a_checkpoint_of_a_newer_version_is_one_sentence(
    tmp_path: Path, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_csv(tmp_path, people(2500))
    with monkeypatch.context() as newer:
        newer.setattr("lunogram.importing.state._CHECKPOINT_VERSION", 99)
        interrupt(source, outbox)
    with pytest.raises(SourceError, match="a newer version of lunogram has started this import"):
        import_users(source, outbox)
    assert import_users(source, outbox, restart=True).queued == 2500


_OF_EACH_VERSION = [
    (
        '{"version": "9 8", "rows": 1000, "rejected": 1, "rejects": {"path": "/r.csv", '
        '"device": 1, "inode": 2, "length": 3, "digest": "ab"}, "queued": 4, '
        '"delivered": 5, "dead": 6, "done": false}'
    ),
    (
        '{"checkpoint": 1, "version": "9 8", "rows": 1000, "rejected": 1, "rejects": {"path": '
        '"/r.csv", "device": 1, "inode": 2, "length": 3, "digest": "ab"}, "queued": 4, '
        '"delivered": 5, "dead": 6, "done": false}'
    ),
]


@pytest.mark.parametrize("text", _OF_EACH_VERSION)
def test_checkpoints_of_all_versions_so_far_are_read(text: str) -> None:
    rejects = RejectsFileState("/r.csv", 1, 2, 3, "ab")
    assert State.read(text) == State("9 8", 1000, 1, rejects, queued=4, delivered=5, dead=6)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"checkpoint": "one"}', '{"checkpoint": 1}'])
def test_a_damaged_checkpoint_is_one_sentence(text: str) -> None:
    with pytest.raises(SourceError, match="is damaged; start over with --restart"):
        State.read(text)
