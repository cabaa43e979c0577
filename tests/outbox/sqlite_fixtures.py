"""Files as each schema of SQLite left them: an outbox, and the database of a sandbox.

    python -m tests.outbox.sqlite_fixtures

writes those of the newest schemas. Run it once for each new migration, and commit what it writes:
tests open the files of every schema so far. The same calls are in all of them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import lunogram.outbox.sqlite.schema
import lunogram.sandbox.store
from lunogram import Event, Lunogram
from lunogram.outbox import Outbox
from lunogram.outbox.owner import new_owner
from lunogram.outbox.store import Capacity, Checkpoint, DeadLetter, Limits, Outcomes
from tests.support.sandbox_process import SandboxProcess

FOLDER = Path(__file__).parent / "fixtures"
KEY = "sk_fixture"
OUTBOXES = lunogram.outbox.sqlite.schema.MIGRATIONS
SANDBOXES = lunogram.sandbox.store.MIGRATIONS


def path_of(kind: str, schema: int) -> Path:
    """The file that a schema left.

    Args:
        kind: ``"outbox"`` or ``"sandbox"``.
        schema: The number of the schema.
    """
    return FOLDER / f"{kind}-{schema:04}.sqlite"


def use_outbox(file: Path) -> None:
    """Queue five entries, move the first to the dead letters, and write a checkpoint."""
    with Outbox(f"sqlite:///{file}") as outbox:
        outbox.user.upsert("user_1", email="ada@example.com")
        outbox.user.upsert("user_2", data={"plan": "pro"})
        outbox.user.events.post([Event("order.completed", "user_2"), Event("order.paid", "user_2")])
        outbox.organization.upsert("organization_1", name="Example")
        store = outbox._store
        owner = new_owner()
        (first,) = store.lease(owner, 60, Capacity(1)).entries
        store.settle(Outcomes(dead=[DeadLetter(first, 422, "the email is invalid", 2.0)]))
        store.release(owner)
        store.add([], Limits(), Checkpoint("people", "3"))


def use_sandbox(file: Path) -> None:
    """Upsert two users, and record an event of one of them."""
    with (
        SandboxProcess("--db", str(file)) as sandbox,
        Lunogram(KEY, base_url=sandbox.base_url) as client,
    ):
        client.user.upsert("user_1", email="ada@example.com")
        client.user.upsert("user_2", data={"plan": "pro"})
        client.user.events.post([Event("order.completed", "user_2")])


def main() -> None:
    """Write the files of the newest schemas, unless they are there."""
    write(path_of("outbox", OUTBOXES[-1].number), use_outbox)
    write(path_of("sandbox", SANDBOXES[-1].number), use_sandbox)


def write(fixture: Path, use: Callable[[Path], None]) -> None:
    """Make a file by using it, without what SQLite keeps beside it."""
    if fixture.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "file")
        use(file)
        file.replace(fixture)


if __name__ == "__main__":
    main()
