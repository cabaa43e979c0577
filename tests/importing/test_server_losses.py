"""What the server would lose or change of an import, and how to prevent it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lunogram.importing import import_events, import_schedules, import_users
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.support.import_files import run, table

EVENTS = """name,identifier,total
order.completed,u1,5
order.completed,u2,6
order.paid,u1,7
"""
LARGE = 9007199254740993


def write(folder: Path, text: str) -> Path:
    file = folder / "rows.csv"
    file.write_text(text)
    return file


def write_json(folder: Path, *rows: dict[str, Any]) -> Path:
    """Rows as JSON Lines, where numbers are numbers; in CSV, long ones stay text."""
    file = folder / "rows.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return file


def numbered(identifier: str, number: int, **more: str) -> dict[str, Any]:
    return {"identifier": identifier, "number": number, **more}


def queued(outbox: Outbox) -> list[tuple[str, tuple[str, ...]]]:
    return [(entry.name, entry.subjects) for entry in outbox.pending()]


def test_users_are_ensured_once_each(tmp_path: Path, outbox: Outbox) -> None:
    result = import_events(write(tmp_path, EVENTS), outbox, ensure_users=True)
    assert (result.rows, result.queued, result.rejected) == (3, 3, 0)
    assert queued(outbox) == [
        ("upsert_user", ("user:default:u1",)),
        ("post_user_events", ("user:default:u1",)),
        ("upsert_user", ("user:default:u2",)),
        ("post_user_events", ("user:default:u2",)),
        ("post_user_events", ("user:default:u1",)),
    ]


def test_schedules_too(tmp_path: Path, outbox: Outbox) -> None:
    file = write(tmp_path, "name,identifier,interval\ntrial,u1,7 days\n")
    import_schedules(file, outbox, ensure_users=True)
    assert [name for name, _ in queued(outbox)] == ["upsert_user", "upsert_user_schedule"]


def test_the_command(tmp_path: Path, project: Sandbox) -> None:
    write(tmp_path, EVENTS)
    done = run(tmp_path, project, "events", "rows.csv", "--ensure-users")
    assert done.returncode == 0, done.stderr
    assert table(done.stdout)["queued"] == 3
    assert [len(project.events("order.completed", user=user)) for user in ("u1", "u2")] == [1, 1]


@pytest.mark.parametrize("dry_run", [False, True])
def test_numbers_that_the_server_rounds_are_noted(
    tmp_path: Path, outbox: Outbox, *, dry_run: bool
) -> None:
    rows = numbered("u1", LARGE), numbered("u2", 5), numbered("u3", LARGE)
    file = write_json(tmp_path, *rows)
    result = import_users(file, outbox, dry_run=dry_run)
    (note,) = result.notes
    assert note.startswith("data.number: is an integer that the server rounds")
    assert note.endswith("(2 rows)")
    assert result.rejected == 0


def test_strict_rejects_the_row(tmp_path: Path, outbox: Outbox) -> None:
    names = [("a", LARGE), ("a", 5), ("journey.step", 5)]
    file = write_json(tmp_path, *(numbered("u", number, name=name) for name, number in names))
    result = import_events(file, outbox, strict=True)
    assert (result.queued, result.rejected, result.notes) == (1, 2, [])
    rejected = Path(result.rejected_file or "").read_text()
    assert "stores numbers as doubles" in rejected
    assert "belong to the platform's own events" in rejected


def test_an_outbox_that_is_strict_stops_no_import(tmp_path: Path) -> None:
    file = write_json(tmp_path, numbered("u1", LARGE), numbered("u2", 5))
    with Outbox(f"sqlite:///{tmp_path}/outbox.db", strict=True) as outbox:
        assert import_users(file, outbox).queued == 2
