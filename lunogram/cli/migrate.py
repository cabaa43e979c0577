"""`lunogram migrate`: the survey and the import of another platform's exports."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from lunogram.cli.connection_options import target_options
from lunogram.cli.imports import SENDING, deliver, ending, parsed, tell_notes
from lunogram.cli.output import say
from lunogram.cli.progress_bar import Bar

if TYPE_CHECKING:
    from lunogram.customerio.migration import Survey

_FILE = click.Path(exists=True, dir_okay=False)
_OPTIONS = (
    click.option(
        "--people", type=_FILE, metavar="FILE", help="People, as Customer.io exports them."
    ),
    click.option("--events", type=_FILE, metavar="FILE", help="Events, one in each row."),
    click.option(
        "--map",
        "map_people",
        metavar="COLUMN=FIELD",
        multiple=True,
        help="The field of a column of people; without a field, it is omitted. Repeatable.",
    ),
    click.option(
        "--map-events",
        metavar="COLUMN=FIELD",
        multiple=True,
        help="The field of a column of events. Repeatable.",
    ),
    click.option("--go", is_flag=True, help="Send the data. Without it, only print a survey."),
    *SENDING,
    target_options(),
)


@click.group()
def migrate() -> None:
    """Migrate to Lunogram from another platform."""


def _with_options(function: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@migrate.command()
@_with_options
def customerio(
    *,
    people: str | None,
    events: str | None,
    map_people: tuple[str, ...],
    map_events: tuple[str, ...],
    go: bool,
    **given: Any,
) -> None:
    """Import people and events from Customer.io's exports.

    Without --go nothing is sent: a survey lists every attribute, its share of filled rows, and
    its target. With --go, the same command sends the data, people before events, and resumes an
    import that was interrupted. The exit code is 0 only if every row was delivered, or is valid.
    """
    if not (people or events):
        raise click.UsageError("a file is missing: --people, --events, or both")
    files = [
        (file, kind, mapping)
        for file, kind, mapping in (
            (people, "people", map_people),
            (events, "events", map_events),
        )
        if file
    ]
    act = _migrate if go else _survey
    fine = [act(kind, file, {**given, "mapping": mapping}) for file, kind, mapping in files]
    if not go:
        say("Nothing was sent. To send the data, add --go.")
    sys.exit(0 if all(fine) else 1)


def _migrate(kind: str, file: str, given: dict[str, Any]) -> bool:
    """Send a file; return whether every row was delivered."""
    from lunogram.customerio import migration

    say(f"{file}: {kind}")
    work = {"people": migration.migrate_people, "events": migration.migrate_events}[kind]
    return deliver(work, file, {**given, "format": None, "dry_run": False}).complete


def _survey(kind: str, file: str, given: dict[str, Any]) -> bool:
    """Print the survey of a file; return whether every row is valid."""
    from lunogram.customerio import migration

    look = {"people": migration.survey_people, "events": migration.survey_events}[kind]
    with Bar() as bar, ending(bar) as stopping:
        options = {name: value for name, value in parsed(given).items() if name in _READING}
        found = look(file, **options, on_progress=bar.show, stopping=stopping)
    _print(kind, file, found)
    return not found.result.rejected


_READING = (
    "mapping", "text", "types", "null", "separator", "escape", "skip", "short_rows", "encoding",
    "max_errors",
)  # fmt: skip


def _print(kind: str, file: str, found: Survey) -> None:
    say(f"{file}: {found.result.rows:,} rows of {kind}\n{found}")
    tell_notes(found.result.notes)
    if found.result.rejected:
        say(f"invalid rows: {found.result.rejected:,}, in {found.result.rejected_file}")
    say()
